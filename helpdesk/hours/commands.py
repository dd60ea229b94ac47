"""Change when the desk is open: schedules from a day on, and closures."""

from datetime import date, datetime, time
from zoneinfo import available_timezones

import sqlalchemy as sa

from ..business_hours import MIDNIGHT, Week, WeeklySchedule
from ..extensions import db
from . import queries
from .errors import AlreadyClosed, AnotherZone, NoSuchZone, ScheduleExists
from .models import Closure, ServiceInterval, ServiceSchedule


def adopt_schedule(valid_from: date, *, zone: str, week: Week, at: datetime) -> ServiceSchedule:
    """Open in these intervals of the week (Monday first) from a day on.

    Raises ScheduleExists, NoSuchZone and AnotherZone, and ValueError for a week whose intervals make no sense.
    """
    week = WeeklySchedule(valid_from, week).week
    if zone not in available_timezones():
        raise NoSuchZone(zone)
    for schedule in db.session.scalars(sa.select(ServiceSchedule)):
        if schedule.valid_from == valid_from:
            raise ScheduleExists(valid_from)
        if schedule.zone != zone:
            raise AnotherZone(zone)
    intervals = [
        ServiceInterval(weekday=weekday, opens=interval.opens, closes=interval.closes)
        for weekday, day in enumerate(week)
        for interval in day
    ]
    schedule = ServiceSchedule(valid_from=valid_from, zone=zone, created_at=at, intervals=intervals)
    db.session.add(schedule)
    _written()
    return schedule


def close(on: date, *, reason: str, at: datetime, closed_from: time = MIDNIGHT) -> Closure:
    """Close on a day, from a time of day on or all day; the reason is shown to everybody. Raises AlreadyClosed."""
    if db.session.scalars(sa.select(Closure).where(Closure.closed_on == on)).first() is not None:
        raise AlreadyClosed(on)
    closure = Closure(closed_on=on, closed_from=closed_from, reason=reason, created_at=at)
    db.session.add(closure)
    _written()
    return closure


def reopen(closure: Closure) -> None:
    """Take a closure back."""
    db.session.delete(closure)
    _written()


def _written() -> None:
    db.session.flush()
    queries.forget()
