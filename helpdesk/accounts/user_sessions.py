"""The sessions of people as rows: started at sign-in, ended at sign-out, known by a random token that only the browser has."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from .. import clock
from ..extensions import db
from .models import User, UserSession

LIFETIME = timedelta(hours=12)  # whatever its person does
IDLE_STAFF = timedelta(minutes=30)  # they see everybody's cases
IDLE_PROVIDER = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=1)  # at most so often is it written down that a session was used


def start(user: User) -> str:
    """Start a session for this person; its token is shown here and never again."""
    token, now = secrets.token_urlsafe(), clock.now()
    db.session.add(UserSession(user_id=user.id, token_hash=_hashed(token), created_at=now, last_seen_at=now))
    return token


def with_person(token: str, user_id: int) -> sa.Select[User, UserSession]:
    """The session with this token and its person, if it is theirs."""
    mine = sa.select(User, UserSession).join(UserSession, UserSession.user_id == User.id)
    return mine.where(UserSession.token_hash == _hashed(token), User.id == user_id)


def lasts(row: UserSession, user: User) -> bool:
    """Whether this session has neither been ended, nor grown too old, nor lain idle for too long."""
    now = clock.now()
    idle_limit = IDLE_STAFF if user.is_staff else IDLE_PROVIDER
    return row.ended_at is None and now - row.created_at < LIFETIME and now - row.last_seen_at < idle_limit


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


def sweep() -> int:
    """Delete sessions that have been ended or are too old; says how many."""
    over = sa.or_(UserSession.ended_at.is_not(None), UserSession.created_at <= clock.now() - LIFETIME)
    return int(db.session.execute(sa.delete(UserSession).where(over)).rowcount)  # type: ignore[attr-defined]


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
