"""Dates, times and service hours in plain words, in the zone of the desk.

Sentences say "8 a.m." and "4:45 p.m."; `moment`, which is for mail and for the record, says "8:00 a.m." and names the zone.
The order of day and month is a matter of language, and so the patterns of dates are translated like sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names, get_timezone_name
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from .. import clock
from ..business_hours import DAYS_OF_A_WEEK, MIDNIGHT, ONE_DAY, Calendar, Closure, Interval, NeverCloses, NeverOpens, Week
from ..languages import gettext as _
from ..languages import translated
from .dates import in_pattern
from .queries import calendar

NOON = time(12, 0)
NEAR_DAYS = 6  # so far, a weekday names one day only
LONGEST_ABBREVIATION = 4


@dataclass(frozen=True)
class ServiceStatus:
    """Whether the desk is open, and the sentence that says so."""

    is_open: bool
    sentence: str


def set_up(app: Flask) -> None:
    """Make the wording known to every template."""
    app.jinja_env.filters.update(when=when, moment=moment, clock_time=clock_time, day=day)
    app.jinja_env.globals.update(
        service_status=service_status,
        service_hours=service_hours,
        expected_by=expected_by,
        present=clock.now,
    )


# Times


def clock_time(at: datetime | time, *, minutes: bool = False, seconds: bool = False) -> str:
    """A time of day: "8 a.m.", "noon", "4:45 p.m."; with minutes "8:00 a.m.", with seconds "8:00:07 a.m."."""
    wall = calendar().wall(at).time() if isinstance(at, datetime) else at
    exact = minutes or seconds
    if not exact and wall.minute == 0 and wall.hour in (MIDNIGHT.hour, NOON.hour):
        return _("noon") if wall.hour else _("midnight")
    figures = str(wall.hour % 12 or 12)
    if exact or wall.minute:
        figures += f":{wall.minute:02}"
    if seconds:
        figures += f":{wall.second:02}"
    return _("%(figures)s a.m.", figures=figures) if wall.hour < NOON.hour else _("%(figures)s p.m.", figures=figures)


def moment(instant: datetime, *, seconds: bool = False) -> str:
    """An instant in full for sentences and mail: "Mon, Nov 30, 8:00 a.m. ET"; with its year unless that is the present one."""
    hours = calendar()
    pattern = _("EEE, MMM d") if _is_this_year(hours, instant) else _("EEE, MMM d, y")
    return _moment(hours.wall(instant), pattern, hours.zone, seconds=seconds)


def when(instant: datetime) -> Markup:
    """An instant as near words, in a `time` element that carries it in full."""
    hours = calendar()
    return _timed(hours, instant, _near(hours, instant))


def on_day(instant: datetime) -> Markup:
    """The day of an instant for the rows of a list, "Nov 28", "Nov 28, 2025", in a `time` element that carries it in full."""
    hours = calendar()
    return _timed(hours, instant, _day(hours, instant))


def day(on: date) -> str:
    """A day in full for lists and records: "Thu, Nov 26, 2026"."""
    return in_pattern(on, _("EEE, MMM d, y"))


def short_day(on: date) -> str:
    """A day in few words: "Thu, Nov 26"; of another year in full."""
    is_this_year = on.year == calendar().wall(clock.now()).year
    return in_pattern(on, _("EEE, MMM d")) if is_this_year else day(on)


def near(instant: datetime) -> str:
    """An instant as people say it: "today 8:12 a.m.", "tomorrow 8 a.m.", "Wed 11:30 a.m.", "Dec 4", "Dec 4, 2025"."""
    return _near(calendar(), instant)


def expected_by(instant: datetime) -> str:
    """When an answer can be expected at the latest: "by Tue, Dec 1, 11:30 a.m. ET"."""
    return _("by %(moment)s", moment=moment(instant))


def _near(hours: Calendar, instant: datetime) -> str:
    wall, distance = hours.wall(instant), _days_ahead(hours, instant)
    said = clock_time(wall.time())
    if distance == 0:
        return _("today %(time)s", time=said)
    if distance == 1:
        return _("tomorrow %(time)s", time=said)
    if distance == -1:
        return _("yesterday %(time)s", time=said)
    if abs(distance) <= NEAR_DAYS:
        return _("%(day)s %(time)s", day=in_pattern(wall.date(), "EEE"), time=said)
    return _day(hours, instant)


def _day(hours: Calendar, instant: datetime) -> str:
    return in_pattern(hours.wall(instant).date(), _("MMM d") if _is_this_year(hours, instant) else _("MMM d, y"))


def _timed(hours: Calendar, instant: datetime, said: str) -> Markup:
    return _element(instant, hours.zone, said, get_locale())


@lru_cache(maxsize=4096)
def _element(instant: datetime, zone: str, said: str, _language: Locale | None) -> Markup:
    wall = instant.astimezone(ZoneInfo(zone))
    in_full = _moment(wall, _("EEEE, MMMM d, y"), zone, seconds=True)
    return Markup('<time datetime="%s" title="%s">%s</time>') % (wall.isoformat(timespec="seconds"), in_full, said)


def _moment(wall: datetime, day_pattern: str, zone: str, *, seconds: bool) -> str:
    return _(
        "%(day)s, %(time)s %(zone)s",
        day=in_pattern(wall.date(), day_pattern),
        time=clock_time(wall.time(), minutes=True, seconds=seconds),
        zone=zone_name(zone, wall),
    )


def _days_ahead(hours: Calendar, instant: datetime) -> int:
    return (hours.wall(instant).date() - hours.wall(clock.now()).date()).days


def _is_this_year(hours: Calendar, instant: datetime) -> bool:
    return hours.wall(instant).year == hours.wall(clock.now()).year


def zone_name(zone: str, at: datetime) -> str:
    """The letters people write after a time in that zone, the same all year where there are such: "ET"; else those of then."""
    return _letters(zone) or at.astimezone(ZoneInfo(zone)).tzname() or zone


@lru_cache(maxsize=16)
def _letters(zone: str) -> str:
    """The letters of a zone that are the same all year; empty where there are none."""
    generic = str(get_timezone_name(ZoneInfo(zone), "short", locale="en", zone_variant="generic"))
    return generic if generic.isupper() and len(generic) <= LONGEST_ABBREVIATION else ""


# Service hours


def service_status() -> ServiceStatus:
    """Whether the desk is open now, until when, and if not, why and when it opens."""
    hours, now = calendar(), clock.now()
    if hours.is_open(now):
        return ServiceStatus(is_open=True, sentence=_open_sentence(hours, now))
    return ServiceStatus(is_open=False, sentence=_closed_sentence(hours, now))


def service_hours(*, zone: bool = False) -> str:
    """The hours of the schedule in force today: "Monday to Friday, 8 a.m. to 4:45 p.m."; with the zone after them if asked."""
    hours, now = calendar(), clock.now()
    week = hours.week_on(hours.wall(now).date())
    said = week_in_words(week)
    return f"{said} {zone_name(hours.zone, now)}" if zone and any(week) else said


def week_in_words(week: Week) -> str:
    """A week of hours as a sentence: "Monday to Thursday, 8 a.m. to 4:45 p.m.; Friday, 8 a.m. to noon"."""
    return _week_in_words(week, get_locale())


@lru_cache(maxsize=16)
def _week_in_words(week: Week, _language: Locale | None) -> str:
    """In the language of the moment, the same sentence of the same week each time."""
    groups: dict[tuple[Interval, ...], list[int]] = {}
    for weekday, intervals in enumerate(week):
        if intervals:
            groups.setdefault(intervals, []).append(weekday)
    if not groups:
        return _("No service hours are set")
    return "; ".join(_("%(days)s, %(hours)s", days=_days(days), hours=_hours(intervals)) for intervals, days in groups.items())


def _open_sentence(hours: Calendar, now: datetime) -> str:
    try:
        closes_at = hours.closes_at(now)
    except NeverCloses:
        return _("Open now, day and night")
    wall, closure = hours.wall(closes_at).time(), hours.closure_at(closes_at)
    words = {"time": clock_time(wall), "zone": zone_name(hours.zone, closes_at)}
    if closure and closure.closed_from == wall != MIDNIGHT:
        return _("Open now until %(time)s %(zone)s, closing early for %(reason)s", reason=translated(closure.reason), **words)
    if closes_at - now <= ONE_DAY:
        return _("Open now until %(time)s %(zone)s", **words)
    return _("Open now until %(day)s at %(time)s %(zone)s", day=_day_ahead(hours, closes_at - timedelta.resolution), **words)


def _closed_sentence(hours: Calendar, now: datetime) -> str:
    closed = _closed_words(hours.closure_at(now))
    try:
        opens_at = hours.open_or_next(now)
    except NeverOpens:
        return closed
    return _(
        "%(closed)s, opens %(day)s at %(time)s %(zone)s",
        closed=closed,
        day=_day_ahead(hours, opens_at),
        time=clock_time(hours.wall(opens_at).time()),
        zone=zone_name(hours.zone, opens_at),
    )


def _closed_words(closure: Closure | None) -> str:
    if closure is None:
        return _("Closed now")
    if closure.closed_from == MIDNIGHT:
        return _("Closed today for %(reason)s", reason=translated(closure.reason))
    return _("Closed since %(time)s for %(reason)s", time=clock_time(closure.closed_from), reason=translated(closure.reason))


def _day_ahead(hours: Calendar, instant: datetime) -> str:
    """A day to come within a sentence: "today", "tomorrow", "Monday", "Monday, January 4,"."""
    day, distance = hours.wall(instant).date(), _days_ahead(hours, instant)
    if distance == 0:
        return _("today")
    if distance == 1:
        return _("tomorrow")
    if distance <= NEAR_DAYS:
        return in_pattern(day, "EEEE")
    pattern = _("EEEE, MMMM d") if _is_this_year(hours, instant) else _("EEEE, MMMM d, y")
    return _("%(date)s,", date=in_pattern(day, pattern))


def _hours(intervals: Sequence[Interval]) -> str:
    if list(intervals) == [Interval(MIDNIGHT, MIDNIGHT)]:
        return _("all day")
    return _listed([_("%(opens)s to %(closes)s", opens=clock_time(i.opens), closes=clock_time(i.closes)) for i in intervals])


def _days(weekdays: Sequence[int]) -> str:
    if len(weekdays) == DAYS_OF_A_WEEK:
        return _("Every day")
    names = get_day_names("wide", locale=get_locale())
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    said: list[str] = []
    for run in runs:
        if len(run) > 2:  # noqa: PLR2004 - two days are "Saturday and Sunday"
            said.append(_("%(first)s to %(last)s", first=names[run[0]], last=names[run[-1]]))
        else:
            said.extend(names[weekday] for weekday in run)
    return _listed(said)


def _listed(parts: Sequence[str]) -> str:
    """One after the other, "and" before the last."""
    if len(parts) == 1:
        return parts[0]
    return _("%(parts)s and %(last)s", parts=", ".join(parts[:-1]), last=parts[-1])
