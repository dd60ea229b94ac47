"""Colleagues whom a case is copied to: a row for each, which counts while they work at the organization of the case."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .. import clock
from ..accounts.models import User
from ..database import Id, Instant, UtcDateTime
from ..extensions import db
from ..providers import queries as directory

MOST_COPIED = 5  # at a time


class CaseCopy(db.Model):  # type: ignore[name-defined]
    """That a case is copied to a colleague of its requester, from when until when; a row is used again, never deleted."""

    __tablename__ = "case_copies"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "user_id"),
        sa.Index("ix_case_copies_user_id_case_id", "user_id", "case_id"),  # the order of the list of one's cases
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class Standing(IntEnum):
    """What somebody has of a copy."""

    NOTHING = 0  # they cannot see the case: their account has ended, or they work elsewhere now
    SIGHT = 1  # they can see it, and chose to get no mail
    MAIL = 2


@dataclass(frozen=True)
class Copied:
    """Somebody a case is copied to."""

    user_id: int
    name: str
    email: str
    phone: str
    standing: Standing

    @property
    def can_see(self) -> bool:
        """Whether they can see the case."""
        return self.standing is not Standing.NOTHING

    @property
    def is_mailed(self) -> bool:
        """Whether they get mail about the case: they can see it, and want to know."""
        return self.standing is Standing.MAIL


def of(case_id: int, organization_id: int | None) -> list[Copied]:
    """Everybody a case of this organization is copied to, in the order in which they were; one statement."""
    rows = db.session.execute(_with_standing(), {"case_id": case_id, "organization_id": organization_id, "at": clock.now()})
    return [Copied(user_id, name, email, phone, Standing(number)) for user_id, name, email, phone, number in rows]


def present(case_id: Id) -> sa.Select[CaseCopy, User]:
    """The rows of those whom a case is copied to, with the people."""
    return sa.select(CaseCopy, User).join(CaseCopy.user).where(CaseCopy.case_id == case_id, CaseCopy.ended_at.is_(None))


def standing(organization_id: Id | None, *, at: Instant) -> sa.ColumnElement[int]:
    """What somebody of `present` has of a copy at an instant, as the number of a Standing."""
    can_see = User.id.in_(directory.colleagues_at(organization_id, at=at).with_only_columns(User.id).correlate(None))
    return sa.case((~can_see, Standing.NOTHING.value), (User.wants_copy_mail, Standing.MAIL.value), else_=Standing.SIGHT.value)


def mailed(case_id: int, organization_id: int | None) -> list[User]:
    """Those of them who get mail about the case."""
    of_case = {"case_id": case_id, "organization_id": organization_id, "at": clock.now()}
    return list(db.session.scalars(_mailed(), of_case))


@cache
def _with_standing() -> sa.Select[int, str, str, str, int]:
    columns = User.id, User.first_name + " " + User.last_name, User.email, User.phone, _standing_at()
    return present(sa.bindparam("case_id")).with_only_columns(*columns).order_by(CaseCopy.since, CaseCopy.id)


@cache
def _mailed() -> sa.Select[User]:
    found = present(sa.bindparam("case_id")).with_only_columns(User)
    return found.where(_standing_at() == Standing.MAIL.value).order_by(CaseCopy.id)


def _standing_at() -> sa.ColumnElement[int]:
    return standing(sa.bindparam("organization_id"), at=sa.bindparam("at", type_=UtcDateTime()))


def to(user: User) -> sa.Select[CaseCopy]:
    """The copies that somebody has now, wherever they work."""
    return sa.select(CaseCopy).where(CaseCopy.user_id == user.id, CaseCopy.ended_at.is_(None))


def row_of(case_id: int, user_id: int) -> CaseCopy | None:
    """The row of somebody on a case, ended or not."""
    return db.session.scalar(sa.select(CaseCopy).where(CaseCopy.case_id == case_id, CaseCopy.user_id == user_id))
