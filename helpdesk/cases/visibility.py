"""Whose cases a provider sees: their own; as a coordinator their location's; as an administrator their organization's.

It is decided at reading time by where they work now. A case that is private to its requester is seen by no colleague but those
whom it is copied to.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..providers import queries as directory
from . import copies
from .copies import CaseCopy
from .models import Case

MOST_RUNS = 40  # ways of seeing cases that are read one by one; whoever has more places reads them together


class Whose(StrEnum):
    """What My cases can show; the values stand in its address."""

    ALL = "all"
    OWN = "own"
    LOCATION = "location"
    ORGANIZATION = "organization"
    COPIED = "copied"


@dataclass(frozen=True)
class Places:
    """Whose cases somebody sees beside their own: the ids of locations they coordinate, of organizations they administer."""

    locations: tuple[int, ...]
    organizations: tuple[int, ...]
    has_copies: bool = False  # whether any case is copied to them

    @property
    def offered(self) -> list[Whose]:
        """What they can choose from: nothing to choose for somebody who sees their own cases alone."""
        ways = (Whose.LOCATION, self.locations), (Whose.ORGANIZATION, self.organizations), (Whose.COPIED, self.has_copies)
        more = [whose for whose, found in ways if found]
        return [Whose.ALL, Whose.OWN, *more] if more else []


@dataclass(frozen=True)
class Run:
    """One way of seeing cases: a condition, and the column with the ids of cases in whose order its index lies."""

    condition: sa.ColumnElement[bool]
    case_id: Any


def is_visible_to(user: User) -> sa.ColumnElement[bool]:
    """Whether a provider may see a case."""
    at = clock.now()
    return sa.or_(
        Case.requester_id == user.id,
        sa.and_(Case.location_id.in_(directory.coordinated_by(user, at=at)), Case.is_private.is_(False)),
        sa.and_(Case.organization_id.in_(directory.administered_by(user, at=at)), Case.is_private.is_(False)),
        sa.and_(Case.id.in_(copies.to(user).with_only_columns(CaseCopy.case_id)), _is_of_a_colleague_of(user)),
    )


def places_of(user: User) -> Places:
    """The places whose cases this person sees now, in one statement."""
    at = clock.now()
    locations = directory.coordinated_by(user, at=at).add_columns(sa.literal(Whose.LOCATION.value))
    organizations = directory.administered_by(user, at=at).add_columns(sa.literal(Whose.ORGANIZATION.value))
    copied = sa.select(CaseCopy.case_id, sa.literal(Whose.COPIED.value)).where(_is_copied_to(user)).limit(1).subquery()
    ids: dict[str, list[int]] = {Whose.LOCATION: [], Whose.ORGANIZATION: [], Whose.COPIED: []}
    for place_id, whose in db.session.execute(sa.union(locations, organizations, sa.select(copied))):
        ids[whose].append(place_id)
    return Places(tuple(ids[Whose.LOCATION]), tuple(ids[Whose.ORGANIZATION]), bool(ids[Whose.COPIED]))


def runs(user: User, places: Places, whose: Whose) -> list[Run]:
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
    found = [Run(part, Case.id) for part in parts]
    if places.has_copies and whose in (Whose.ALL, Whose.COPIED):
        found.append(Run(_is_copied_to(user), CaseCopy.case_id))
    return found


def ids(user: User, places: Places, whose: Whose = Whose.ALL, *also: sa.ColumnElement[bool]) -> sa.Select[int]:
    """The ids of the cases that are shown, each once, found along the indexes; perhaps only those that also meet conditions."""
    found = sa.union(*(sa.select(Case.id).where(way.condition, *also) for way in runs(user, places, whose))).subquery("shown")
    return sa.select(found.c.id)


def _is_copied_to(user: User) -> sa.ColumnElement[bool]:
    """The same as `is_visible_to` says of copies, from the rows of the copies on."""
    theirs = (CaseCopy.case_id == Case.id, CaseCopy.user_id == user.id, CaseCopy.ended_at.is_(None))
    return sa.and_(*theirs, _is_of_a_colleague_of(user))


def _is_of_a_colleague_of(user: User) -> sa.ColumnElement[bool]:
    return Case.organization_id.in_(directory.organizations_of(user, at=clock.now()))
