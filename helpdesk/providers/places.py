"""The place a ticket is about, chosen from where its requester works; the directory says what it is called."""

from dataclasses import dataclass

from flask_babel import gettext as _

from .. import clock
from ..accounts.models import User
from ..extensions import db
from . import queries
from .models import Affiliation, AffiliationRole, Location, Organization

NOT_LISTED = "other"


@dataclass(frozen=True)
class Place:
    """A location, or an organization as a whole, as the form offers it and the case remembers it."""

    value: str
    text: str
    organization: str
    location: str
    organization_id: int
    location_id: int | None


def places_of(user: User) -> tuple[Place, ...]:
    """The places this person can choose: where they work now, and all of those organizations; closed ones are left out.

    One statement, and one more for an Organization Administrator, who can choose every location.
    """
    found = list(db.session.scalars(queries.affiliations_of(user, at=clock.now())))
    open_now = [a for a in found if a.organization.closed_at is None and not (a.location and a.location.closed_at)]
    locations = {a.location.id: (a.location, a.organization) for a in open_now if a.location}
    organizations = {a.organization_id: a.organization for a in open_now}
    administered = [a.organization_id for a in open_now if _is_of_all(a)]
    for location in db.session.scalars(queries.open_locations_of(administered)) if administered else ():
        locations.setdefault(location.id, (location, organizations[location.organization_id]))
    own = [_location(location, organization) for location, organization in locations.values()]
    return (*own, *(_whole(organization) for organization in organizations.values()))


def only_location(places: tuple[Place, ...]) -> str:
    """What is chosen beforehand: the one location that somebody works at; nothing where there are several."""
    locations = [place.value for place in places if place.location_id is not None]
    return locations[0] if len(locations) == 1 else ""


def _is_of_all(affiliation: Affiliation) -> bool:
    return affiliation.role is AffiliationRole.ORGANIZATION_ADMINISTRATOR


def _location(location: Location, organization: Organization) -> Place:
    text = f"{location.name}, {organization.legal_name}"
    return Place(f"location-{location.id}", text, organization.legal_name, location.name, organization.id, location.id)


def _whole(organization: Organization) -> Place:
    text = _("All of %(organization)s", organization=organization.legal_name)
    return Place(f"organization-{organization.id}", text, organization.legal_name, "", organization.id, None)
