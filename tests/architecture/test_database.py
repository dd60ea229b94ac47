"""What the ground promises: SQLite is durable and strict, transactions are whole, and opening a page writes nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg.pq import TransactionStatus

from helpdesk import clock, create_app
from helpdesk.cases import commands
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import WrittenOutside, db
from helpdesk.transaction import TransactionOpen, transaction
from tests import databases
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import an_admin, an_agent
from tests.visitor import Visitor

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
FOR_EVERYBODY = (
    "/",
    "/vaccine-provider",
    "/learn",
    "/training",
    "/login",
    "/register",
    "/forgot-password",
    "/healthz",
    "/readyz",
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Flask]:
    """The application on a SQLite file as it is set up in production."""
    app = create_app(databases.settings(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path))
    with app.app_context():
        databases.fill()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def commits_seen(app: Flask) -> Iterator[Callable[[], int]]:
    """A number that changes with every commit of another connection to the database file."""
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as watching:
        yield lambda: int(watching.execute("PRAGMA data_version").fetchone()[0])


@pytest.mark.parametrize("name", PRAGMAS)
def test_sqlite_is_durable_and_strict(desk: Flask, name: str) -> None:
    assert db.session.scalar(sa.text(f"PRAGMA {name}")) == PRAGMAS[name]


def test_a_transaction_takes_the_write_lock_at_once(desk: Flask) -> None:
    with transaction(), db.engine.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 1")
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            other.exec_driver_sql("UPDATE users SET phone = ''")


def test_a_number_once_shown_is_never_given_again(app: Flask) -> None:
    first = a_case().number
    with transaction():
        for table in ("outbox_messages", "routing_decisions", "sla_clocks", "events", "messages", "cases"):
            db.session.execute(sa.text(f"DELETE FROM {table}"))

    assert a_case().number > first


@pytest.mark.both_databases
def test_a_transaction_inside_another_is_refused(app: Flask) -> None:
    with pytest.raises(TransactionOpen), transaction(), transaction():
        pass


@pytest.mark.both_databases
def test_what_was_loaded_before_is_read_afresh_inside(app: Flask) -> None:
    case, agent = a_case(), an_agent()
    seen = case.version
    with app.app_context(), transaction():
        other = db.session.get_one(type(case), case.id)
        commands.take(other, by=db.session.merge(agent))

    with transaction():
        assert (case.version, case.status) == (seen + 2, Status.OPEN)


@pytest.mark.both_databases
def test_whoever_writes_outside_of_a_transaction_is_refused(app: Flask) -> None:
    case = a_case()
    before = case.subject

    case.subject = "Half of something"
    with pytest.raises(WrittenOutside):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(WrittenOutside):
        db.session.execute(sa.update(Case).values(subject="Half of something"))

    with app.app_context():
        assert db.session.get_one(Case, case.id).subject == before


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_whoever_reads_keeps_no_transaction_open_and_the_plans_of_statements(app: Flask) -> None:
    for _ in range(10):  # the driver prepares what it is given often
        db.session.scalars(sa.select(Case).prefix_with("/* often */")).all()
        db.session.rollback()

    prepared = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, 'SELECT /* often */') > 0")
    assert db.session.scalar(prepared) == 1
    assert db.session.connection().connection.driver_connection.info.transaction_status is TransactionStatus.IDLE


def test_opening_a_page_writes_nothing(app: Flask, commits_seen: Callable[[], int]) -> None:
    with clock.at(MONDAY_9_AM):
        case, admin = a_case(status=Status.RESOLVED), an_admin()
        opened = {
            Visitor(app): FOR_EVERYBODY,
            Visitor(app).sign_in(case.requester): ("/cases", f"/cases/{case.number}", f"/cases/{case.number}/reject", "/account"),
            Visitor(app).sign_in(case.assignee): ("/agent/queue", f"/agent/cases/{case.number}", "/account"),
            Visitor(app).sign_in(admin): ("/agent/queue", f"/agent/cases/{case.number}", "/readyz"),
        }
        for visitor, paths in opened.items():
            for path in paths:
                before = commits_seen()
                assert visitor.open(path).status in (200, 503), path
                assert commits_seen() == before, path
        with transaction():
            commands.accept(case, by=case.requester)
        assert commits_seen() != before, "or else this test could not fail"
