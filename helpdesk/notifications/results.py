"""What becomes of a message after an attempt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from ..business_hours import Calendar
from ..extensions import db
from ..hours import stamp
from ..languages import gettext as _
from . import claim, states, window
from .answers import Answer, Stage
from .claim import ATTEMPTS, MESSAGES, Claimed, change_messages, in_hand
from .models import AttemptOutcome, DeliveryAttempt, MailAct, MailEvent, MailState, OutboxMessage

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
TRIED_FOR = timedelta(hours=48)
FEWEST_TRIES = 10  # before giving up: a desk that was switched off for a weekend has not been trying
DOUBT_PAUSE = timedelta(minutes=15)

Statement = tuple[sa.Select[Any], dict[str, object]]  # with its values

log = structlog.get_logger()


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 ... minutes, at most an hour."""
    return min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)


def record(claimed: Claimed, answer: Answer, *, at: datetime, calendar: Calendar, begun_at: datetime | None = None) -> MailState:
    """Write how the attempt ended and what follows from it; returns where the message stands now."""
    follows = _consequences(claimed, answer, at=at, calendar=calendar)
    now = _put_down(claimed, follows, tries=1)
    _finish(claimed, answer, begun_at=begun_at, at=at)
    return now or _answered_late(claimed, answer, at=at)


def sent_as_one_statement(
    claimed: Claimed, answer: Answer, *, following: Claimed | None, at: datetime, begun_at: datetime
) -> Statement | None:
    """What `record` does for a message that the server took, as one statement; none where the database has no such thing.

    It returns a row if the message was still in our hands, with how the following one stands (`claim.standing_in`); if not,
    it writes nothing.
    """
    if db.engine.dialect.name != "postgresql":  # SQLite changes one table at a time, and needs no round trip for each
        return None
    states.check(MailState.SENDING, MailState.SENT)
    values = {"in_hand_id": claimed.id, "in_hand_of": claimed.holder, "new_sent_at": at}
    values |= {**_values_of_attempt(claimed, answer, at=at, begun_at=begun_at), "following_id": following and following.id}
    return (_SENT_AND_LOOK_AT_HOURS if following and following.is_windowed else _SENT_AND_LOOK), values


def give_back(claimed: Claimed, *, at: datetime, calendar: Calendar) -> MailState:
    """Return a message that was not begun: to the next opening if it may not leave now, else to the due ones. It is no try."""
    follows = _Next(MailState.DUE)
    closed = window.why_held(calendar, at) if claimed.is_windowed else ""
    if closed:
        follows = _Next(MailState.HELD, reason=closed, due_at=window.leaves_at(calendar, at, is_windowed=True))
    now = _put_down(claimed, follows)
    if now:
        _finish(claimed, Answer(AttemptOutcome.NOT_BEGUN, Stage.BEFORE), at=at)
    return now or MailState.DUE


def return_abandoned(*, at: datetime, calendar: Calendar) -> int:
    """Take back what a process that died held under its lease; returns how many messages that were.

    Each process hands over in a fixed order and writes each result before it begins the next message, so only the first one
    without a result can have reached the server: that one is in doubt, the rest were not begun.
    """
    expired = sa.select(OutboxMessage.id).where(OutboxMessage.state == MailState.SENDING, OutboxMessage.lease_until <= at)
    ids = db.session.scalars(expired.with_for_update(skip_locked=True)).all()
    abandoned = in_hand(ids) if ids else []
    doubted: set[str] = set()
    for claimed in abandoned:
        if claimed.holder in doubted:
            give_back(claimed, at=at, calendar=calendar)
            continue
        doubted.add(claimed.holder)
        ended = Answer(AttemptOutcome.SILENT, Stage.END, text=_("we stopped before the mail server's answer was written down"))
        record(claimed, ended, at=at, calendar=calendar)
    return len(abandoned)


@dataclass(frozen=True)
class _Next:
    """What follows from an attempt; None leaves things as they are."""

    state: MailState
    reason: str | None = None
    due_at: datetime | None = None
    sent_at: datetime | None = None
    doubts: int = 0


def _consequences(claimed: Claimed, answer: Answer, *, at: datetime, calendar: Calendar) -> _Next:
    match answer.outcome:
        case AttemptOutcome.ACCEPTED:
            return _Next(MailState.SENT, reason="", sent_at=at)
        case AttemptOutcome.REFUSED:
            return _Next(MailState.FAILED, reason=str(answer))
        case AttemptOutcome.SILENT:
            again_at = window.leaves_at(calendar, at + DOUBT_PAUSE, is_windowed=claimed.is_windowed)
            return _Next(MailState.DOUBTFUL, reason=str(answer), due_at=again_at, doubts=1)
    tries, first_at = _tries_that_count(claimed)
    if tries >= FEWEST_TRIES and at - first_at >= TRIED_FOR and not answer.refuses_us:
        return _Next(MailState.FAILED, reason=str(answer))
    again_at = window.leaves_at(calendar, at + pause_after(tries), is_windowed=claimed.is_windowed)
    return _Next(MailState.RETRY, reason=str(answer), due_at=again_at)


def _tries_that_count(claimed: Claimed) -> tuple[int, datetime]:
    """How many, this one included, and when the first was; those before a person sent the message again do not count."""
    counting = [DeliveryAttempt.outbox_message_id == claimed.id, DeliveryAttempt.outcome != AttemptOutcome.NOT_BEGUN]
    if claimed.tried_from is not None:
        counting.append(DeliveryAttempt.claimed_at >= claimed.tried_from)
    tries, first_at = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(DeliveryAttempt.claimed_at)).where(*counting)
    ).one()
    return tries, first_at


def _given(column: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"new_{column}", type_=MESSAGES.c[column].type)


# A message that was stopped while it was in our hands goes nowhere but out of use, unless it has left or failed.
_STOPPED = sa.and_(MESSAGES.c.stop_reason != "", sa.bindparam("can_be_stopped", type_=sa.Boolean()))
_PUT_DOWN = (
    sa.update(MESSAGES)
    .where(claim.in_our_hands(MESSAGES))
    .values(
        state=sa.case((_STOPPED, MailState.CANCELLED), else_=sa.bindparam("to_state", type_=MESSAGES.c.state.type)),
        reason=sa.case((_STOPPED, MESSAGES.c.stop_reason), else_=sa.func.coalesce(_given("reason"), MESSAGES.c.reason)),
        due_at=sa.func.coalesce(_given("due_at"), MESSAGES.c.due_at),
        sent_at=sa.func.coalesce(_given("sent_at"), MESSAGES.c.sent_at),
        tries=MESSAGES.c.tries + sa.bindparam("more_tries"),
        doubts=MESSAGES.c.doubts + sa.bindparam("more_doubts"),
        lease_holder="",
        lease_until=None,
    )
    .returning(MESSAGES.c.state)
)


def _put_down(claimed: Claimed, follows: _Next, *, tries: int = 0) -> MailState | None:
    """Move a message out of our hands; returns where it stands now, or None if it was no longer in them.

    Comes before `_finish`: whoever changes both locks the message first, so that nobody waits in a circle.
    """
    now = db.session.connection().execute(_PUT_DOWN, _values_of_message(claimed, follows, tries=tries)).scalar_one_or_none()
    if now in states.UNSENT:
        _follow_its_recipient(claimed)
    return now


def _follow_its_recipient(claimed: Claimed) -> None:
    """What has not left goes to the address that its recipient was given while it was in our hands, if there is one."""
    newest = sa.select(MailEvent.new["to_address"].as_string()).order_by(MailEvent.id.desc()).limit(1)
    theirs = MailEvent.outbox_message_id == claimed.id, MailEvent.act == MailAct.READDRESSED
    address = db.session.scalar(newest.where(*theirs))
    if address is not None and address != claimed.to_address:
        change_messages(OutboxMessage.id == claimed.id, to_address=address)


def _values_of_message(claimed: Claimed, follows: _Next, *, tries: int) -> dict[str, object]:
    states.check(MailState.SENDING, follows.state)
    return {
        "in_hand_id": claimed.id,
        "in_hand_of": claimed.holder,
        "can_be_stopped": follows.state in states.UNSENT,
        "to_state": follows.state,
        "new_reason": follows.reason,
        "new_due_at": follows.due_at,
        "new_sent_at": follows.sent_at,
        "more_tries": tries,
        "more_doubts": follows.doubts,
    }


_RESULT = ("outcome", "begun_at", "finished_at", "greeting", "stage", "code", "answer")
_FINISH = (
    sa.update(ATTEMPTS)
    .where(ATTEMPTS.c.id == sa.bindparam("attempt_id"))
    .values({name: sa.bindparam(f"attempt_{name}", type_=ATTEMPTS.c[name].type) for name in _RESULT})
)
_SENT = (  # what _PUT_DOWN comes to for it
    sa.update(MESSAGES)
    .where(claim.in_our_hands(MESSAGES))
    .values(
        state=MailState.SENT, reason="", sent_at=_given("sent_at"), tries=MESSAGES.c.tries + 1, lease_holder="", lease_until=None
    )
    .returning(MESSAGES.c.id)
    .cte("sent")
)
_FINISHING = _FINISH.where(sa.exists(sa.select(_SENT.c.id))).returning(ATTEMPTS.c.id).cte("finish")  # the message first, here too
_FOLLOWING = MESSAGES.alias("following")
_SENT_AND_LOOK = sa.select(_FOLLOWING.c.lease_until, _FOLLOWING.c.stop_reason).select_from(
    _FINISHING.outerjoin(_FOLLOWING, claim.in_our_hands(_FOLLOWING, id_as="following_id"))
)
_SENT_AND_LOOK_AT_HOURS = _SENT_AND_LOOK.add_columns(*stamp.PARTS)


def _finish(claimed: Claimed, answer: Answer, *, at: datetime, begun_at: datetime | None = None) -> None:
    """Write the result of an attempt."""
    db.session.connection().execute(_FINISH, _values_of_attempt(claimed, answer, at=at, begun_at=begun_at))


def _values_of_attempt(claimed: Claimed, answer: Answer, *, at: datetime, begun_at: datetime | None) -> dict[str, object]:
    result = (answer.outcome.value, begun_at, at, answer.greeting, answer.stage.value, answer.code, answer.text)
    values = {f"attempt_{name}": value for name, value in zip(_RESULT, result, strict=True)}
    return {"attempt_id": claimed.attempt_id, **values}


def _answered_late(claimed: Claimed, answer: Answer, *, at: datetime) -> MailState:
    """The lease was over before the answer came, and the message was taken for doubtful: an acceptance settles that."""
    settled = 0
    if answer.outcome is AttemptOutcome.ACCEPTED:
        states.check(MailState.DOUBTFUL, MailState.SENT)
        doubtful = (OutboxMessage.id == claimed.id, OutboxMessage.state == MailState.DOUBTFUL)
        settled = change_messages(*doubtful, state=MailState.SENT, sent_at=at, reason="")
    log.error("mail answered after its lease", message=claimed.id, outcome=answer.outcome.value, settled=bool(settled))
    return MailState.SENT if settled else MailState.DOUBTFUL
