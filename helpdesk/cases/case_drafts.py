"""What staff is writing on a case, kept as they write: nobody else reads it, and what was sent never comes back.

A draft that arrives while its text is being sent waits for that (both lock the person first), and then finds that its writer has
said more on the case than when its page was drawn. Neither the version nor the timeline of the case knows of drafts.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..accounts.models import User
from ..database import Instant, text_enum
from ..errors import HelpDeskError
from ..extensions import db
from .models import Case, Message, MessageKind

KEPT_FOR = timedelta(days=30)
# What becomes of each kind of draft: a reply with a macro that resolves is a resolution.
BECOMES: dict[MessageKind, frozenset[MessageKind]] = {
    MessageKind.NOTE: frozenset({MessageKind.NOTE}),
    MessageKind.REPLY: frozenset({MessageKind.REPLY, MessageKind.RESOLUTION}),
    MessageKind.RESOLUTION: frozenset({MessageKind.RESOLUTION}),
}


class SaidMeanwhile(HelpDeskError):
    """Something has been said since the page was drawn: what it still holds may be just that."""


class CaseDraft(db.Model):  # type: ignore[name-defined, misc]
    """What one person is writing on a case in one of its boxes."""

    __tablename__ = "case_drafts"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(text_enum(MessageKind, "kind"), primary_key=True)
    body: Mapped[str]
    code: Mapped[str] = mapped_column(default="")  # of a resolution, as chosen so far
    macro: Mapped[str] = mapped_column(default="")  # the code of the macro whose text is in it
    saved_at: Mapped[datetime]


def said(messages: Iterable[Message], owner: User, kind: MessageKind) -> int:
    """How much this person has said that was such a draft: a page tells by it whether it is older than that."""
    return sum(message.author_id == owner.id and message.kind in BECOMES[kind] for message in messages)


def save(
    case: Case,
    owner: User,
    kind: MessageKind,
    *,
    body: str,
    code: str = "",
    macro: str = "",
    said_then: int | None = None,
) -> CaseDraft | None:
    """Keep what was typed in place of what was kept before; nothing typed is nothing kept.

    Raises SaidMeanwhile where more has been said than a page knew (`said_then`).
    """
    _one_at_a_time(owner)
    if said_then is not None and said_then != _said(case, owner, kind):
        raise SaidMeanwhile(case.number)
    draft = db.session.get(CaseDraft, (case.id, owner.id, kind), populate_existing=True)
    if not body.strip() and not code:
        if draft is not None:
            db.session.delete(draft)
        return None
    if draft is None:
        draft = CaseDraft(case_id=case.id, owner_id=owner.id, kind=kind)
        db.session.add(draft)
    draft.body, draft.code, draft.macro, draft.saved_at = _storable(body), _storable(code), _storable(macro), clock.now()
    return draft


def of(case: Case, owner: User, kind: MessageKind) -> CaseDraft | None:
    """The draft of this person, while it is kept."""
    mine = sa.select(CaseDraft).filter_by(case_id=case.id, owner_id=owner.id, kind=kind)
    return db.session.scalar(mine.where(is_kept(kept_since())))


def forget(case: Case, owner: User, kind: MessageKind) -> None:
    """Delete what was kept: it has been sent, or its writer does not want it."""
    db.session.execute(sa.delete(CaseDraft).filter_by(case_id=case.id, owner_id=owner.id, kind=kind))


def is_kept(since: Instant) -> sa.ColumnElement[bool]:
    """That a draft is not so old that it is about to be swept: `since` is `kept_since`."""
    return CaseDraft.saved_at >= since


def kept_since() -> datetime:
    """What was saved before is about to be swept."""
    return clock.now() - KEPT_FOR


def sweep(*, before: datetime) -> int:
    """Delete the drafts that nobody has touched since before this instant; says how many."""
    return int(db.session.execute(sa.delete(CaseDraft).where(CaseDraft.saved_at < before)).rowcount)  # type: ignore[attr-defined]


def _one_at_a_time(owner: User) -> None:
    """Wait for whatever this person is sending, or keeping from another page."""
    db.session.execute(sa.select(User.id).where(User.id == owner.id).with_for_update(key_share=True))


def _said(case: Case, owner: User, kind: MessageKind) -> int:
    kinds: Collection[MessageKind] = BECOMES[kind]
    mine = Message.case_id == case.id, Message.author_id == owner.id, Message.kind.in_(kinds)
    return db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(*mine)) or 0


def _storable(text: str) -> str:
    """Without what no database stores: NUL, and half of a character."""
    return text.replace("\0", "").encode(errors="replace").decode()
