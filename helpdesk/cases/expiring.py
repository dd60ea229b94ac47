"""Resolved: what nobody opens again in time is closed by the desk."""

from datetime import datetime

import sqlalchemy as sa

from ..hours.queries import calendar
from . import mail, queries, staff_mail
from .models import Case, EventKind, Status
from .waits import REOPENED_WITHIN, SERVICE_DAY

TOLD_WITHIN = 5 * SERVICE_DAY  # of the time at which a case was to be closed


def to_close(*, at: datetime) -> sa.Select[int]:
    """The ids of the resolved cases whose time to be opened again is over; none while the desk is closed."""
    hours = calendar()
    if not hours.is_open(at):
        return sa.select(Case.id).where(sa.false())
    is_over = Case.resolved_at <= hours.subtract(at, REOPENED_WITHIN)
    return sa.select(Case.id).where(sa.text("status = 'resolved'"), is_over)


def close(case_id: int, *, at: datetime) -> bool:
    """Close a case that nobody has opened again; says whether that was still due.

    Its requester is told, but not long after the time: nobody is asked about what was over weeks ago.
    """
    case = queries.held_if_still(case_id, due=to_close(at=at))
    if case is None:
        return False
    assert case.resolved_at is not None  # noqa: S101  (it was due by that)
    old, is_recent = case.status, case.resolved_at > calendar().subtract(at, REOPENED_WITHIN + TOLD_WITHIN)
    case.move_to(Status.CLOSED)
    case.closed_at = at
    case.record(EventKind.CLOSED, by=None, at=at, old={"status": old.value}, new={"status": case.status.value})
    staff_mail.tell_watchers(case, by=None)
    if is_recent:
        mail.tell_that_closed(case, resolved_at=case.resolved_at)
    return True
