"""Days and moments among the facts become counts, so that rules compare them without a clock of their own."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..business_hours import Calendar

DAYS, WORKING_DAYS, HOURS = "days_ago", "working_days_ago", "hours_ago"
FARTHEST = 1000  # days; what lies farther away counts as so many
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


def with_day_counts(facts: Mapping[str, str], *, at: datetime, calendar: Calendar) -> dict[str, str]:
    """The facts and, of each that is a day or a moment in the desk's zone, how long before `at` it was.

    `opened_on` = 2026-11-20 adds `opened_on.days_ago` and `opened_on.working_days_ago` (days after it on which the desk opened,
    the day of `at` included); a moment adds `.days_ago` and `.hours_ago` (full hours). What lies ahead is negative.
    """
    counted = dict(facts)
    for key, value in facts.items():
        if _DAY.fullmatch(value) or _MOMENT.fullmatch(value):
            counted |= {f"{key}.{name}": str(count) for name, count in _counts(value, at, calendar).items()}
    return counted


def _counts(value: str, at: datetime, calendar: Calendar) -> dict[str, int]:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return {}
    now, then = calendar.wall(at).date(), moment.date()
    days = {DAYS: _within((now - then).days)}
    if _DAY.fullmatch(value):
        return days | {WORKING_DAYS: _working_days(then, now, calendar)}
    hours = (at - moment.replace(tzinfo=ZoneInfo(calendar.zone))) // timedelta(hours=1)
    return days | {HOURS: max(-FARTHEST * 24, min(FARTHEST * 24, hours))}


def _working_days(then: date, now: date, calendar: Calendar) -> int:
    if then > now:
        return -_working_days(now, then, calendar)
    first = max(then, now - timedelta(days=FARTHEST))
    days = (first + timedelta(days=number) for number in range(1, (now - first).days + 1))
    return sum(calendar.opens_on(day) for day in days)


def _within(days: int) -> int:
    return max(-FARTHEST, min(FARTHEST, days))
