"""Providers for whom staff has made an account: the link, the first password, their phone; and nobody else gets in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import callers, commands, masking
from helpdesk.accounts.callers import Details, Found
from helpdesk.accounts.errors import AccountDeactivated, AddressTaken, WorksAtTheDesk
from helpdesk.accounts.models import AccountEvent, Language, User
from helpdesk.accounts.people import phone_to_call
from helpdesk.accounts.queries import by_address
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail, mail_to
from tests.accounts.test_registration import TYPED
from tests.admin.desk_people import an_administrator_at
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor

ADDRESS = "kim@newclinic.example.org"
SAID = "(919) 555-0177"
NEW = "seven quiet herons at dusk"


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def account(**named) -> tuple[User, Found]:
    agent = an_agent()
    details = {"email": ADDRESS, "first_name": "Kim", "last_name": "Lee", "phone": SAID, "language": Language.ENGLISH}
    with transaction():
        return callers.account_for(Details(**{**details, **named}), by=agent)


def kim() -> User:
    db.session.rollback()
    return db.session.scalars(by_address(ADDRESS)).one()


def acts() -> list[tuple[str, dict, dict]]:
    events = db.session.scalars(sa.select(AccountEvent).where(AccountEvent.user_id == kim().id).order_by(AccountEvent.id))
    return [(event.act.value, event.old, event.new) for event in events]


def test_they_choose_the_first_password_and_confirm_their_phone(app):
    assert account()[1] is Found.NOTHING
    guest = Visitor(app).open(link_in_mail(ADDRESS))
    assert guest.h1 == "Welcome, Kim. Choose a password"
    assert guest.values("Set the password")["phone"] == SAID
    assert not kim().is_active
    guest.press("Set the password", password=NEW)

    assert (kim().is_active, kim().phone, phone_to_call(kim())) == (True, SAID, SAID)
    assert Visitor(app).sign_in(kim(), NEW).path == "/vaccine-provider"


def test_a_phone_that_a_stranger_gave_is_corrected_and_never_called(app):
    account()
    Visitor(app).open(link_in_mail(ADDRESS)).press("Set the password", password=NEW, phone="919-555-0100")

    assert (kim().phone, phone_to_call(kim())) == ("919-555-0100", "919-555-0100")
    assert acts()[1] == ("activated", {"phone": SAID}, {"phone": "919-555-0100"})


def test_a_phone_that_is_none_is_refused(app):
    account()
    guest = Visitor(app).open(link_in_mail(ADDRESS)).press("Set the password", password=NEW, phone="call me")

    assert (guest.status, kim().is_active) == (422, False)


def test_whoever_comes_by_the_forgotten_password_confirms_no_phone(app):
    account()
    with transaction():
        commands.send_reset(kim())
    Visitor(app).open(link_in_mail(ADDRESS)).press("Set the password", password=NEW)

    assert (kim().is_active, kim().phone) == (True, "")


def test_whoever_registers_the_address_changes_nothing_and_its_owner_gets_a_link(app):
    account()
    Visitor(app).open("/register").press("Register", **{**TYPED, "email": ADDRESS, "first_name": "Mallory"})

    assert (kim().name, kim().phone, kim().is_invited) == ("Kim Lee", SAID, True)
    assert mail_to(ADDRESS)[-1].kind == "reset_password"


def test_nobody_takes_the_address_from_them(app):
    account()
    other = a_provider()
    with transaction():
        masking.free(ADDRESS)
    with pytest.raises(AddressTaken), transaction():
        commands.change_address(other, ADDRESS, by=other)

    assert kim().name == "Kim Lee"


def test_a_link_that_is_too_old_leads_to_a_fresh_one(app):
    account()
    with clock.at(MONDAY_9_AM + timedelta(days=8)):
        guest = Visitor(app).open(link_in_mail(ADDRESS))
        assert (guest.status, guest.h1) == (410, "This link is too old")
        assert guest.follow("Send me a fresh link").path == "/forgot-password"


def test_who_calls_again_is_invited_again_only_when_the_link_is_too_old(app):
    account()
    assert account()[1] is Found.ACCOUNT
    assert len(mail_to(ADDRESS)) == 1
    with clock.at(MONDAY_9_AM + timedelta(days=8)):
        account()

    assert [mail.kind for mail in mail_to(ADDRESS)] == ["invitation_of_provider"] * 2


def test_the_link_of_a_registration_that_was_taken_up_opens_nothing(app):
    Visitor(app).open("/register").press("Register", **{**TYPED, "email": ADDRESS, "first_name": "Mallory"})
    old_link = link_in_mail(ADDRESS)
    assert account()[1] is Found.BEGUN

    assert Visitor(app).open(old_link).status == 410
    assert (kim().name, kim().pin) == ("Kim Lee", "")
    assert acts()[-1][0] == "invited"
    assert acts()[-1][1]["first_name"] == "Mallory"


@pytest.mark.parametrize("state", ["staff", "deactivated"])
def test_no_account_is_given_to_who_cannot_ask(app, state):
    if state == "staff":
        an_agent(email=ADDRESS)
    else:
        gone = a_provider(email=ADDRESS)
        with transaction():
            gone.deactivated_at = clock.now()

    with pytest.raises(WorksAtTheDesk if state == "staff" else AccountDeactivated):
        account()


def test_an_administrator_can_invite_them_again(app):
    account()
    page = an_administrator_at(app, f"/admin/people/{kim().id}").press("Send a fresh invitation")

    assert "A fresh invitation is on its way to kim@newclinic.example.org" in page.text
    assert [mail.kind for mail in mail_to(ADDRESS)] == ["invitation_of_provider"] * 2
