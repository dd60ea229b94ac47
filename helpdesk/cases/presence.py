"""Who has a case open just now, and who is writing: told by their pages every few seconds, believed for half a minute.

It locks nothing: two people who write at once are told of each other, and the version of the case sees to the rest.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..accounts.models import User
from ..database import Id, Instant, text_enum
from ..extensions import db
from .models import Case, MessageKind

BELIEVED_FOR = timedelta(seconds=30)


class CasePresence(db.Model):  # type: ignore[name-defined, misc]
    """That somebody has the page of a case open."""

    __tablename__ = "case_presence"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime]
    writing: Mapped[MessageKind | None] = mapped_column(text_enum(MessageKind, "writing"))  # what they last wrote at
    wrote_at: Mapped[datetime | None]  # kept apart: another page of theirs only looks


def note(case: Case, user: User, *, writing: MessageKind | None) -> None:
    """This person has the case open, and is perhaps writing."""
    now = clock.now()
    wrote = {"writing": writing, "wrote_at": now} if writing else {}
    mine = sa.update(CasePresence).filter_by(case_id=case.id, user_id=user.id)
    if not db.session.execute(mine.values(seen_at=now, **wrote)).rowcount:  # type: ignore[attr-defined]
        db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))  # pages take turns
        db.session.merge(CasePresence(case_id=case.id, user_id=user.id, seen_at=now, **wrote))


def leave(case: Case, user: User) -> None:
    """They have closed the page; another one of theirs tells of itself again in a few seconds."""
    db.session.execute(sa.delete(CasePresence).filter_by(case_id=case.id, user_id=user.id))


def is_there(case_id: Id, *, reader_id: Id, since: Instant) -> tuple[sa.ColumnElement[bool], ...]:
    """That somebody else than the reader has the case open, in a statement about presence: `since` is `believed_since`."""
    return (CasePresence.case_id == case_id, CasePresence.user_id != reader_id, CasePresence.seen_at > since)


def believed_since() -> datetime:
    """What was told before is not believed any more."""
    return clock.now() - BELIEVED_FOR


def others(case: Case, *, reader: User) -> list[tuple[str, MessageKind | None]]:
    """Who else has the case open, by name, and what each is writing."""
    there = is_there(case.id, reader_id=reader.id, since=believed_since())
    found = sa.select(User.first_name, User.last_name, CasePresence.writing, CasePresence.wrote_at).where(*there)
    rows = db.session.execute(found.join(User, User.id == CasePresence.user_id))
    return in_order((f"{first} {last}", writing_now(writing, wrote_at)) for first, last, writing, wrote_at in rows)


def writing_now(writing: MessageKind | None, wrote_at: datetime | None) -> MessageKind | None:
    """What somebody is writing, if they were a moment ago."""
    return writing if wrote_at is not None and wrote_at > believed_since() else None


def in_order(people: Iterable[tuple[str, MessageKind | None]]) -> list[tuple[str, MessageKind | None]]:
    """Those who write first, then by name."""
    return sorted(people, key=lambda person: (person[1] is None, person[0]))


def sweep() -> int:
    """Delete what is not believed any more; says how many rows."""
    over = sa.delete(CasePresence).where(CasePresence.seen_at <= believed_since())
    return int(db.session.execute(over).rowcount)  # type: ignore[attr-defined]
