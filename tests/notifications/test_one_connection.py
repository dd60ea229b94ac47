"""A long job keeps its connections, and its transactions are what they are elsewhere."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from helpdesk.extensions import db
from helpdesk.notifications.models import Alarm
from helpdesk.transaction import by_itself, one_connection, transaction
from tests.notifications.mails import MONDAY_9_AM

pytestmark = pytest.mark.both_databases

NAMES = sa.select(Alarm.name)
RENAME_ALL = sa.update(Alarm).values(name="the same", detail=sa.bindparam("detail")).returning(Alarm.name)
RENAME = sa.update(Alarm).values(name=sa.bindparam("to")).returning(Alarm.detail)


def write(app, name: str) -> None:
    """In a context of its own, as another process."""
    with app.app_context(), transaction():
        db.session.add(Alarm(name=name, raised_at=MONDAY_9_AM, detail="so"))


def names(app) -> list[str]:
    """What another process reads."""
    with app.app_context():
        return list(db.session.scalars(NAMES))


def test_nothing_of_a_transaction_that_fails_is_kept(app):
    with one_connection():
        with pytest.raises(RuntimeError), transaction():
            db.session.add(Alarm(name="lost", raised_at=MONDAY_9_AM, detail=""))
            db.session.flush()
            raise RuntimeError
        with transaction():
            db.session.add(Alarm(name="kept", raised_at=MONDAY_9_AM, detail=""))

    assert names(app) == ["kept"]


def test_reading_after_a_transaction_locks_nobody_out(app):
    with one_connection():
        with transaction():
            db.session.execute(NAMES)
        db.session.execute(NAMES)  # and is in the middle of reading
        other = threading.Thread(target=write, args=(app, "theirs"))
        other.start()
        other.join(4)  # less than a locked database is waited for

        assert not other.is_alive()
    assert names(app) == ["theirs"]


def test_a_statement_by_itself_is_kept_at_once(app):
    write(app, "before")
    with one_connection():
        told = by_itself(RENAME, {"to": "after"})

        assert ([tuple(row) for row in told], names(app)) == ([("so",)], ["after"])


def test_each_statement_by_itself_sees_what_others_have_written_meanwhile(app):
    with one_connection():
        before = by_itself(NAMES, {})
        write(app, "theirs")

        assert (before, [tuple(row) for row in by_itself(NAMES, {})]) == ([], [("theirs",)])


def test_what_a_statement_was_given_stays_out_of_logs(app):
    write(app, "taken")
    write(app, "other")
    with one_connection(), pytest.raises(IntegrityError) as refused:
        by_itself(RENAME_ALL, {"detail": "what somebody typed"})

    assert "what somebody typed" not in str(refused.value)
