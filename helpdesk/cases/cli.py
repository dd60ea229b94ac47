"""The commands of `flask --app wsgi search`: the index of the search, made anew from the cases."""

from collections.abc import Iterator

import click
import sqlalchemy as sa

from ..command_line import Group
from ..extensions import db
from ..search import index
from ..transaction import transaction
from . import indexing, queries
from .models import Case

search = Group("search", help="The index of the search.")


@search.command("reindex")
@click.option("--missing", is_flag=True, help="Only the cases that the index does not know at all.")
def reindex(*, missing: bool) -> None:
    """Write what the search knows of the cases anew, from what stands on them.

    It brings names that people have changed, and leaves nothing of what was erased. The desk goes on meanwhile, the search too: a
    few cases are written at a time. It can be interrupted and run again.
    """
    written = sum(_written(missing=missing))
    if not missing:
        _tidy()
    click.echo(f"cases: {written}")


def _written(*, missing: bool) -> Iterator[int]:
    """How many cases each transaction has written."""
    wanted, last = indexing.missing() if missing else sa.select(Case.id), 0
    while True:
        with transaction():
            ids = db.session.scalars(wanted.where(Case.id > last).order_by(Case.id).limit(indexing.AT_ONCE)).all()
            db.session.execute(queries.locked(ids).with_only_columns(Case.id))  # nothing is said on them meanwhile
            indexing.write_by_ids(ids)
        yield len(ids)
        if len(ids) < indexing.AT_ONCE:
            return
        last = ids[-1]


def _tidy() -> None:
    with transaction():
        index.forget_lost()
    is_more = True
    while is_more:
        with transaction():
            is_more = index.tidy()
