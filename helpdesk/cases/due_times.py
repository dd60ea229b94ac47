"""What a change of the calendar does to the times at which cases are due."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ..extensions import db
from ..sla import commands as sla
from ..sla.models import ClockState, SlaClock
from .models import Case

BATCH = 1000  # cases


def recount(*, at: datetime) -> int:
    """Count the targets that run and are not over anew, in the calendar in force; returns how many are due at another time."""
    moved, last = 0, 0
    while ids := _hold_cases_with_clocks(after=last):
        recounted = sla.recount(ids, at=at)
        if recounted:
            _follow_clocks(sorted(set(recounted)))
        moved += len(recounted)
        last = ids[-1]
    return moved


def _hold_cases_with_clocks(*, after: int) -> Sequence[int]:
    """Lock the next cases in which a clock runs: clocks are changed under the lock of their case."""
    running = sa.exists().where(SlaClock.case_id == Case.id, SlaClock.state == ClockState.RUNNING)
    found = sa.select(Case.id).where(Case.id > after, running).order_by(Case.id).limit(BATCH)
    return db.session.scalars(found.with_for_update(of=Case, key_share=True)).all()


def _follow_clocks(case_ids: Sequence[int]) -> None:
    """A case is due when the nearest of its running targets is."""
    nearest = sa.select(sa.func.min(SlaClock.due_at)).where(SlaClock.case_id == Case.id, SlaClock.state == ClockState.RUNNING)
    change = sa.update(Case).where(Case.id.in_(case_ids)).values(due_at=nearest.scalar_subquery())
    db.session.execute(change.execution_options(synchronize_session=False))
