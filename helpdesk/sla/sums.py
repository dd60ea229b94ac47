"""How a due time comes about, day by day: which stretches counted, and why the rest of the day did not. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from ..business_hours import Calendar, Opening
from .models import Run

ONE_DAY = timedelta(days=1)


class Uncounted(StrEnum):
    """Why service time, or a whole day, did not count."""

    PAUSED = "paused"  # it was somebody else's turn
    CLOSURE = "closure"
    NO_SERVICE = "no_service"  # a day on which the desk is not open by its week


@dataclass(frozen=True)
class DaySum:
    """One day in the desk's zone: the stretches that counted, how much that is, and the sum up to its end."""

    day: date
    counted: tuple[Opening, ...]
    length: timedelta
    total: timedelta
    uncounted: tuple[Uncounted, ...]
    closure: str = ""  # its reason, where one kept the desk closed


def by_day(runs: Sequence[Run], *, hours: Calendar, before: timedelta = timedelta(0)) -> list[DaySum]:
    """Each day from the first run to the end of the last, in order. `before` is what had been counted before the first.

    The lengths add up to what the clock has used: the last total is the sum that `SlaClock.used` gives.
    """
    if not runs:
        return []
    counted = _by_day((opening for run in runs for opening in hours.explain(*run)), hours)
    gaps = (Run(before.until, after.since) for before, after in pairwise(runs))
    paused = _by_day((opening for gap in gaps for opening in hours.explain(*gap)), hours)
    total, found = before, []
    for day in _days(hours.wall(runs[0].since).date(), hours.wall(runs[-1].until).date()):
        stretches = tuple(counted.get(day, ()))
        length = sum((opening.length for opening in stretches), timedelta(0))
        total += length
        found.append(DaySum(day, stretches, length, total, _uncounted(day, hours, is_paused=day in paused), _reason(day, hours)))
    return found


def _by_day(openings: Iterable[Opening], hours: Calendar) -> dict[date, list[Opening]]:
    """Stretches by their day in the zone of the desk; one that goes on past midnight is cut there."""
    found: dict[date, list[Opening]] = {}
    for opening in openings:
        begins = opening.opens_at
        while begins < opening.closes_at:
            day = hours.wall(begins).date()
            midnight = datetime.combine(day + ONE_DAY, time.min, ZoneInfo(hours.zone)).astimezone(UTC)
            ends = min(opening.closes_at, midnight)
            found.setdefault(day, []).append(Opening(begins, ends))
            begins = ends
    return found


def _uncounted(day: date, hours: Calendar, *, is_paused: bool) -> tuple[Uncounted, ...]:
    paused = (Uncounted.PAUSED,) if is_paused else ()
    if hours.closure_on(day) is not None:
        return (Uncounted.CLOSURE, *paused)
    return paused if hours.opens_on(day) else (Uncounted.NO_SERVICE, *paused)


def _reason(day: date, hours: Calendar) -> str:
    closure = hours.closure_on(day)
    return closure.reason if closure else ""


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


def runs_to(ended: Sequence[Run], running_since: datetime | None, until: datetime) -> list[Run]:
    """The stretches of a clock up to an instant, the present one included."""
    present = [Run(running_since, until)] if running_since is not None and running_since < until else []
    return [*ended, *present]


def parted(runs: Sequence[Run], at: datetime) -> tuple[list[Run], list[Run]]:
    """Stretches up to an instant, and those after it; one that goes on over it is cut there."""
    before = [Run(run.since, min(run.until, at)) for run in runs if run.since < at]
    after = [Run(max(run.since, at), run.until) for run in runs if run.until > at]
    return before, after
