"""Questions about the clocks of cases."""

from datetime import datetime

import sqlalchemy as sa

from ..database import Id
from ..extensions import db
from .models import ClockState, SlaClock, Target

_PLACE = sa.case({target: number for number, target in enumerate(Target)}, value=SlaClock.target)


def clocks(case_id: Id) -> sa.Select[SlaClock]:
    """The clocks of a case: first response, next update, resolution."""
    return sa.select(SlaClock).where(SlaClock.case_id == case_id).order_by(_PLACE)


def nearest_due(case_id: int) -> datetime | None:
    """When the next running clock of a case is due; none while nothing runs."""
    running = sa.select(sa.func.min(SlaClock.due_at)).where(SlaClock.case_id == case_id, SlaClock.state == ClockState.RUNNING)
    return db.session.scalar(running)
