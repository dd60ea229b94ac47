"""Targets and clocks in plain words."""

from datetime import timedelta

from flask_babel.speaklater import LazyString

from .. import clock
from ..hours.due_wording import Due, due_in_words
from ..hours.queries import calendar
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .models import ClockState, SlaClock, Target
from .sums import Uncounted

LABELS = {
    Target.FIRST_RESPONSE: _l("First response"),
    Target.NEXT_UPDATE: _l("Next update"),
    Target.RESOLUTION: _l("Resolution"),
}
STATES = {ClockState.RUNNING: _l("running"), ClockState.PAUSED: _l("paused"), ClockState.STOPPED: _l("met")}
UNCOUNTED = {
    Uncounted.PAUSED: _l("paused: it was somebody else's turn"),
    Uncounted.NO_SERVICE: _l("no service on this day of the week"),
}
ONE_MINUTE = timedelta(minutes=1)
MINUTES_OF_AN_HOUR = 60


def label(target: Target) -> LazyString:
    """What a clock measures."""
    return LABELS[target]


def standing(sla_clock: SlaClock) -> tuple[Due, str]:
    """Where a clock stands, and how pressing it is: "due in 12 min", "paused, 1 h 5 min of 4 h used", "met after 40 min"."""
    hours, now = calendar(), clock.now()
    used, promised = service_time(sla_clock.used(now, hours=hours)), service_time(sla_clock.target_time)
    is_missed = sla_clock.is_missed(now, hours=hours)
    match sla_clock.state:
        case ClockState.RUNNING:
            return due_in_words(sla_clock.due_at, now, over=sla_clock.over(now, hours=hours))
        case ClockState.PAUSED:
            words = _("paused, %(used)s of %(promised)s used", used=used, promised=promised)
        case ClockState.STOPPED if is_missed:
            words = _("missed: %(used)s instead of %(promised)s", used=used, promised=promised)
        case ClockState.STOPPED:
            words = _("met after %(used)s", used=used)
    return Due.OVER if is_missed else Due.LATER, words


def state(sla_clock: SlaClock) -> str:
    """Where a clock stands, in a word: running, paused, met or missed."""
    if sla_clock.is_missed(clock.now(), hours=calendar()):
        return _("missed")
    return str(STATES[sla_clock.state])


def uncounted(reason: Uncounted, *, closure: str) -> str:
    """Why time did not count: "closed: Thanksgiving Day", "paused: it was somebody else's turn"."""
    return _("closed: %(why)s", why=closure) if reason is Uncounted.CLOSURE else str(UNCOUNTED[reason])


def service_time(length: timedelta) -> str:
    """A length of service time, in whole minutes: "40 min", "8 h 45 min", "26 h"."""
    hours, minutes = divmod(length // ONE_MINUTE, MINUTES_OF_AN_HOUR)
    if not hours:
        return _("%(minutes)s min", minutes=minutes)
    if not minutes:
        return _("%(hours)s h", hours=hours)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
