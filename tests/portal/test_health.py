"""What monitors ask, and what staff read there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock, create_app
from helpdesk.extensions import db
from helpdesk.notifications.models import Lease
from helpdesk.portal import health
from helpdesk.transaction import transaction
from tests import databases
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[Flask]:
    """A desk on a database with nothing in it."""
    app = create_app(databases.settings(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrated_app(tmp_path: Path) -> Iterator[Flask]:
    """A desk as it is set up: by the migrations, with the reference data."""
    app = databases.make_app(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_healthz_is_ok_without_a_database(app_without_database):
    visitor = Visitor(app_without_database).open("/healthz")

    assert (visitor.status, visitor.html) == (200, "ok\n")


def test_readyz_is_not_ready_without_a_database(app_without_database):
    visitor = Visitor(app_without_database).open("/readyz")

    assert (visitor.status, visitor.html) == (503, "not ready\n")


def test_readyz_is_not_ready_before_the_migrations(empty_app):
    visitor = Visitor(empty_app).open("/readyz")

    assert (visitor.status, visitor.html) == (503, "not ready\n")


def test_readyz_is_not_ready_at_an_older_migration(migrated_app):
    with transaction():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))

    visitor = Visitor(migrated_app).open("/readyz")

    assert (visitor.status, visitor.html) == (503, "not ready\n")


def test_visitors_and_providers_read_ready_and_no_details(migrated_app):
    visitor = Visitor(migrated_app).open("/readyz")
    provider = Visitor(migrated_app).sign_in(a_provider()).open("/readyz")

    assert (visitor.status, visitor.html) == (200, "ready\n")
    assert provider.html == "ready\n"


def test_staff_read_how_long_ago_the_scheduler_was_seen(migrated_app):
    the_scheduler_was_seen(at=NOW - timedelta(seconds=4))

    with clock.at(NOW):
        agent = Visitor(migrated_app).sign_in(an_agent()).open("/readyz")

    assert agent.html.startswith("ready\nDatabase: answers\nMigrations: at the newest\nScheduler: seen 4 seconds ago\n")


def test_staff_read_that_no_scheduler_has_ever_run(migrated_app):
    agent = Visitor(migrated_app).sign_in(an_agent()).open("/readyz")

    assert "Scheduler: not seen yet" in agent.html


def test_a_database_that_lost_a_table_is_not_said_to_answer_as_well(migrated_app):
    with transaction():
        db.session.execute(sa.text("DROP TABLE alarms"))

    found = [finding for finding in health.findings() if finding.subject in ("Database", "Migrations")]

    assert [finding.seen for finding in found] == ["does not answer"]
    assert "it is damaged: bring it back from the backup" in found[0].to_do


def the_scheduler_was_seen(*, at: datetime) -> None:
    with transaction():
        db.session.add(Lease(name="scheduler", holder="here", taken_at=at, renewed_at=at, expires_at=at + timedelta(seconds=30)))
