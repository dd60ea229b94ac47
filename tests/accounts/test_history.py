"""Every change of an account leaves one entry: who, what, when, old, new."""

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands, history, history_wording, people
from helpdesk.accounts.models import AccountAct, Language, User
from helpdesk.extensions import db
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail
from tests.accounts.test_registration import ADDRESS, registered
from tests.factories import a_provider, an_admin, an_agent
from tests.visitor import Visitor


def entries(user: User):
    """The history of a person, oldest first."""
    db.session.rollback()
    return list(reversed(db.session.scalars(history.of_person(user.id)).all()))


def test_an_account_made_on_the_command_line_was_made_by_nobody(app: Flask) -> None:
    command = ["users", "create", "root@example.org", "--name", "Ada Root", "--role", "admin"]
    assert app.test_cli_runner().invoke(args=command).exit_code == 0

    (entry,) = entries(db.session.scalars(sa.select(User)).one())

    assert (entry.act, entry.actor_id, entry.new["role"]) == (AccountAct.CREATED, None, Role.ADMIN)


def test_who_registers_and_sets_another_password_does_it_themselves(app: Flask) -> None:
    with transaction():
        commands.register(
            email="dana@example.org",
            first_name="Dana",
            last_name="O",
            phone="",
            language=Language.ENGLISH,
            password="a long one it is",
        )
    user = db.session.scalars(sa.select(User)).one()
    with transaction():
        commands.send_reset(user)
    Visitor(app).open(link_in_mail(user.email)).press("Set the password", password="seven quiet herons at dusk")

    found = [(entry.act, entry.actor_id) for entry in entries(user)]

    assert found == [
        (AccountAct.REGISTERED, user.id),
        (AccountAct.ACTIVATED, user.id),
        (AccountAct.PASSWORD_CHANGED, user.id),
    ]


def test_registering_again_and_activating_are_kept_with_what_changed(app: Flask) -> None:
    registered(app)
    registered(app)
    registered(app, last_name="Marín", phone="(919) 555-0142", password="seven quiet herons at dusk")
    Visitor(app).open(link_in_mail(ADDRESS)).press("Activate my account", password="seven quiet herons at dusk")
    user = db.session.scalars(sa.select(User)).one()

    first, same, other, active = entries(user)

    again = AccountAct.REGISTERED_AGAIN
    assert [e.act for e in (first, same, other, active)] == [AccountAct.REGISTERED, again, again, AccountAct.ACTIVATED]
    assert (same.old, same.new) == ({}, {})
    assert other.old == {"last_name": "Okafor", "phone": "(919) 555-0100"}
    assert other.new == {"last_name": "Marín", "phone": "(919) 555-0142", "password": "another one"}
    assert active.actor_id == user.id


def test_whoever_owns_the_address_is_not_told_what_a_stranger_typed_before(app: Flask) -> None:
    registered(app, phone="(919) 555-0199")
    registered(app, password="seven quiet herons at dusk")
    page = Visitor(app).open(link_in_mail(ADDRESS)).press("Activate my account", password="seven quiet herons at dusk")

    told = page.press("Sign in", email=ADDRESS, password="seven quiet herons at dusk").open("/account/data")

    assert ("registered_again" in told.html, "555-0199" in told.html) == (True, False)


def test_a_deactivated_account_is_not_changed_by_registering_again(app: Flask) -> None:
    registered(app)
    user, admin = db.session.scalars(sa.select(User)).one(), an_admin()
    with transaction():
        people.deactivate(user, by=admin)

    registered(app, last_name="Marín")

    assert (user.last_name, [entry.act for entry in entries(user)]) == ("Okafor", [AccountAct.REGISTERED])


def test_what_somebody_chose_to_be_mailed_about_is_kept(app: Flask) -> None:
    agent = an_agent()
    page = Visitor(app).sign_in(agent).open("/account")
    hidden = {name: value for name, value in page.values("Save").items() if not name.startswith("wants_")}
    page.post("/account", {**hidden, "wants_digest": "y", "wants_target_mail": "y"})
    page.post("/account", {**hidden, "wants_digest": "y", "wants_target_mail": "y"})

    (entry,) = entries(agent)[1:]

    assert (entry.act, entry.actor_id) == (AccountAct.MAIL_CHOSEN, agent.id)
    assert (entry.old, entry.new) == ({"assignments": True}, {"assignments": False})
    assert history_wording.side(entry.new) == "their cases: no"


def test_another_address_is_kept_with_the_old_one_and_its_time(app: Flask) -> None:
    user, admin = a_provider(email="old@example.org"), an_admin()
    with transaction():
        commands.change_address(user, "new@example.org", by=admin, reason="misspelled")

    entry = entries(user)[-1]

    assert (entry.act, entry.actor_id, entry.reason) == (AccountAct.ADDRESS_CHANGED, admin.id, "misspelled")
    assert (entry.old, entry.new) == ({"email": "old@example.org"}, {"email": "new@example.org"})
    assert abs((clock.now() - entry.at).total_seconds()) < 60


def test_a_change_that_fails_leaves_no_entry(app: Flask) -> None:
    user, admin = a_provider(), an_admin()
    try:
        with transaction():
            commands.change_address(user, "new@example.org", by=admin)
            raise RuntimeError("the light goes out")
    except RuntimeError:
        pass

    assert [entry.act for entry in entries(user)] == [AccountAct.CREATED]
