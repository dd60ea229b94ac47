"""When the database is busy or gone, people are told to come back, and that nothing was stored."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from helpdesk import clock
from helpdesk.extensions import db
from tests import databases
from tests.accounts.test_parked_forms import FORM, TYPED, forms_kept
from tests.factories import PASSWORD, a_provider
from tests.visitor import Visitor


@pytest.fixture
def impatient_app(tmp_path: Path) -> Iterator[Flask]:
    """A desk that shows errors as people see them, and waits for a busy database a moment only."""
    app = databases.make_app(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path / "maildir")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=50"))
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def locked(app: Flask) -> Iterator[None]:
    """Another process is in the middle of writing."""
    db.session.rollback()
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def says_unavailable(visitor: Visitor) -> bool:
    answer = visitor.status, visitor.h1, visitor.headers["Retry-After"], visitor.headers["Cache-Control"]
    return answer == (503, "The help desk is not available right now", "10", "no-store")


def test_a_form_sent_to_a_busy_database_is_to_be_sent_again(impatient_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    user = a_provider()
    visitor = Visitor(impatient_app).open("/login")

    with locked(impatient_app):
        visitor.press("Sign in", email=user.email, password=PASSWORD)

    assert says_unavailable(visitor)
    assert "go back and send it again: nothing was stored" in visitor.text
    assert not visitor.has_button("Send it again")  # a password is not written into a page
    assert "database is locked" in caplog.text
    assert PASSWORD not in caplog.text
    assert Visitor(impatient_app).sign_in(user, PASSWORD).path == "/vaccine-provider"


def test_text_that_cannot_be_kept_just_now_is_not_promised(impatient_app: Flask) -> None:
    visitor = Visitor(impatient_app)

    with locked(impatient_app):
        visitor.post(FORM, TYPED)

    assert (says_unavailable(visitor), forms_kept()) == (True, 0)


def test_pages_can_be_read_while_the_database_is_busy(impatient_app: Flask) -> None:
    visitor, now = Visitor(impatient_app).sign_in(a_provider(), PASSWORD), clock.now()

    with locked(impatient_app), clock.at(now + timedelta(minutes=2)):
        visitor.open("/account")

    assert (visitor.path, visitor.status) == ("/account", 200)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PoolTimeout("all connections are in use"), 503),
        (OperationalError("SELECT 1", {}, Exception("server closed the connection")), 503),
        (sa.exc.ProgrammingError("SELECT 1", {}, Exception("no such column")), 500),
    ],
)
def test_only_a_database_that_is_busy_or_gone_is_a_reason_to_come_back(impatient_app: Flask, error: Exception, code: int) -> None:
    @impatient_app.errorhandler(404)
    def fail(_error: Exception) -> str:
        raise error

    assert Visitor(impatient_app).open("/no-such-page").status == code
