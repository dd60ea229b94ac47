"""Mailed links: for one purpose, used once, with an end, and stored only as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..extensions import db
from .errors import LinkNotValid
from .models import AccountToken, TokenPurpose, User

LIFETIMES = {
    TokenPurpose.VERIFY_ADDRESS: timedelta(hours=24),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
    TokenPurpose.CHANGE_ADDRESS: timedelta(hours=24),
    TokenPurpose.INVITATION: timedelta(days=7),
}


def issue(user: User, purpose: TokenPurpose, *, new_address: str = "") -> str:
    """A new token for a link to this person; shown here and never again."""
    token, now = secrets.token_urlsafe(), clock.now()
    row = AccountToken(user=user, purpose=purpose, token_hash=hashed(token), created_at=now, expires_at=now + LIFETIMES[purpose])
    row.new_address = new_address
    db.session.add(row)
    return token


def find(token: str, purpose: TokenPurpose) -> AccountToken | None:
    """What we know of this token, used and expired ones included; a token of another purpose is unknown."""
    row = sa.select(AccountToken).where(AccountToken.token_hash == hashed(token), AccountToken.purpose == purpose)
    return db.session.scalar(row.options(joinedload(AccountToken.user)))


def owner(token: str, purpose: TokenPurpose) -> User:
    """Whose token this is, used up or not. Raises LinkNotValid."""
    row = find(token, purpose)
    if row is None:
        raise LinkNotValid
    return row.user


def use(token: str, purpose: TokenPurpose) -> User:
    """Use up the token, and with it every other of its purpose, and say whose it is. Raises LinkNotValid.

    The person is locked first, as at the end of their account, which no link outlives.
    """
    row, now = find(token, purpose), clock.now()
    if row is None:
        raise LinkNotValid
    db.session.refresh(row.user, with_for_update={"of": User, "key_share": True})
    if not row.is_good(at=now):
        raise LinkNotValid
    unused = sa.update(AccountToken).where(AccountToken.id == row.id, AccountToken.used_at.is_(None))
    if db.session.execute(unused.values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        raise LinkNotValid  # somebody else used it just now
    end_all(row.user, purpose)
    return row.user


def end_all(user: User, purpose: TokenPurpose) -> None:
    """No link for this purpose mailed to this person until now is good any more."""
    open_ones = sa.update(AccountToken).where(
        AccountToken.user_id == user.id, AccountToken.purpose == purpose, AccountToken.used_at.is_(None)
    )
    db.session.execute(open_ones.values(used_at=clock.now()))


def sweep(*, before: datetime) -> int:
    """Delete tokens that expired before this instant; says how many."""
    old = sa.delete(AccountToken).where(AccountToken.expires_at < before)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def hashed(token: str) -> str:
    """The token as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
