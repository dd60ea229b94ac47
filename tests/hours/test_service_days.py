"""The day of the desk: its first opening, its last closing, and the closing before."""

import pytest

from helpdesk.business_hours import MIDNIGHT, Closure
from helpdesk.hours.service_days import LOOK_BACK, service_day
from tests.hours.calendars import ALWAYS, NEVER, a_calendar, every_day, wall

DATE = wall("2026-11-26 12:00").date()
THANKSGIVING = Closure(DATE, MIDNIGHT, "Thanksgiving")


def day_of(shown, calendar):
    """Since when it was closed, when it opens and when it closes."""
    day = service_day(calendar, wall(shown))
    return (day.closed_since, day.opens_at, day.closes_at)


@pytest.mark.parametrize(
    ("shown", "closed_since", "opens", "closes"),
    [
        ("2026-11-24 07:00", "2026-11-23 16:45", "2026-11-24 08:00", "2026-11-24 16:45"),
        ("2026-11-23 12:00", "2026-11-20 16:45", "2026-11-23 08:00", "2026-11-23 16:45"),
        ("2026-11-27 23:59", "2026-11-25 16:45", "2026-11-27 08:00", "2026-11-27 16:45"),
        ("2027-03-15 08:00", "2027-03-12 16:45", "2027-03-15 08:00", "2027-03-15 16:45"),
        ("2026-11-02 08:00", "2026-10-30 16:45", "2026-11-02 08:00", "2026-11-02 16:45"),
    ],
    ids=["Tuesday", "Monday", "after a closure", "clocks went forward", "clocks went back"],
)
def test_a_day_knows_the_closing_before_it(shown, closed_since, opens, closes):
    assert day_of(shown, a_calendar(THANKSGIVING)) == (wall(closed_since), wall(opens), wall(closes))


@pytest.mark.parametrize("shown", ["2026-11-21 12:00", "2026-11-26 12:00"])
def test_on_weekends_and_closures_there_is_no_day(shown):
    assert service_day(a_calendar(THANKSGIVING), wall(shown)) is None


def test_a_desk_without_hours_has_no_days():
    assert service_day(a_calendar(week=NEVER), wall("2026-11-24 12:00")) is None


def test_of_several_openings_the_first_counts_and_of_the_closings_the_last():
    calendar = a_calendar(week=every_day("08:00-12:00", "13:00-17:00"))

    assert day_of("2026-11-24 14:00", calendar) == (
        wall("2026-11-23 17:00"),
        wall("2026-11-24 08:00"),
        wall("2026-11-24 17:00"),
    )


def test_a_desk_that_works_by_night_opens_in_the_evening():
    calendar = a_calendar(week=every_day("00:00-06:00", "22:00-24:00"))

    assert day_of("2026-11-24 03:00", calendar)[:2] == (wall("2026-11-24 06:00"), wall("2026-11-24 22:00"))


def test_a_desk_that_never_closes_opens_at_midnight():
    assert day_of("2026-11-24 03:00", a_calendar(week=ALWAYS))[:2] == (wall("2026-11-23 00:00"), wall("2026-11-24 00:00"))


def test_the_end_of_a_night_is_no_day():
    saturday_night = a_calendar(week=(*every_day("22:00-24:00")[:1], *(every_day("00:00-06:00")[:1]), *NEVER[:5]))

    assert service_day(saturday_night, wall("2026-11-24 03:00")) is None


def test_after_a_long_closure_a_month_is_told():
    closed = a_calendar(*(Closure(wall(f"2026-10-{n:02}").date(), MIDNIGHT, "Repairs") for n in range(1, 32)), week=ALWAYS)
    months = a_calendar(*(Closure(wall(f"2026-{m:02}-{n:02}").date(), MIDNIGHT, "") for m in (7, 8) for n in range(1, 32)))

    assert day_of("2026-11-01 12:00", closed)[0] == wall("2026-10-01 00:00")
    assert day_of("2026-09-01 12:00", months)[0] == wall("2026-09-01 00:00") - LOOK_BACK
