"""What a change of the calendar does to mail that waits: each message gets the time at which it would now leave.

In batches, so that ten thousand messages are a few statements each. What a process has in its hands at this moment is left
to it: whoever hands a message over asks the calendar again immediately before, and again when putting it down.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from ..business_hours import Calendar
from ..extensions import db
from . import states, window
from .claim import MOST_DOUBTS
from .models import AttemptOutcome, DeliveryAttempt, MailAct, MailEvent, MailState, OutboxMessage
from .results import DOUBT_PAUSE, pause_after

BATCH = 1000  # messages

_UNTOUCHED = sa.or_(
    OutboxMessage.state.in_((MailState.HELD, MailState.DUE, MailState.RETRY)),
    sa.and_(OutboxMessage.state == MailState.DOUBTFUL, OutboxMessage.doubts < MOST_DOUBTS),
)
_LAST_TRIED_AT = (
    sa.select(sa.func.max(DeliveryAttempt.finished_at))
    .where(DeliveryAttempt.outbox_message_id == OutboxMessage.id, DeliveryAttempt.outcome != AttemptOutcome.NOT_BEGUN)
    .scalar_subquery()
    .label("last_tried_at")
)
_WAITING = sa.select(
    OutboxMessage.id,
    OutboxMessage.state,
    OutboxMessage.reason,
    OutboxMessage.rest_until,
    OutboxMessage.due_at,
    OutboxMessage.tries,
    _LAST_TRIED_AT,
).where(OutboxMessage.is_windowed, _UNTOUCHED)


class Move(NamedTuple):
    """A message that leaves at another time than was said, and where it stands until then."""

    id: int
    old_due_at: datetime
    due_at: datetime
    state: MailState
    reason: str  # as the message carries it
    because: str  # why it does not leave before


def would_move(calendar: Calendar, *, at: datetime) -> int:
    """How many messages would leave at another time if this calendar came into force at that instant. Reads only."""
    return sum(len(_moves(rows, calendar, at)) for rows in _batches(_WAITING))


def move(calendar: Calendar, *, at: datetime, version: int, by_id: int | None) -> int:
    """Give all windowed mail that waits its time in this calendar, with an entry on each that moves; returns how many do."""
    moved = 0
    for rows in _batches(_WAITING.with_for_update(of=OutboxMessage, skip_locked=True)):
        moves = _moves(rows, calendar, at)
        if not moves:
            continue
        changes = [{"id": m.id, "due_at": m.due_at, "state": m.state, "reason": m.reason} for m in moves]
        db.session.execute(sa.update(OutboxMessage), changes)
        entry = {"at": at, "actor_id": by_id, "act": MailAct.MOVED}
        db.session.execute(sa.insert(MailEvent), [entry | _entry(move, version) for move in moves])
        moved += len(moves)
    return moved


def _batches(waiting: Any) -> Iterator[Iterable[Any]]:
    last = 0
    while rows := db.session.execute(waiting.where(OutboxMessage.id > last).order_by(OutboxMessage.id).limit(BATCH)).all():
        yield rows
        last = rows[-1].id


def _moves(rows: Iterable[Any], calendar: Calendar, at: datetime) -> list[Move]:
    return [move for row in rows if (move := _move(row, calendar, at))]


def _move(row: Any, calendar: Calendar, at: datetime) -> Move | None:
    """Where a waiting message goes; None if it leaves when it would have left anyway."""
    if row.due_at <= at and calendar.is_open(at):
        return None
    earliest = max(_rested_at(row), at)
    due_at = window.leaves_at(calendar, earliest, is_windowed=True)
    if due_at == row.due_at:
        return None
    is_later = due_at > row.due_at
    because = window.why_held(calendar, max(row.due_at, earliest) if is_later else earliest)
    state, reason = row.state, row.reason
    if state in (MailState.HELD, MailState.DUE):  # in other states the reason tells how the last attempt ended
        state = MailState.DUE if due_at <= at else MailState.HELD
        reason = because or window.rests()
    if state is not row.state:
        states.check(row.state, state)
    return Move(row.id, row.due_at, due_at, state, reason, because)


def _rested_at(row: Any) -> datetime:
    """From when on the message could leave, if the desk were always open."""
    if row.last_tried_at is None or row.state in (MailState.HELD, MailState.DUE):
        rested_at: datetime = row.rest_until
        return rested_at
    pause = DOUBT_PAUSE if row.state is MailState.DOUBTFUL else pause_after(row.tries)
    return row.last_tried_at + pause


def _entry(move: Move, version: int) -> dict[str, Any]:
    return {
        "outbox_message_id": move.id,
        "reason": move.because,
        "old": {"due_at": move.old_due_at.isoformat()},
        "new": {"due_at": move.due_at.isoformat(), "calendar_version": version},
    }
