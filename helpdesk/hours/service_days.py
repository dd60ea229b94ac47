"""The day of the desk: when it opens first, when it closes last, and since when it was closed before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..business_hours import MIDNIGHT, ONE_DAY, Calendar

LOOK_BACK = timedelta(days=31)  # a desk that was closed for longer is told about this much of it


@dataclass(frozen=True)
class ServiceDay:
    """A day in the zone of the desk on which it opens."""

    on: date
    closed_since: datetime  # the last closing before it opened; a day ago where it does not close
    opens_at: datetime  # the first opening, where there are several
    closes_at: datetime  # the last closing of that day
    ends_at: datetime  # midnight


def service_day(calendar: Calendar, at: datetime) -> ServiceDay | None:
    """The day of an instant, or none if the desk does not open on it.

    A desk that is open at midnight opens when it next does so on that day; one that never closes opens at midnight.
    """
    on = calendar.wall(at).date()
    begins, ends = _midnight(calendar, on), _midnight(calendar, on + ONE_DAY)
    stretches = calendar.explain(begins - LOOK_BACK, ends)
    today = [stretch for stretch in stretches if stretch.closes_at > begins]
    if not today:
        return None
    openings = [stretch.opens_at for stretch in today if stretch.opens_at >= begins]
    if not openings:
        goes_on = today[0].closes_at < ends  # from the day before into this one, and not opened again
        return None if goes_on else ServiceDay(on, begins - ONE_DAY, begins, today[-1].closes_at, ends)
    closings = [stretch.closes_at for stretch in stretches if stretch.closes_at < openings[0]]
    return ServiceDay(on, closings[-1] if closings else begins - LOOK_BACK, openings[0], today[-1].closes_at, ends)


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, MIDNIGHT, ZoneInfo(calendar.zone)).astimezone(UTC)
