"""The training sessions: announced, changed, canceled."""

from dataclasses import asdict, dataclass
from datetime import datetime

from .. import clock
from ..accounts.models import Language, User
from ..extensions import db
from . import history
from .errors import EndsTooEarly, SessionCanceled
from .links import https_only
from .models import KnowledgeAct, TrainingSession


@dataclass(frozen=True)
class SessionFacts:
    """What is said about a session: instants are aware, the zone is the one in which they are shown."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str = ""
    language: Language = Language.ENGLISH
    url: str = ""


def add(facts: SessionFacts, *, by: User | None) -> TrainingSession:
    """Announce a session. Raises NotHttps and EndsTooEarly."""
    _check(facts)
    session = TrainingSession(**asdict(facts))
    db.session.add(session)
    db.session.flush()
    history.record(session, KnowledgeAct.ADDED, by=by, new={name: value for name, value in asdict(facts).items() if value})
    return session


def change(session: TrainingSession, facts: SessionFacts, *, seen: int, by: User) -> bool:
    """Say something else about a session; False where that is the same as before.

    Raises NotHttps, EndsTooEarly, SessionCanceled and StaleKnowledge.
    """
    _check(facts)
    history.hold(session)
    if session.canceled_at is not None:
        raise SessionCanceled(session.title)
    history.expect(session, seen=seen)
    old, new = history.apply(session, asdict(facts))
    if not new:
        return False
    history.record(session, KnowledgeAct.CHANGED, by=by, old=old, new=new)
    return True


def cancel(session: TrainingSession, *, reason: str, seen: int, by: User) -> None:
    """Say that a session does not take place. Raises StaleKnowledge."""
    history.hold(session)
    if session.canceled_at is not None:
        return
    history.expect(session, seen=seen)
    session.canceled_at = clock.now()
    history.record(session, KnowledgeAct.WITHDRAWN, by=by, new={"reason": reason})


def _check(facts: SessionFacts) -> None:
    https_only(facts.url)
    if facts.ends_at <= facts.starts_at:
        raise EndsTooEarly(facts.title)
