"""The instants at which service hours go wrong if they go wrong: one table, which the tests run and people can read.

It holds for the calendar given here: Monday to Friday, 8 a.m. to 4:45 p.m. in New York, closed on Thanksgiving 2026.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel.speaklater import LazyString

from ..business_hours import MIDNIGHT, Calendar, Closure, Interval, WeeklySchedule
from ..languages import lazy_gettext as _l

ZONE = ZoneInfo("America/New_York")
REST = timedelta(seconds=60)  # in which a mail can be taken back before it leaves

WORKING_DAY = (Interval(time(8, 0), time(16, 45)),)
CALENDAR = Calendar(
    zone=ZONE.key,
    schedules=(WeeklySchedule(date(2021, 1, 1), (WORKING_DAY,) * 5 + ((), ())),),
    closures=(
        Closure(date(2026, 11, 26), MIDNIGHT, "Thanksgiving"),
        Closure(date(2026, 11, 27), MIDNIGHT, "Thanksgiving"),
    ),
)


@dataclass(frozen=True)
class EdgeCase:
    """An instant, whether the desk is open at it, when it is open next, and when mail leaves that was written then."""

    name: LazyString
    at: datetime
    is_open: bool
    opens_at: datetime  # the instant itself when the desk is open
    mail_leaves_at: datetime  # after REST, within service hours


def _wall(day: str, clock: str) -> datetime:
    """The instant at which the clocks of the desk show this."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE).astimezone(UTC)


def _utc(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


def _open(name: LazyString, at: datetime, *, mail: datetime) -> EdgeCase:
    return EdgeCase(name, at, is_open=True, opens_at=at, mail_leaves_at=mail)


def _closed(name: LazyString, at: datetime, *, until: datetime, mail: datetime | None = None) -> EdgeCase:
    return EdgeCase(name, at, is_open=False, opens_at=until, mail_leaves_at=mail or until)


# Standard time is five hours behind UTC, summer time four: openings are written in UTC, so that they cannot hide the difference.
EDGE_CASES: tuple[EdgeCase, ...] = (
    _closed(
        _l("The second before opening"),
        _wall("2026-11-16", "07:59:59"),
        until=_utc("2026-11-16", "13:00:00"),
        mail=_utc("2026-11-16", "13:00:59"),
    ),
    _open(_l("The second of opening"), _wall("2026-11-16", "08:00:00"), mail=_utc("2026-11-16", "13:01:00")),
    _open(_l("A minute and a second before closing"), _wall("2026-11-16", "16:43:59"), mail=_utc("2026-11-16", "21:44:59")),
    _open(_l("A minute before closing"), _wall("2026-11-16", "16:44:00"), mail=_utc("2026-11-17", "13:00:00")),
    _open(_l("The second before closing"), _wall("2026-11-16", "16:44:59"), mail=_utc("2026-11-17", "13:00:00")),
    _open(
        _l("A millionth of a second before closing"), _wall("2026-11-16", "16:44:59.999999"), mail=_utc("2026-11-17", "13:00:00")
    ),
    _closed(_l("The second of closing"), _wall("2026-11-16", "16:45:00"), until=_utc("2026-11-17", "13:00:00")),
    _closed(_l("Friday at closing"), _wall("2026-11-20", "16:45:00"), until=_utc("2026-11-23", "13:00:00")),
    _closed(_l("Saturday at noon"), _wall("2026-11-21", "12:00:00"), until=_utc("2026-11-23", "13:00:00")),
    _closed(_l("Sunday, a second before midnight"), _wall("2026-11-22", "23:59:59"), until=_utc("2026-11-23", "13:00:00")),
    _closed(_l("The evening before Thanksgiving"), _wall("2026-11-25", "17:00:00"), until=_utc("2026-11-30", "13:00:00")),
    _closed(_l("Thanksgiving Thursday at noon"), _wall("2026-11-26", "12:00:00"), until=_utc("2026-11-30", "13:00:00")),
    _closed(_l("Thanksgiving Friday at noon"), _wall("2026-11-27", "12:00:00"), until=_utc("2026-11-30", "13:00:00")),
    _closed(
        _l("The Friday evening before clocks go forward"), _wall("2027-03-12", "17:00:00"), until=_utc("2027-03-15", "12:00:00")
    ),
    _closed(
        _l("The Friday evening before clocks go back"), _wall("2026-10-30", "17:00:00"), until=_utc("2026-11-02", "13:00:00")
    ),
    _closed(_l("The Sunday on which clocks go forward"), _utc("2027-03-14", "07:00:00"), until=_utc("2027-03-15", "12:00:00")),
    _closed(_l("The Sunday on which clocks go back"), _utc("2026-11-01", "06:30:00"), until=_utc("2026-11-02", "13:00:00")),
)


def computed(case: EdgeCase) -> EdgeCase:
    """The same instant with what the calendar of the table answers: equal to `case`, or service hours are wrong."""
    return EdgeCase(
        case.name,
        case.at,
        is_open=CALENDAR.is_open(case.at),
        opens_at=CALENDAR.open_or_next(case.at),
        mail_leaves_at=CALENDAR.open_or_next(case.at + REST),
    )
