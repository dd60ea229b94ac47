"""Targets per priority, and the clocks that measure a case against them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..business_hours import Calendar
from ..database import Json, text_enum
from ..extensions import db


class Target(StrEnum):
    """What a clock measures."""

    FIRST_RESPONSE = "first_response"
    NEXT_UPDATE = "next_update"  # the next public word while the case is open, from the last one on
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """Running, paused (somebody else's turn), or stopped for good."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


def _index(name: str, column: str, *, where: str) -> sa.Index:
    """An index of the clocks that somebody is still to be told of."""
    return sa.Index(f"ix_sla_clocks_{name}", column, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


class Run(NamedTuple):
    """A stretch of time in which a clock ran, nights and closures included."""

    since: datetime
    until: datetime


WARNED_AT = 0.75  # of what is promised
KEPT_INSTANTS = ("started_at", "running_since", "due_at", "warned_at", "missed_at")


class Begun(NamedTuple):
    """That a clock began again at an instant, and what it was before (`SlaClock.kept`)."""

    before: Mapping[str, Any]
    at: datetime

    @property
    def stretches(self) -> list[Run]:
        """In which it ran before, up to then."""
        since = _instant(self.before["running_since"])
        present = [Run(since, self.at)] if since is not None and since < self.at else []
        return [*read_runs(self.before["runs"]), *present]


class SlaPolicy(db.Model):  # type: ignore[name-defined]
    """What is promised for a priority, in minutes of service time."""

    __tablename__ = "sla_policies"

    priority: Mapped[str] = mapped_column(primary_key=True)
    first_response_minutes: Mapped[int]
    next_update_minutes: Mapped[int]
    resolution_minutes: Mapped[int]

    @property
    def promised(self) -> dict[Target, int]:
        """Minutes by target."""
        return {
            Target.FIRST_RESPONSE: self.first_response_minutes,
            Target.NEXT_UPDATE: self.next_update_minutes,
            Target.RESOLUTION: self.resolution_minutes,
        }


class SlaClock(db.Model):  # type: ignore[name-defined]
    """One target of one case: the stretches in which it ran, since when it runs, and when it is due."""

    __tablename__ = "sla_clocks"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "target"),
        _index("to_warn", "warn_at", where="state = 'running' AND warned_at IS NULL"),
        _index("to_miss", "due_at", where="state = 'running' AND missed_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    target: Mapped[Target] = mapped_column(text_enum(Target, "target"))
    state: Mapped[ClockState] = mapped_column(text_enum(ClockState, "state"))
    target_minutes: Mapped[int]
    used_seconds: Mapped[float] = mapped_column(default=0.0)  # of service, before the first of `runs`: older clocks kept no more
    runs: Mapped[list[Any]] = mapped_column(Json, default=list)  # ended ones, as pairs of ISO instants
    started_at: Mapped[datetime]
    running_since: Mapped[datetime | None]
    due_at: Mapped[datetime]  # when what is promised is used; what stands still after that moves it no more
    warn_at: Mapped[datetime | None]  # when most of the time is used; none if it has not been counted yet
    warned_at: Mapped[datetime | None]  # when somebody was told so
    missed_at: Mapped[datetime | None]  # when somebody was told that it is over
    stopped_at: Mapped[datetime | None]

    @property
    def target_time(self) -> timedelta:
        """How much service time is promised."""
        return timedelta(minutes=self.target_minutes)

    @property
    def ended_runs(self) -> list[Run]:
        """The stretches in which it ran, but for the present one."""
        return read_runs(self.runs)

    def used(self, at: datetime, *, hours: Calendar) -> timedelta:
        """The service time used by that instant, counted in this calendar."""
        before = used_in(self.ended_runs, self.used_seconds, hours=hours)
        if self.running_since is None:
            return before
        return before + max(hours.between(self.running_since, at), timedelta(0))  # a machine's clock can step back

    def is_missed(self, at: datetime, *, hours: Calendar) -> bool:
        """Whether more service time has been used than was promised."""
        return self.used(at, hours=hours) > self.target_time

    def over(self, at: datetime, *, hours: Calendar) -> timedelta:
        """The service time that has counted since it was due; what it stood still is none of that."""
        return counted_since(self.due_at, self.ended_runs, self.running_since, at, hours=hours)

    def run(self, at: datetime, *, hours: Calendar) -> None:
        """Run on from what was used before; a clock that is over keeps the time at which it was due, before it stood still.

        If that is still ahead, because it stood still while less was promised or the calendar changed, it is due now.
        """
        if self.state is ClockState.RUNNING:
            return
        used = self.used(at, hours=hours)
        self.state, self.running_since, self.stopped_at = ClockState.RUNNING, at, None
        if used < self.target_time or self.due_at > at:
            self._promise(at, min(used, self.target_time), hours)

    def begin_again(self, at: datetime, *, target_minutes: int, hours: Calendar) -> None:
        """Run from nothing, as if it had never run."""
        self.used_seconds, self.runs, self.target_minutes = 0.0, [], target_minutes
        self.started_at = self.running_since = at
        self.state, self.stopped_at = ClockState.RUNNING, None
        self._promise(at, timedelta(0), hours)

    def kept(self) -> dict[str, Any]:
        """What has to be known of it to let it go back to this, once it has begun again."""
        return {
            "used_seconds": self.used_seconds,
            "runs": self.runs,
            "target_minutes": self.target_minutes,
            **{name: _iso(getattr(self, name)) for name in KEPT_INSTANTS},
        }

    def go_back(self, begun: Sequence[Begun], *, hours: Calendar) -> None:
        """Be what it was before it began again, perhaps several times, the first of which is the first of these.

        What it has run since counts as well, in the calendar in force. If it was over then it keeps the time at which it was due.
        """
        was, until = begun[0].before, begun[0].at
        stretches = [run for one in begun for run in one.stretches]
        runs = _joined([*stretches, *self.ended_runs])
        since = self.running_since
        if since is not None and runs and runs[-1].until == since:
            since = runs.pop().since
        self.used_seconds, self.runs = was["used_seconds"], [[run.since.isoformat(), run.until.isoformat()] for run in runs]
        self.running_since = since
        self.started_at, self.due_at = datetime.fromisoformat(was["started_at"]), datetime.fromisoformat(was["due_at"])
        self.warned_at, self.missed_at = _instant(was["warned_at"]), _instant(was["missed_at"])
        used = used_in(runs, self.used_seconds, hours=hours)
        was_over = used >= self.target_time or (was["running_since"] and self.due_at <= until)
        if since is not None and not (was_over and self.target_minutes == was["target_minutes"]):
            self._promise(since, min(used, self.target_time), hours)

    def promise(self, target_minutes: int, *, at: datetime, hours: Calendar) -> None:
        """Promise another length of time, counted from when it first ran; a clock that is stopped keeps what it had."""
        if self.state is ClockState.STOPPED:
            return
        self.target_minutes = target_minutes
        if self.running_since is not None:
            used = used_in(self.ended_runs, self.used_seconds, hours=hours)
            self._promise(self.running_since, min(used, self.target_time), hours)

    def pause(self, at: datetime) -> None:
        """Count no further until it runs again; nothing happens to a clock that does not run."""
        if self.state is not ClockState.RUNNING:
            return
        self._count(at)
        self.state = ClockState.PAUSED

    def stop(self, at: datetime) -> None:
        """Come to an end; the first stop counts."""
        if self.state is ClockState.STOPPED:
            return
        self._count(at)
        self.state, self.stopped_at = ClockState.STOPPED, at

    def _count(self, at: datetime) -> None:
        if self.running_since is not None and at > self.running_since:
            self.runs = [*self.runs, [self.running_since.isoformat(), at.isoformat()]]
        self.running_since = None

    def _promise(self, since: datetime, used: timedelta, hours: Calendar) -> None:
        """What was told of the time at which it was due before does not count for another."""
        due_at = hours.add(since, self.target_time - used)
        if due_at != self.due_at:
            self.warned_at = self.missed_at = None
        self.due_at = due_at
        self.warn_at = warn_at(since, used, self.target_time, hours=hours)


def read_runs(stored: Iterable[Iterable[str]]) -> list[Run]:
    """Stretches as a clock keeps them."""
    return [Run(*map(datetime.fromisoformat, run)) for run in stored]


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Stretches in order, where one that begins as another ends is a part of that."""
    joined: list[Run] = []
    for run in runs:
        goes_on = joined and joined[-1].until == run.since
        joined.append(Run(joined.pop().since, run.until) if goes_on else run)
    return joined


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _instant(kept: str) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def used_in(runs: Iterable[Run], used_seconds: float, *, hours: Calendar) -> timedelta:
    """The service time of stretches, beside what was counted before them."""
    return sum((hours.between(run.since, run.until) for run in runs), timedelta(seconds=used_seconds))


def counted_since(
    due_at: datetime, ended: Iterable[Run], running_since: datetime | None, at: datetime, *, hours: Calendar
) -> timedelta:
    """The service time that a clock counted from when it was due until an instant, in its stretches alone."""
    present = [Run(running_since, at)] if running_since is not None else []
    later = (Run(max(run.since, due_at), run.until) for run in (*ended, *present))
    return sum((hours.between(run.since, run.until) for run in later if run.since < run.until), timedelta(0))


def warn_at(since: datetime, used: timedelta, promised: timedelta, *, hours: Calendar) -> datetime:
    """When most of what is promised is used, for a clock that runs since then; at once where it is used already."""
    left = promised * WARNED_AT - used
    return hours.add(since, left) if left > timedelta(0) else since
