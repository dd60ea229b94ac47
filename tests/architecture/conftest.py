"""Applications as they are made outside of tests: for developers, and for the public."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from flask import Flask

import config
from helpdesk import create_app
from helpdesk.extensions import db


@pytest.fixture
def development_app(tmp_path: Path) -> Iterator[Flask]:
    """The application on a developer's machine."""
    yield from _app("development", tmp_path)


@pytest.fixture
def production_app(tmp_path: Path) -> Iterator[Flask]:
    """The application that serves the public."""
    yield from _app("production", tmp_path)


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
    yield app
    structlog.configure(**logging)
    with app.app_context():
        db.engine.dispose()
