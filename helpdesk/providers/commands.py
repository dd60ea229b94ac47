"""The verbs of organizations and locations. Each writes what it changed into the history."""

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import User
from ..extensions import db
from . import history
from .errors import NameTaken, PinTaken, StaleDirectory
from .models import DirectoryAct, EnrollmentStatus, Location, Organization, OrganizationType, ReportingSystem
from .names import name_key


@dataclass(frozen=True)
class OrganizationFacts:
    """What Section A of an enrollment says about an organization."""

    legal_name: str
    type: OrganizationType
    administrator_name: str = ""
    administrator_email: str = ""
    cmo_name: str = ""
    cmo_email: str = ""
    ceo_name: str = ""
    ceo_email: str = ""


@dataclass(frozen=True)
class LocationFacts:
    """What Section B of an enrollment says about a location; the PIN has six digits, or there is none."""

    name: str
    street: str = ""
    city: str = ""
    zip_code: str = ""
    county: str = ""
    pin: str | None = None
    reporting_system: ReportingSystem | None = None
    enrollment_status: EnrollmentStatus = EnrollmentStatus.DRAFT
    primary_coordinator_name: str = ""
    primary_coordinator_email: str = ""
    backup_coordinator_name: str = ""
    backup_coordinator_email: str = ""


def expect(organization: Organization, *, seen: int) -> None:
    """Lock the organization; raise StaleDirectory if something has happened to it, its locations or people since `seen`."""
    db.session.flush()
    db.session.refresh(organization, with_for_update={"of": Organization})
    if history.last_event_id(organization) != seen:
        raise StaleDirectory(organization.legal_name, since=seen)


def add_organization(facts: OrganizationFacts, *, by: User | None) -> Organization:
    """Put an organization into the directory; raises NameTaken."""
    organization = Organization(**asdict(facts), name_key=name_key(facts.legal_name), created_at=clock.now())
    _refuse_known_name(organization, facts)
    _store(organization, NameTaken(facts.legal_name))
    history.record(DirectoryAct.ADDED, by=by, organization_id=organization.id, new=_filled(facts))
    return organization


def change_organization(organization: Organization, facts: OrganizationFacts, *, by: User | None) -> bool:
    """Change what is said about an organization; False when that is the same as before. Raises NameTaken."""
    _refuse_known_name(organization, facts)
    old, new = _apply(organization, facts)
    if not new:
        return False
    organization.name_key = name_key(facts.legal_name)
    _store(organization, NameTaken(facts.legal_name))
    history.record(DirectoryAct.CHANGED, by=by, organization_id=organization.id, old=old, new=new)
    return True


def add_location(organization: Organization, facts: LocationFacts, *, by: User | None) -> Location:
    """Add a location to an organization; raises NameTaken and PinTaken."""
    location = Location(**asdict(facts), organization_id=organization.id, name_key=name_key(facts.name), created_at=clock.now())
    _refuse_known_place(location, facts)
    _store(location, NameTaken(facts.name))
    history.record(DirectoryAct.ADDED, by=by, organization_id=organization.id, location_id=location.id, new=_filled(facts))
    return location


def change_location(location: Location, facts: LocationFacts, *, by: User | None) -> bool:
    """Change what is said about a location; False when that is the same as before. Raises NameTaken and PinTaken."""
    _refuse_known_place(location, facts)
    old, new = _apply(location, facts)
    if not new:
        return False
    location.name_key = name_key(facts.name)
    _store(location, NameTaken(facts.name))
    history.record(
        DirectoryAct.CHANGED, by=by, organization_id=location.organization_id, location_id=location.id, old=old, new=new
    )
    return True


def close(place: Organization | Location, *, by: User | None) -> None:
    """Close an organization or a location: nobody can join it or choose it any more; its cases and its history stay."""
    if place.closed_at is not None:
        return
    place.closed_at = clock.now()
    history.record(DirectoryAct.CLOSED, by=by, **ids_of(place))


def reopen(place: Organization | Location, *, by: User | None) -> None:
    """Undo the closing of an organization or a location."""
    if place.closed_at is None:
        return
    place.closed_at = None
    history.record(DirectoryAct.REOPENED, by=by, **ids_of(place))


def ids_of(place: Organization | Location) -> dict[str, Any]:
    """The place as its history names it."""
    if isinstance(place, Organization):
        return {"organization_id": place.id}
    return {"organization_id": place.organization_id, "location_id": place.id}


def _apply(row: Organization | Location, facts: OrganizationFacts | LocationFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs; old and new values of that."""
    wanted = asdict(facts)
    differs = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    for name in differs:
        setattr(row, name, wanted[name])
    return differs, {name: wanted[name] for name in differs}


def _filled(facts: OrganizationFacts | LocationFacts) -> dict[str, Any]:
    return {name: value for name, value in asdict(facts).items() if value}


def _refuse_known_name(organization: Organization, facts: OrganizationFacts) -> None:
    known = sa.select(Organization.id).where(Organization.name_key == name_key(facts.legal_name))
    with db.session.no_autoflush:
        if db.session.scalar(known) not in (None, organization.id):
            raise NameTaken(facts.legal_name)


def _refuse_known_place(location: Location, facts: LocationFacts) -> None:
    others = sa.select(Location.id).where(Location.id != (location.id or 0))
    with db.session.no_autoflush:
        if facts.pin and db.session.scalar(others.where(Location.pin == facts.pin)):
            raise PinTaken(facts.pin)
        same_name = others.where(Location.organization_id == location.organization_id, Location.name_key == name_key(facts.name))
        if db.session.scalar(same_name):
            raise NameTaken(facts.name)


def _store(row: Organization | Location, taken: NameTaken) -> None:
    """Write the row; raises `taken` where somebody else was first, a moment ago."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise taken from None
