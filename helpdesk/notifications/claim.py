"""Claiming due messages: who hands over which, until when. All in one transaction, before any connection is made."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..business_hours import Calendar
from ..extensions import db
from ..hours import stamp
from ..transaction import by_itself
from . import states, window
from .models import AttemptOutcome, DeliveryAttempt, MailState, OutboxMessage

BATCH = 50
MOST_DOUBTS = 2  # after two answers that never came, a person decides

MESSAGES: sa.Table = OutboxMessage.__table__  # type: ignore[assignment]
ATTEMPTS: sa.Table = DeliveryAttempt.__table__  # type: ignore[assignment]

_ONCE_MORE = sa.and_(OutboxMessage.state == MailState.DOUBTFUL, OutboxMessage.doubts < MOST_DOUBTS)
_WAITING = sa.or_(OutboxMessage.state.in_((MailState.HELD, MailState.RETRY)), _ONCE_MORE)


def in_our_hands(messages: sa.FromClause, *, id_as: str = "in_hand_id") -> sa.ColumnElement[bool]:
    """That a message, whose id comes as the value `id_as`, is still held by the process `in_hand_of`."""
    return sa.and_(
        messages.c.id == sa.bindparam(id_as, type_=sa.Integer()),
        messages.c.state == MailState.SENDING,
        messages.c.lease_holder == sa.bindparam("in_hand_of"),
    )


@dataclass(frozen=True)
class Claimed:
    """A message in the hands of one process, with the attempt that will say how it ended."""

    id: int
    attempt_id: int
    holder: str
    kind: str
    is_windowed: bool
    message_id: str
    to_address: str
    to_name: str
    language: str
    subject: str
    text_body: str
    html_body: str
    headers: dict[str, Any]
    first_due_at: datetime
    tried_from: datetime | None


@dataclass(frozen=True)
class Work:
    """What there is to be done."""

    is_due: bool
    has_waited: bool  # long enough to become due
    is_abandoned: bool  # by a process that died

    def __bool__(self) -> bool:
        return self.is_due or self.has_waited or self.is_abandoned


def work(*, at: datetime) -> Work:
    """What there is to be done now; reads only."""
    late = OutboxMessage.due_at <= at
    due = sa.and_(OutboxMessage.state == MailState.DUE, late)
    waited = (sa.and_(OutboxMessage.state.in_((MailState.HELD, MailState.RETRY)), late), sa.and_(_ONCE_MORE, late))
    abandoned = sa.and_(OutboxMessage.state == MailState.SENDING, OutboxMessage.lease_until <= at)
    has_waited = sa.or_(*(sa.exists().where(some) for some in waited))
    return Work(*db.session.execute(sa.select(sa.exists().where(due), has_waited, sa.exists().where(abandoned))).one())


def release(*, at: datetime, calendar: Calendar) -> None:
    """Make due what has waited long enough; windowed messages that come too late for the window wait for the next opening."""
    late = OutboxMessage.due_at <= at
    closed = window.why_held(calendar, at)
    if closed:
        next_opening = window.leaves_at(calendar, at, is_windowed=True)
        too_late = sa.and_(OutboxMessage.is_windowed, late)
        held = OutboxMessage.state.in_((MailState.DUE, MailState.HELD))
        change_messages(_picked(held, too_late), state=MailState.HELD, reason=closed, due_at=next_opening)
        change_messages(_picked(_WAITING, too_late), due_at=next_opening)
    may_leave = sa.not_(OutboxMessage.is_windowed) if closed else sa.true()
    change_messages(_picked(_WAITING, late, may_leave), state=MailState.DUE)


# Put together once: to do it anew for every batch took a fifth of the time of a claim.
_DUE = (  # a CTE, lest PostgreSQL ask it again for every row and claim more than BATCH
    sa.select(MESSAGES.c.id)
    .where(
        MESSAGES.c.state == MailState.DUE,
        MESSAGES.c.due_at <= sa.bindparam("at", type_=MESSAGES.c.due_at.type),
        sa.or_(sa.not_(MESSAGES.c.is_windowed), sa.bindparam("desk_is_open", type_=sa.Boolean())),
    )
    .order_by(MESSAGES.c.due_at, MESSAGES.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    sa.update(MESSAGES)
    .where(MESSAGES.c.id.in_(sa.select(_DUE.c.id)))
    .values(state=MailState.SENDING, lease_holder=sa.bindparam("holder"), lease_until=sa.bindparam("until"))
)
_HELD_BY = sa.and_(MESSAGES.c.state == MailState.SENDING, MESSAGES.c.lease_holder == sa.bindparam("holder"))
_BEGIN = sa.insert(ATTEMPTS).from_select(  # with the defaults of the other columns
    ["outbox_message_id", "claimed_at"],
    sa.select(MESSAGES.c.id, sa.bindparam("at", type_=ATTEMPTS.c.claimed_at.type))
    .where(_HELD_BY)
    .order_by(MESSAGES.c.due_at, MESSAGES.c.id),
)
_FIELDS: dict[str, sa.Column[Any]] = {**MESSAGES.c, "attempt_id": ATTEMPTS.c.id, "holder": MESSAGES.c.lease_holder}
_IN_HAND = (
    sa.select(*(_FIELDS[field.name] for field in fields(Claimed)))
    .join_from(
        MESSAGES,
        ATTEMPTS,
        sa.and_(ATTEMPTS.c.outbox_message_id == MESSAGES.c.id, ATTEMPTS.c.outcome == AttemptOutcome.UNKNOWN),
    )
    .where(MESSAGES.c.state == MailState.SENDING)
    .order_by(MESSAGES.c.due_at, MESSAGES.c.id)
)
_IN_HAND_OF = _IN_HAND.where(_HELD_BY)


def take(*, holder: str, at: datetime, lease_until: datetime, calendar: Calendar) -> list[Claimed]:
    """Claim the messages that are due, the longest due first and at most BATCH of them, each with its attempt row."""
    states.check(MailState.DUE, MailState.SENDING)
    connection = db.session.connection()
    taking = {"at": at, "desk_is_open": calendar.is_open(at), "holder": holder, "until": lease_until}
    if not connection.execute(_TAKE, taking).rowcount:
        return []
    connection.execute(_BEGIN, {"at": at, "holder": holder})
    return _claimed(connection.execute(_IN_HAND_OF, {"holder": holder}))


def in_hand(ids: Sequence[int]) -> list[Claimed]:
    """Those of these messages whose attempt has no result yet, in the order in which they are handed over."""
    return _claimed(db.session.connection().execute(_IN_HAND.where(MESSAGES.c.id.in_(ids))))


def _claimed(found: sa.Result[Any]) -> list[Claimed]:
    rows: Sequence[Sequence[Any]] = found.all()
    return [Claimed(*row) for row in rows]


@dataclass(frozen=True)
class Standing:
    """How a message in hand stands immediately before it is begun."""

    lease_until: datetime
    is_stopped: bool  # what it tells is no longer so
    calendar_stamp: stamp.Stamp  # empty where it does not wait for service hours


_LOOK = sa.select(MESSAGES.c.lease_until, MESSAGES.c.stop_reason).where(in_our_hands(MESSAGES))
_LOOK_AT_HOURS_TOO = _LOOK.add_columns(*stamp.PARTS)


def look_again(claimed: Claimed) -> Standing | None:
    """How a message that we have claimed stands now; None if it is no longer in our hands."""
    look = _LOOK_AT_HOURS_TOO if claimed.is_windowed else _LOOK
    found = by_itself(look, {"in_hand_id": claimed.id, "in_hand_of": claimed.holder})
    return standing_in(found[0]) if found else None


def standing_in(row: Sequence[Any]) -> Standing | None:
    """How a message stands by its lease, the reason to stop it and the calendar's stamp; None if it was not in our hands."""
    lease_until, stop_reason, *calendar_stamp = tuple(row)
    return lease_until and Standing(lease_until, is_stopped=bool(stop_reason), calendar_stamp=tuple(calendar_stamp))


def renew(holder: str, *, lease_until: datetime) -> None:
    """Keep for longer what a process still has in its hands."""
    change_messages(
        _picked(OutboxMessage.state == MailState.SENDING, OutboxMessage.lease_holder == holder), lease_until=lease_until
    )


def change_messages(*where: sa.ColumnElement[bool], **values: Any) -> int:
    """Change the messages that are as `where` says; returns how many there were."""
    change = sa.update(OutboxMessage).where(*where).values(**values).execution_options(synchronize_session=False)
    return int(db.session.execute(change).rowcount)  # type: ignore[attr-defined]


def _picked(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """These rows, but for those that another process has in its hands at this moment."""
    return OutboxMessage.id.in_(sa.select(OutboxMessage.id).where(*where).with_for_update(skip_locked=True))
