"""The clock laboratory: what service hours mean at an instant, told so that a person can check it by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import format_date

from ..business_hours import Calendar, NeverCloses, NeverOpens, Opening
from ..hours import queries
from ..hours.calendar_wording import closure_in_words, schedule_in_words
from ..hours.instants import Reading, read_instant
from ..languages import gettext as _
from ..notifications import window
from ..sla.wording import service_time


@dataclass(frozen=True)
class Sum:
    """Service time added to an instant: when it is used up, and the stretches that were counted."""

    length: timedelta
    ends_at: datetime
    openings: list[Opening]


@dataclass(frozen=True)
class Finding:
    """What holds at one instant: labels and sentences, and the sum if one was asked for."""

    at: datetime
    is_open: bool
    facts: list[tuple[str, str]]
    sum: Sum | None
    is_endless: bool  # what was to be added: so much service time never passes


def findings(reading: Reading, *, added: timedelta | None = None) -> list[Finding]:
    """What holds at each instant that was meant. Reads only."""
    return [_finding(at, added) for at in reading.instants]


def not_one_instant(reading: Reading) -> str:
    """What to say when the clocks of the desk show a wall time twice, or never; empty when they show it once."""
    if len(reading.instants) == 1:
        return ""
    zone = queries.calendar().zone
    if reading.instants:
        return _("The clocks of %(zone)s show this time twice on that day, because they go back. Both are below.", zone=zone)
    return _("The clocks of %(zone)s never show this time on that day: they go forward and skip it.", zone=zone)


def read(text: str, *, present: datetime) -> Reading:
    """The instant that was typed, in the zone of the desk unless it names an offset; the present for nothing.

    Raises NotAnInstant.
    """
    return read_instant(text, zone=queries.calendar().zone) if text.strip() else Reading((present,))


def exact(at: datetime) -> str:
    """An instant for people who check: as the clocks of the desk show it, with its offset, and in UTC."""
    wall = queries.calendar().wall(at)
    return _(
        "%(day)s, %(wall)s (%(utc)s in UTC)", day=format_date(wall.date(), "EEE"), wall=_iso(wall), utc=_iso(at.astimezone(UTC))
    )


def _iso(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="microseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


def _finding(at: datetime, added: timedelta | None) -> Finding:
    calendar = queries.calendar()
    schedule, closure = calendar.schedule_on(calendar.wall(at).date()), calendar.closure_on(calendar.wall(at).date())
    is_open = calendar.is_open(at)
    facts = [
        (_("Instant"), exact(at)),
        (_("The desk is"), _open_because(calendar, at) if is_open else _closed_because(calendar, at)),
        (_("Closes") if is_open else _("Opens next"), _turn(calendar, at)),
        (_("A resolution made then"), _resolution(calendar, at)),
        (_("Schedule"), schedule_in_words(schedule) if schedule else _("none yet on that day")),
        (_("Closure"), closure_in_words(closure) if closure else _("none on that day")),
        (_("Calendar version"), str(queries.calendar_version())),
    ]
    total = _sum(calendar, at, added) if added else None
    return Finding(at, is_open, facts, total, is_endless=bool(added and not total))


def _open_because(calendar: Calendar, at: datetime) -> str:
    wall = calendar.wall(at)
    return _("open: %(time)s lies within the hours of that day", time=wall.time().isoformat())


def _closed_because(calendar: Calendar, at: datetime) -> str:
    wall = calendar.wall(at)
    if closure := calendar.closure_at(at):
        return _("closed for %(reason)s", reason=closure.reason)
    if not calendar.week_on(wall.date())[wall.weekday()]:
        return _("closed: no hours on a %(weekday)s", weekday=format_date(wall.date(), "EEEE"))
    return _("closed: %(time)s lies outside the hours of that day", time=wall.time().isoformat())


def _turn(calendar: Calendar, at: datetime) -> str:
    """When the desk closes, or opens, next."""
    try:
        return exact(calendar.closes_at(at) if calendar.is_open(at) else calendar.open_or_next(at))
    except NeverCloses:
        return _("not within two years")
    except NeverOpens:
        return _("not within two years") if calendar.schedules else _("not within two years: no service hours are set")


def _resolution(calendar: Calendar, at: datetime) -> str:
    """When the mail about a resolution made at that instant leaves, and why not before."""
    rest = timedelta(seconds=current_app.config["MAIL_REST_SECONDS"])
    if not window.is_in_sight(calendar, at + rest):
        return _("is not mailed: no opening of the desk is in sight")
    words = {
        "rest": _("%(seconds)s seconds", seconds=int(rest.total_seconds())),
        "leaves": exact(window.leaves_at(calendar, at + rest, is_windowed=True)),
    }
    if because := window.why_held(calendar, at + rest):
        return _("is mailed %(leaves)s: it rests for %(rest)s, and then %(because)s", because=because, **words)
    return _("is mailed %(leaves)s: it rests for %(rest)s, and then the desk is open", **words)


def _sum(calendar: Calendar, at: datetime, length: timedelta) -> Sum | None:
    try:
        ends_at = calendar.add(at, length)
    except NeverOpens:
        return None
    return Sum(length, ends_at, calendar.explain(at, ends_at))


def lines(finding: Finding) -> list[str]:
    """A finding as lines of text, for the command line."""
    said = [f"{label}: {text}" for label, text in finding.facts]
    if finding.sum:
        length, end = in_words(finding.sum.length), exact(finding.sum.ends_at)
        said.append(_("%(length)s of service time later: %(end)s", length=length, end=end))
        said += [f"  {stretch_in_words(opening)}" for opening in finding.sum.openings]
    if finding.is_endless:
        said.append(endless())
    return said


def endless() -> str:
    """What is said of a sum that never ends."""
    return _("So much service time never passes: the desk does not open again.")


def stretch_in_words(opening: Opening) -> str:
    """A counted stretch: "2026-11-27 08:00:00-05:00 to ..., 8 h 45 min"."""
    wall = queries.calendar().wall
    return _(
        "%(opens)s to %(closes)s: %(length)s",
        opens=_iso(wall(opening.opens_at)),
        closes=_iso(wall(opening.closes_at)),
        length=in_words(opening.length),
    )


def in_words(length: timedelta) -> str:
    """A length of service time, with seconds where it has some."""
    seconds = length % timedelta(minutes=1)
    if not seconds:
        return service_time(length)
    exact_seconds = f"{seconds.total_seconds():.6f}".rstrip("0").rstrip(".")
    return _("%(minutes)s %(seconds)s s", minutes=service_time(length), seconds=exact_seconds)
