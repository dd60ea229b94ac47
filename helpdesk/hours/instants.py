"""Instants and lengths of time as people type them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..business_hours import MIDNIGHT
from .errors import NotALength, NotAnInstant, NotATimeOfDay

FIRST_YEAR, LAST_YEAR = 1990, 2199
LONGEST = timedelta(hours=500)

_TIME_OF_DAY = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?:(?P<half>[ap])\.?\s*m\.?)?", re.IGNORECASE)
_NAMED_TIMES = {"noon": time(12), "midnight": MIDNIGHT, "24:00": MIDNIGHT}
_LENGTH = re.compile(
    r"(?:(?P<hours>\d{1,9})\s*(?:h|hours?))?\s*(?:(?P<minutes>\d{1,9})\s*(?:m|min|minutes?))?\s*"
    r"(?:(?P<seconds>\d{1,9})\s*(?:s|sec|seconds?))?",
    re.IGNORECASE | re.ASCII,
)
HALF_DAY = 12


@dataclass(frozen=True)
class Reading:
    """What a typed instant can mean: one instant; two, where clocks go back; none, where they go forward.

    `wall` is what was typed when it was a wall time, and the place of the zone then gives it its meaning.
    """

    instants: tuple[datetime, ...]
    wall: datetime | None = None


def read_instant(text: str, *, zone: str) -> Reading:
    """An instant in ISO form, with an offset or Z; without one it is what the clocks of the zone show. Raises NotAnInstant."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotAnInstant(text) from None
    if not FIRST_YEAR <= typed.year <= LAST_YEAR:
        raise NotAnInstant(text)
    if typed.tzinfo is not None:
        return Reading((typed.astimezone(UTC),))
    meant = {typed.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = sorted(at for at in meant if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == typed)
    return Reading(tuple(shown), wall=typed)


def read_length(text: str) -> timedelta:
    """A length of time such as "4 h", "1 h 30 min", "90 min", "45 s"; more than nothing, at most LONGEST. Raises NotALength."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        raise NotALength(text)
    length = timedelta(**{unit: int(number) for unit, number in found.groupdict("0").items()})
    if not timedelta(0) < length <= LONGEST:
        raise NotALength(text)
    return length


def read_time(text: str) -> time:
    """A time of day such as "8", "8:00", "8 a.m.", "4:45 pm", "16:45", "noon", "midnight". Raises NotATimeOfDay."""
    typed = text.strip().lower()
    if typed in _NAMED_TIMES:
        return _NAMED_TIMES[typed]
    found = _TIME_OF_DAY.fullmatch(typed)
    if not found:
        raise NotATimeOfDay(text)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= HALF_DAY:
            raise NotATimeOfDay(text)
        hour = hour % HALF_DAY + (HALF_DAY if found["half"] == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise NotATimeOfDay(text) from None
