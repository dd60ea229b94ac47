"""The calendar of the desk, read from its dated rows."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request
from sqlalchemy.orm import joinedload

from ..business_hours import DAYS_OF_A_WEEK, Calendar, Interval, Week, WeeklySchedule
from ..business_hours import Closure as ClosedDay
from ..extensions import db
from ..transaction import REMEMBERED
from .models import CalendarChange, Closure, ServiceInterval, ServiceSchedule

ZONE_BEFORE_ANY_SCHEDULE = "America/New_York"
CALENDAR, VERSION = "helpdesk.calendar", "helpdesk.calendar_version"
_HOURS = (
    sa.select(
        ServiceSchedule.valid_from, ServiceSchedule.zone, ServiceInterval.weekday, ServiceInterval.opens, ServiceInterval.closes
    )
    .outerjoin(ServiceInterval)
    .order_by(ServiceSchedule.valid_from)
)
_CLOSED_DAYS = sa.select(Closure.closed_on, Closure.closed_from, Closure.reason).order_by(Closure.closed_on)
WARN_FROM_MONTH = 10  # from October on, the closures of the year to come should be there


def calendar() -> Calendar:
    """The calendar in force, in two statements; a request, or the transaction of a job, reads it once."""
    memory = _memory()
    if CALENDAR not in memory:
        memory[CALENDAR] = _read()
    calendar: Calendar = memory[CALENDAR]
    return calendar


def calendar_version() -> int:
    """The version of the calendar in force: the newest entry of its history, 0 before the first; remembered like the calendar."""
    memory = _memory()
    if VERSION not in memory:
        memory[VERSION] = db.session.scalar(sa.select(sa.func.max(CalendarChange.id))) or 0
    version: int = memory[VERSION]
    return version


def forget() -> None:
    """Read the calendar afresh when it is next asked for; every command that changes its rows calls this."""
    for remembered in (CALENDAR, VERSION):
        _memory().pop(remembered, None)


def closures_missing_for(at: datetime) -> int | None:
    """The first year without any closure of those that should have some: the present one, from October on the next, too."""
    hours = calendar()
    today = hours.wall(at).date()
    known = {closure.on.year for closure in hours.closures}
    expected = [today.year, today.year + 1] if today.month >= WARN_FROM_MONTH else [today.year]
    return next((year for year in expected if year not in known), None)


def history() -> sa.Select[CalendarChange]:
    """What was changed in the calendar, newest first."""
    return sa.select(CalendarChange).order_by(CalendarChange.id.desc())


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
    hours = tuple(map(tuple, db.session.execute(_HOURS)))
    return _put_together(hours, tuple(map(tuple, db.session.execute(_CLOSED_DAYS))))


@lru_cache(maxsize=8)
def _put_together(hours: tuple[tuple[Any, ...], ...], closed_days: tuple[tuple[Any, ...], ...]) -> Calendar:
    """The calendar of these rows; of the same rows it is the same one, which knows the days that it was asked for."""
    schedules = []
    for (valid_from, _zone), rows in groupby(hours, key=itemgetter(0, 1)):
        intervals = [(weekday, Interval(opens, closes)) for *_schedule, weekday, opens, closes in rows if weekday is not None]
        schedules.append(WeeklySchedule(valid_from, _week(intervals)))
    zone = hours[-1][1] if hours else ZONE_BEFORE_ANY_SCHEDULE
    return Calendar(zone=zone, schedules=tuple(schedules), closures=tuple(ClosedDay(*day) for day in closed_days))


def dated(row: ServiceSchedule) -> WeeklySchedule:
    """A row as the calendar knows it."""
    return WeeklySchedule(row.valid_from, week_of(row.intervals))


def closed_day(row: Closure) -> ClosedDay:
    """A row as the calendar knows it."""
    return ClosedDay(row.closed_on, row.closed_from, row.reason)


def week_of(intervals: Iterable[ServiceInterval]) -> Week:
    """The intervals of a schedule, day by day, Monday first."""
    return _week((interval.weekday, Interval(interval.opens, interval.closes)) for interval in intervals)


def _week(intervals: Iterable[tuple[int, Interval]]) -> Week:
    by_time = sorted(intervals, key=itemgetter(1))
    return tuple(tuple(interval for day, interval in by_time if day == weekday) for weekday in range(DAYS_OF_A_WEEK))
