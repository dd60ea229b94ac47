"""Dated rows that say when the desk is open."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Json, text_enum
from ..extensions import db


class ServiceSchedule(db.Model):  # type: ignore[name-defined]
    """A week of opening hours, valid from a day until a later schedule begins."""

    __tablename__ = "service_schedules"

    id: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(unique=True)
    zone: Mapped[str]
    created_at: Mapped[datetime]

    intervals: Mapped[list["ServiceInterval"]] = relationship(
        back_populates="schedule", cascade="all, delete-orphan", order_by="ServiceInterval.weekday, ServiceInterval.opens"
    )


class ServiceInterval(db.Model):  # type: ignore[name-defined]
    """One stretch of a weekday (0 is Monday) in which the desk is open: [opens, closes), wall time of the schedule's zone.

    Closing at midnight means the end of the day.
    """

    __tablename__ = "service_intervals"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("opens < closes OR closes = '00:00:00.000000'", name="opens_before_it_closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(sa.ForeignKey("service_schedules.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]

    schedule: Mapped[ServiceSchedule] = relationship(back_populates="intervals")


class Closure(db.Model):  # type: ignore[name-defined]
    """A day on which the desk is closed from a time of day on (midnight: the whole day)."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    closed_on: Mapped[date] = mapped_column(unique=True)
    closed_from: Mapped[time] = mapped_column(default=time(0, 0))
    reason: Mapped[str]
    created_at: Mapped[datetime]


class CalendarChangeKind(StrEnum):
    """What can happen to the calendar."""

    SCHEDULE_ADOPTED = "schedule_adopted"
    SCHEDULE_WITHDRAWN = "schedule_withdrawn"
    CLOSURE_ADDED = "closure_added"
    CLOSURE_WITHDRAWN = "closure_withdrawn"


class CalendarChange(db.Model):  # type: ignore[name-defined]
    """One entry of the calendar's history: append-only. The newest id is the version of the calendar, which decisions name."""

    __tablename__ = "calendar_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # none: the reference data
    kind: Mapped[CalendarChangeKind] = mapped_column(text_enum(CalendarChangeKind, "kind"))
    old: Mapped[dict[str, Any]] = mapped_column(Json)
    new: Mapped[dict[str, Any]] = mapped_column(Json)
