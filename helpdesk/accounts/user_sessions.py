"""The sessions of people as rows: started at sign-in, ended at sign-out, known by a random token that only the browser has."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from .. import clock
from ..extensions import db
from .models import User, UserSession

SEEN_EVERY = timedelta(minutes=1)  # at most so often is it written down that a session was used


def start(user: User, *, browser: str, network: str, is_remembered: bool, passed_second_factor: bool) -> str:
    """Start a session for this person; its token is shown here and never again."""
    token, now = secrets.token_urlsafe(), clock.now()
    row = UserSession(user_id=user.id, token_hash=_hashed(token), created_at=now, last_seen_at=now)
    row.browser, row.network = browser, network
    row.is_remembered, row.passed_second_factor = is_remembered, passed_second_factor
    db.session.add(row)
    return token


def with_person(token: str, user_id: int) -> tuple[User, UserSession] | None:
    """The person and the session with this token, if it is theirs."""
    return db.session.execute(_WITH_PERSON, {"token_hash": _hashed(token), "user_id": user_id}).first()


_WITH_PERSON = (
    sa.select(User, UserSession)
    .join(UserSession, UserSession.user_id == User.id)
    .where(UserSession.token_hash == sa.bindparam("token_hash"), User.id == sa.bindparam("user_id"))
)


def lasts(row: UserSession, user: User) -> bool:
    """Whether this session has neither been ended, nor grown too old, nor lain idle for too long."""
    now, (longest, idle) = clock.now(), _limits(is_staff=user.is_staff, is_remembered=row.is_remembered)
    return row.ended_at is None and now - row.created_at < longest and now - row.last_seen_at < idle


def of_person(user: User) -> list[UserSession]:
    """The sessions of this person that last, the one used last first."""
    open_ones = sa.select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    rows = db.session.scalars(open_ones.order_by(UserSession.last_seen_at.desc(), UserSession.id.desc()))
    return [row for row in rows if lasts(row, user)]


def is_of(row: UserSession, token: str) -> bool:
    """Whether this session is the one with this token."""
    return secrets.compare_digest(row.token_hash, _hashed(token))


def pass_second_factor(token: str) -> None:
    """The person of this session has just shown a second factor."""
    mine = sa.update(UserSession).where(UserSession.token_hash == _hashed(token))
    db.session.execute(mine.values(passed_second_factor=True))


def is_due(row: UserSession) -> bool:
    """Whether it is time to write down again that this session is used."""
    return clock.now() - row.last_seen_at >= SEEN_EVERY


def note_seen(session_id: int) -> None:
    """Write down that this session is used now; one that has been ended meanwhile stays so."""
    used = sa.update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None))
    db.session.execute(used.values(last_seen_at=clock.now()))


def end(token: str) -> None:
    """End the session with this token, if there is one; copies of its cookie are worth nothing from then on."""
    mine = sa.update(UserSession).where(UserSession.token_hash == _hashed(token), UserSession.ended_at.is_(None))
    db.session.execute(mine.values(ended_at=clock.now()))


def end_one(user: User, session_id: int) -> bool:
    """End one session of this person; says whether there was one to end."""
    mine = sa.update(UserSession).where(
        UserSession.id == session_id, UserSession.user_id == user.id, UserSession.ended_at.is_(None)
    )
    return bool(db.session.execute(mine.values(ended_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def end_all(user: User) -> None:
    """End every session of this person."""
    mine = sa.update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    db.session.execute(mine.values(ended_at=clock.now()))


def sweep() -> int:
    """Delete sessions that have been ended or are too old; says how many."""
    now = clock.now()
    old = [
        sa.and_(UserSession.is_remembered == remembered, UserSession.created_at <= now - longest)
        for remembered in (False, True)
        for longest, _idle in (_limits(is_staff=False, is_remembered=remembered),)
    ]
    over = sa.or_(UserSession.ended_at.is_not(None), *old)
    return int(db.session.execute(sa.delete(UserSession).where(over)).rowcount)  # type: ignore[attr-defined]


def _limits(*, is_staff: bool, is_remembered: bool) -> tuple[timedelta, timedelta]:
    """How long a session lasts whatever its person does, and how long while they do nothing."""
    settings = current_app.config
    if is_remembered:
        return settings["REMEMBER_FOR"], settings["REMEMBER_FOR"]
    return settings["SESSION_LASTS"], settings["SESSION_IDLE_STAFF" if is_staff else "SESSION_IDLE_PROVIDER"]


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
