"""A closed case is not opened again: its requester opens another, which goes on with it."""

from datetime import datetime

import sqlalchemy as sa

from ..accounts.models import User
from ..extensions import db
from . import queries
from .models import Case, EventKind, Status
from .numbers import id_of


def closed_case(user: User, number: str) -> Case | None:
    """The case with this number if this person has asked it and it is closed, so that another can follow it."""
    if not id_of(number):
        return None
    theirs = sa.select(Case).where(Case.id == id_of(number), Case.requester_id == user.id)
    return db.session.scalar(theirs.where(Case.status == Status.CLOSED))


def follow(case: Case, *, before: int, at: datetime) -> None:
    """Let a new case go on with a closed one, which says so."""
    closed = db.session.get_one(Case, before)
    closed.hold()
    case.follows_id = closed.id
    closed.record(EventKind.FOLLOWED_UP, by=case.requester, at=at, new={"number": case.number})


def beside(case: Case, *, reader: User) -> tuple[list[Case], list[Case]]:
    """The case that this one follows, and those that follow it, as far as this person sees them; one statement."""
    linked = sa.or_(Case.id == case.follows_id, Case.follows_id == case.id)
    found = list(db.session.scalars(queries.visible_to(reader).where(linked).order_by(Case.id)))
    return [one for one in found if one.id == case.follows_id], [one for one in found if one.follows_id == case.id]
