"""Where a clock stands, in words."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.hours.due_wording import Due
from helpdesk.hours.queries import calendar
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.sla.wording import label, service_time, standing
from tests.hours.calendars import wall

MONDAY_10 = wall("2026-11-16 10:00")


def test_a_running_clock_says_when_it_is_due(app: Flask) -> None:
    with clock.at(wall("2026-11-16 13:48")):
        assert standing(_four_hours_from_10()) == (Due.SOON, "due in 12 min")
    with clock.at(wall("2026-11-16 14:18")):
        assert standing(_four_hours_from_10()) == (Due.OVER, "18 min over")


def test_a_clock_that_was_over_before_it_paused_is_over_by_what_has_counted_since(app: Flask) -> None:
    paused = _four_hours_from_10()
    paused.pause(wall("2026-11-16 14:10"))
    paused.run(wall("2026-11-17 09:00"), hours=calendar())

    with clock.at(wall("2026-11-17 09:05")):
        assert standing(paused) == (Due.OVER, "15 min over")
    with clock.at(wall("2026-11-17 09:00") + timedelta(days=2)):
        assert standing(paused) == (Due.OVER, "over since Mon 2 p.m.")


def test_a_paused_clock_says_how_much_is_used(app: Flask) -> None:
    paused = _four_hours_from_10()
    paused.pause(wall("2026-11-16 11:05"))

    assert standing(paused) == (Due.LATER, "paused, 1 h 5 min of 4 h used")


def test_a_stopped_clock_says_whether_the_target_was_met(app: Flask) -> None:
    met, missed = _four_hours_from_10(), _four_hours_from_10()
    met.stop(wall("2026-11-16 10:40"))
    missed.stop(wall("2026-11-16 15:00"))

    assert standing(met) == (Due.LATER, "met after 40 min")
    assert standing(missed) == (Due.OVER, "missed: 5 h instead of 4 h")


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (40, "40 min"), (120, "2 h"), (525, "8 h 45 min"), (1575, "26 h 15 min")]
)
def test_service_time_reads_in_hours_and_minutes(app: Flask, minutes: int, words: str) -> None:
    assert service_time(timedelta(minutes=minutes)) == words


def test_targets_have_names(app: Flask) -> None:
    assert [str(label(target)) for target in Target] == ["First response", "Next update", "Resolution"]


def _four_hours_from_10() -> SlaClock:
    return SlaClock(
        state=ClockState.RUNNING,
        target_minutes=240,
        used_seconds=0.0,
        runs=[],
        started_at=MONDAY_10,
        running_since=MONDAY_10,
        due_at=wall("2026-11-16 14:00"),
    )
