"""What requesters think of how a case was handled, said once after it was closed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..extensions import db

HIGHEST = 5
LONGEST_COMMENT = 2_000


class CaseRating(db.Model):  # type: ignore[name-defined]
    """One to five, and a comment if they like; the number of a case stands once."""

    __tablename__ = "case_ratings"
    __table_args__ = (sa.CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


def forget_comments(user_id: int) -> None:
    """Erase what this person wrote beside their ratings; the scores stay."""
    db.session.execute(sa.update(CaseRating).where(CaseRating.user_id == user_id).values(comment=""))
