"""What holds for service time in every calendar, zone and season."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, reject, settings
from hypothesis import strategies as some

from helpdesk.business_hours import MIDNIGHT, Calendar, Closure, Interval, NeverOpens, WeeklySchedule
from tests.hours.calendars import added_slowly, counted_slowly, shows_open

# Days around which clocks change: by an hour, by half an hour, in the south, and by a day that never was (Apia 2011).
TURNING_DAYS = [
    ("America/New_York", date(2026, 11, 1)),
    ("America/New_York", date(2027, 3, 14)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/St_Johns", date(1990, 10, 28)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(2026, 6, 1)),
    ("UTC", date(2026, 12, 31)),
]
TICK, SECOND, MINUTE = timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=1)

lengths = some.timedeltas(min_value=timedelta(0), max_value=timedelta(days=20))
short_lengths = some.integers(0, 3 * 3600).map(lambda seconds: seconds * SECOND)
minutes_of_a_day = some.lists(some.integers(0, 24 * 60), max_size=6, unique=True).map(sorted)


def a_day(minutes: list[int]) -> tuple[Interval, ...]:
    """Intervals between each two minutes of the day; 24 * 60 is the midnight at its end."""
    times = [time(minute // 60 % 24, minute % 60) for minute in minutes]
    return tuple(Interval(opens, closes) for opens, closes in zip(times[::2], times[1::2], strict=False))


days = minutes_of_a_day.map(a_day)
weeks = some.tuples(*[days] * 7)
open_weeks = some.tuples(days, some.just((Interval(time(8), time(16, 45)),)), *[days] * 5)


@some.composite
def desks(draw: some.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar that opens again and again, and the start of a day on which something happens to its clocks."""
    zone, turning = draw(some.sampled_from(TURNING_DAYS))
    near = some.integers(-5, 5).map(lambda days: turning + timedelta(days=days))
    schedules = [WeeklySchedule(turning - timedelta(days=400), draw(weeks)), WeeklySchedule(draw(near), draw(open_weeks))]
    closed_from = some.one_of(some.just(MIDNIGHT), some.times().map(lambda at: at.replace(microsecond=0)))
    closures = draw(some.dictionaries(near, closed_from, max_size=3))
    calendar = Calendar(zone, tuple(schedules), tuple(Closure(on, at, "a closure") for on, at in closures.items()))
    return calendar, datetime.combine(turning, MIDNIGHT, UTC)


def instants(around: datetime) -> some.SearchStrategy[datetime]:
    """Instants within six days."""
    span = timedelta(days=6)
    return some.timedeltas(-span, span).map(lambda distance: around + distance)


@given(desks(), some.data(), lengths)
def test_between_undoes_add(desk: tuple[Calendar, datetime], data: some.DataObject, length: timedelta) -> None:
    calendar, around = desk
    start = data.draw(instants(around))

    assert calendar.between(start, calendar.add(start, length)) == length


@given(desks(), some.data())
def test_add_undoes_between_where_the_desk_was_open_until_then(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    start, end = sorted([data.draw(instants(around)), data.draw(instants(around))])
    found = calendar.add(start, calendar.between(start, end))

    assert found <= end
    assert found == end or not calendar.is_open(end - TICK) or calendar.between(found, end) == timedelta(0)
    if start < end and calendar.is_open(end - TICK):
        assert found == end


@given(desks(), some.data(), lengths, lengths)
def test_sums_keep_their_order(desk: tuple[Calendar, datetime], data: some.DataObject, one: timedelta, other: timedelta) -> None:
    calendar, around = desk
    earlier, later = sorted([data.draw(instants(around)), data.draw(instants(around))])

    assert calendar.add(earlier, one) <= calendar.add(later, one)
    assert calendar.add(earlier, min(one, other)) <= calendar.add(earlier, max(one, other))


@given(desks(), some.data(), lengths, lengths)
def test_two_sums_are_one(desk: tuple[Calendar, datetime], data: some.DataObject, one: timedelta, other: timedelta) -> None:
    calendar, around = desk
    start = data.draw(instants(around))

    assert calendar.add(calendar.add(start, one), other) == calendar.add(start, one + other)


@given(desks(), some.data())
def test_time_between_adds_up_in_any_order(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    a, b, c = (data.draw(instants(around)) for _ in range(3))

    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@given(desks(), some.data())
def test_the_next_opening_is_open_and_nothing_lies_before_it(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    at = data.draw(instants(around))
    opens_at = calendar.open_or_next(at)

    assert calendar.is_open(opens_at)
    assert calendar.between(at, opens_at) == timedelta(0)
    assert (opens_at == at) is calendar.is_open(at)
    assert opens_at == at or not calendar.is_open(opens_at - TICK)


@given(desks(), some.data())
def test_a_desk_is_open_right_up_to_its_closing(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    at = calendar.open_or_next(data.draw(instants(around)))
    closes_at = calendar.closes_at(at)

    assert calendar.between(at, closes_at) == closes_at - at
    assert not calendar.is_open(closes_at)


@given(desks(), some.data())
def test_explained_stretches_are_apart_and_add_up(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    start, end = sorted([data.draw(instants(around)), data.draw(instants(around))])
    explained = calendar.explain(start, end)

    assert sum((opening.length for opening in explained), timedelta(0)) == calendar.between(start, end)
    assert all(earlier.closes_at < later.opens_at for earlier, later in pairwise(explained))


@given(desks(), some.data())
def test_open_is_what_the_clock_on_the_wall_shows(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    at = data.draw(instants(around))

    assert calendar.is_open(at) is shows_open(calendar, at)


@settings(max_examples=25)
@given(desks(), some.integers(-30 * 3600, 30 * 3600), short_lengths)
def test_counting_second_by_second_gives_the_same(desk: tuple[Calendar, datetime], distance: int, length: timedelta) -> None:
    calendar, around = desk
    start = around + distance * SECOND

    assert calendar.between(start, start + length) == counted_slowly(calendar, start, start + length, step=SECOND)


@settings(max_examples=10)
@given(desks(), some.integers(-30 * 3600, 30 * 3600), some.integers(1, 3600))
def test_a_sum_found_second_by_second_is_the_same(desk: tuple[Calendar, datetime], distance: int, seconds: int) -> None:
    calendar, around = desk
    start = around + distance * SECOND

    assert calendar.add(start, seconds * SECOND) == added_slowly(calendar, start, seconds * SECOND, step=SECOND)


@given(desks(), some.data())
def test_time_between_never_shrinks_as_the_end_moves_on(desk: tuple[Calendar, datetime], data: some.DataObject) -> None:
    calendar, around = desk
    start, earlier, later = sorted(data.draw(instants(around)) for _ in range(3))

    assert timedelta(0) <= calendar.between(start, earlier) <= calendar.between(start, later)


@settings(max_examples=25)
@given(desks(), some.integers(-5 * 24 * 60, 5 * 24 * 60), some.integers(0, 5 * 24 * 60))
def test_counting_minute_by_minute_over_days_gives_the_same(desk: tuple[Calendar, datetime], distance: int, minutes: int) -> None:
    calendar, around = desk
    whole = Calendar(
        calendar.zone,
        calendar.schedules,
        tuple(c._replace(closed_from=c.closed_from.replace(second=0)) for c in calendar.closures),
    )
    start, end = around + distance * MINUTE, around + (distance + minutes) * MINUTE

    assert whole.between(start, end) == counted_slowly(whole, start, end, step=MINUTE)


@given(desks(), some.data(), short_lengths)
def test_so_much_time_lies_behind_an_instant_and_less_behind_the_next(desk, data, length) -> None:
    calendar, around = desk
    end, length = data.draw(instants(around)), length + TICK
    try:
        start = calendar.subtract(end, length)
    except NeverOpens:
        reject()

    assert calendar.between(start, end) == length
    assert calendar.between(start + TICK, end) < length
