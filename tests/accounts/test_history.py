"""Every change of an account leaves one entry: who, what, when, old, new."""

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands, history
from helpdesk.accounts.models import AccountAct, Language, User
from helpdesk.extensions import db
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail
from tests.factories import a_provider, an_admin
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

    assert found == [(AccountAct.REGISTERED, user.id), (AccountAct.PASSWORD_CHANGED, user.id)]


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
