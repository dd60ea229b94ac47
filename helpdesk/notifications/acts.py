"""What people and the desk do to a message besides sending it. Each act locks the row, checks the move and leaves an entry."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from markupsafe import escape

from .. import clock
from ..extensions import db
from ..hours import queries as hours
from ..languages import gettext as _
from . import refusals, states, window
from .claim import MOST_DOUBTS
from .errors import HasLeft, NothingToSettle
from .kinds import KINDS, Audience
from .models import MailAct, MailEvent, MailState, OutboxMessage, Settlement

ABOUT_ACCOUNTS = tuple(kind.name for kind in KINDS.values() if kind.audience is Audience.ACCOUNT)
NOT_LEFT = frozenset({MailState.HELD, MailState.DUE, MailState.RETRY})
GIVEN_UP = frozenset({MailState.CANCELLED, MailState.SUPERSEDED})


def can_be_taken_back(message: OutboxMessage) -> bool:
    """Whether the mail server has certainly not taken it yet, and nobody is handing it over."""
    return message.state in NOT_LEFT and not message.doubts


def may_have_left(message: OutboxMessage) -> bool:
    """Whether its recipient may know what it says: the mail server has it or may have it, or they were told in another way."""
    is_gone = message.state in (MailState.SENDING, MailState.SENT, MailState.DOUBTFUL)
    return is_gone or bool(message.doubts) or message.settlement in (Settlement.TOLD, Settlement.ARRIVED)


def needs_a_person(message: OutboxMessage) -> bool:
    """Whether it failed, or stayed in doubt when sent once more, and nobody has settled what follows."""
    stuck = message.state is MailState.FAILED or (message.state is MailState.DOUBTFUL and message.doubts >= MOST_DOUBTS)
    return stuck and message.settlement is Settlement.OPEN


def take_back(message: OutboxMessage, *, by: int, reason: str) -> None:
    """Stop a message before it leaves. Raises HasLeft once it may have."""
    _lock(message)
    if not can_be_taken_back(message):
        raise HasLeft(message.id)
    _move(message, MailState.CANCELLED, MailAct.TAKEN_BACK, by=by, reason=reason)


def call_off(message: OutboxMessage, *, by: int, reason: str) -> None:
    """Stop a message, if it is not stopped already, that has certainly not left, also one that failed. Raises HasLeft."""
    _lock(message)
    if may_have_left(message):
        raise HasLeft(message.id)
    if message.state not in GIVEN_UP:
        _move(message, MailState.CANCELLED, MailAct.TAKEN_BACK, by=by, reason=reason)


def supersede(message: OutboxMessage, *, following: OutboxMessage, by: int | None, reason: str) -> None:
    """Let another message take the place of one that has not left. Raises HasLeft once it may have."""
    _lock(message)
    if not can_be_taken_back(message):
        raise HasLeft(message.id)
    following.replaces_id = message.id
    _move(message, MailState.SUPERSEDED, MailAct.SUPERSEDED, by=by, reason=reason)


def send_again(message: OutboxMessage, *, by: int, reason: str = "") -> None:
    """Make a message due once more that failed, or is in doubt for good: same words, same Message-ID.

    Its address is released if it was marked as refusing; what was tried before does not count any more. Windowed mail waits
    for service hours again. Raises NothingToSettle when it needs nobody.
    """
    _lock(message)
    if not needs_a_person(message):
        raise NothingToSettle(message.id)
    now = clock.now()
    refusals.release(message.to_address, by=by, at=now)
    calendar = hours.calendar()
    message.due_at = window.leaves_at(calendar, now, is_windowed=message.is_windowed)
    message.tries, message.tried_from, message.stop_reason = 0, now, ""
    held = window.why_held(calendar, now) if message.is_windowed else ""
    _move(message, MailState.HELD if held else MailState.DUE, MailAct.SENT_AGAIN, by=by, reason=reason)
    message.reason = held


def send_now(message: OutboxMessage, *, by: int, reason: str) -> None:
    """Let held mail leave at once, service hours or not, because somebody said why. Raises HasLeft when it is not held."""
    _lock(message)
    if message.state is not MailState.HELD:
        raise HasLeft(message.id)
    message.is_windowed, message.due_at = False, clock.now()
    _move(message, MailState.DUE, MailAct.SENT_NOW, by=by, reason=reason)
    message.reason = ""


def settle(message: OutboxMessage, how: Settlement, *, by: int, reason: str = "") -> None:
    """Write down how a person settled what failed or is in doubt. Raises NothingToSettle when it needs nobody."""
    _lock(message)
    if not needs_a_person(message):
        raise NothingToSettle(message.id)
    message.settlement = how
    record(message, MailAct.SETTLED, by=by, reason=reason, new={"settlement": how.value})


def readdress(user_id: int, *, address: str, by: int) -> list[OutboxMessage]:
    """Send what has not left for this person to another address; returns the messages, those that need a person included.

    What a process has in its hands goes where it was going, and to the new address only if that comes to nothing
    (`results`). Mail about the account stays as it is: it was asked for at that address, its links end with it, or it tells
    the old address that there is a new one.
    """
    elsewhere = sa.or_(OutboxMessage.to_address != address, OutboxMessage.state == MailState.SENDING)
    theirs = (OutboxMessage.user_id == user_id, elsewhere, OutboxMessage.kind.not_in(ABOUT_ACCOUNTS))
    found = list(db.session.scalars(_unsent(also=MailState.SENDING).where(*theirs)))
    for message in found:
        record(message, MailAct.READDRESSED, by=by, old={"to_address": message.to_address}, new={"to_address": address})
        if message.state is not MailState.SENDING:
            message.to_address = address
    return found


def stop_for(user_id: int, *, by: int | None, reason: str) -> list[OutboxMessage]:
    """Stop all mail for a person who is deactivated; returns the messages, for their cases to say so."""
    found = list(db.session.scalars(_unsent(also=MailState.SENDING).where(OutboxMessage.user_id == user_id)))
    for message in found:
        if message.state is MailState.SENDING:
            message.stop_reason = reason
            continue
        _move(message, MailState.CANCELLED, MailAct.CANCELLED, by=by, reason=reason)
    return found


def forget(user_id: int, *, name: str, instead: str) -> None:
    """Erase somebody whose account is closed from the mail written to them; `name` and `instead` stand there from then on.

    Mail about their account loses its words. Mail about cases keeps them, as the case does, but for the name of whom it is to.
    That each was sent, when, to which address and what the mail server answered stays: it proves what we have told whom.
    """
    theirs = OutboxMessage.user_id == user_id
    in_words = sa.update(OutboxMessage).where(theirs, OutboxMessage.state != MailState.SENDING)
    db.session.execute(in_words.where(OutboxMessage.kind.in_(ABOUT_ACCOUNTS)).values(text_body=instead, html_body=instead))
    for called in db.session.scalars(sa.select(OutboxMessage.to_name).where(theirs, OutboxMessage.to_name != "").distinct()):
        text = sa.func.replace(OutboxMessage.text_body, called, instead)
        html = sa.func.replace(OutboxMessage.html_body, str(escape(called)), instead)
        db.session.execute(in_words.where(OutboxMessage.to_name == called).values(text_body=text, html_body=html))
    db.session.execute(sa.update(OutboxMessage).where(theirs).values(to_name=name))
    moved = sa.update(MailEvent).where(MailEvent.act == MailAct.READDRESSED, MailEvent.message.has(theirs))
    db.session.execute(moved.values(old={"to_address": instead}, new={"to_address": instead}))


def record(
    message: OutboxMessage,
    act: MailAct,
    *,
    by: int | None,
    reason: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Append an entry to the history of a message; by nobody means the desk itself."""
    message.events.append(MailEvent(at=clock.now(), actor_id=by, act=act, reason=reason, old=old or {}, new=new or {}))


def _unsent(*, also: MailState | None = None) -> sa.Select[OutboxMessage]:
    found: Iterable[MailState] = states.UNSENT | {also} if also else states.UNSENT
    locked = sa.select(OutboxMessage).where(OutboxMessage.state.in_(found)).order_by(OutboxMessage.id).with_for_update()
    return locked.execution_options(populate_existing=True)


def _lock(message: OutboxMessage) -> None:
    db.session.refresh(message, with_for_update=True)


def _move(message: OutboxMessage, state: MailState, act: MailAct, *, by: int | None, reason: str) -> None:
    states.check(message.state, state)
    record(message, act, by=by, reason=reason, old={"state": message.state.value}, new={"state": state.value})
    message.state, message.reason = state, reason or _("by hand")
