"""How pressing a due time is, in words."""

from datetime import datetime, timedelta
from enum import StrEnum

from flask import Flask

from .. import clock
from ..languages import gettext as _
from .queries import calendar
from .wording import near

ONE_MINUTE, ONE_HOUR, LONGEST_IN_HOURS = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=8)


class Due(StrEnum):
    """How pressing a due time is."""

    OVER = "over"
    SOON = "soon"
    LATER = "later"


def set_up(app: Flask) -> None:
    """Make the wording known to every template."""
    app.jinja_env.globals["due_in_words"] = due_in_words


def due_in_words(due_at: datetime, now: datetime | None = None, *, over: timedelta | None = None) -> tuple[Due, str]:
    """How pressing a due time is, and the words for it; `now` is the present unless given.

    `over` is how much service time has counted since then: all of it, unless a clock has stood still meanwhile.
    Over, in service time: "18 min over", "3 h over", "over since Wed 11:30 a.m.". Soon, within an hour of service time: "due in
    12 min", or the day if the desk closes in between. Later: "due Wed 11:30 a.m.", "due Dec 4".
    """
    hours, now = calendar(), now or clock.now()
    if due_at <= now:
        return _over(due_at, hours.between(due_at, now) if over is None else over)
    kind = Due.SOON if hours.between(now, due_at) <= ONE_HOUR else Due.LATER
    if due_at - now > ONE_HOUR:
        return kind, _("due %(when)s", when=near(due_at))
    return kind, _("due in %(minutes)s min", minutes=-((now - due_at) // ONE_MINUTE))


def _over(due_at: datetime, over: timedelta) -> tuple[Due, str]:
    if over < ONE_MINUTE:
        return Due.SOON, _("due now")
    if over < ONE_HOUR:
        return Due.OVER, _("%(minutes)s min over", minutes=over // ONE_MINUTE)
    if over < LONGEST_IN_HOURS:
        return Due.OVER, _("%(hours)s h over", hours=over // ONE_HOUR)
    return Due.OVER, _("over since %(when)s", when=near(due_at))
