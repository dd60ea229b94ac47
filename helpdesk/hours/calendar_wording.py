"""Closures, schedules and the history of the calendar in plain words."""

from typing import NamedTuple

from ..business_hours import MIDNIGHT, Closure, WeeklySchedule
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .changes import closure_read, schedule_read
from .models import CalendarChange, CalendarChangeKind
from .wording import clock_time, day, week_in_words

KINDS = {
    CalendarChangeKind.SCHEDULE_ADOPTED: _l("Hours adopted"),
    CalendarChangeKind.SCHEDULE_WITHDRAWN: _l("Hours withdrawn"),
    CalendarChangeKind.CLOSURE_ADDED: _l("Closure added"),
    CalendarChangeKind.CLOSURE_WITHDRAWN: _l("Closure withdrawn"),
}


class Entry(NamedTuple):
    """A change of the calendar: what happened, what held before and what holds since."""

    what: str
    old: str
    new: str


def extent(closure: Closure) -> str:
    """How much of a day a closure takes: "all day", "from noon on"."""
    if closure.closed_from == MIDNIGHT:
        return _("all day")
    return _("from %(time)s on", time=clock_time(closure.closed_from))


def closure_in_words(closure: Closure) -> str:
    """A closure in one line: "Thu, Nov 26, 2026, all day: Thanksgiving"."""
    return _("%(day)s, %(extent)s: %(reason)s", day=day(closure.on), extent=extent(closure), reason=closure.reason)


def schedule_in_words(schedule: WeeklySchedule) -> str:
    """A schedule in one line: "from Mon, Jan 4, 2027, Monday to Friday, 8 a.m. to 4:45 p.m."."""
    return _("from %(day)s: %(week)s", day=day(schedule.valid_from), week=week_in_words(schedule.week))


def entry(change: CalendarChange) -> Entry:
    """A change of the calendar in words."""
    what = str(KINDS[change.kind])
    if change.kind in (CalendarChangeKind.CLOSURE_ADDED, CalendarChangeKind.CLOSURE_WITHDRAWN):
        old_closure, new_closure = closure_read(change.old), closure_read(change.new)
        return Entry(
            what,
            closure_in_words(old_closure) if old_closure else _("no closure"),
            closure_in_words(new_closure) if new_closure else _("no closure"),
        )
    old, new = schedule_read(change.old), schedule_read(change.new)
    return Entry(
        what, schedule_in_words(old) if old else _("no service hours"), schedule_in_words(new) if new else _("no service hours")
    )
