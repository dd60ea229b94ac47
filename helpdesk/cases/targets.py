"""Telling the people of a case that a target is near, or missed: each once, by a job."""

from datetime import datetime

import sqlalchemy as sa

from ..extensions import db
from ..hours.queries import calendar
from ..sla.models import ClockState, SlaClock
from . import staff_mail
from .models import Case, EventKind

BATCH = 100  # clocks at once
IS_RUNNING = SlaClock.state == sa.bindparam("running", ClockState.RUNNING, literal_execute=True)


def anything_to_tell(*, at: datetime) -> bool:
    """Whether a running clock has come to a point at which somebody is told; reads two short indexes."""
    return db.session.scalar(_to_tell(at).limit(1)) is not None


def tell(*, at: datetime) -> int:
    """Tell of up to BATCH clocks that are near their end or over; returns how many. Nothing is told twice.

    Whoever has the case is mailed, or the leads of its team while nobody has it; an entry says so.
    """
    told = 0
    for case_id in sorted(set(db.session.scalars(_to_tell(at).limit(BATCH)))):
        case = db.session.get_one(Case, case_id)
        case.hold()
        clocks = sa.select(SlaClock).where(SlaClock.case_id == case_id, IS_RUNNING).order_by(SlaClock.id)
        told += sum(_tell(case, clock, at) for clock in db.session.scalars(clocks.execution_options(populate_existing=True)))
    return told


def _to_tell(at: datetime) -> sa.Select[int]:
    """The case of each clock that somebody is to be told of; of one clock by one of many at a time."""
    is_near = sa.and_(IS_RUNNING, SlaClock.warned_at.is_(None), sa.or_(SlaClock.warn_at <= at, SlaClock.warn_at.is_(None)))
    is_over = sa.and_(IS_RUNNING, SlaClock.missed_at.is_(None), SlaClock.due_at <= at)
    found = sa.union_all(*(sa.select(SlaClock.case_id).where(which) for which in (is_near, is_over))).subquery()
    return sa.select(found.c.case_id)


def _tell(case: Case, clock: SlaClock, at: datetime) -> bool:
    """Tell of what is missed, else of what is near; a clock of older days first learns when it is near."""
    if clock.warn_at is None:
        clock.promise(clock.target_minutes, at=at, hours=calendar())
    if clock.missed_at is None and clock.due_at <= at:
        clock.missed_at = clock.warned_at = at
        case.record(EventKind.TARGET_MISSED, by=None, at=at, new={"target": clock.target.value})
        staff_mail.tell_that_target_is_missed(case, clock)
        return True
    if clock.warned_at is None and clock.warn_at is not None and clock.warn_at <= at:
        clock.warned_at = at
        case.record(EventKind.TARGET_NEAR, by=None, at=at, new={"target": clock.target.value})
        staff_mail.tell_that_target_is_near(case, clock)
        return True
    return False
