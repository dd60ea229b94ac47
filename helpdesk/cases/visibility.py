"""Whose cases a provider sees: their own; as a coordinator their location's; as an administrator their organization's.

It is decided at reading time by where they work now. A case that is private to its requester is seen by no colleague.
"""

from enum import StrEnum

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..providers import queries as directory
from .models import Case


class Whose(StrEnum):
    """What My cases can show; the values stand in its address."""

    ALL = "all"
    OWN = "own"
    LOCATION = "location"
    ORGANIZATION = "organization"


def is_visible_to(user: User) -> sa.ColumnElement[bool]:
    """Whether a provider may see a case."""
    return sa.or_(*(_condition(whose, user) for whose in (Whose.OWN, Whose.LOCATION, Whose.ORGANIZATION)))


def offered_to(user: User) -> list[Whose]:
    """What this provider can choose from: nothing to choose for somebody who sees their own cases alone. One statement."""
    at = clock.now()
    locations, organizations = directory.coordinated_by(user, at=at), directory.administered_by(user, at=at)
    row = db.session.execute(sa.select(locations.exists(), organizations.exists())).one()
    more = [whose for whose, has in zip((Whose.LOCATION, Whose.ORGANIZATION), row, strict=True) if has]
    return [Whose.ALL, Whose.OWN, *more] if more else []


def latest(user: User, *, whose: Whose, before: int | None, limit: int) -> sa.Select[tuple[int]]:
    """The ids of the latest cases, read along one index for each way of seeing them and no further than a page."""
    ways = [w for w in Whose if w is not Whose.ALL and whose in (w, Whose.ALL)]
    runs = []
    for way in ways:
        found = sa.select(Case.id).where(_condition(way, user)).order_by(Case.id.desc()).limit(limit)
        runs.append(found if before is None else found.where(Case.id < before))
    together = sa.union_all(*(sa.select(run.subquery().c.id) for run in runs)).subquery()
    return sa.select(together.c.id)


def _condition(whose: Whose, user: User) -> sa.ColumnElement[bool]:
    at = clock.now()
    match whose:
        case Whose.OWN:
            return Case.requester_id == user.id
        case Whose.LOCATION:
            return sa.and_(Case.location_id.in_(directory.coordinated_by(user, at=at)), Case.is_private.is_(False))
        case Whose.ORGANIZATION:
            return sa.and_(Case.organization_id.in_(directory.administered_by(user, at=at)), Case.is_private.is_(False))
        case Whose.ALL:
            return is_visible_to(user)
