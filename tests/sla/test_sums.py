"""How a due time comes about, day by day."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.business_hours import Calendar, Closure, Interval, WeeklySchedule
from helpdesk.sla.models import Run
from helpdesk.sla.sums import Uncounted, by_day, parted, runs_to
from tests.hours.calendars import wall

DAY = (Interval(time(8), time(16, 45)),)
WEEK = (DAY, DAY, DAY, DAY, DAY, (), ())
HOLIDAY = date(2026, 11, 26)
HOURS = Calendar("America/New_York", (WeeklySchedule(date(2026, 1, 1), WEEK),), (Closure(HOLIDAY, time(0), "Thanksgiving"),))
NIGHTS = Calendar("America/New_York", (WeeklySchedule(date(2026, 1, 1), ((Interval(time(0), time(0)),),) * 7),))


def test_each_day_says_what_counted_and_why_the_rest_did_not():
    runs = [
        Run(wall("2026-11-25 16:00"), wall("2026-11-27 09:00")),
        Run(wall("2026-11-27 11:00"), wall("2026-11-30 08:30")),
    ]

    days = by_day(runs, hours=HOURS)

    assert [(day.day.day, day.length, day.uncounted, day.closure) for day in days] == [
        (25, timedelta(minutes=45), (), ""),
        (26, timedelta(0), (Uncounted.CLOSURE,), "Thanksgiving"),
        (27, timedelta(hours=6, minutes=45), (Uncounted.PAUSED,), ""),
        (28, timedelta(0), (Uncounted.NO_SERVICE,), ""),
        (29, timedelta(0), (Uncounted.NO_SERVICE,), ""),
        (30, timedelta(minutes=30), (), ""),
    ]
    assert days[-1].total == timedelta(hours=8)


def test_a_desk_that_never_closes_counts_each_day_by_itself():
    days = by_day([Run(wall("2026-11-16 22:00"), wall("2026-11-18 01:00"))], hours=NIGHTS)

    assert [day.length for day in days] == [timedelta(hours=2), timedelta(hours=24), timedelta(hours=1)]


def test_a_clock_that_never_ran_has_no_days():
    assert by_day([], hours=HOURS) == []


def test_stretches_are_parted_where_the_time_had_run_out():
    nine, ten, eleven, noon = (wall(f"2026-11-16 {hour}:00") for hour in ("09", "10", "11", "12"))
    runs = [Run(nine, eleven), Run(noon, wall("2026-11-16 13:00"))]

    assert parted(runs, ten) == ([Run(nine, ten)], [Run(ten, eleven), runs[1]])
    assert parted(runs, eleven) == (runs[:1], runs[1:])
    assert parted(runs, nine) == ([], runs)
    assert parted(runs, wall("2026-11-17 10:00")) == (runs, [])


BEGINNING = datetime(2026, 10, 20, tzinfo=UTC)  # the clocks go back on November 1
INSTANTS = st.lists(st.integers(0, 60 * 24 * 60), min_size=2, max_size=8, unique=True).map(
    lambda minutes: [BEGINNING + timedelta(minutes=minute) for minute in sorted(minutes)]
)


@given(INSTANTS, st.sampled_from([HOURS, NIGHTS]))
def test_the_days_add_up_to_what_the_clock_has_used(instants, hours):
    ended = [Run(since, until) for since, until in zip(instants[::2], instants[1::2], strict=False)]
    running = instants[-1] if len(instants) % 2 else None
    until = instants[-1] + timedelta(days=3)

    days = by_day(runs_to(ended, running, until), hours=hours, before=timedelta(minutes=7))

    used = sum((hours.between(*run) for run in ended), timedelta(minutes=7))
    if running is not None:
        used += hours.between(running, until)
    assert days[-1].total == used
    assert sum((day.length for day in days), timedelta(minutes=7)) == used
