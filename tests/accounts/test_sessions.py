"""A session lasts from sign-in to sign-out, unless it grows too old or lies idle."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands
from helpdesk.accounts.models import User, UserSession
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.test_sign_in import is_signed_in
from tests.factories import PASSWORD, a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import statements
from tests.visitor import Visitor


def copied(visitor: Visitor) -> Visitor:
    """Somebody else with the cookie of this browser."""
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    thief = Visitor(visitor.client.application)
    thief.client.set_cookie("session", cookie.value)
    return thief


def last_seen() -> datetime:
    return db.session.scalars(sa.select(UserSession.last_seen_at)).one()


@pytest.mark.both_databases
def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider(), PASSWORD)
    thief = copied(visitor)
    assert is_signed_in(thief)

    visitor.press("Sign out")

    assert not is_signed_in(thief)


@pytest.mark.both_databases
def test_signing_out_ends_the_session_of_this_browser_alone(app: Flask) -> None:
    user = a_provider()
    here, elsewhere = Visitor(app).sign_in(user, PASSWORD), Visitor(app).sign_in(user, PASSWORD)

    here.press("Sign out")

    assert (is_signed_in(here), is_signed_in(elsewhere)) == (False, True)


def test_the_token_of_one_person_opens_no_session_of_another(app: Flask) -> None:
    mine, theirs = Visitor(app).sign_in(a_provider(), PASSWORD), Visitor(app).sign_in(a_provider(), PASSWORD)
    with theirs.client.session_transaction() as session:
        token = session["session_token"]
    with mine.client.session_transaction() as session:
        session["session_token"] = token

    assert not is_signed_in(mine)


def test_a_session_ends_after_twelve_hours_however_busy(app: Flask) -> None:
    visitor, now = Visitor(app).sign_in(a_provider(), PASSWORD), clock.now()

    for minutes in range(60, 12 * 60, 60):
        with clock.at(now + timedelta(minutes=minutes)):
            assert is_signed_in(visitor)
    with clock.at(now + timedelta(hours=12, minutes=1)):
        assert not is_signed_in(visitor)


@pytest.mark.parametrize(("somebody", "limit"), [(a_provider, 120), (an_agent, 30), (a_lead, 30), (an_admin, 30)])
def test_an_idle_session_ends(app: Flask, somebody: Callable[[], User], limit: int) -> None:
    user, now = somebody(), clock.now()
    with clock.at(now):
        idle, used = Visitor(app).sign_in(user, PASSWORD), Visitor(app).sign_in(user, PASSWORD)

    with clock.at(now + timedelta(minutes=limit - 1)):
        assert is_signed_in(used)
    with clock.at(now + timedelta(minutes=limit)):
        assert (is_signed_in(idle), is_signed_in(used)) == (False, True)


@pytest.mark.both_databases
def test_that_a_session_is_used_is_written_at_most_once_a_minute(app: Flask) -> None:
    now = clock.now().replace(microsecond=0)
    with clock.at(now):
        visitor = Visitor(app).sign_in(a_provider(), PASSWORD)

    for seconds, seen in ((59, 0), (60, 60), (90, 60), (120, 120)):
        with clock.at(now + timedelta(seconds=seconds)):
            visitor.open("/account")
        assert (visitor.path, last_seen()) == ("/account", now + timedelta(seconds=seen))


def test_a_page_loads_the_session_and_its_person_in_one_statement_and_writes_nothing(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider(), PASSWORD)

    with statements() as asked:
        visitor.open("/account")

    assert len([statement for statement in asked if "user_sessions" in statement or "FROM users" in statement]) == 1
    assert not [statement for statement in asked if not statement.lstrip().startswith("SELECT")]


def test_the_token_is_stored_only_as_a_hash(app: Flask) -> None:
    visitor = Visitor(app).sign_in(a_provider(), PASSWORD)
    with visitor.client.session_transaction() as session:
        token = session["session_token"]

    assert db.session.scalars(sa.select(UserSession.token_hash)).one() != token


def test_ended_and_old_sessions_are_swept_up(app: Flask) -> None:
    Visitor(app).sign_in(a_provider(), PASSWORD).press("Sign out")
    stays = Visitor(app).sign_in(a_provider(), PASSWORD)

    with transaction():
        assert commands.sweep()["sessions"] == 1
    assert is_signed_in(stays)

    with clock.at(clock.now() + timedelta(hours=12)), transaction():
        assert commands.sweep()["sessions"] == 1
