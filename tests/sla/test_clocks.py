"""Clocks run in service hours only, from what is promised for a priority."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.hours.queries import calendar
from helpdesk.sla import commands, queries
from helpdesk.sla.errors import NoPolicy
from helpdesk.sla.models import ClockState, SlaClock, SlaPolicy, Target
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.hours.calendars import wall

pytestmark = pytest.mark.both_databases

MONDAY_10 = wall("2026-11-16 10:00")


@pytest.mark.parametrize(
    ("priority", "first_response", "resolution"),
    [
        ("P1", "2026-11-20 15:30", "2026-11-23 10:15"),
        ("P2", "2026-11-23 08:15", "2026-11-23 15:00"),
        ("P3", "2026-11-23 15:00", "2026-11-25 15:00"),
        ("P4", "2026-11-24 15:00", "2026-12-08 15:00"),  # ten business days, Thanksgiving left out
    ],
)
def test_targets_follow_the_priority(app: Flask, priority: str, first_response: str, resolution: str) -> None:
    case = _a_case_without_clocks()
    with transaction():
        commands.start(case.id, priority=priority, at=wall("2026-11-20 15:00"))

    assert _clock(case, Target.FIRST_RESPONSE).due_at == wall(first_response)
    assert _clock(case, Target.RESOLUTION).due_at == wall(resolution)
    assert queries.nearest_due(case.id) == wall(first_response)


def test_a_case_filed_at_night_has_its_target_from_the_opening(app: Flask) -> None:
    case = _a_case_with("P1", at=wall("2026-11-20 22:00"))

    assert _clock(case, Target.FIRST_RESPONSE).due_at == wall("2026-11-23 08:30")


def test_a_priority_without_a_policy_is_named(app: Flask) -> None:
    case = _a_case_without_clocks()
    with pytest.raises(NoPolicy, match="P3"), transaction():
        db.session.delete(db.session.get_one(SlaPolicy, "P3"))
        commands.start(case.id, priority="P3", at=MONDAY_10)


def test_a_first_response_stops_its_clock_and_the_next_changes_nothing(app: Flask) -> None:
    case = _a_case_with("P2", at=MONDAY_10)
    with transaction():
        commands.stop(case.id, Target.FIRST_RESPONSE, at=wall("2026-11-16 10:40"))
        commands.stop(case.id, Target.FIRST_RESPONSE, at=wall("2026-11-16 15:00"))

    stopped = _clock(case, Target.FIRST_RESPONSE)
    assert (stopped.state, stopped.stopped_at) == (ClockState.STOPPED, wall("2026-11-16 10:40"))
    assert stopped.used(stopped.stopped_at, hours=calendar()) == timedelta(minutes=40)
    assert queries.nearest_due(case.id) == _clock(case, Target.RESOLUTION).due_at


def test_a_pending_case_does_not_use_up_its_target(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)  # due at 14:00
    with transaction():
        commands.pause(case.id, at=wall("2026-11-16 11:00"))
    assert queries.nearest_due(case.id) == _clock(case, Target.FIRST_RESPONSE).due_at

    with transaction():
        commands.resume(case.id, at=wall("2026-11-17 09:00"))

    assert _clock(case, Target.RESOLUTION).due_at == wall("2026-11-17 12:00")


def test_pausing_does_not_put_off_the_first_response(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.pause(case.id, at=wall("2026-11-16 10:05"))

    first = _clock(case, Target.FIRST_RESPONSE)
    assert (first.state, first.due_at) == (ClockState.RUNNING, wall("2026-11-16 10:30"))


def test_pausing_and_resuming_twice_counts_once(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        for change, shown in [("pause", "11:00"), ("pause", "11:30"), ("resume", "12:00"), ("resume", "12:30")]:
            getattr(commands, change)(case.id, at=wall(f"2026-11-16 {shown}"))

    assert _clock(case, Target.RESOLUTION).used(wall("2026-11-16 13:00"), hours=calendar()) == timedelta(hours=2)


def test_a_reopened_case_goes_on_from_what_it_had_used(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.stop(case.id, Target.RESOLUTION, at=wall("2026-11-16 13:00"))
        commands.restart(case.id, Target.RESOLUTION, at=wall("2026-11-18 09:00"))

    resolution = _clock(case, Target.RESOLUTION)
    assert (resolution.state, resolution.stopped_at) == (ClockState.RUNNING, None)
    assert resolution.due_at == wall("2026-11-18 10:00")


def test_a_case_resolved_while_it_waited_has_used_what_it_had_before(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.pause(case.id, at=wall("2026-11-16 11:00"))
        commands.stop(case.id, Target.RESOLUTION, at=wall("2026-11-17 11:00"))
        commands.resume(case.id, at=wall("2026-11-17 12:00"))  # only what was paused goes on

    assert _clock(case, Target.RESOLUTION).used(wall("2026-11-18 11:00"), hours=calendar()) == timedelta(hours=1)


def test_a_missed_target_stays_missed_when_the_case_is_reopened(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.stop(case.id, Target.RESOLUTION, at=wall("2026-11-16 15:00"))
        commands.restart(case.id, Target.RESOLUTION, at=wall("2026-11-18 09:00"))

    resolution = _clock(case, Target.RESOLUTION)
    assert resolution.due_at == wall("2026-11-16 14:00")
    assert resolution.is_missed(wall("2026-11-18 09:00"), hours=calendar())


def test_a_target_met_to_the_second_is_met(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)

    resolution = _clock(case, Target.RESOLUTION)
    assert not resolution.is_missed(wall("2026-11-16 14:00"), hours=calendar())
    assert resolution.is_missed(wall("2026-11-16 14:00:00.000001"), hours=calendar())


def test_a_machine_clock_that_steps_back_takes_nothing_away(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.stop(case.id, Target.RESOLUTION, at=wall("2026-11-16 09:59"))

    assert _clock(case, Target.RESOLUTION).used(MONDAY_10, hours=calendar()) == timedelta(0)
    assert _clock(case, Target.FIRST_RESPONSE).used(wall("2026-11-16 09:59"), hours=calendar()) == timedelta(0)


def test_the_next_update_is_owed_from_the_last_public_word(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.owe_update(case.id, priority="P1", at=wall("2026-11-16 11:00"))
    assert _clock(case, Target.NEXT_UPDATE).due_at == wall("2026-11-16 13:00")

    with transaction():
        commands.owe_update(case.id, priority="P1", at=wall("2026-11-16 12:30"))

    assert _clock(case, Target.NEXT_UPDATE).due_at == wall("2026-11-16 14:30")


def test_a_pause_stops_the_next_update_as_well(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        commands.owe_update(case.id, priority="P1", at=wall("2026-11-16 11:00"))
        commands.pause(case.id, at=wall("2026-11-16 12:00"))
        commands.resume(case.id, at=wall("2026-11-17 09:00"))

    assert _clock(case, Target.NEXT_UPDATE).due_at == wall("2026-11-17 10:00")


def test_another_priority_promises_other_times_from_the_beginning(app: Flask) -> None:
    case = _a_case_with("P4", at=MONDAY_10)
    with transaction():
        commands.pause(case.id, at=wall("2026-11-16 11:00"))
        commands.resume(case.id, at=wall("2026-11-16 12:00"))
        commands.stop(case.id, Target.FIRST_RESPONSE, at=wall("2026-11-16 12:00"))
        commands.retarget(case.id, priority="P1", at=wall("2026-11-16 12:30"))

    assert _clock(case, Target.RESOLUTION).due_at == wall("2026-11-16 15:00")
    assert _clock(case, Target.FIRST_RESPONSE).target_minutes == 1050  # it was met: what was promised then stands


def test_a_clock_knows_when_three_quarters_of_its_time_are_used(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    assert _clock(case, Target.RESOLUTION).warn_at == wall("2026-11-16 13:00")

    with transaction():
        commands.pause(case.id, at=wall("2026-11-16 12:00"))
        commands.resume(case.id, at=wall("2026-11-17 09:00"))

    assert _clock(case, Target.RESOLUTION).warn_at == wall("2026-11-17 10:00")


def test_nothing_is_due_when_nothing_runs(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)
    with transaction():
        for target in Target:
            commands.stop(case.id, target, at=wall("2026-11-16 10:10"))

    assert queries.nearest_due(case.id) is None


def test_clocks_come_first_response_first(app: Flask) -> None:
    case = _a_case_with("P1", at=MONDAY_10)

    assert [found.target for found in db.session.scalars(queries.clocks(case.id))] == [Target.FIRST_RESPONSE, Target.RESOLUTION]


def _a_case_with(priority: str, *, at: datetime) -> Case:
    case = _a_case_without_clocks()
    with transaction():
        commands.start(case.id, priority=priority, at=at)
    return case


def _a_case_without_clocks() -> Case:
    with clock.at(MONDAY_10):
        case = a_case()
    with transaction():
        for found in db.session.scalars(queries.clocks(case.id)):
            db.session.delete(found)
    return case


def _clock(case: Case, target: Target) -> SlaClock:
    return next(found for found in db.session.scalars(queries.clocks(case.id)) if found.target is target)


def test_a_shorter_promise_that_was_used_up_before_a_pause_is_due_when_the_clock_runs_again(app: Flask) -> None:
    case = _a_case_with("P3", at=MONDAY_10)
    with transaction():
        commands.pause(case.id, at=wall("2026-11-16 15:00"))  # five hours
        commands.retarget(case.id, priority="P1", at=wall("2026-11-16 15:30"))  # four hours are promised
        commands.resume(case.id, at=wall("2026-11-17 09:00"))

    resolution = _clock(case, Target.RESOLUTION)
    assert (resolution.due_at, resolution.warn_at) == (wall("2026-11-17 09:00"), wall("2026-11-17 09:00"))
    assert resolution.is_missed(wall("2026-11-17 09:00"), hours=calendar())
