"""Filters of the queue that somebody has given a name: their own, or of a team."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Team, User
from ..extensions import db


class SavedFilter(db.Model):  # type: ignore[name-defined, misc]
    """What the queue is asked for, under a name, in the order in which its owner or team wants it."""

    __tablename__ = "saved_filters"
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "name"),
        sa.UniqueConstraint("team_id", "name"),
        sa.CheckConstraint("(owner_id IS NULL) <> (team_id IS NULL)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))
    name: Mapped[str]
    position: Mapped[int]
    query: Mapped[dict[str, Any]]  # the parameters of the address, as `asked.Asked.address` makes them

    owner: Mapped[User | None] = relationship()
    team: Mapped[Team | None] = relationship()
