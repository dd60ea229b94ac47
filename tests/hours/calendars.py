"""Calendars for tests, and a slow answer to compare with."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpdesk.business_hours import MIDNIGHT, Calendar, Closure, Interval, Week, WeeklySchedule

NEW_YORK = "America/New_York"
LONG_AGO = date(2000, 1, 1)
WORKING_DAY = (Interval(time(8, 0), time(16, 45)),)
WORKING_WEEK: Week = (WORKING_DAY,) * 5 + ((), ())
ALWAYS: Week = ((Interval(MIDNIGHT, MIDNIGHT),),) * 7
NEVER: Week = ((),) * 7


def a_calendar(*closures: Closure, week: Week = WORKING_WEEK, zone: str = NEW_YORK) -> Calendar:
    """One schedule for all time; Monday to Friday, 8 a.m. to 4:45 p.m. in New York unless told."""
    return Calendar(zone, (WeeklySchedule(LONG_AGO, week),), closures)


def every_day(*hours: str) -> Week:
    """A week whose days are all like this: every_day("08:00-12:00", "13:00-24:00")."""
    return (tuple(Interval(*(_time(end) for end in stretch.split("-"))) for stretch in hours),) * 7


def wall(shown: str, zone: str = NEW_YORK, *, fold: int = 0) -> datetime:
    """The instant at which the clocks of the zone show this; with fold=1 for the second time."""
    return datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def counted_slowly(calendar: Calendar, start: datetime, end: datetime, *, step: timedelta) -> timedelta:
    """What `between` answers, found by looking at the clock on the wall once every step."""
    steps = (end - start) // step
    return step * sum(shows_open(calendar, start + number * step) for number in range(steps))


def added_slowly(calendar: Calendar, start: datetime, duration: timedelta, *, step: timedelta) -> datetime:
    """What `add` answers, found by looking at the clock on the wall once every step."""
    at = start
    while duration:
        duration -= step if shows_open(calendar, at) else timedelta(0)
        at += step
    return at


def shows_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the clock on the wall shows an open time, read straight from the rows."""
    shown = at.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    valid = [schedule for schedule in calendar.schedules if schedule.valid_from <= shown.date()]
    if not valid or any(c.on == shown.date() and c.closed_from <= shown.time() for c in calendar.closures):
        return False
    week = max(valid, key=lambda schedule: schedule.valid_from).week
    return any(i.opens <= shown.time() and (i.closes == MIDNIGHT or shown.time() < i.closes) for i in week[shown.weekday()])


def _time(shown: str) -> time:
    return MIDNIGHT if shown == "24:00" else time.fromisoformat(shown)
