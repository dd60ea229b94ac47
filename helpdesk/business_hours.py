"""Service time: when the desk is open, and sums of time in which only open hours count.

One definition carries everything: the desk is open at an instant when the clock on the wall of its zone then shows a time
that lies in one of the intervals of that day. So a change of the clocks needs no rule of its own, and every sum is exact to
the microsecond. Intervals are half-open: at 8:00:00 the desk is open, at 16:45:00 it is closed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .errors import HelpDeskError

MIDNIGHT = time(0, 0)
ONE_DAY = timedelta(days=1)
DAYS_OF_A_WEEK = 7
DAYS_REMEMBERED = 1024
SEARCH_DAYS = 731  # a desk that stays closed (or open) for two years is taken to do so for ever
FIRST_DAY, LAST_DAY = date(1, 1, 3), date(9999, 12, 29)  # beyond them sums could leave what a datetime can hold


class NeverOpens(HelpDeskError):
    """The desk does not open again within SEARCH_DAYS."""


class NeverCloses(HelpDeskError):
    """The desk does not close within SEARCH_DAYS."""


class Interval(NamedTuple):
    """A stretch of wall time [opens, closes) of one day; closing at midnight means the end of that day."""

    opens: time
    closes: time

    def until(self, closed_from: time) -> "Interval":
        """What is left of it on a day that is closed from a time of day on; may be empty."""
        if self.closes == MIDNIGHT:
            return Interval(self.opens, closed_from)
        return Interval(self.opens, min(self.closes, closed_from))


Week = tuple[tuple[Interval, ...], ...]


@dataclass(frozen=True)
class WeeklySchedule:
    """The intervals of each weekday, Monday first, valid from a day until a later schedule begins."""

    valid_from: date
    week: Week

    def __post_init__(self) -> None:
        if len(self.week) != DAYS_OF_A_WEEK:
            raise ValueError("a week has seven days")
        for intervals in self.week:
            for interval in intervals:
                if interval.closes != MIDNIGHT and interval.opens >= interval.closes:
                    raise ValueError(f"an interval opens before it closes: {interval}")
            for earlier, later in pairwise(intervals):
                if earlier.closes == MIDNIGHT or later.opens < earlier.closes:
                    raise ValueError(f"intervals of a day follow each other: {earlier}, {later}")


class Closure(NamedTuple):
    """A day that is closed from a time of day on; from midnight on means the whole day."""

    on: date
    closed_from: time
    reason: str


class Opening(NamedTuple):
    """A stretch of open time between two instants in UTC, the second not included."""

    opens_at: datetime
    closes_at: datetime

    @property
    def length(self) -> timedelta:
        """How much service time it holds."""
        return self.closes_at - self.opens_at


@dataclass(frozen=True)
class Calendar:
    """Dated schedules and closures in a zone. Instants given must be aware; instants answered are in UTC.

    Before the first schedule the desk is closed. Work grows with the number of days a question spans.
    """

    zone: str
    schedules: tuple[WeeklySchedule, ...]
    closures: tuple[Closure, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at that instant."""
        at = _utc(at)
        return any(opening.opens_at <= at < opening.closes_at for opening in self._openings_on(at.date()))

    def open_or_next(self, at: datetime) -> datetime:
        """The instant itself when the desk is open, else the next opening; raises NeverOpens."""
        return next(self._openings_from(_utc(at))).opens_at

    def closes_at(self, at: datetime) -> datetime:
        """When the desk, open at that instant, closes next; raises NeverCloses, and ValueError when it is closed."""
        at = _utc(at)
        if not self.is_open(at):
            raise ValueError(f"the desk is closed at {at}")
        closes_at = at
        for opening in self._openings_from(at):
            if opening.opens_at > closes_at:
                return closes_at
            if opening.closes_at - at > SEARCH_DAYS * ONE_DAY:
                break
            closes_at = opening.closes_at
        raise NeverCloses

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant at which so much service time has passed since start; raises NeverOpens.

        A sum that uses up a day ends when the desk closes, not when it opens again.
        """
        if duration < timedelta(0):
            raise ValueError("service time is added, never taken away")
        start, left = _utc(start), duration
        if not left:
            return start
        for opening in self._openings_from(start):
            if left <= opening.length:
                return opening.opens_at + left
            left -= opening.length
        raise NeverOpens

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """The last instant from which so much service time has passed until end, duration being positive; raises NeverOpens."""
        end, left = _utc(end), duration
        for number in range(SEARCH_DAYS):
            for opening in reversed(self._openings_on(end.date() - number * ONE_DAY)):
                closes_at = min(opening.closes_at, end)
                if opening.opens_at + left <= closes_at:
                    return closes_at - left
                left -= max(closes_at - opening.opens_at, timedelta(0))
        raise NeverOpens

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The service time from start to end; negative when end comes first."""
        if end < start:
            return -self.between(end, start)
        return sum((opening.length for opening in self._openings_within(_utc(start), _utc(end))), timedelta(0))

    def explain(self, start: datetime, end: datetime) -> list[Opening]:
        """The stretches that `between` counts, in order of time, those that touch made one."""
        stretches: list[Opening] = []
        for opening in self._openings_within(_utc(start), _utc(end)):
            if stretches and stretches[-1].closes_at == opening.opens_at:
                stretches[-1] = Opening(stretches[-1].opens_at, opening.closes_at)
            else:
                stretches.append(opening)
        return stretches

    def why_closed(self, at: datetime) -> str:
        """Empty when the desk is open, else the reason of the closure in force, else "outside service hours"."""
        if self.is_open(at):
            return ""
        closure = self.closure_at(at)
        return closure.reason if closure else "outside service hours"

    def closure_at(self, at: datetime) -> Closure | None:
        """The closure in force at that instant, whether or not the desk would else be open."""
        wall = self.wall(at)
        closure = self._closures.get(wall.date())
        return closure if closure and closure.closed_from <= wall.time() else None

    def closure_on(self, day: date) -> Closure | None:
        """The closure of a day in the zone, if it has one."""
        return self._closures.get(day)

    def week_on(self, day: date) -> Week:
        """The week of the schedule valid on a day, closures left aside; seven closed days before the first."""
        schedule = self.schedule_on(day)
        return schedule.week if schedule else ((),) * DAYS_OF_A_WEEK

    def schedule_on(self, day: date) -> WeeklySchedule | None:
        """The schedule valid on a day in the zone; none before the first."""
        return next((schedule for schedule in self._newest_first if schedule.valid_from <= day), None)

    def opens_on(self, day: date) -> bool:
        """Whether the desk is open at any time of a day in the zone."""
        return any(interval.opens < interval.closes for interval in self._intervals_on(day))

    def wall(self, at: datetime) -> datetime:
        """The instant in the zone of the desk."""
        return _utc(at).astimezone(ZoneInfo(self.zone))

    @cached_property
    def _newest_first(self) -> tuple[WeeklySchedule, ...]:
        return tuple(sorted(self.schedules, key=lambda schedule: schedule.valid_from, reverse=True))

    @cached_property
    def _closures(self) -> dict[date, Closure]:
        return {closure.on: closure for closure in sorted(self.closures, key=lambda closure: closure.closed_from, reverse=True)}

    def _intervals_on(self, day: date) -> tuple[Interval, ...]:
        intervals = self.week_on(day)[day.weekday()]
        closure = self._closures.get(day)
        if closure is None:
            return intervals
        return tuple(interval.until(closure.closed_from) for interval in intervals if interval.opens < closure.closed_from)

    @cached_property
    def _openings_on(self) -> Callable[[date], tuple[Opening, ...]]:
        """The open stretches of a day of UTC, in order of time; of days asked for of late they are remembered."""
        return lru_cache(maxsize=DAYS_REMEMBERED)(self._openings_of)

    def _openings_of(self, day: date) -> tuple[Opening, ...]:
        openings = []
        for begins, ends, offset in _stretches(self.zone, day):
            first, last = (begins + offset).date(), (ends + offset).date()
            for wall_day in (first, last) if first != last else (first,):
                midnight = datetime.combine(wall_day, MIDNIGHT, UTC) - offset
                for interval in self._intervals_on(wall_day):
                    opens_at = max(begins, midnight + _since_midnight(interval.opens))
                    closes_at = min(ends, midnight + (_since_midnight(interval.closes) or ONE_DAY))
                    if opens_at < closes_at:
                        openings.append(Opening(opens_at, closes_at))
        return tuple(openings)

    def _openings_from(self, start: datetime) -> Iterator[Opening]:
        """Open stretches from an instant on, without end; raises NeverOpens when the next is too far away."""
        if not self.schedules:
            raise NeverOpens
        day = max(start.date(), self._newest_first[-1].valid_from - ONE_DAY)
        searched = 0
        while searched < SEARCH_DAYS and day <= LAST_DAY:
            searched += 1
            for opening in self._openings_on(day):
                if opening.closes_at > start:
                    searched = 0
                    yield opening if opening.opens_at >= start else Opening(start, opening.closes_at)
            day += ONE_DAY
        raise NeverOpens

    def _openings_within(self, start: datetime, end: datetime) -> Iterator[Opening]:
        day, last = start.date(), min(end.date(), LAST_DAY)
        while day <= last:
            for opening in self._openings_on(day):
                opens_at, closes_at = max(opening.opens_at, start), min(opening.closes_at, end)
                if opens_at < closes_at:
                    yield Opening(opens_at, closes_at)
            day += ONE_DAY


Stretch = tuple[datetime, datetime, timedelta]


@lru_cache(maxsize=4096)
def _stretches(zone: str, day: date) -> tuple[Stretch, ...]:
    """A day of UTC, cut where the clocks of the zone change: from, until, and the offset in force."""
    if not FIRST_DAY <= day <= LAST_DAY:
        return ()
    begins = datetime.combine(day, MIDNIGHT, UTC)
    ends = begins + ONE_DAY
    before, after = _offset(zone, begins), _offset(zone, ends)
    if before == after:
        return ((begins, ends, before),)
    changes = _change(zone, begins, ends)
    return ((begins, changes, before), (changes, ends, after))


def _change(zone: str, low: datetime, high: datetime) -> datetime:
    """The second between two instants at which the offset changes; zones change on whole seconds, at most once a day."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC) - at


@lru_cache(maxsize=512)
def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(UTC)
