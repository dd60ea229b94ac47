"""Organizations, locations and who works there, for tests; named by what matters about them."""

from itertools import count
from typing import Any

import sqlalchemy as sa

from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.providers import affiliations, commands, joining
from helpdesk.providers.commands import LocationFacts, OrganizationFacts
from helpdesk.providers.joining import Wish
from helpdesk.providers.models import (
    Affiliation,
    AffiliationRole,
    DirectoryEvent,
    JoinRequest,
    Location,
    Organization,
    OrganizationType,
)
from helpdesk.transaction import transaction

ADMINISTRATOR = AffiliationRole.ORGANIZATION_ADMINISTRATOR
COORDINATOR = AffiliationRole.COORDINATOR_PRIMARY
_numbers = count(1)


def an_organization(name: str = "", **named: Any) -> Organization:
    """An organization of the directory."""
    facts = {"legal_name": name or f"Cedar Fork Pharmacy {next(_numbers)}", "type": OrganizationType.PHARMACY, **named}
    with transaction():
        return commands.add_organization(OrganizationFacts(**facts), by=None)


def a_location(organization: Organization | None = None, name: str = "", **named: Any) -> Location:
    """A location of an organization."""
    organization = organization or an_organization()
    with transaction():
        facts = LocationFacts(name=name or f"Main Street {next(_numbers)}", **named)
        return commands.add_location(organization, facts, by=None)


def works_at(user: User, place: Organization | Location, role: AffiliationRole = AffiliationRole.STAFF) -> Affiliation:
    """That somebody works at an organization as a whole, or at a location."""
    with transaction():
        location = place if isinstance(place, Location) else None
        organization = db.session.get_one(Organization, place.organization_id) if location else place
        return affiliations.affiliate(user, organization=organization, location=location, role=role, by=None)


def a_request(user: User, place: Organization | None = None, **named: Any) -> JoinRequest:
    """An open request to join an organization, or one that is not listed."""
    with transaction():
        wish = Wish(**{"role": AffiliationRole.STAFF, "organization": place, **named})
        return joining.request_to_join(wish, by=user)


def at(place: Location) -> dict[str, Any]:
    """A location as a case remembers it."""
    name = db.session.get_one(Organization, place.organization_id).legal_name
    return {
        "organization": name,
        "location": place.name,
        "organization_id": place.organization_id,
        "location_id": place.id,
    }


def directory_events() -> list[DirectoryEvent]:
    """The history of the directory, oldest first."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(DirectoryEvent).order_by(DirectoryEvent.id)))
