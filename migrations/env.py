"""How `flask db` runs migrations and writes new ones: all pending ones in one transaction, numbered in order."""

from typing import Any

import click
import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationInfo
from alembic.script import Script
from flask import current_app
from sqlalchemy.engine import Connection

from helpdesk.database import Json, UtcDateTime
from helpdesk.search import index

ONE_AT_A_TIME = 74_657_108  # the key of PostgreSQL's lock: two processes that upgrade at once do so one after the other


def run() -> None:
    """Run the migrations that were asked for on the application's database."""
    extension = current_app.extensions["migrate"]
    with extension.db.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            enforce_foreign_keys(connection, on=False)  # a table that is made anew is dropped for a moment
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            include_name=is_of_a_model,
            render_item=render_item,
            process_revision_directives=number,
            on_version_apply=say_what_happens,
            transactional_ddl=True,
            **extension.configure_args,
        )
        with context.begin_transaction():
            if on_sqlite:
                context.run_migrations()
                refuse_dangling_rows(connection)
            else:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
                context.run_migrations()
        if on_sqlite:
            enforce_foreign_keys(connection, on=True)


def enforce_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys, which it does outside of transactions only."""
    connection.connection.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def refuse_dangling_rows(connection: Connection) -> None:
    """Undo everything if a row now points at one that is gone."""
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if dangling:
        raise RuntimeError(f"The migration would leave a row of {dangling[0]} that points at a missing row of {dangling[2]}.")


def is_of_a_model(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether the models know what the database has: they do not know the index of the search."""
    return kind != "table" or not index.is_part(name or "")


def render_item(kind: str, item: Any, autogenerate: AutogenContext) -> str | bool:
    """Write our column types into migrations as what they are in the database, so that old migrations import nothing of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Json:
        autogenerate.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


def number(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Give a new migration the next number; `flask db migrate` writes none if nothing has changed."""
    asked = getattr(context.config.cmd_opts, "autogenerate", False)
    operations = directives[0].upgrade_ops
    if asked and operations is not None and operations.is_empty():
        directives.clear()
        click.echo("The models are as the migrations leave them; there is nothing to write.")
        return
    directives[0].rev_id = f"{len(list(context.script.walk_revisions())) + 1:04}"


def say_what_happens(*, step: MigrationInfo, **_: Any) -> None:
    """One line for each migration that is run."""
    for revision in step.up_revisions:
        if isinstance(revision, Script):
            click.echo(f"{'Applying' if step.is_upgrade else 'Taking back'} {revision.revision}: {revision.doc}")


run()
