"""What becomes of a message after an attempt."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask_babel import gettext as _

from ..business_hours import Calendar
from ..extensions import db
from . import states, window
from .claim import Claimed, change_messages, finish_attempt, in_hand
from .models import AttemptOutcome, DeliveryAttempt, MailState, OutboxMessage
from .smtp import Answer, Stage

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
TRIED_FOR = timedelta(hours=48)
FEWEST_TRIES = 10  # before giving up: a desk that was switched off for a weekend has not been trying
DOUBT_PAUSE = timedelta(minutes=15)

log = structlog.get_logger()


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 ... minutes, at most an hour."""
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)


def record(claimed: Claimed, answer: Answer, *, at: datetime, calendar: Calendar) -> MailState:
    """Write how the attempt ended and what follows from it; returns where the message stands now."""
    values = _consequences(claimed, answer, at=at, calendar=calendar)
    was_ours = _put_down(claimed, **values, tries=claimed.tries + 1)
    finish_attempt(claimed.attempt_id, answer.outcome, at=at, stage=answer.stage.value, code=answer.code, answer=answer.text)
    if not was_ours:
        _answered_late(claimed, answer, at=at)
    return _unless_stopped(claimed, values["state"])


def give_back(claimed: Claimed, *, at: datetime, calendar: Calendar) -> MailState:
    """Return a message that was not begun: to the next opening if it may not leave now, else to the due ones. It is no try."""
    values: dict[str, Any] = {"state": MailState.DUE}
    closed = window.why_held(calendar, at) if claimed.is_windowed else ""
    if closed:
        next_opening = window.leaves_at(calendar, at, is_windowed=True)
        values = {"state": MailState.HELD, "reason": closed, "due_at": next_opening}
    _put_down(claimed, **values)
    finish_attempt(claimed.attempt_id, AttemptOutcome.NOT_BEGUN, at=at)
    return _unless_stopped(claimed, values["state"])


def return_abandoned(*, at: datetime, calendar: Calendar) -> int:
    """Take back what a process that died held under its lease; returns how many messages that were.

    Each process hands over in a fixed order and writes each result before it begins the next message, so only the first one
    without a result can have reached the server: that one is in doubt, the rest were not begun.
    """
    expired = sa.select(OutboxMessage.id).where(OutboxMessage.state == MailState.SENDING, OutboxMessage.lease_until <= at)
    abandoned = in_hand(OutboxMessage.id.in_(db.session.scalars(expired.with_for_update(skip_locked=True)).all()))
    doubted: set[str] = set()
    for claimed in abandoned:
        if claimed.holder in doubted:
            give_back(claimed, at=at, calendar=calendar)
            continue
        doubted.add(claimed.holder)
        ended = Answer(AttemptOutcome.SILENT, Stage.END, text=_("we stopped before the mail server's answer was written down"))
        record(claimed, ended, at=at, calendar=calendar)
    return len(abandoned)


def _consequences(claimed: Claimed, answer: Answer, *, at: datetime, calendar: Calendar) -> dict[str, Any]:
    match answer.outcome:
        case AttemptOutcome.ACCEPTED:
            return {"state": MailState.SENT, "sent_at": at, "reason": ""}
        case AttemptOutcome.REFUSED:
            return {"state": MailState.FAILED, "reason": str(answer)}
        case AttemptOutcome.SILENT:
            again_at = window.leaves_at(calendar, at + DOUBT_PAUSE, is_windowed=claimed.is_windowed)
            return {"state": MailState.DOUBTFUL, "reason": str(answer), "due_at": again_at, "doubts": claimed.doubts + 1}
    if _tried_long_enough(claimed, at=at):
        return {"state": MailState.FAILED, "reason": str(answer)}
    again_at = window.leaves_at(calendar, at + pause_after(claimed.tries + 1), is_windowed=claimed.is_windowed)
    return {"state": MailState.RETRY, "reason": str(answer), "due_at": again_at}


def _tried_long_enough(claimed: Claimed, *, at: datetime) -> bool:
    if claimed.tries + 1 < FEWEST_TRIES:
        return False
    tried = sa.select(sa.func.min(DeliveryAttempt.claimed_at)).where(
        DeliveryAttempt.outbox_message_id == claimed.id, DeliveryAttempt.outcome != AttemptOutcome.NOT_BEGUN
    )
    first = db.session.scalar(tried)
    return first is not None and at - first >= TRIED_FOR


def _unless_stopped(claimed: Claimed, state: MailState) -> MailState:
    """Cancel a message that we have put down in this state, if it was stopped in our hands; returns where it stands now."""
    if state not in states.UNSENT:
        return state
    stopped = (OutboxMessage.id == claimed.id, OutboxMessage.state == state, OutboxMessage.stop_reason != "")
    is_stopped = change_messages(*stopped, state=MailState.CANCELLED, reason=OutboxMessage.stop_reason)
    return MailState.CANCELLED if is_stopped else state


def _put_down(claimed: Claimed, *, state: MailState, **values: Any) -> bool:
    """Move a message out of our hands; False if it is no longer in them.

    Comes before `finish_attempt`: whoever changes both locks the message first, so that nobody waits in a circle.
    """
    states.check(MailState.SENDING, state)
    ours = (
        OutboxMessage.id == claimed.id,
        OutboxMessage.state == MailState.SENDING,
        OutboxMessage.lease_holder == claimed.holder,
    )
    return bool(change_messages(*ours, state=state, lease_holder="", lease_until=None, **values))


def _answered_late(claimed: Claimed, answer: Answer, *, at: datetime) -> None:
    """The lease was over before the answer came, and the message was taken for doubtful: an acceptance settles that."""
    settled = 0
    if answer.outcome is AttemptOutcome.ACCEPTED:
        states.check(MailState.DOUBTFUL, MailState.SENT)
        doubtful = (OutboxMessage.id == claimed.id, OutboxMessage.state == MailState.DOUBTFUL)
        settled = change_messages(*doubtful, state=MailState.SENT, sent_at=at, reason="")
    log.error("mail answered after its lease", message=claimed.id, outcome=answer.outcome.value, settled=bool(settled))
