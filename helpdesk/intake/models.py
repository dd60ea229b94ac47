"""What can be asked about: topics in their groups, and the versions of the form that asks."""

from datetime import datetime
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
