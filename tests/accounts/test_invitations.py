"""Staff come by invitation: a mailed link, a password of their own, and a fresh link when the old one is over."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts import commands
from helpdesk.accounts.models import Language, User
from helpdesk.accounts.queries import by_address
from helpdesk.extensions import db
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail, mail_to
from tests.admin.desk_people import acts, an_administrator_at, team, teams_of
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_admin, an_agent
from tests.visitor import Visitor

NEW = "seven quiet herons at dusk"
ADDRESS = "grace@desk.example.org"


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def invited(app, **fields):
    """An administrator's page after the invitation of a lead."""
    enrollment = str(team("ENR").id)
    page = an_administrator_at(app, "/admin/people").follow("Invite somebody")
    typed = {"first_name": "Grace", "last_name": "Lindqvist", "email": ADDRESS, "role": "lead"}
    return page.press("Send the invitation", **{**typed, "teams": [enrollment], "leads": [enrollment], **fields})


def whoever_has(address):
    """The person with this address."""
    db.session.rollback()
    return db.session.scalars(by_address(address)).one()


def test_who_is_invited_chooses_a_password_and_works(app):
    page = invited(app)
    assert "They have not come yet" in page.text
    assert (whoever_has(ADDRESS).is_active, teams_of(whoever_has(ADDRESS))) == (False, {"ENR": True})

    guest = Visitor(app).open(link_in_mail(ADDRESS))
    assert guest.h1 == "Welcome, Grace. Choose a password"
    assert not whoever_has(ADDRESS).is_active, "opening a link does nothing: programs open them, too"
    guest.press("Set the password", password=NEW)

    assert guest.path == "/login"
    assert Visitor(app).sign_in(whoever_has(ADDRESS), NEW).path == "/agent/queue"
    assert (whoever_has(ADDRESS).role, acts(of=whoever_has(ADDRESS))) == (
        Role.LEAD,
        ["invited", "joined_team", "lead_changed", "activated", "password_changed"],
    )


def test_a_used_invitation_says_so(app):
    invited(app)
    link = link_in_mail(ADDRESS)
    Visitor(app).open(link).press("Set the password", password=NEW)

    again = Visitor(app).open(link)

    assert (again.status, again.h1) == (200, "You have used this invitation")


def test_an_old_invitation_says_so_and_an_administrator_sends_a_fresh_one(app):
    page = invited(app)
    old = link_in_mail(ADDRESS)
    with clock.at(MONDAY_9_AM + timedelta(days=7)):
        stale = Visitor(app).open(old)
        page = an_administrator_at(app, page.path)
        assert "is no longer good" in page.text
        page.press("Send a fresh invitation")
        fresh = Visitor(app).open(link_in_mail(ADDRESS))

    assert (stale.status, stale.h1) == (410, "This invitation is no longer good")
    assert (fresh.status, fresh.has_button("Set the password")) == (200, True)


def test_a_fresh_invitation_ends_the_one_before(app):
    page = invited(app)
    first = link_in_mail(ADDRESS)
    page.press("Send a fresh invitation")

    assert Visitor(app).open(first).status == 410


def test_a_link_nobody_knows_is_not_found(app):
    assert Visitor(app).open("/invitation/never-issued").status == 404


def test_a_weak_password_is_refused(app):
    invited(app)

    guest = Visitor(app).open(link_in_mail(ADDRESS)).press("Set the password", password="grace")

    assert (guest.status, whoever_has(ADDRESS).is_active) == (422, False)


def test_the_address_of_a_provider_is_refused_with_what_to_do(app):
    provider = a_provider()

    page = invited(app, email=provider.email.upper())

    assert (page.status, "has an account of a provider" in page.text, "at another address" in page.text) == (409, True, True)
    assert mail_to(provider.email) == []


@pytest.mark.both_databases
def test_an_account_that_somebody_began_at_the_address_and_never_confirmed_does_not_keep_a_colleague_out(app):
    stranger = a_provider(email=ADDRESS, verified=False, phone="919-555-0666")
    with transaction():
        commands.send_verification(stranger)
    link = link_in_mail(ADDRESS)

    invited(app)

    assert (whoever_has(ADDRESS).role, whoever_has(ADDRESS).phone) == (Role.LEAD, "")
    assert (stranger.email, stranger.name, stranger.is_active) == (
        f"former-user-{stranger.id}@account.invalid",
        "Former user",
        False,
    )
    assert [(mail.kind, mail.state) for mail in mail_to(ADDRESS)] == [("verify_address", "cancelled"), ("invitation", "due")]
    assert Visitor(app).open(link).status == 404


def test_the_address_of_a_colleague_is_refused(app):
    page = invited(app, email=an_agent().email)

    assert (page.status, "A colleague with this address has an account already." in page.text) == (409, True)


def test_who_has_come_needs_no_invitation(app):
    agent = an_agent()
    admin = an_admin()
    page = an_administrator_at(app, f"/admin/people/{agent.id}", admin)
    assert not page.has_button("Send a fresh invitation")

    key = page.values("Sign out everywhere")
    page.post(f"/admin/people/{agent.id}/invite-again", key)

    assert "needs no invitation" in page.text
    assert mail_to(agent.email) == []


def test_nobody_can_register_over_an_invitation(app):
    invited(app)
    with transaction():
        commands.register(
            email=ADDRESS,
            first_name="Mallory",
            last_name="M",
            phone="",
            language=Language.ENGLISH,
            password="a stranger's own one",
        )

    user = whoever_has(ADDRESS)
    assert (user.first_name, user.is_active, user.password_hash) == ("Grace", False, "")
    assert mail_to(ADDRESS)[-1].kind == "reset_password"


def test_a_deactivated_guest_cannot_come(app):
    invited(app)
    with transaction():
        db.session.get_one(User, whoever_has(ADDRESS).id).deactivated_at = clock.now()

    assert Visitor(app).open(link_in_mail(ADDRESS)).status == 404
