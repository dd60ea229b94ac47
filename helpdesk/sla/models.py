"""Targets per priority, and the clocks that measure a case against them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import text_enum
from ..extensions import db


class Target(StrEnum):
    """What a clock measures."""

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """Running, paused (somebody else's turn), or stopped for good."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class SlaPolicy(db.Model):  # type: ignore[name-defined]
    """What is promised for a priority, in minutes of service time."""

    __tablename__ = "sla_policies"

    priority: Mapped[str] = mapped_column(primary_key=True)
    first_response_minutes: Mapped[int]
    next_update_minutes: Mapped[int]
    resolution_minutes: Mapped[int]


class SlaClock(db.Model):  # type: ignore[name-defined]
    """One target of one case: service seconds used before the present run, since when it runs, and when it is due."""

    __tablename__ = "sla_clocks"
    __table_args__ = (sa.UniqueConstraint("case_id", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    target: Mapped[Target] = mapped_column(text_enum(Target, "target"))
    state: Mapped[ClockState] = mapped_column(text_enum(ClockState, "state"))
    target_minutes: Mapped[int]
    used_seconds: Mapped[float] = mapped_column(default=0.0)
    started_at: Mapped[datetime]
    running_since: Mapped[datetime | None]
    due_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
