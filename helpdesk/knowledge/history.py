"""The history of articles, videos and sessions: every change leaves one entry, in the transaction that makes the change."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts.models import User
from ..extensions import db
from .errors import StaleKnowledge
from .models import Article, KnowledgeAct, KnowledgeEvent, TrainingSession, Video

Subject = Article | Video | TrainingSession


def record(
    subject: Subject,
    act: KnowledgeAct,
    *,
    by: User | None,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> KnowledgeEvent:
    """Append an entry about a subject that is stored already; by nobody means the desk itself."""
    about = {_column(subject).key: subject.id}
    actor_id = by.id if by else None
    event = KnowledgeEvent(at=clock.now(), actor_id=actor_id, act=act, old=_plain(old or {}), new=_plain(new or {}), **about)
    db.session.add(event)
    return event


def of(subject: Subject) -> sa.Select[KnowledgeEvent]:
    """What happened to it, the newest first, with who did it."""
    found = sa.select(KnowledgeEvent).where(_column(subject) == subject.id).order_by(KnowledgeEvent.id.desc())
    return found.options(joinedload(KnowledgeEvent.actor))


def since(subject: Subject, event_id: int) -> list[KnowledgeEvent]:
    """What happened to it after that entry, the oldest first, new drafts left aside."""
    later = of(subject).where(KnowledgeEvent.id > event_id, KnowledgeEvent.act != KnowledgeAct.DRAFTED)
    return list(reversed(db.session.scalars(later).all()))


def mark_of(subject: Subject) -> int:
    """What a page is marked with: the latest entry but for drafts, which change nothing that a page would undo."""
    about = _column(subject) == subject.id, KnowledgeEvent.act != KnowledgeAct.DRAFTED
    return db.session.scalar(sa.select(sa.func.max(KnowledgeEvent.id)).where(*about)) or 0


def hold(subject: Subject) -> None:
    """Lock it until the transaction ends, and read it afresh."""
    db.session.flush()
    db.session.refresh(subject, with_for_update={"of": type(subject)})


def expect(subject: Subject, *, seen: int) -> None:
    """Lock it; raise StaleKnowledge if something has happened to it since the entry that was seen."""
    hold(subject)
    if mark_of(subject) != seen:
        raise StaleKnowledge(subject.title, since=seen)


def apply(row: Subject, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs from the row; old and new values of that."""
    old = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    for name in old:
        setattr(row, name, wanted[name])
    return old, {name: wanted[name] for name in old}


def _column(subject: Subject) -> Any:
    if isinstance(subject, Article):
        return KnowledgeEvent.article_id
    return KnowledgeEvent.video_id if isinstance(subject, Video) else KnowledgeEvent.session_id


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON keeps them."""
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in facts.items()}
