"""Somebody else who writes, and takes their time."""

import threading

import sqlalchemy as sa

from helpdesk.extensions import db


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

    def give_back(self) -> None:
        """Until now."""
        self._connection.close()
