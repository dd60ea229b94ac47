"""Cases that have to do with each other: linked by hand, in both directions, until somebody ends it."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..accounts.models import User
from ..database import Id, text_enum
from ..errors import HelpDeskError
from ..extensions import db
from . import moving
from .models import Case, EventKind


class LinkKind(StrEnum):
    """What two cases have to do with each other."""

    RELATED = "related"


class CaseLink(db.Model):  # type: ignore[name-defined, misc]
    """A pair of cases, the older one first."""

    __tablename__ = "case_links"
    __table_args__ = (sa.CheckConstraint("case_id < other_id", name="each_pair_once"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True, index=True)
    kind: Mapped[LinkKind] = mapped_column(text_enum(LinkKind, "kind"), default=LinkKind.RELATED)


class LinkedToItself(HelpDeskError):
    """A case is not linked to itself."""


def link(case: Case, other: Case, *, by: User) -> bool:
    """Link two cases; returns whether they were not linked before. Raises LinkedToItself."""
    if case.id == other.id:
        raise LinkedToItself(case.number)
    first, second = _hold(case, other, by)
    if _row(first, second) is not None:
        return False
    db.session.add(CaseLink(case_id=first.id, other_id=second.id))
    for one, its_other in ((case, other), (other, case)):
        one.record(EventKind.LINKED, by=by, at=clock.now(), new={"number": its_other.number})
    db.session.flush()
    return True


def unlink(case: Case, other: Case, *, by: User) -> bool:
    """End the link of two cases; returns whether there was one."""
    row = _row(*_hold(case, other, by))
    if row is None:
        return False
    db.session.delete(row)
    for one, its_other in ((case, other), (other, case)):
        one.record(EventKind.UNLINKED, by=by, at=clock.now(), old={"number": its_other.number})
    db.session.flush()
    return True


def linked_to(case_id: Id) -> sa.Select[int]:
    """The ids of the cases that a case is linked to."""
    older = sa.select(CaseLink.case_id).where(CaseLink.other_id == case_id)
    newer = sa.select(CaseLink.other_id).where(CaseLink.case_id == case_id)
    return sa.select(sa.union_all(older, newer).subquery().c.case_id)


def _hold(case: Case, other: Case, by: User) -> tuple[Case, Case]:
    """Lock both in the order of their ids, and return them so."""
    moving.hold_person(by)
    first, second = sorted((case, other), key=lambda held: held.id)
    first.hold()
    second.hold()
    return first, second


def _row(first: Case, second: Case) -> CaseLink | None:
    return db.session.get(CaseLink, (first.id, second.id), populate_existing=True)
