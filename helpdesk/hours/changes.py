"""How a change of the calendar is written down, and read again from what was written."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from ..business_hours import Closure, Interval, WeeklySchedule
from ..extensions import db
from .models import CalendarChange, CalendarChangeKind

Written = dict[str, Any]


def record(
    kind: CalendarChangeKind, *, at: datetime, by_id: int | None, old: Written | None = None, new: Written | None = None
) -> None:
    """Append an entry to the history of the calendar, which is its next version; by nobody: the reference data."""
    db.session.add(CalendarChange(kind=kind, at=at, actor_id=by_id, old=old or {}, new=new or {}))


def schedule_written(schedule: WeeklySchedule | None) -> Written:
    """A schedule as an entry holds it; nothing for none."""
    if schedule is None:
        return {}
    week = [[[interval.opens.isoformat(), interval.closes.isoformat()] for interval in day] for day in schedule.week]
    return {"valid_from": schedule.valid_from.isoformat(), "week": week}


def schedule_read(written: Mapping[str, Any]) -> WeeklySchedule | None:
    """The schedule that an entry holds."""
    if not written:
        return None
    week = tuple(
        tuple(Interval(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day) for day in written["week"]
    )
    return WeeklySchedule(date.fromisoformat(written["valid_from"]), week)


def closure_written(closure: Closure) -> Written:
    """A closure as an entry holds it."""
    return {"on": closure.on.isoformat(), "closed_from": closure.closed_from.isoformat(), "reason": closure.reason}


def closure_read(written: Mapping[str, Any]) -> Closure | None:
    """The closure that an entry holds."""
    if not written:
        return None
    return Closure(date.fromisoformat(written["on"]), time.fromisoformat(written["closed_from"]), written["reason"])
