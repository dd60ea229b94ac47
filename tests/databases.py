"""Databases for tests: made once by the migrations, put back to the reference data after each test."""

from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

import config
from helpdesk import create_app
from helpdesk.extensions import db
from helpdesk.reference import commands as reference
from helpdesk.transaction import transaction

Rows = list[tuple[sa.Table, list[dict[str, Any]]]]


def settings(url: str, maildir: Path) -> dict[str, Any]:
    """The settings of a test: nothing is taken from the environment."""
    files = str(maildir.with_name(f"{maildir.name}-files"))
    return config.load({"HELPDESK_ENV": "testing", "DATABASE_URL": url, "MAILDIR": str(maildir), "ATTACHMENTS_DIR": files})


def make_app(url: str, maildir: Path) -> Flask:
    """An application on the empty database at `url`, with the schema and the reference data in it."""
    app = create_app(settings(url, maildir))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _be_careless)
        flask_migrate.upgrade()
        with transaction():
            reference.load()
        app.extensions["reference_rows"] = _rows()
    return app


def restore(app: Flask) -> None:
    """Delete every row, then put the reference data back as it was; ids are given out anew from there."""
    db.session.rollback()
    with transaction():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        for table, rows in app.extensions["reference_rows"]:
            db.session.execute(table.insert(), rows)
        _restart_numbering()


def _restart_numbering() -> None:
    """The next id of each table follows the highest that is there, as if its other rows had never been."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(sa.text("DELETE FROM sqlite_sequence"))
        return
    numbered = [t for t in db.metadata.sorted_tables if t.autoincrement_column is not None]
    highest = (
        f"setval(pg_get_serial_sequence('{t.name}', '{c.name}'), coalesce((SELECT max({c.name}) FROM {t.name}), 0) + 1, false)"
        for t in numbered
        if (c := t.autoincrement_column) is not None
    )
    db.session.execute(sa.text(f"SELECT {', '.join(highest)}"))


def _rows() -> Rows:
    found = [
        (table, [dict(row) for row in db.session.execute(sa.select(table)).mappings()]) for table in db.metadata.sorted_tables
    ]
    db.session.rollback()
    return [(table, rows) for table, rows in found if rows]


def _be_careless(connection: Any, _record: Any) -> None:
    """Nothing of a test needs to outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")
