"""What can be asked about: topics in their groups, the versions of the form that asks, and forms that are not sent yet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Json, text_enum
from ..extensions import db
from ..routing.models import Priority


class Topic(db.Model):  # type: ignore[name-defined]
    """A subject of help as the form in force defines it: its group, how urgent it is by itself, and the team that knows it."""

    __tablename__ = "topics"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    group_code: Mapped[str]  # the first part of the code: ENR, ACC, ORD ...
    group_name: Mapped[str]
    position: Mapped[int]
    priority: Mapped[Priority] = mapped_column(text_enum(Priority, "priority"))
    team_code: Mapped[str]
    needs_location: Mapped[bool]
    is_active: Mapped[bool] = mapped_column(default=True)


class FormVersion(db.Model):  # type: ignore[name-defined]
    """A published definition of the help ticket; the highest version is the one in force. Written once, never changed."""

    __tablename__ = "form_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]  # of the definition, so that a process reads it only once
    reason: Mapped[str]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    published_at: Mapped[datetime]


class Purpose(StrEnum):
    """For whom somebody fills in the form."""

    OWN = "own"


class Draft(db.Model):  # type: ignore[name-defined]
    """What somebody has typed into the form and not sent: their own, on every device, and read by nobody else."""

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("owner_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    purpose: Mapped[Purpose] = mapped_column(text_enum(Purpose, "purpose"))
    form_key: Mapped[str]  # of the form it was typed into: what is sent from it on two devices makes one case
    answers: Mapped[dict[str, Any]] = mapped_column(Json)  # the values of each field, by its name
    saved_at: Mapped[datetime] = mapped_column(index=True)
