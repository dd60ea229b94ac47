"""The history of the rules: who did what to them, with what was and what is; entries are added and never changed."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts.models import User
from ..extensions import db
from .models import RuleAct, RuleEvent


def record(act: RuleAct, *, by: User | None, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None) -> RuleEvent:
    """Write down what somebody did; by nobody: the command line."""
    event = RuleEvent(at=clock.now(), actor_id=by.id if by else None, act=act, old=old or {}, new=new or {})
    db.session.add(event)
    return event


def entries() -> sa.Select[RuleEvent]:
    """Every entry with who did it, the latest first."""
    return sa.select(RuleEvent).order_by(RuleEvent.id.desc()).options(joinedload(RuleEvent.actor))


def latest(*acts: RuleAct) -> RuleEvent | None:
    """The last entry of one of these acts."""
    return db.session.scalar(entries().where(RuleEvent.act.in_(acts)).limit(1))
