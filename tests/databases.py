"""Databases for tests: made once by the migrations, put back to the reference data after each test."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

import config
from helpdesk import create_app
from helpdesk.extensions import db
from helpdesk.reference import commands as reference
from helpdesk.transaction import transaction

PUT_BACK = "put_back"  # where an application on PostgreSQL has the script that restores its database

TEMPLATES = "HELPDESK_TEST_TEMPLATES"  # where the processes of a test run share their compiled templates


def prepare() -> None:
    """Make the folder of compiled templates, to be cleared away when this process ends (once, before any test process starts)."""
    if TEMPLATES not in os.environ:
        os.environ[TEMPLATES] = tempfile.mkdtemp(prefix="helpdesk-templates-")
        atexit.register(shutil.rmtree, os.environ[TEMPLATES], ignore_errors=True)


def share_templates(app: Flask) -> None:
    """Have each template compiled once in a test run: for all of them that takes about two seconds."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(os.environ[TEMPLATES])


def settings(url: str, maildir: Path) -> dict[str, Any]:
    """The settings of a test: nothing is taken from the environment."""
    files = str(maildir.with_name(f"{maildir.name}-files"))
    return config.load({"HELPDESK_ENV": "testing", "DATABASE_URL": url, "MAILDIR": str(maildir), "ATTACHMENTS_DIR": files})


def make_app(url: str, maildir: Path) -> Flask:
    """An application on the empty database at `url`, with the schema and the reference data in it."""
    app = create_app(settings(url, maildir))
    share_templates(app)
    with app.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
        if is_sqlite:
            event.listen(db.engine, "connect", _be_careless)
        fill()
        if not is_sqlite:
            app.extensions[PUT_BACK] = _kept_on_postgresql()
    return app


def fill() -> None:
    """Bring the empty database of the current application to the newest schema, with the reference data in it."""
    if db.engine.dialect.name == "sqlite":
        _fill_sqlite()
    else:
        _migrate()


def restore(app: Flask) -> None:
    """Put everything back as it was with the reference data alone; ids are given out anew from there."""
    db.session.rollback()
    with transaction():  # fails soon where a test has left the database locked
        if script := app.extensions.get(PUT_BACK):
            db.session.connection().exec_driver_sql(script, execution_options={"no_parameters": True})
    if script:
        return
    with closing(db.engine.raw_connection()) as pooled:
        _kept_sqlite().backup(_driver(pooled))


def filled_file(path: Path) -> str:
    """The address of a new SQLite database in this file, filled as `fill` does, once this process has filled another one."""
    with closing(sqlite3.connect(path)) as file:
        _kept_sqlite().backup(file)
    return f"sqlite:///{path}"


def _migrate() -> None:
    flask_migrate.upgrade()
    with transaction():
        reference.load()


def _fill_sqlite() -> None:
    """The first database of this test process is migrated and kept, every other one is a copy of it."""
    kept = _kept_sqlite()
    is_first = kept.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    if is_first:
        _migrate()
    with closing(db.engine.raw_connection()) as pooled:
        source, target = (_driver(pooled), kept) if is_first else (kept, _driver(pooled))
        source.backup(target)


@cache
def _kept_sqlite() -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    atexit.register(kept.close)
    return kept


def _driver(pooled: sa.PoolProxiedConnection) -> sqlite3.Connection:
    return pooled.driver_connection  # type: ignore[return-value]


def _kept_on_postgresql() -> str:
    """Keep the rows beside the tables, and say how to put them back: in one round trip."""
    tables = db.metadata.sorted_tables
    with transaction():
        db.session.execute(sa.text("CREATE SCHEMA kept"))
        filled = [table for table in tables if db.session.execute(sa.select(table).limit(1)).first()]
        for table in filled:
            db.session.execute(sa.text(f"CREATE TABLE kept.{table.name} AS TABLE {table.name}"))
    deleting = [f"DELETE FROM {table.name}" for table in reversed(tables)]
    inserting = [f"INSERT INTO {table.name} TABLE kept.{table.name}" for table in filled]
    return ";\n".join([*deleting, *inserting, _restart_numbering(tables)])


def _restart_numbering(tables: list[sa.Table]) -> str:
    """The next id of each table follows the highest that is there, as if its other rows had never been."""
    numbered = [(table.name, column.name) for table in tables if (column := table.autoincrement_column) is not None]
    highest = (
        f"setval(pg_get_serial_sequence('{table}', '{column}'), coalesce((SELECT max({column}) FROM {table}), 0) + 1, false)"
        for table, column in numbered
    )
    return f"SELECT {', '.join(highest)}"


def _be_careless(connection: Any, _record: Any) -> None:
    """Nothing of a test needs to outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")
