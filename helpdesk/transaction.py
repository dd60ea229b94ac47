"""The only module that commits.

A door of the application (view, command of the command line, scheduled job) opens one transaction where it can be seen:

    with transaction():
        commands.resolve(case, by=agent, code=code, note=note)
"""

from collections.abc import Iterator
from contextlib import contextmanager

from .database import BEGIN
from .extensions import KEPT, db

REMEMBERED = "remembered"  # in the session's info: what is read once in a transaction and ends with it


class TransactionOpen(RuntimeError):
    """A transaction was opened inside another: only doors open them."""


@contextmanager
def transaction() -> Iterator[None]:
    """Commit the block as one piece, or nothing of it.

    What was read before is given up first, so that objects loaded earlier are read afresh inside. On SQLite the write lock
    is taken at once (BEGIN IMMEDIATE); a transaction that upgrades from reading to writing could fail half-way.
    """
    session = db.session()
    if session.info.get("open"):
        raise TransactionOpen
    session.rollback()
    session.info["open"] = True
    session.info[REMEMBERED] = {}
    try:
        session.connection(execution_options={BEGIN: "BEGIN IMMEDIATE"})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        if KEPT in session.info:
            session.info[KEPT].execution_options(**{BEGIN: "BEGIN"})
        session.info["open"] = False
        del session.info[REMEMBERED]


@contextmanager
def one_connection() -> Iterator[None]:
    """Do all that the block asks of the database over one connection, rather than take one from the pool each time."""
    session = db.session()
    session.rollback()
    with db.engine.connect() as connection:
        session.info[KEPT] = connection
        try:
            yield
        finally:
            session.rollback()
            del session.info[KEPT]
