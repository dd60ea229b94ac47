"""The commands of `flask --app wsgi` about people, and what production refuses."""

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from config import ConfigError
from helpdesk.accounts import demo_people, passwords
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.permissions import Role
from tests.factories import PASSWORD, a_provider, an_agent
from tests.visitor import Visitor

CREATE = ["users", "create", "ana@example.org", "--name", "Ana Lucía Reyes"]


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    result = app.test_cli_runner().invoke(args=arguments, input=typed)
    db.session.rollback()
    return result


def person() -> User:
    return db.session.scalars(sa.select(User)).one()


def test_somebody_is_made_who_can_sign_in_with_the_password_that_is_printed(app: Flask) -> None:
    result = run(app, *CREATE, "--role", "provider")

    password = result.output.split()[-1]
    assert (result.exit_code, person().name) == (0, "Ana Lucía Reyes")
    assert Visitor(app).sign_in(person(), password).path == "/vaccine-provider"


def test_the_password_can_come_from_standard_input_and_is_not_printed(app: Flask) -> None:
    result = run(app, *CREATE, "--role", "admin", "--password-stdin", typed=f"{PASSWORD}\n")

    assert (result.exit_code, PASSWORD in result.output) == (0, False)
    assert passwords.check_password(person().password_hash, PASSWORD)


def test_a_lead_leads_the_teams_that_are_named(app: Flask) -> None:
    run(app, *CREATE, "--role", "lead", "--team", "ENR", "--team", "NCIR")

    assert person().role is Role.LEAD
    assert sorted((m.team.code, m.is_lead) for m in person().memberships) == [("ENR", True), ("NCIR", True)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["users", "create", "ana", "--name", "Ana Reyes", "--role", "agent"], "ana is not an e-mail address."),
        (["users", "create", "ana@example.org", "--name", "Ana", "--role", "agent"], "a first and a last name"),
        ([*CREATE, "--role", "agent", "--team", "NOPE"], "There is no team with the code NOPE."),
        ([*CREATE, "--role", "boss"], "'boss' is not one of"),
        ([*CREATE, "--role", "agent", "--password-stdin"], "at least 15 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(app: Flask, arguments: list[str], says: str) -> None:
    result = run(app, *arguments)

    assert result.exit_code != 0
    assert says in result.output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 0


def test_an_address_is_given_once(app: Flask) -> None:
    a_provider(email="Ana@example.org")

    assert "ana@example.org has an account already." in run(app, *CREATE, "--role", "agent").output


@pytest.mark.parametrize("command", ["seed", "demo", "users", "scheduler", "deliver", "mailbox"])
def test_every_command_explains_itself(app: Flask, command: str) -> None:
    result = run(app, command, "--help")

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_seeding_again_adds_nothing(app: Flask) -> None:
    result = run(app, "seed")

    assert result.exit_code == 0, result.output
    assert {part.rpartition(" ")[2] for part in result.output.strip().split(", ")} == {"0"}


def test_deliver_prints_what_became_of_the_mail(app: Flask) -> None:
    assert "sent: 0" in run(app, "deliver").output


@pytest.mark.parametrize("command", ["demo", "mailbox"])
def test_production_has_neither_demo_data_nor_a_mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setitem(app.config, "HELPDESK_ENV", "production")

    assert run(app, command).exit_code == 1


def test_production_does_not_start_with_demo_people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    an_agent()
    monkeypatch.setitem(app.config, "HELPDESK_ENV", "production")
    demo_people.refuse_in_production(app)

    monkeypatch.setitem(app.config, "HELPDESK_ENV", "testing")
    a_provider(is_demo=True)
    demo_people.refuse_in_production(app)

    monkeypatch.setitem(app.config, "HELPDESK_ENV", "production")
    with pytest.raises(ConfigError, match="demo"):
        demo_people.refuse_in_production(app)
