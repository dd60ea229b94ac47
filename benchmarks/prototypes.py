"""A few dozen cases that real people of the desk could have lived through, by the desk's own commands, as rows to copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

import config
from helpdesk import clock, create_app
from helpdesk.accounts.models import User
from helpdesk.demo import people, play
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.permissions import Role
from helpdesk.reference import commands as reference
from helpdesk.transaction import transaction

from .desks import migrate

Row = dict[str, Any]
BEFORE = timedelta(days=play.DAYS + 30)  # when the people got their accounts


@dataclass(frozen=True)
class Prototypes:
    """Every row of a small desk, by table in an order in which they can be inserted; and whom to sign in as."""

    rows: dict[sa.Table, list[Row]]
    agent: str
    admin: str
    providers: tuple[str, ...]
    password: str  # of everybody


def live(folder: Path, *, count: int) -> Prototypes:
    """Play `count` cases through on a database that is thrown away."""
    with _small_desk(folder / "prototypes.sqlite3") as app:
        end = clock.now()
        with clock.at(end - BEFORE), transaction():
            reference.load()
            cast = people.make()
        play.play(app, cast, end=end, count=count)
        accounts = {role: (email, password) for role, email, password in cast.to_try}
        agent, password = accounts[Role.AGENT]
        _let_everybody_in(agent)
        rows = {table: _rows_of(table) for table in db.metadata.sorted_tables}
        providers = tuple(row["email"] for row in rows[User.__table__] if row["role"] is Role.PROVIDER)
        return Prototypes(rows, agent, accounts[Role.ADMIN][0], providers, password)


@contextmanager
def _small_desk(path: Path) -> Iterator[Flask]:
    """An application of the kind that tests use: its passwords are cheap, and demo accounts are welcome."""
    app = create_app(config.load({"HELPDESK_ENV": "testing", "DATABASE_URL": f"sqlite:///{path}"}))
    with app.app_context():
        migrate()
        yield app
        db.session.remove()
        db.engine.dispose()


def _let_everybody_in(agent: str) -> None:
    """Give everybody the password of this agent, and leave no mail waiting that would leave in the middle of a measurement."""
    with transaction():
        known = db.session.scalars(sa.select(User.password_hash).where(User.email == agent)).one()
        db.session.execute(sa.update(User).values(password_hash=known, is_demo=False))
        waiting = OutboxMessage.state.in_((MailState.HELD, MailState.DUE, MailState.RETRY))
        db.session.execute(sa.update(OutboxMessage).where(waiting).values(state=MailState.SENT, sent_at=OutboxMessage.due_at))


def _rows_of(table: sa.Table) -> list[Row]:
    return [dict(row) for row in db.session.execute(sa.select(table)).mappings()]
