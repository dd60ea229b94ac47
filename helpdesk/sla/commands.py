"""Start, pause and stop the clocks of a case; they count service time only.

Every case has two: one to the first response, one to the resolution. Once staff has answered, a third runs to the next public
word. All are changed under the lock of their case.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..business_hours import Calendar, NeverOpens
from ..extensions import db
from ..hours.queries import calendar
from .errors import NoPolicy
from .models import Begun, ClockState, SlaClock, SlaPolicy, Target, read_runs, used_in, warn_at


def start(case_id: int, *, priority: str, at: datetime) -> dict[Target, datetime]:
    """Start both clocks of a new case with what is promised for its priority ("P1" to "P4"); says when each is due.

    Raises NoPolicy.
    """
    policy = _policy(priority)
    begun = [_begun(case_id, target, policy, at) for target in (Target.FIRST_RESPONSE, Target.RESOLUTION)]
    db.session.add_all(begun)
    return {clock.target: clock.due_at for clock in begun}


def stop(case_id: int, *targets: Target, at: datetime) -> None:
    """The promise is kept, or the case is at its end; the first stop counts, and a clock that never began has none."""
    for clock in _clocks(case_id, targets):
        clock.stop(at)


def pause(case_id: int, *, at: datetime, first_response: bool = False) -> None:
    """It is somebody else's turn: clocks stand still. A first response is owed all the same, unless that stands still, too."""
    for clock in _clocks(case_id, tuple(Target)):
        if first_response or clock.target is not Target.FIRST_RESPONSE:
            clock.pause(at)
        elif clock.state is ClockState.PAUSED:
            clock.run(at, hours=calendar())
    db.session.flush()


def resume(case_id: int, *, at: datetime) -> None:
    """It is our turn again: the clocks that were paused go on; nothing happens to the others."""
    for clock in _clocks(case_id, tuple(Target)):
        if clock.state is ClockState.PAUSED:
            clock.run(at, hours=calendar())
    db.session.flush()


def restart(case_id: int, *targets: Target, at: datetime) -> None:
    """What had ended clocks is undone: they go on from what had been used; the time they stood still is free."""
    for clock in _clocks(case_id, targets):
        clock.run(at, hours=calendar())
    db.session.flush()


def put_back(case_id: int, states: Mapping[str, str], *, at: datetime) -> None:
    """What had ended clocks is undone: each runs or pauses again as `standing` said before; the time between is free."""
    for clock in _clocks(case_id, tuple(Target)):
        state = ClockState(states.get(clock.target, clock.state))
        if state is not ClockState.STOPPED:
            clock.run(at, hours=calendar())
        if state is ClockState.PAUSED:
            clock.pause(at)
    db.session.flush()


def owe_update(case_id: int, *, priority: str, at: datetime) -> None:
    """Something was said in public: from now on the next public word is owed, within what is promised for the priority."""
    clock = next(iter(_clocks(case_id, [Target.NEXT_UPDATE])), None)
    policy = _policy(priority)
    if clock is None:
        db.session.add(_begun(case_id, Target.NEXT_UPDATE, policy, at))
    else:
        clock.begin_again(at, target_minutes=policy.promised[Target.NEXT_UPDATE], hours=calendar())
    db.session.flush()


def update_owed(case_id: int) -> dict[str, Any]:
    """The clock to the next public word as it is now, to be kept until it begins again; nothing where none is owed."""
    clock = next(_clocks(case_id, [Target.NEXT_UPDATE]), None)
    return clock.kept() if clock else {}


def owe_as_before(case_id: int, begun: Sequence[Begun]) -> None:
    """The words at which the clock to the next one began again, the oldest first, are said no more: it is what it was before."""
    if not begun[0].before:
        owe_no_update(case_id)
        return
    for clock in _clocks(case_id, [Target.NEXT_UPDATE]):
        if clock.started_at == begun[-1].at:  # another has not begun it since
            clock.go_back([one for one in begun if one.before], hours=calendar())
    db.session.flush()


def owe_no_update(case_id: int) -> None:
    """What was said first is said no more: no further word is owed before the first one."""
    for clock in _clocks(case_id, [Target.NEXT_UPDATE]):
        db.session.delete(clock)
    db.session.flush()


def retarget(case_id: int, *, priority: str, at: datetime) -> None:
    """Measure a case by what is promised for another priority; the time that was used counts. Raises NoPolicy.

    A promise that was kept stays kept, and a clock whose new time is over already was due when that time ran out.
    """
    policy = _policy(priority)
    for clock in _clocks(case_id, tuple(Target)):
        clock.promise(policy.promised[clock.target], at=at, hours=calendar())
    db.session.flush()


def recount(case_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Count the running clocks of these cases anew in the calendar in force; returns the case of each whose due time has moved.

    A clock that is over keeps the time at which it was due.
    """
    due_in_time = (
        sa.select(SlaClock.id, SlaClock.case_id, SlaClock.running_since, SlaClock.target_minutes, SlaClock.used_seconds)
        .add_columns(SlaClock.runs, SlaClock.due_at, SlaClock.warn_at)
        .where(SlaClock.case_id.in_(case_ids), SlaClock.state == ClockState.RUNNING, SlaClock.due_at > at)
    )
    hours = calendar()
    rows = db.session.execute(due_in_time).all()
    changes = [change for row in rows if (change := _recounted(row, hours))]
    if changes:
        db.session.execute(sa.update(SlaClock), changes)
    case_of = {row.id: row.case_id for row in rows}
    due_before = {row.id: row.due_at for row in rows}
    return [case_of[change["id"]] for change in changes if change["due_at"] != due_before[change["id"]]]


def _recounted(row: sa.Row[tuple[object, ...]], hours: Calendar) -> dict[str, object] | None:
    promised = timedelta(minutes=row.target_minutes)
    used = used_in(read_runs(row.runs), row.used_seconds, hours=hours)
    try:
        due_at = hours.add(row.running_since, max(promised - used, timedelta(0)))
        warning = warn_at(row.running_since, used, promised, hours=hours)
    except NeverOpens:
        return None
    if (due_at, warning) == (row.due_at, row.warn_at):
        return None
    return {"id": row.id, "due_at": due_at, "warn_at": warning}


def _begun(case_id: int, target: Target, policy: SlaPolicy, at: datetime) -> SlaClock:
    clock = SlaClock(case_id=case_id, target=target)
    clock.begin_again(at, target_minutes=policy.promised[target], hours=calendar())
    return clock


def _policy(priority: str) -> SlaPolicy:
    policy = db.session.get(SlaPolicy, str(priority))
    if policy is None:
        raise NoPolicy(str(priority))
    return policy


def _clocks(case_id: int, targets: Iterable[Target]) -> Iterator[SlaClock]:
    return iter(db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case_id, SlaClock.target.in_(targets))).all())
