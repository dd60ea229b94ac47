"""What can be asked about: topics in their groups, the versions of the form that asks, and forms that are not sent yet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database import Json, text_enum
from ..extensions import db
from ..routing.models import Priority


class Topic(db.Model):  # type: ignore[name-defined]
    """A subject of help as the form in force defines it: its group, how urgent it is by itself, and the team that knows it."""

    __tablename__ = "topics"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    group_code: Mapped[str]  # ENR, ACC, ORD ...
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

    publisher: Mapped[User | None] = relationship()  # none: it came with the desk


class FormDraft(db.Model):  # type: ignore[name-defined]
    """The next definition of the help ticket while it is being written: one for the desk, and one person who edits it."""

    __tablename__ = "form_drafts"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    base_version: Mapped[int] = mapped_column(sa.ForeignKey("form_versions.version"))  # which it was begun from
    version: Mapped[int] = mapped_column(default=1)  # counts the times it was saved or changed hands
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    edited_since_at: Mapped[datetime]
    saved_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    saved_at: Mapped[datetime]

    editor: Mapped[User] = relationship(foreign_keys=[editor_id])
    saver: Mapped[User] = relationship(foreign_keys=[saved_by])


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
