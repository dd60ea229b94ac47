"""Duty ends as the desk closes for the day, so that nobody who has gone home is given cases over night."""

from datetime import datetime

import sqlalchemy as sa

from ..business_hours import Calendar, NeverCloses, NeverOpens
from ..extensions import db
from ..hours.queries import calendar
from ..languages import gettext as _
from . import duty, people
from .models import User


def over(*, at: datetime) -> list[User]:
    """Those who are still on duty though the desk has closed for the day since they came."""
    on_duty = db.session.scalars(sa.select(User).where(User.on_duty_since.is_not(None)).order_by(User.id))
    return [user for user in on_duty if _is_over(user, at, calendar())]


def end(*, at: datetime) -> int:
    """Put them off duty, says how many. Needs an open transaction."""
    ended = 0
    for user in over(at=at):
        people.hold(user)
        if _is_over(user, at, calendar()):
            ended += duty.end(user, by=None, reason=_("the desk closed for the day"))
    return ended


def ends_at(since: datetime, hours: Calendar) -> datetime | None:
    """When duty that began then ends: at the last closing of that day of service (or of the next one, if it began between two).

    None where the desk never closes, or does not open again.
    """
    try:
        closes_at = hours.closes_at(hours.open_or_next(since))
    except (NeverOpens, NeverCloses):
        return None
    return _after_breaks(closes_at, hours)


def _after_breaks(closes_at: datetime, hours: Calendar) -> datetime | None:
    """The last closing of a day: a break at noon ends no duty."""
    try:
        while hours.wall(opens_at := hours.open_or_next(closes_at)).date() == hours.wall(closes_at).date():
            closes_at = hours.closes_at(opens_at)
    except NeverOpens:
        return closes_at
    except NeverCloses:
        return None
    return closes_at


def _is_over(user: User, at: datetime, hours: Calendar) -> bool:
    ends = ends_at(user.on_duty_since, hours) if user.on_duty_since else None
    return ends is not None and ends <= at
