"""The calendar of the desk, read from its dated rows."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy.orm import joinedload

from ..business_hours import DAYS_OF_A_WEEK, Calendar, Interval, Week, WeeklySchedule
from ..business_hours import Closure as ClosedDay
from ..extensions import db
from ..transaction import REMEMBERED
from .models import Closure, ServiceInterval, ServiceSchedule

ZONE_BEFORE_ANY_SCHEDULE = "America/New_York"
CALENDAR = "helpdesk.calendar"


def calendar() -> Calendar:
    """The calendar in force, in two statements; a request, or the transaction of a job, reads it once."""
    memory = _memory()
    if CALENDAR not in memory:
        memory[CALENDAR] = _read()
    calendar: Calendar = memory[CALENDAR]
    return calendar


def forget() -> None:
    """Read the calendar afresh when it is next asked for; every command that changes its rows calls this."""
    _memory().pop(CALENDAR, None)


def _memory() -> dict[str, Any]:
    """What ends with the request, or with the transaction of a job; elsewhere nothing is remembered."""
    if has_request_context():
        return request.environ
    remembered: dict[str, Any] = db.session().info.get(REMEMBERED, {})
    return remembered


def schedules() -> sa.Select[ServiceSchedule]:
    """The schedules with their intervals, oldest first."""
    return sa.select(ServiceSchedule).options(joinedload(ServiceSchedule.intervals)).order_by(ServiceSchedule.valid_from)


def closures() -> sa.Select[Closure]:
    """The closures, earliest first."""
    return sa.select(Closure).order_by(Closure.closed_on)


def _read() -> Calendar:
    rows = db.session.scalars(schedules()).unique().all()
    days = db.session.execute(sa.select(Closure.closed_on, Closure.closed_from, Closure.reason).order_by(Closure.closed_on))
    return Calendar(
        zone=rows[-1].zone if rows else ZONE_BEFORE_ANY_SCHEDULE,
        schedules=tuple(WeeklySchedule(row.valid_from, week_of(row.intervals)) for row in rows),
        closures=tuple(ClosedDay(*day) for day in days),
    )


def week_of(intervals: Iterable[ServiceInterval]) -> Week:
    """The intervals of a schedule, day by day, Monday first."""
    by_time = sorted(intervals, key=lambda interval: interval.opens)
    return tuple(
        tuple(Interval(interval.opens, interval.closes) for interval in by_time if interval.weekday == weekday)
        for weekday in range(DAYS_OF_A_WEEK)
    )
