"""What every test shares: an application on a real database that is empty but for the reference data."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.extensions import db
from tests import databases, postgresql

LONGEST = ("tools", "browser", "faults")  # folders of tests that start processes


def pytest_configure(config: pytest.Config) -> None:
    """Before pytest-xdist starts its processes: they share one PostgreSQL and what they compile."""
    postgresql.prepare()
    databases.prepare()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process ends long after the others; otherwise in the order of the files."""
    items.sort(key=lambda item: item.path.parent.name not in LONGEST)


def pytest_collection_finish() -> None:
    """Look for garbage less often than Python does by itself, and never among what stays to the end, modules and tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked both_databases runs twice."""
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a SQLite file of this test process."""
    path = tmp_path_factory.mktemp("sqlite") / "desk.sqlite3"
    yield from _app_on(f"sqlite:///{path}", tmp_path_factory.mktemp("maildir"))


@pytest.fixture(scope="session")
def postgresql_app(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    """The application on a PostgreSQL database of this test process."""
    with postgresql.new_database(f"helpdesk_{worker_id}") as url:
        yield from _app_on(url, tmp_path_factory.mktemp("maildir"))


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The database this test runs on: sqlite, or each in turn where the test is marked both_databases."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def app(request: pytest.FixtureRequest, database: str) -> Iterator[Flask]:
    """The application, inside an application context; every row a test writes is gone after it."""
    app: Flask = request.getfixturevalue(f"{database}_app")
    with app.app_context():
        yield app
        databases.restore(app)


def _app_on(url: str, maildir: Path) -> Iterator[Flask]:
    app = databases.make_app(url, maildir)
    yield app
    with app.app_context():
        db.engine.dispose()
