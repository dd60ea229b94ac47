"""On hold: a case waits for somebody outside the desk, with a reason, until a day on which somebody looks at it again."""

from datetime import date, datetime

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..hours.queries import calendar
from . import commands, queries, staff_mail, turns
from .errors import CaseClosed, CaseResolved, DayIsPast, NothingWaits
from .kinds import HoldReason
from .models import UNFINISHED, WAITS, Case, EventKind, Status


def put_on_hold(case: Case, *, seen: int, by: User, reason: HoldReason, look_again_on: date, note: str = "") -> None:
    """Let a case wait for somebody outside, or for another reason or day; what there is to say is an internal note.

    Raises DayIsPast for a day that is not ahead or on which the desk stays closed, CaseClosed, CaseResolved, and StaleCase where
    something has happened since the version that was `seen`.
    """
    case.expect_version(seen)
    _must_be_open(case)
    at, hours = clock.now(), calendar()
    if look_again_on <= hours.wall(at).date() or not hours.opens_on(look_again_on):
        raise DayIsPast(case.number)
    if note:
        commands.add_note(case, by=by, body=note)
    about = {"reason": reason.value, "look_again_on": look_again_on.isoformat()}
    turns.change(case, Status.ON_HOLD, by=by, at=at, about=about)
    case.hold_reason, case.look_again_on = reason, look_again_on


def go_on(case: Case, *, by: User) -> None:
    """Work on a case that waits, before its time has come. Raises NothingWaits, CaseClosed and CaseResolved."""
    case.hold()
    _must_be_open(case)
    if case.status not in WAITS:
        raise NothingWaits(case.number)
    turns.change(case, Status.OPEN, by=by, at=clock.now())


def to_look_at(*, at: datetime) -> sa.Select[int]:
    """The ids of the cases on hold whose day has come; none while the desk is closed."""
    hours = calendar()
    today = hours.wall(at).date() if hours.is_open(at) else date.min
    return sa.select(Case.id).where(sa.text("status = 'on_hold'"), Case.look_again_on <= today)


def look_again(case_id: int, *, at: datetime) -> bool:
    """Open a case again whose day has come, and tell whoever has it, or the leads of its team; says whether that was so."""
    case = queries.held_if_still(case_id, due=to_look_at(at=at))
    if case is None:
        return False
    assert case.hold_reason is not None  # noqa: S101  (it has a day, and so a reason)
    old, reason = case.status, case.hold_reason
    case.move_to(Status.OPEN)
    new = {"status": case.status.value, "reason": reason.value}
    case.record(EventKind.LOOK_AGAIN, by=None, at=at, old={"status": old.value}, new=new)
    turns.follow(case, old, at=at)
    staff_mail.tell_to_look_again(case, reason)
    return True


def _must_be_open(case: Case) -> None:
    if case.is_final:
        raise CaseClosed(case.number)
    if case.status not in UNFINISHED:
        raise CaseResolved(case.number)
