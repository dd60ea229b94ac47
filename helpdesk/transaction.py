"""The only module that commits.

A door of the application (view, command of the command line, scheduled job) opens one transaction where it can be seen:

    with transaction():
        commands.resolve(case, by=agent, code=code, note=note)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import lru_cache
from typing import Any

import psycopg
import sqlalchemy as sa

from .database import BEGIN, WithMeanwhile, in_turn
from .extensions import KEPT, OPEN, db
from .languages import for_the_record

ALONE = "alone"  # in the session's info: the connection of statements that stand by themselves
AFTERWARDS = "afterwards"  # in the session's info: what is done once the transaction is committed
REMEMBERED = "remembered"  # in the session's info: what is read once in a transaction and ends with it


class TransactionOpen(RuntimeError):
    """A transaction was opened inside another: only doors open them."""


@contextmanager
def transaction() -> Iterator[None]:
    """Commit the block as one piece, or nothing of it.

    Sentences that are written down are in English, whoever acts; mail is in the language of its reader.
    What was read before is given up first, so that objects loaded earlier are read afresh inside. On SQLite the write lock
    is taken at once (BEGIN IMMEDIATE); a transaction that upgrades from reading to writing could fail half-way.
    """
    session, afterwards = db.session(), list[Callable[[], None]]()
    if session.info.get(OPEN):
        raise TransactionOpen
    session.rollback()
    with in_turn(db.engine), _as_one_piece(session, afterwards):
        yield
    for act in afterwards:
        act()


@contextmanager
def _as_one_piece(session: Any, afterwards: list[Callable[[], None]]) -> Iterator[None]:
    session.info[OPEN] = True
    session.info[REMEMBERED], session.info[AFTERWARDS] = {}, afterwards
    try:
        session.connection(execution_options={BEGIN: "BEGIN IMMEDIATE"})
        with for_the_record():
            yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        if KEPT in session.info:
            session.info[KEPT].execution_options(**{BEGIN: "BEGIN"})
        session.info[OPEN] = False
        del session.info[REMEMBERED], session.info[AFTERWARDS]


def after_commit(act: Callable[[], None]) -> None:
    """Do this once the open transaction is committed, outside of it; never if it is not. It must not raise."""
    db.session().info[AFTERWARDS].append(act)


@contextmanager
def one_connection() -> Iterator[None]:
    """Do all that the block asks of the database over the same connections, rather than take one from the pool each time."""
    session, engine = db.session(), db.engine
    session.rollback()
    with engine.connect() as kept, engine.execution_options(isolation_level="AUTOCOMMIT").connect() as alone:
        session.info.update({KEPT: kept, ALONE: alone})
        try:
            yield
        finally:
            session.rollback()
            del session.info[KEPT], session.info[ALONE]


def by_itself(
    statement: sa.Select[Any], values: Mapping[str, object], *, meanwhile: Callable[[], None] | None = None
) -> Sequence[Sequence[Any]]:
    """What a statement returns that is a transaction of its own, and so one round trip rather than three.

    Within `one_connection()` only, and outside of `transaction()`. On PostgreSQL it goes straight to the driver, put into words
    once: values and rows are the driver's, so an enumeration is given by its value; and `meanwhile`, which must not raise, is
    called while the server works on it, unless it has to prepare it first. Raises what SQLAlchemy raises.
    """
    connection: sa.Connection = db.session().info[ALONE]
    if connection.dialect.name == "postgresql":
        return _straight(connection, statement, values, meanwhile)
    try:
        return connection.execute(statement, values).all()
    except BaseException:
        connection.rollback()  # tells SQLAlchemy that it is over; the database knows
        raise


def _straight(
    connection: sa.Connection,
    statement: sa.Select[Any],
    values: Mapping[str, object],
    meanwhile: Callable[[], None] | None,
) -> Sequence[Sequence[Any]]:
    words, constants = _compiled(statement, connection.dialect)
    given = {**constants, **values}
    driver: WithMeanwhile = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        return driver.ask(words, given, meanwhile=meanwhile)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate()
        raise _as_sqlalchemys(error, words, given, connection) from error


def _as_sqlalchemys(error: psycopg.Error, words: str, given: Mapping[str, object], connection: sa.Connection) -> BaseException:
    """The driver's error as SQLAlchemy raises it; what was given stays out of logs, as with every other statement."""
    hidden, dialect = connection.engine.hide_parameters, connection.dialect
    return sa.exc.DBAPIError.instance(words, given, error, psycopg.Error, hide_parameters=hidden, dialect=dialect)


@lru_cache(maxsize=16)
def _compiled(statement: sa.Select[Any], dialect: sa.Dialect) -> tuple[str, dict[str, Any]]:
    """A statement in words, with the values that are always the same, of which enumerations are given by theirs."""
    compiled = statement.compile(dialect=dialect)
    constants = {name: bound.value for bound, name in compiled.bind_names.items() if not bound.required}
    return compiled.string, {name: value.value if isinstance(value, Enum) else value for name, value in constants.items()}
