"""Whose cases a provider sees: their own; as a coordinator their location's; as an administrator their organization's.

It is decided at reading time by where they work now. A case that is private to its requester is seen by no colleague.
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..providers import queries as directory
from .models import Case

MOST_RUNS = 40  # ways of seeing cases that are read one by one; whoever has more places reads them together


class Whose(StrEnum):
    """What My cases can show; the values stand in its address."""

    ALL = "all"
    OWN = "own"
    LOCATION = "location"
    ORGANIZATION = "organization"


@dataclass(frozen=True)
class Places:
    """Whose cases somebody sees beside their own: the ids of locations they coordinate, of organizations they administer."""

    locations: tuple[int, ...]
    organizations: tuple[int, ...]

    @property
    def offered(self) -> list[Whose]:
        """What they can choose from: nothing to choose for somebody who sees their own cases alone."""
        more = [whose for whose, ids in ((Whose.LOCATION, self.locations), (Whose.ORGANIZATION, self.organizations)) if ids]
        return [Whose.ALL, Whose.OWN, *more] if more else []


def is_visible_to(user: User) -> sa.ColumnElement[bool]:
    """Whether a provider may see a case."""
    at = clock.now()
    return sa.or_(
        Case.requester_id == user.id,
        sa.and_(Case.location_id.in_(directory.coordinated_by(user, at=at)), Case.is_private.is_(False)),
        sa.and_(Case.organization_id.in_(directory.administered_by(user, at=at)), Case.is_private.is_(False)),
    )


def places_of(user: User) -> Places:
    """The places whose cases this person sees now, in one statement."""
    at = clock.now()
    locations = directory.coordinated_by(user, at=at).add_columns(sa.literal(Whose.LOCATION.value))
    organizations = directory.administered_by(user, at=at).add_columns(sa.literal(Whose.ORGANIZATION.value))
    ids: dict[str, list[int]] = {Whose.LOCATION: [], Whose.ORGANIZATION: []}
    for place_id, whose in db.session.execute(sa.union(locations, organizations)):
        ids[whose].append(place_id)
    return Places(tuple(ids[Whose.LOCATION]), tuple(ids[Whose.ORGANIZATION]))


def runs(user: User, places: Places, whose: Whose) -> list[sa.ColumnElement[bool]]:
    """The cases that are shown, as conditions that each follow an index in the order of the list: one for each place."""
    parts: list[sa.ColumnElement[bool]] = []
    if whose in (Whose.ALL, Whose.OWN):
        parts.append(Case.requester_id == user.id)
    for way, column, ids in (
        (Whose.LOCATION, Case.location_id, places.locations),
        (Whose.ORGANIZATION, Case.organization_id, places.organizations),
    ):
        if whose in (Whose.ALL, way):
            one_by_one = [column == place_id for place_id in ids] if len(ids) <= MOST_RUNS else [column.in_(ids)]
            parts += [sa.and_(part, Case.is_private.is_(False)) for part in one_by_one]
    return parts
