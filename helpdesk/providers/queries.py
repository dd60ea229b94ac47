"""Questions about the directory: what is in it, who works where, who asks to join."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from ..accounts.models import User
from ..accounts.pins import pin_in
from ..database import Id, Instant
from ..extensions import db
from .models import (
    Affiliation,
    AffiliationRole,
    DirectoryEvent,
    EnrollmentStatus,
    JoinRequest,
    Location,
    Organization,
    OrganizationType,
    ReportingSystem,
    RequestState,
)
from .names import name_key

ROWS = 25
MOST_FOUND = 20  # places offered to somebody who asks to join
MOST_EVENTS = 50


@dataclass(frozen=True)
class Search:
    """What one looks for in the directory; what is empty narrows nothing."""

    text: str = ""  # a part of a name, or a provider PIN
    county: str = ""
    type: OrganizationType | None = None
    system: ReportingSystem | None = None
    status: EnrollmentStatus | None = None
    with_closed: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether it looks for anything in particular."""
        return self != Search()


def organizations(search: Search, *, after: int | None = None) -> sa.Select[Organization]:
    """The organizations of a search by name, behind the one with the id `after`."""
    found = sa.select(Organization).where(*_conditions(search)).order_by(Organization.name_key)
    if after is None:
        return found
    last = sa.select(Organization.name_key).where(Organization.id == after).scalar_subquery()
    return found.where(Organization.name_key > last)


def location_counts(organization_ids: list[int]) -> dict[int, int]:
    """How many open locations each of these organizations has."""
    if not organization_ids:
        return {}
    counted = sa.select(Location.organization_id, sa.func.count()).group_by(Location.organization_id)
    rows = db.session.execute(counted.where(Location.organization_id.in_(organization_ids), Location.closed_at.is_(None)))
    return {row[0]: row[1] for row in rows}


def organization_with(organization_id: int) -> sa.Select[Organization]:
    """One organization, its locations loaded in the order of their names."""
    found = sa.select(Organization).where(Organization.id == organization_id).outerjoin(Organization.locations)
    return found.options(contains_eager(Organization.locations)).order_by(Location.name, Location.id)


def location_of(organization_id: int, location_id: int) -> sa.Select[Location]:
    """A location of this organization."""
    found = sa.select(Location).where(Location.id == location_id, Location.organization_id == organization_id)
    return found.options(joinedload(Location.organization))


def open_places(text: str) -> sa.Select[Location]:
    """Open locations for somebody who asks to join: by PIN, or by a part of their or their organization's name."""
    found = sa.select(Location).join(Location.organization).options(contains_eager(Location.organization))
    found = found.where(Location.closed_at.is_(None), Organization.closed_at.is_(None))
    if pin := pin_in(text):
        return found.where(Location.pin == pin)
    key = name_key(text)
    parts = sa.or_(Organization.name_key.contains(key, autoescape=True), Location.name_key.contains(key, autoescape=True))
    return found.where(parts).order_by(Organization.name_key, Location.name_key).limit(MOST_FOUND + 1)


def open_organizations(text: str) -> sa.Select[Organization]:
    """Open organizations whose name holds this."""
    found = sa.select(Organization).where(Organization.closed_at.is_(None))
    named = found.where(Organization.name_key.contains(name_key(text), autoescape=True))
    return named.order_by(Organization.name_key).limit(MOST_FOUND + 1)


def is_current(at: Instant) -> sa.ColumnElement[bool]:
    """Whether an affiliation holds at an instant."""
    return sa.and_(Affiliation.starts_at <= at, sa.or_(Affiliation.ends_at.is_(None), Affiliation.ends_at > at))


def affiliations_of(user: User, *, at: datetime) -> sa.Select[Affiliation]:
    """Where somebody works at an instant."""
    loaded = joinedload(Affiliation.organization), joinedload(Affiliation.location)
    return sa.select(Affiliation).where(Affiliation.user_id == user.id, is_current(at)).options(*loaded).order_by(Affiliation.id)


def all_affiliations_of(user: User) -> sa.Select[Affiliation]:
    """Where somebody works or has worked, the latest first."""
    loaded = joinedload(Affiliation.organization), joinedload(Affiliation.location)
    return sa.select(Affiliation).where(Affiliation.user_id == user.id).options(*loaded).order_by(Affiliation.id.desc())


def people_of(organization: Organization) -> sa.Select[Affiliation]:
    """Who works or worked at an organization, present people first."""
    loaded = joinedload(Affiliation.user), joinedload(Affiliation.location)
    found = sa.select(Affiliation).where(Affiliation.organization_id == organization.id).options(*loaded)
    return found.order_by(Affiliation.ends_at.is_not(None), Affiliation.id)


def administrators_of(organization: Organization, *, at: datetime) -> sa.Select[User]:
    """The active people who administer an organization at an instant."""
    them = sa.select(Affiliation.user_id).where(
        Affiliation.organization_id == organization.id,
        Affiliation.role == AffiliationRole.ORGANIZATION_ADMINISTRATOR,
        is_current(at),
    )
    is_active = sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))
    return sa.select(User).where(User.id.in_(them), is_active).order_by(User.id)


def colleagues_at(organization_id: Id | None, *, at: Instant) -> sa.Select[User]:
    """The active people who are confirmed to work at an organization at an instant, as whatever."""
    them = sa.select(Affiliation.user_id).where(Affiliation.organization_id == organization_id, is_current(at))
    is_active = sa.and_(User.verified_at.is_not(None), User.deactivated_at.is_(None))
    return sa.select(User).where(User.id.in_(them), is_active)


def organizations_of(user: User, *, at: datetime) -> sa.Select[Any]:
    """The ids of the organizations where somebody works at an instant, as whatever."""
    return sa.select(Affiliation.organization_id).where(Affiliation.user_id == user.id, is_current(at))


def administered_by(user: User, *, at: datetime) -> sa.Select[Any]:
    """The ids of the organizations that somebody administers at an instant."""
    return sa.select(Affiliation.organization_id).where(
        Affiliation.user_id == user.id, Affiliation.role == AffiliationRole.ORGANIZATION_ADMINISTRATOR, is_current(at)
    )


def coordinated_by(user: User, *, at: datetime) -> sa.Select[Any]:
    """The ids of the locations that somebody coordinates at an instant, as primary or back-up."""
    return sa.select(Affiliation.location_id).where(
        Affiliation.user_id == user.id,
        Affiliation.role.in_((AffiliationRole.COORDINATOR_PRIMARY, AffiliationRole.COORDINATOR_BACKUP)),
        Affiliation.location_id.is_not(None),
        is_current(at),
    )


def open_requests() -> sa.Select[JoinRequest]:
    """Every request that waits for an answer, oldest first."""
    return _requests().where(JoinRequest.state == RequestState.OPEN).order_by(JoinRequest.id)


def left_to_staff(*, at: datetime) -> sa.Select[JoinRequest]:
    """The open requests that nobody but staff can decide: the place is not listed, or nobody active administers it."""
    administers = sa.exists().where(
        Affiliation.organization_id == JoinRequest.organization_id,
        Affiliation.role == AffiliationRole.ORGANIZATION_ADMINISTRATOR,
        is_current(at),
        Affiliation.user_id != JoinRequest.user_id,
        Affiliation.user_id.in_(sa.select(User.id).where(User.verified_at.is_not(None), User.deactivated_at.is_(None))),
    )
    return open_requests().where(sa.or_(JoinRequest.organization_id.is_(None), ~administers))


def open_requests_of(user: User) -> sa.Select[JoinRequest]:
    """The requests of one person that wait for an answer, oldest first."""
    return open_requests().where(JoinRequest.user_id == user.id)


def requests_of(user: User) -> sa.Select[JoinRequest]:
    """The requests of one person, the latest first."""
    return _requests().where(JoinRequest.user_id == user.id).order_by(JoinRequest.id.desc())


def requests_decided_by(user: User, *, at: datetime) -> sa.Select[JoinRequest]:
    """The open requests that an Organization Administrator may decide."""
    return open_requests().where(JoinRequest.organization_id.in_(administered_by(user, at=at)), JoinRequest.user_id != user.id)


def requests_at(organization: Organization) -> sa.Select[JoinRequest]:
    """The requests to join an organization, open ones first, then the latest."""
    found = _requests().where(JoinRequest.organization_id == organization.id)
    return found.order_by(JoinRequest.state != RequestState.OPEN, JoinRequest.id.desc()).limit(MOST_EVENTS)


def events_of(organization: Organization, *, since: int = 0) -> sa.Select[DirectoryEvent]:
    """The history of an organization, its locations and its people after an entry, the latest first."""
    found = sa.select(DirectoryEvent).where(DirectoryEvent.organization_id == organization.id, DirectoryEvent.id > since)
    loaded = joinedload(DirectoryEvent.actor), joinedload(DirectoryEvent.user)
    return found.options(*loaded).order_by(DirectoryEvent.id.desc()).limit(MOST_EVENTS)


def _requests() -> sa.Select[JoinRequest]:
    loaded = (
        joinedload(JoinRequest.user),
        joinedload(JoinRequest.organization),
        joinedload(JoinRequest.location),
        joinedload(JoinRequest.decided_by),
    )
    return sa.select(JoinRequest).options(*loaded)


def _conditions(search: Search) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if not search.with_closed:
        found.append(Organization.closed_at.is_(None))
    if search.type:
        found.append(Organization.type == search.type)
    of_location: list[sa.ColumnElement[bool]] = []
    if search.county:
        of_location.append(Location.county == search.county)
    if search.system:
        of_location.append(Location.reporting_system == search.system)
    if search.status:
        of_location.append(Location.enrollment_status == search.status)
    if of_location:
        found.append(Organization.id.in_(sa.select(Location.organization_id).where(*of_location)))
    if search.text:
        found.append(_named(search.text))
    return found


def _named(text: str) -> sa.ColumnElement[bool]:
    if pin := pin_in(text):
        return Organization.id.in_(sa.select(Location.organization_id).where(Location.pin == pin))
    key = name_key(text)
    at_location = sa.select(Location.organization_id).where(Location.name_key.contains(key, autoescape=True))
    return sa.or_(Organization.name_key.contains(key, autoescape=True), Organization.id.in_(at_location))
