"""The ground of the data layer: the declarative base, our column types, and how a connection to each database is set up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from enum import StrEnum
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
import sqlalchemy as sa
from psycopg.abc import PQGen
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 5_000
BEGIN = "sqlite_begin"  # execution option: how a SQLite transaction is opened
_READING: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
_TURNS: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()  # of the writers to each SQLite database

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the database is given: UTC, without a zone where it knows none. Raises ValueError on a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What Python is given: an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# What a condition compares with: a value or, in a statement that is put together once for many values, the name of one.
Id = int | sa.BindParameter[int]
Text = str | sa.BindParameter[str]
Instant = datetime | sa.BindParameter[datetime]

Json = sa.JSON().with_variant(JSONB(), "postgresql")


def text_enum(kind: type[StrEnum], name: str) -> sa.Enum:
    """A column type for a StrEnum: its values as text, held by a named check constraint."""
    return sa.Enum(
        kind, name=name, native_enum=False, create_constraint=True, length=40, values_callable=lambda e: [m.value for m in e]
    )


class Base(DeclarativeBase):
    """What every table shares: constraint names that migrations can rely on, and our mapping from Python types."""

    metadata = sa.MetaData(naming_convention=NAMING)
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            date: sa.Date(),
            time_of_day: sa.Time(),
            Decimal: sa.Numeric(12, 3),
            str: sa.Text(),
            dict[str, Any]: Json,
            list[Any]: Json,
            list[dict[str, Any]]: Json,
        },
    )


class WithMeanwhile(psycopg.Connection[Any]):
    """A connection whose user can do something while the server works on a statement."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._act: Callable[[], None] | None = None
        self._known: set[str] = set()

    def ask(self, words: str, values: Mapping[str, object], *, meanwhile: Callable[[], None] | None) -> list[tuple[Any, ...]]:
        """What a statement returns, which the server prepares when it first comes; then there is no `meanwhile`.

        For then it would be before the server works on the statement, and put that off.
        """
        self._act = meanwhile if words in self._known else None
        try:
            found = self.execute(words, values, prepare=True).fetchall()  # type: ignore[arg-type]
        finally:
            self._act = None
        self._known.add(words)
        return found

    def rollback(self) -> None:
        """Roll back; psycopg lets go of what is prepared when there is something to roll back."""
        self._known.clear()
        super().rollback()

    def wait(self, gen: PQGen[Any], *args: Any, **kwargs: Any) -> Any:
        """Wait as psycopg does for what the generator asks for, which it does first when all is sent that can be sent."""
        act, self._act = self._act, None
        if act is None:
            return super().wait(gen, *args, **kwargs)
        try:
            awaited = next(gen)
        except StopIteration as end:
            return end.value
        try:
            act()
        except BaseException:
            self.close()  # an answer is on its way that nobody will read
            raise
        return super().wait(_going_on(gen, awaited), *args, **kwargs)


def _going_on(gen: PQGen[Any], awaited: Any) -> PQGen[Any]:
    """The generator as it was before its first step was taken."""
    while True:
        ready = yield awaited
        try:
            awaited = gen.send(ready)
        except StopIteration as end:
            return end.value


def prepare_engine(engine: Engine) -> None:
    """Make SQLite durable and strict, and wait for a lock on either database no longer than BUSY_TIMEOUT_MS."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        return

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Dialect, _record: Any, arguments: Sequence[Any], options: dict[str, Any]) -> WithMeanwhile:
        return WithMeanwhile.connect(*arguments, **options)

    @event.listens_for(engine, "connect")
    def connected(raw: Any, _record: Any) -> None:
        raw.autocommit = True  # so that the setting stays when the first transaction is rolled back
        raw.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        raw.autocommit = False


def reading(engine: Engine) -> Engine:
    """The same database for whoever only reads.

    On PostgreSQL each statement is then a transaction of its own, and sees what is committed, as it does within one. That saves
    the way there and back to begin and to end one, and the driver keeps the plans of statements, which it throws away with each
    transaction that is rolled back. On SQLite a page keeps seeing one state of the whole database.
    """
    if engine.dialect.name == "sqlite":
        return engine
    found = _READING.get(engine)
    if found is None:
        found = _READING[engine] = engine.execution_options(isolation_level="AUTOCOMMIT")
    return found


def at_most(rows: int) -> sa.ColumnElement[int]:
    """A limit in the text of a statement, for the planner to see: for any limit it would plan to read a part of all rows."""
    return sa.literal_column(str(rows), sa.Integer)


def insert_or_leave(dialect: Dialect, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves a row as it is if it is there already, or somebody is writing it at the same moment."""
    if dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


@contextmanager
def in_turn(engine: Engine) -> Iterator[None]:
    """Wait until the writers of this process that came first are done, on SQLite; at most as long as for its lock.

    SQLite lets those who wait for its lock try again after pauses, in no order: of many threads one may never be lucky.
    """
    turn = _TURNS.get(engine)
    has_come = turn is not None and turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        yield
    finally:
        if turn is not None and has_come:
            turn.release()


def _prepare_sqlite(engine: Engine) -> None:
    _TURNS[engine] = Lock()

    @event.listens_for(engine, "connect")
    def connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(options.get(BEGIN, "BEGIN"))
