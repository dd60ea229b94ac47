"""Start, pause and stop the clocks of a case; they count service time only.

Every case has two: one to the first response, one to the resolution. Both are changed under the lock of their case.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from ..business_hours import NeverOpens
from ..extensions import db
from ..hours.queries import calendar
from .errors import NoPolicy
from .models import ClockState, SlaClock, SlaPolicy, Target


def start(case_id: int, *, priority: str, at: datetime) -> None:
    """Start both clocks of a new case with what is promised for its priority ("P1" to "P4"); raises NoPolicy."""
    hours = calendar()
    for target, minutes in _promised(priority).items():
        db.session.add(
            SlaClock(
                case_id=case_id,
                target=target,
                state=ClockState.RUNNING,
                target_minutes=minutes,
                used_seconds=0.0,
                started_at=at,
                running_since=at,
                due_at=hours.add(at, timedelta(minutes=minutes)),
            )
        )
    db.session.flush()


def stop(case_id: int, target: Target, *, at: datetime) -> None:
    """The promise is kept, or the case is at its end; the first stop counts."""
    _clock(case_id, target).stop(at, hours=calendar())
    db.session.flush()


def pause(case_id: int, *, at: datetime) -> None:
    """It is somebody else's turn: the time to the resolution stands still. The first response is owed all the same."""
    _clock(case_id, Target.RESOLUTION).pause(at, hours=calendar())
    db.session.flush()


def resume(case_id: int, *, at: datetime) -> None:
    """It is our turn again: the time to the resolution goes on; nothing happens to a clock that was not paused."""
    clock = _clock(case_id, Target.RESOLUTION)
    if clock.state is ClockState.PAUSED:
        clock.run(at, hours=calendar())
    db.session.flush()


def restart(case_id: int, target: Target = Target.RESOLUTION, *, at: datetime) -> None:
    """What had ended a clock is undone: it goes on from what had been used; the time it stood still is free."""
    _clock(case_id, target).run(at, hours=calendar())
    db.session.flush()


def retarget(case_id: int, *, priority: str, at: datetime) -> None:
    """Measure a case by what is promised for another priority; the time that was used counts. Raises NoPolicy.

    A promise that was kept stays kept, and a clock whose new time is over already was due when that time ran out.
    """
    hours = calendar()
    for target, minutes in _promised(priority).items():
        clock = _clock(case_id, target)
        if clock.state is not ClockState.STOPPED:
            clock.promise(minutes, at, hours=hours)
    db.session.flush()


def recount(case_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Count the running clocks of these cases anew in the calendar in force; returns the case of each whose due time has moved.

    A clock that is over keeps the time at which it was due.
    """
    due_in_time = (
        sa.select(SlaClock.id, SlaClock.case_id, SlaClock.running_since, SlaClock.target_minutes, SlaClock.used_seconds)
        .add_columns(SlaClock.due_at)
        .where(SlaClock.case_id.in_(case_ids), SlaClock.state == ClockState.RUNNING, SlaClock.due_at > at)
    )
    hours, moved, changes = calendar(), [], []
    for row in db.session.execute(due_in_time):
        left = timedelta(minutes=row.target_minutes) - timedelta(seconds=row.used_seconds)
        try:
            due_at = hours.add(row.running_since, left)
        except NeverOpens:
            continue
        if due_at != row.due_at:
            changes.append({"id": row.id, "due_at": due_at})
            moved.append(row.case_id)
    if changes:
        db.session.execute(sa.update(SlaClock), changes)
    return moved


def _promised(priority: str) -> dict[Target, int]:
    policy = db.session.get(SlaPolicy, str(priority))
    if policy is None:
        raise NoPolicy(str(priority))
    return {Target.FIRST_RESPONSE: policy.first_response_minutes, Target.RESOLUTION: policy.resolution_minutes}


def _clock(case_id: int, target: Target) -> SlaClock:
    return db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case_id, SlaClock.target == target)).one()
