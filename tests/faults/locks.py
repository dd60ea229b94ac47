"""Somebody else who writes, and takes their time."""

import threading
from collections.abc import Callable

import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign


class Lock:
    """Keeps everybody from writing: on SQLite anything, on PostgreSQL the rows of one table."""

    def __init__(self, table: str = "delivery_attempts") -> None:
        self._table = table
        self.is_taken = threading.Event()
        self._connection = sa.create_engine(db.engine.url, poolclass=sa.NullPool).connect()

    def take(self, _count: int = 0) -> None:
        """From now on."""
        on_sqlite = self._connection.dialect.name == "sqlite"
        self._connection.exec_driver_sql("BEGIN IMMEDIATE" if on_sqlite else f"LOCK TABLE {self._table} IN EXCLUSIVE MODE")
        self.is_taken.set()

    def hang_up_for_the_dead(self) -> None:
        """End the connections that are younger than this lock, those of a process that was killed.

        PostgreSQL finds out by itself only when it answers, and would carry out what it was asked last.
        """
        if self._connection.dialect.name == "sqlite":
            return
        younger = (
            "SELECT pg_terminate_backend(theirs.pid) FROM pg_stat_activity AS theirs, pg_stat_activity AS ours "
            "WHERE ours.pid = pg_backend_pid() AND theirs.datname = ours.datname AND theirs.backend_start > ours.backend_start"
        )
        while self._connection.exec_driver_sql(younger).all():
            self._connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")  # else the next look sees what this one saw

    def give_back(self) -> None:
        """Until now."""
        self._connection.close()


def stopped_at(step: str, *, result: int) -> tuple[StopSign, dict[str, Callable[[], None]]]:
    """A stop sign that goes up when a mail server comes to this step while the result of the `result`-th mail cannot be written.

    The second is what the server is to do `meanwhile`.
    """
    lock, stop, ends = Lock(), StopSign(), []

    def its_result_has_to_wait() -> None:
        ends.append(step)
        if len(ends) == result:
            lock.take()

    def we_are_told_to_stop() -> None:
        if lock.is_taken.is_set() and not stop.is_up:
            stop.put_up()
            lock.give_back()

    return stop, {"END": its_result_has_to_wait, step: we_are_told_to_stop}
