"""Change when the desk is open: schedules from a day on, and closures. Each change leaves its entry in the history."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..business_hours import MIDNIGHT, Week, WeeklySchedule
from ..extensions import db
from . import changes, queries
from .errors import AlreadyClosed, AnotherZone, NoSuchZone, ScheduleBegun, ScheduleExists
from .models import CalendarChangeKind, Closure, ServiceInterval, ServiceSchedule


def adopt_schedule(valid_from: date, *, zone: str, week: Week, at: datetime, by_id: int | None = None) -> ServiceSchedule:
    """Open in these intervals of the week (Monday first) from a day on.

    Raises ScheduleExists, NoSuchZone and AnotherZone, and ValueError for a week whose intervals make no sense.
    """
    adopted = WeeklySchedule(valid_from, week)
    if zone not in available_timezones():
        raise NoSuchZone(zone)
    if set(db.session.scalars(sa.select(ServiceSchedule.zone))) - {zone}:
        raise AnotherZone(zone)
    queries.forget()  # read before this transaction, it may lack what somebody else has adopted since
    before = queries.calendar().schedule_on(valid_from)
    intervals = [
        ServiceInterval(weekday=weekday, opens=interval.opens, closes=interval.closes)
        for weekday, day in enumerate(adopted.week)
        for interval in day
    ]
    schedule = ServiceSchedule(valid_from=valid_from, zone=zone, created_at=at, intervals=intervals)
    _add(schedule, or_else=ScheduleExists(valid_from))
    old, new = changes.schedule_written(before), changes.schedule_written(adopted)
    changes.record(CalendarChangeKind.SCHEDULE_ADOPTED, at=at, by_id=by_id, old=old, new=new)
    _written()
    return schedule


def withdraw_schedule(schedule: ServiceSchedule, *, at: datetime, by_id: int | None = None) -> None:
    """Take back a schedule that begins today or later; what was in force before goes on. Raises ScheduleBegun.

    One of today can be: a mistake in it could else be put right tomorrow only, as no other can begin on its day.
    """
    if schedule.valid_from < queries.calendar().wall(at).date():
        raise ScheduleBegun(schedule.valid_from)
    old = changes.schedule_written(queries.dated(schedule))
    db.session.delete(schedule)
    _written()
    new = changes.schedule_written(queries.calendar().schedule_on(schedule.valid_from))
    changes.record(CalendarChangeKind.SCHEDULE_WITHDRAWN, at=at, by_id=by_id, old=old, new=new)
    _written()


def close(on: date, *, reason: str, at: datetime, closed_from: time = MIDNIGHT, by_id: int | None = None) -> Closure:
    """Close on a day, from a time of day on or all day; the reason is shown to everybody. Raises AlreadyClosed."""
    closure = Closure(closed_on=on, closed_from=closed_from, reason=reason, created_at=at)
    _add(closure, or_else=AlreadyClosed(on))
    changes.record(CalendarChangeKind.CLOSURE_ADDED, at=at, by_id=by_id, new=changes.closure_written(queries.closed_day(closure)))
    _written()
    return closure


def reopen(closure: Closure, *, at: datetime, by_id: int | None = None) -> None:
    """Take a closure back."""
    old = changes.closure_written(queries.closed_day(closure))
    changes.record(CalendarChangeKind.CLOSURE_WITHDRAWN, at=at, by_id=by_id, old=old)
    db.session.delete(closure)
    _written()


def _add(row: Any, *, or_else: Exception) -> None:
    """Write a row whose day must be free, also when two people do so at once."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise or_else from None


def _written() -> None:
    db.session.flush()
    queries.forget()
