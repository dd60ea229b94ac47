"""A desk on one database: the application in this process, and the environment that its web servers share."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
import structlog
from flask import Flask

import config
from helpdesk import create_app
from helpdesk.extensions import db


def migrate() -> None:
    """Bring the database of the present application up to date, without a word."""
    with redirect_stdout(io.StringIO()):
        flask_migrate.upgrade()


@dataclass
class Desk:
    """An application with the schema in its database; what it logs below a warning is left out."""

    name: str
    url: str
    folder: Path
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(config.load(self.settings))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        with self.app.app_context():
            migrate()
            db.session.remove()

    @property
    def settings(self) -> dict[str, str]:
        """As in production, with a proxy that speaks HTTPS in front."""
        return {
            "HELPDESK_ENV": "production",
            "SECRET_KEY": "only-for-this-run-and-known-to-the-floor",
            "SECOND_FACTOR_ROLES": "",  # whoever measures signs in with a password
            "DATABASE_URL": self.url,
            "BASE_URL": "https://help.example.org",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_DEFAULT_SENDER": "helpdesk@desk.example.org",
            "MAIL_MOST_AN_HOUR": "100000",  # a few people get the mail of thousands
            "MAIL_USE_TLS": "off",
            "MAIL_USE_SSL": "off",
            "MAIL_USERNAME": "",
        }

    @property
    def engine(self) -> sa.Engine:
        """The engine of the application in this process."""
        with self.app.app_context():
            return db.engine

    @property
    def database(self) -> str:
        """The database and its version: "SQLite 3.40.1"."""
        statement = "SELECT sqlite_version()" if self.engine.dialect.name == "sqlite" else "SHOW server_version"
        with self.engine.connect() as connection:
            return f"{self.name} {connection.exec_driver_sql(statement).scalar_one()}"

    def rows(self, query: sa.Executable) -> list[Any]:
        """What a query finds, outside of any session."""
        with self.engine.connect() as connection:
            return list(connection.execute(query))

    def statements(self, path: str, cookie: str) -> int:
        """How many SQL statements a page takes, the opening of transactions left aside."""
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        sa.event.listen(self.engine, "before_cursor_execute", note)
        try:
            self.app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
        finally:
            sa.event.remove(self.engine, "before_cursor_execute", note)
        return len(seen)


@contextmanager
def desk(name: str, url: str, folder: Path) -> Iterator[Desk]:
    """A desk whose connections are closed at the end of the block."""
    made = Desk(name, url, folder)
    try:
        yield made
    finally:
        made.engine.dispose()
