"""Changes of the calendar with all that follows from them, in one transaction: due times of cases and held mail move along."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from .. import clock
from ..accounts.models import User
from ..business_hours import Closure as ClosedDay
from ..business_hours import Week
from ..cases import due_times
from ..hours import commands as hours
from ..hours import queries
from ..hours.models import Closure, ServiceSchedule
from ..notifications import rehold


@dataclass(frozen=True)
class Moved:
    """What a change of the calendar has moved to another time."""

    mails: int
    due_times: int


def adopt_schedule(valid_from: date, *, week: Week, by: User) -> Moved:
    """Open in these intervals of the week from a day on, in the zone of the desk. Raises ScheduleExists."""
    hours.adopt_schedule(valid_from, zone=queries.calendar().zone, week=week, at=clock.now(), by_id=by.id)
    return _move_along(by)


def withdraw_schedule(schedule: ServiceSchedule, *, by: User) -> Moved:
    """Take back a schedule that begins today or later. Raises ScheduleBegun."""
    hours.withdraw_schedule(schedule, at=clock.now(), by_id=by.id)
    return _move_along(by)


def close(days: Sequence[ClosedDay], *, by: User) -> Moved:
    """Close on one or several days, all or none of them. Raises AlreadyClosed."""
    for day in days:
        hours.close(day.on, closed_from=day.closed_from, reason=day.reason, at=clock.now(), by_id=by.id)
    return _move_along(by)


def reopen(closure: Closure, *, by: User) -> Moved:
    """Take a closure back."""
    hours.reopen(closure, at=clock.now(), by_id=by.id)
    return _move_along(by)


def mail_moved_without(closure: Closure) -> int:
    """How many held mails would leave at another time if the closure were withdrawn now."""
    hours_now = queries.calendar()
    without = replace(hours_now, closures=tuple(day for day in hours_now.closures if day.on != closure.closed_on))
    return rehold.would_move(without, at=clock.now())


def mail_moved_without_schedule(schedule: ServiceSchedule) -> int:
    """How many held mails would leave at another time if the schedule were withdrawn now."""
    hours_now = queries.calendar()
    without = replace(hours_now, schedules=tuple(s for s in hours_now.schedules if s.valid_from != schedule.valid_from))
    return rehold.would_move(without, at=clock.now())


def _move_along(by: User) -> Moved:
    """Cases first, then mail: the order in which everybody takes their locks."""
    at, calendar, version = clock.now(), queries.calendar(), queries.calendar_version()
    counted = due_times.recount(at=at)
    return Moved(mails=rehold.move(calendar, at=at, version=version, by_id=by.id), due_times=counted)
