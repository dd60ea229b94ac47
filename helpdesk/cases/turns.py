"""Whose turn it is: a status becomes another, and clocks and reminders follow."""

from datetime import datetime
from typing import Any

from ..accounts.models import User
from ..languages import gettext as _
from ..notifications import outbox
from ..sla import commands as sla
from ..sla import queries as sla_queries
from .models import WAITS, Case, EventKind, Message, Status

REMINDER = "case_reminder"


def change(
    case: Case, status: Status, *, by: User | None, at: datetime, about: dict[str, Any] | None = None, said: int | None = None
) -> None:
    """Move the case on and let its clocks follow: they pause while it waits. What it waits for is counted from now on.

    With something to say `about` it the entry is written also where the status stays. Said: the message that has changed it.
    """
    old = case.status
    case.move_to(status)
    if status is not old or about:
        new = {"status": status.value, **(about or {}), **({"said": said} if said else {})}
        case.record(EventKind.STATUS_CHANGED, by=by, at=at, old={"status": old.value}, new=new)
    follow(case, old, at=at)


def after_word_of_staff(case: Case, message: Message, *, wait: bool, by: User, at: datetime) -> None:
    """Whose turn it is once staff has said something in public: the requester's or ours, or still that of whom it waits for."""
    if case.status is Status.ON_HOLD and not wait:
        stand_still(case, at=at)
        case.due_at = sla_queries.nearest_due(case.id)
        return
    change(case, Status.PENDING if wait else Status.OPEN, by=by, at=at, said=message.id)


def follow(case: Case, old: Status, *, at: datetime) -> None:
    """Clocks and reminders of a case whose status was another."""
    if case.status in WAITS:
        case.wait_from(at)
        stand_still(case, at=at)
    elif old in WAITS:
        sla.resume(case.id, at=at)
    stop_reminding(case, old)
    case.due_at = sla_queries.nearest_due(case.id)


def stand_still(case: Case, *, at: datetime) -> None:
    """Let the clocks of a case that waits stand still: all of them on hold, and in pending those after the first response."""
    if case.status in WAITS:
        sla.pause(case.id, at=at, first_response=case.status is Status.ON_HOLD)


def stop_reminding(case: Case, old: Status) -> None:
    """Nobody is reminded of what the desk does not wait for any more, or asks for in other words."""
    if old is Status.PENDING:
        outbox.cancel_unsent(case.id, kinds={REMINDER}, reason=_("the case does not wait for an answer any more"))
