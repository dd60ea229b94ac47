"""Applications as they are made outside of tests: for developers, and for the public."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask

import config
from helpdesk import create_app
from helpdesk.extensions import db
from tests import databases, postgresql


@pytest.fixture
def development_app(tmp_path: Path) -> Iterator[Flask]:
    """The application on a developer's machine."""
    yield from _app("development", tmp_path)


@pytest.fixture
def production_app(tmp_path: Path) -> Iterator[Flask]:
    """The application that serves the public."""
    yield from _app("production", tmp_path)


@pytest.fixture
def empty_app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database with nothing in it."""
    if database == "sqlite":
        yield from _app_on(f"sqlite:///{tmp_path}/empty.sqlite3", tmp_path)
        return
    with postgresql.new_database("helpdesk_migrations") as url:
        yield from _app_on(url, tmp_path)


@pytest.fixture
def migrated_app(empty_app: Flask) -> Flask:
    """The same with the newest schema and the reference data in it; whoever leaves the schema as it is takes `app`."""
    databases.fill()
    return empty_app


def _app(kind: str, folder: Path) -> Iterator[Flask]:
    environment = {
        "HELPDESK_ENV": kind,
        "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
        "ATTACHMENTS_DIR": f"{folder}/files",
        "SECRET_KEY": "a-key-for-the-tests-of-the-architecture",
        "BASE_URL": "https://help.example.org",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_DEFAULT_SENDER": "desk@desk.example.org",
    }
    logging = structlog.get_config()
    app = create_app(config.load(environment))
    databases.share_templates(app)
    yield app
    structlog.configure(**logging)
    with app.app_context():
        db.engine.dispose()


def _app_on(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(databases.settings(url, folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
