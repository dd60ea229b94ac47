"""Service time: what is open, and sums of it."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import process_time

import pytest

from helpdesk.business_hours import MIDNIGHT, Calendar, Closure, Interval, NeverCloses, NeverOpens, Opening, WeeklySchedule
from tests.hours.calendars import ALWAYS, NEVER, NEW_YORK, WORKING_WEEK, a_calendar, every_day, wall

THANKSGIVING = Closure(date(2026, 11, 26), MIDNIGHT, "Thanksgiving")
MINUTE, HOUR, SERVICE_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(minutes=525)


def test_a_sum_goes_on_after_the_night_and_the_weekend() -> None:
    friday = wall("2026-11-20 16:30")

    assert a_calendar().add(friday, HOUR) == wall("2026-11-23 08:45")


def test_a_sum_that_uses_up_the_day_ends_at_closing() -> None:
    friday = wall("2026-11-20 16:30")

    assert a_calendar().add(friday, 15 * MINUTE) == wall("2026-11-20 16:45")
    assert a_calendar().add(friday, timedelta(minutes=15, microseconds=1)) == wall("2026-11-23 08:00:00.000001")


def test_a_sum_that_begins_outside_hours_counts_from_the_opening() -> None:
    assert a_calendar().add(wall("2026-11-21 12:00"), 30 * MINUTE) == wall("2026-11-23 08:30")


def test_a_sum_of_nothing_is_its_start_even_when_closed() -> None:
    saturday = wall("2026-11-21 12:00")

    assert a_calendar().add(saturday, timedelta(0)) == saturday


def test_the_way_back_goes_over_nights_and_closures_to_the_last_instant() -> None:
    calendar = a_calendar(THANKSGIVING)

    assert calendar.subtract(wall("2026-11-27 09:00"), 2 * HOUR) == wall("2026-11-25 15:45")
    assert calendar.subtract(wall("2026-11-23 03:00"), SERVICE_DAY) == wall("2026-11-20 08:00")
    assert calendar.subtract(wall("2026-11-20 09:00"), HOUR) == wall("2026-11-20 08:00")
    with pytest.raises(NeverOpens):
        a_calendar(week=NEVER).subtract(wall("2026-11-20 09:00"), HOUR)


def test_service_time_is_never_taken_away() -> None:
    with pytest.raises(ValueError, match="never taken away"):
        a_calendar().add(wall("2026-11-20 12:00"), -MINUTE)


def test_answers_are_in_utc_whatever_the_zone_of_the_question() -> None:
    in_tokyo = wall("2026-11-20 12:00").astimezone(wall("2026-11-20 12:00", "Asia/Tokyo").tzinfo)

    assert a_calendar().add(in_tokyo, MINUTE).tzinfo is UTC
    assert a_calendar().open_or_next(in_tokyo).tzinfo is UTC


@pytest.mark.parametrize("question", ["is_open", "open_or_next", "closes_at", "why_closed"])
def test_an_instant_without_a_zone_is_refused(question: str) -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        getattr(a_calendar(), question)(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("friday", "monday"), [("2027-03-12 16:15", "2027-03-15 08:30"), ("2026-10-30 16:15", "2026-11-02 08:30")]
)
def test_a_weekend_with_a_clock_change_is_as_long_as_any(friday: str, monday: str) -> None:
    assert a_calendar().add(wall(friday), HOUR) == wall(monday)
    assert a_calendar().between(wall(friday), wall(monday)) == HOUR


def test_a_night_shift_is_an_hour_shorter_when_clocks_go_forward() -> None:
    night = a_calendar(week=every_day("00:00-06:00"))

    assert night.between(wall("2027-03-14 00:00"), wall("2027-03-14 12:00")) == 5 * HOUR
    assert night.add(wall("2027-03-14 00:00"), 3 * HOUR) == wall("2027-03-14 04:00")


def test_a_night_shift_is_an_hour_longer_when_clocks_go_back() -> None:
    night = a_calendar(week=every_day("00:00-06:00"))

    assert night.between(wall("2026-11-01 00:00"), wall("2026-11-01 12:00")) == 7 * HOUR
    assert night.add(wall("2026-11-01 00:00"), 3 * HOUR) == wall("2026-11-01 02:00")


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    shift = a_calendar(week=every_day("01:00-01:30"))

    assert shift.explain(wall("2026-11-01 00:00"), wall("2026-11-01 12:00")) == [
        Opening(wall("2026-11-01 01:00"), wall("2026-11-01 01:30")),
        Opening(wall("2026-11-01 01:00", fold=1), wall("2026-11-01 01:30", fold=1)),
    ]


def test_an_hour_that_is_skipped_is_not_open() -> None:
    shift = a_calendar(week=every_day("02:00-03:00"))

    assert shift.open_or_next(wall("2027-03-13 12:00")) == wall("2027-03-15 02:00")


def test_a_day_can_have_several_intervals() -> None:
    desk = a_calendar(week=every_day("08:00-12:00", "13:00-17:00"))

    assert not desk.is_open(wall("2026-11-20 12:00"))
    assert desk.closes_at(wall("2026-11-20 09:00")) == wall("2026-11-20 12:00")
    assert desk.add(wall("2026-11-20 11:30"), HOUR) == wall("2026-11-20 13:30")


def test_intervals_that_touch_are_one_also_over_midnight() -> None:
    desk = a_calendar(week=every_day("00:00-02:00", "20:00-22:00", "22:00-24:00"))

    assert desk.closes_at(wall("2026-11-20 21:00")) == wall("2026-11-21 02:00")
    assert desk.explain(wall("2026-11-20 12:00"), wall("2026-11-21 12:00")) == [
        Opening(wall("2026-11-20 20:00"), wall("2026-11-21 02:00"))
    ]


def test_a_schedule_holds_from_its_day_on() -> None:
    long_days = WeeklySchedule(date(2026, 12, 1), every_day("07:00-19:00"))
    desk = Calendar(NEW_YORK, (long_days, WeeklySchedule(date(2026, 1, 1), WORKING_WEEK)))

    assert desk.closes_at(wall("2026-11-30 12:00")) == wall("2026-11-30 16:45")
    assert desk.open_or_next(wall("2026-11-30 17:00")) == wall("2026-12-01 07:00")
    assert desk.closes_at(wall("2026-12-01 12:00")) == wall("2026-12-01 19:00")


def test_before_its_first_schedule_the_desk_is_closed() -> None:
    desk = Calendar(NEW_YORK, (WeeklySchedule(date(2026, 11, 18), WORKING_WEEK),))

    assert desk.open_or_next(wall("2001-11-16 12:00")) == wall("2026-11-18 08:00")
    assert desk.between(wall("2026-11-16 00:00"), wall("2026-11-18 09:00")) == HOUR


def test_a_closure_takes_the_day_or_what_is_left_of_it() -> None:
    desk = a_calendar(THANKSGIVING, Closure(date(2026, 11, 25), time(12, 0), "a staff meeting"))

    assert desk.closes_at(wall("2026-11-25 09:00")) == wall("2026-11-25 12:00")
    assert desk.open_or_next(wall("2026-11-25 12:00")) == wall("2026-11-27 08:00")
    assert desk.between(wall("2026-11-25 00:00"), wall("2026-11-27 00:00")) == 4 * HOUR


def test_of_two_closures_of_a_day_the_earlier_holds() -> None:
    early, late = Closure(date(2026, 11, 25), time(12), "A storm"), Closure(date(2026, 11, 25), time(15), "A meeting")

    for closures in ((early, late), (late, early)):
        assert a_calendar(*closures).why_closed(wall("2026-11-25 13:00")) == "A storm"


def test_a_closure_cuts_an_interval_that_ends_at_midnight() -> None:
    desk = a_calendar(Closure(date(2026, 11, 25), time(18, 0), "a storm"), week=every_day("12:00-24:00"))

    assert desk.closes_at(wall("2026-11-25 13:00")) == wall("2026-11-25 18:00")


def test_a_closed_desk_says_why() -> None:
    desk = a_calendar(THANKSGIVING, Closure(date(2026, 11, 25), time(12, 0), "a staff meeting"))

    assert desk.why_closed(wall("2026-11-25 11:59")) == ""
    assert desk.why_closed(wall("2026-11-25 12:00")) == "a staff meeting"
    assert desk.why_closed(wall("2026-11-26 12:00")) == "Thanksgiving"
    assert desk.why_closed(wall("2026-11-27 16:45")) == "outside service hours"


def test_explained_time_adds_up_to_what_lies_between() -> None:
    desk, start, end = a_calendar(THANKSGIVING), wall("2026-11-25 16:00"), wall("2026-11-30 08:30")
    explained = desk.explain(start, end)

    assert [opening.length for opening in explained] == [45 * MINUTE, SERVICE_DAY, 30 * MINUTE]
    assert sum((opening.length for opening in explained), timedelta(0)) == desk.between(start, end)


def test_time_backwards_is_negative() -> None:
    assert a_calendar().between(wall("2026-11-20 10:00"), wall("2026-11-20 09:00")) == -HOUR


@pytest.mark.parametrize("desk", [a_calendar(week=NEVER), Calendar(NEW_YORK, ())], ids=["no intervals", "no schedule"])
def test_a_desk_that_never_opens_says_so_instead_of_searching_for_ever(desk: Calendar) -> None:
    with pytest.raises(NeverOpens):
        desk.open_or_next(wall("2026-11-20 12:00"))
    with pytest.raises(NeverOpens):
        desk.add(wall("2026-11-20 12:00"), MINUTE)
    assert desk.between(wall("2026-11-20 12:00"), wall("2027-11-20 12:00")) == timedelta(0)


def test_a_desk_that_never_closes_says_so() -> None:
    desk = a_calendar(week=ALWAYS)

    assert desk.add(wall("2027-03-13 12:00"), timedelta(days=1)) == wall("2027-03-13 12:00") + timedelta(days=1)
    with pytest.raises(NeverCloses):
        desk.closes_at(wall("2026-11-20 12:00"))


def test_asking_when_a_closed_desk_closes_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="is closed"):
        a_calendar().closes_at(wall("2026-11-21 12:00"))


def test_the_last_days_of_all_time_are_closed() -> None:
    end_of_time = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)

    assert not a_calendar().is_open(end_of_time)
    with pytest.raises(NeverOpens):
        a_calendar().open_or_next(end_of_time)


@pytest.mark.parametrize(
    "day",
    [
        (Interval(time(9), time(8)),),
        (Interval(time(8), time(8)),),
        (Interval(time(8), time(12)), Interval(time(11), time(13))),
        (Interval(time(8), MIDNIGHT), Interval(time(9), time(10))),
    ],
)
def test_intervals_that_make_no_sense_are_refused(day: tuple[Interval, ...]) -> None:
    with pytest.raises(ValueError, match=r"opens before it closes|follow each other"):
        WeeklySchedule(date(2026, 1, 1), (day,) * 7)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven days"):
        WeeklySchedule(date(2026, 1, 1), ((),) * 5)


@pytest.mark.parametrize("question", ["add", "between", "explain"])
def test_work_grows_with_the_days_a_question_spans_and_no_faster(question: str) -> None:
    start, calls = wall("2026-11-20 12:00"), {}
    for days in (500, 1000, 2000):
        end = a_calendar(THANKSGIVING).add(start, days * SERVICE_DAY)
        never_asked = a_calendar(THANKSGIVING)
        calls[days] = _calls(getattr(never_asked, question), start, days * SERVICE_DAY if question == "add" else end)

    assert calls[1000] / calls[500] == pytest.approx(2, rel=0.05)
    assert calls[2000] / calls[1000] == pytest.approx(2, rel=0.05)


def test_ten_thousand_sums_take_less_than_a_second() -> None:
    desk, start = a_calendar(THANKSGIVING), wall("2026-11-20 12:00")
    begun = process_time()

    for number in range(10_000):
        desk.add(start + number * MINUTE, SERVICE_DAY)

    assert process_time() - begun < 1.0


def _calls(question: Callable[..., object], *arguments: object) -> int:
    """How many functions of Python are called to answer."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        question(*arguments)
    finally:
        sys.setprofile(before)
    return count
