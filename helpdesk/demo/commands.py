"""Fill an empty desk with the demo, once."""

from datetime import timedelta
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from flask import Flask, current_app

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..permissions import Role
from ..transaction import transaction
from . import duty, people, play

ACCOUNTS_FILE = "demo-accounts.txt"  # in the instance folder, readable by its owner alone


def load(*, count: int = play.CASES) -> bool:
    """Make the demo's people and cases; False, and nothing changed, when they are there already."""
    if db.session.scalar(sa.select(User.id).where(User.is_demo).limit(1)) is not None:
        return False
    end = clock.now()
    with clock.at(end.replace(hour=12) - timedelta(days=play.DAYS + 30)), transaction():
        company = people.make()
    _write_accounts(company)  # before the cases: who stops here finds fewer of them, but can sign in
    staff = {user.id: user.role for user in company.staff}
    play.play(_app(), company, end=end, count=count)
    with clock.at(end), transaction():
        duty.come(tuple(staff), by=next(user_id for user_id, role in staff.items() if role is Role.ADMIN))
    return True


def accounts() -> list[tuple[str, str, str]]:
    """Role, address and password of the accounts to try the desk with; empty where no demo was loaded."""
    path = _accounts_path()
    if not path.exists():
        return []
    rows = (line.split() for line in path.read_text().splitlines())
    return [(role, email, password) for role, email, password in rows]


def _write_accounts(company: people.Cast) -> None:
    path = _accounts_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{role} {email} {password}\n" for role, email, password in company.to_try))


def _accounts_path() -> Path:
    return Path(_app().instance_path) / ACCOUNTS_FILE


def _app() -> Flask:
    return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
