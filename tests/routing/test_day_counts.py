"""Days and moments among the facts become counts."""

from datetime import UTC, date, datetime, time

import pytest

from helpdesk.business_hours import Calendar, Closure, Interval, WeeklySchedule
from helpdesk.routing.day_counts import with_day_counts

DAY = (Interval(time(8), time(16, 45)),)
CALENDAR = Calendar(
    "America/New_York",
    (WeeklySchedule(date(2026, 1, 1), (DAY, DAY, DAY, DAY, DAY, (), ())),),
    (Closure(date(2026, 11, 26), time(0), "Thanksgiving"), Closure(date(2026, 11, 27), time(0), "Thanksgiving")),
)
MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # 9 a.m. in New York


@pytest.mark.parametrize(
    ("day", "days", "working_days"),
    [
        ("2026-11-30", "0", "0"),
        ("2026-11-29", "1", "1"),
        ("2026-11-25", "5", "1"),
        ("2026-11-24", "6", "2"),
        ("2026-12-01", "-1", "-1"),
        ("2026-12-06", "-6", "-4"),
        ("1999-01-01", "1000", "236"),
    ],
)
def test_a_day_counts_as_days_and_as_working_days_before_now(day, days, working_days):
    facts = with_day_counts({"sent_on": day}, at=MONDAY, calendar=CALENDAR)

    assert facts == {"sent_on": day, "sent_on.days_ago": days, "sent_on.working_days_ago": working_days}


@pytest.mark.parametrize(
    ("moment", "days", "hours"),
    [
        ("2026-11-30T08:01", "0", "0"),
        ("2026-11-30T08:00", "0", "1"),
        ("2026-11-29T23:00", "1", "10"),
        ("2026-11-27T09:00", "3", "72"),
        ("2026-10-30T09:00", "31", "745"),  # the clocks went back an hour
        ("2026-11-30T09:01", "0", "-1"),
    ],
)
def test_a_moment_in_the_zone_of_the_desk_counts_as_days_and_full_hours_before_now(moment, days, hours):
    facts = with_day_counts({"began_at": moment}, at=MONDAY, calendar=CALENDAR)

    assert facts == {"began_at": moment, "began_at.days_ago": days, "began_at.hours_ago": hours}


@pytest.mark.parametrize("value", ["", "12", "2026-13-01", "2026-11-31T08:00", "on 2026-11-30", "2026-11-30 or later"])
def test_what_is_no_day_counts_nothing(value):
    assert with_day_counts({"doses": value}, at=MONDAY, calendar=CALENDAR) == {"doses": value}
