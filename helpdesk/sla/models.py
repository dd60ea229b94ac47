"""Targets per priority, and the clocks that measure a case against them."""

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..business_hours import Calendar
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

    @property
    def target_time(self) -> timedelta:
        """How much service time is promised."""
        return timedelta(minutes=self.target_minutes)

    def used(self, at: datetime, *, hours: Calendar) -> timedelta:
        """The service time used by that instant."""
        before = timedelta(seconds=self.used_seconds)
        if self.running_since is None:
            return before
        return before + max(hours.between(self.running_since, at), timedelta(0))  # a machine's clock can step back

    def is_missed(self, at: datetime, *, hours: Calendar) -> bool:
        """Whether more service time has been used than was promised."""
        return self.used(at, hours=hours) > self.target_time

    def run(self, at: datetime, *, hours: Calendar) -> None:
        """Run on from what was used before; a clock that is over keeps the time at which it was due."""
        if self.state is ClockState.RUNNING:
            return
        left = self.target_time - self.used(at, hours=hours)
        self.state, self.running_since, self.stopped_at = ClockState.RUNNING, at, None
        if left > timedelta(0):
            self.due_at = hours.add(at, left)

    def promise(self, minutes: int, at: datetime, *, hours: Calendar) -> None:
        """Measure against another time, from when the clock began; what was used counts."""
        self.target_minutes = minutes
        left = self.target_time - self.used(at, hours=hours)
        if left > timedelta(0):
            self.due_at = hours.add(at, left)
        elif self.running_since is not None:
            before = self.target_time - timedelta(seconds=self.used_seconds)
            self.due_at = hours.add(self.running_since, max(before, timedelta(0)))

    def pause(self, at: datetime, *, hours: Calendar) -> None:
        """Count no further until it runs again; nothing happens to a clock that does not run."""
        if self.state is not ClockState.RUNNING:
            return
        self._count(at, hours)
        self.state = ClockState.PAUSED

    def stop(self, at: datetime, *, hours: Calendar) -> None:
        """Come to an end; the first stop counts."""
        if self.state is ClockState.STOPPED:
            return
        self._count(at, hours)
        self.state, self.stopped_at = ClockState.STOPPED, at

    def _count(self, at: datetime, hours: Calendar) -> None:
        self.used_seconds = self.used(at, hours=hours).total_seconds()
        self.running_since = None
