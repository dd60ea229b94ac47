"""Desks in trouble: one where a page fails in each way, one whose database is gone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort
from werkzeug.exceptions import TooManyRequests

from helpdesk import create_app
from helpdesk.extensions import db
from tests import databases
from tests.visitor import Visitor


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def failing_app(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The same desk with three more pages: one fails with a code, one is asked too often, one crashes."""
    for failing in _app_that_shows_errors(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path):
        _add_page(failing, "/fail/<int:code>", abort)
        _add_page(failing, "/too-often", _be_asked_too_often)
        _add_page(failing, "/crash", _crash)
        yield failing


@pytest.fixture
def app_without_database(tmp_path: Path) -> Iterator[Flask]:
    """A desk whose database cannot be opened: its folder has gone since the start."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    for app in _app_that_shows_errors(f"sqlite:///{folder}/desk.sqlite3", tmp_path):
        folder.rmdir()
        yield app


def _app_that_shows_errors(url: str, maildir: Path) -> Iterator[Flask]:
    app = create_app({**databases.settings(url, maildir), "PROPAGATE_EXCEPTIONS": False})
    yield app
    with app.app_context():
        db.engine.dispose()


def _add_page(app: Flask, path: str, answer: Any) -> None:
    def view(**arguments: Any) -> Any:
        return answer(**arguments)

    view.required_permission = None  # type: ignore[attr-defined]
    app.add_url_rule(path, endpoint=path, view_func=view)


def _be_asked_too_often() -> None:
    raise TooManyRequests(retry_after=90)


def _crash() -> None:
    raise RuntimeError("crashed for a test")
