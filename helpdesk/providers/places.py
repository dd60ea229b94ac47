"""The place a ticket is about, chosen from where its requester works; the directory says what it is called."""

from dataclasses import dataclass

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..database import UtcDateTime
from ..extensions import db
from ..languages import gettext as _
from . import queries
from .models import Affiliation, AffiliationRole, Location, Organization

NOT_LISTED = "other"
_WORKS_AT = (
    sa.select(Affiliation.role, Affiliation.location_id, Location.name, Affiliation.organization_id, Organization.legal_name)
    .join(Affiliation.organization)
    .outerjoin(Affiliation.location)
    .where(Affiliation.user_id == sa.bindparam("user_id"), queries.is_current(sa.bindparam("at", type_=UtcDateTime())))
    .where(Organization.closed_at.is_(None), Location.closed_at.is_(None))
    .order_by(Affiliation.id)
)
_LOCATIONS = (
    sa.select(Location.id.label("location_id"), Location.name, Location.organization_id, Organization.legal_name)
    .join(Location.organization)
    .where(Location.organization_id.in_(sa.bindparam("organization_ids", expanding=True)), Location.closed_at.is_(None))
    .order_by(Location.name, Location.id)
)


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
    rows = db.session.execute(_WORKS_AT, {"user_id": user.id, "at": clock.now()}).all()
    names = {row.organization_id: row.legal_name for row in rows}
    own = {row.location_id: _location(*row[1:]) for row in rows if row.location_id is not None}
    administered = [row.organization_id for row in rows if row.role is AffiliationRole.ORGANIZATION_ADMINISTRATOR]
    for row in db.session.execute(_LOCATIONS, {"organization_ids": administered}) if administered else ():
        own.setdefault(row.location_id, _location(*row))
    return (*own.values(), *(_whole(organization_id, name) for organization_id, name in names.items()))


def only_location(places: tuple[Place, ...]) -> str:
    """What is chosen beforehand: the one location that somebody works at; nothing where there are several."""
    locations = [place.value for place in places if place.location_id is not None]
    return locations[0] if len(locations) == 1 else ""


def _location(location_id: int | None, name: str, organization_id: int, organization: str) -> Place:
    return Place(f"location-{location_id}", f"{name}, {organization}", organization, name, organization_id, location_id)


def _whole(organization_id: int, organization: str) -> Place:
    text = _("All of %(organization)s", organization=organization)
    return Place(f"organization-{organization_id}", text, organization, "", organization_id, None)
