"""How a team gives out its cases, who is in turn, and what people can do."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import db


class Distribution(StrEnum):
    """How the cases of a team get an assignee."""

    TAKE = "take"  # agents take them
    ROUND_ROBIN = "round_robin"  # the desk gives them to those on duty, in turn


class Turn(db.Model):  # type: ignore[name-defined, misc]
    """When the desk last gave somebody a case: who was given one longest ago is next.

    Whoever gives out cases locks the rows of those on duty first, so that nobody is given more than they may.
    """

    __tablename__ = "turns"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    place: Mapped[int] = mapped_column(default=0)  # the id of the event that tells of that case: a clock can be put back
    given_at: Mapped[datetime | None]


class UserSkill(db.Model):  # type: ignore[name-defined, misc]
    """Something that a person of the desk can do and not everybody: "es" for Spanish."""

    __tablename__ = "user_skills"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)
