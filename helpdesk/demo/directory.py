"""The invented organizations and locations of the demo, and who of its people works where."""

from dataclasses import dataclass

from ..accounts.models import User
from ..extensions import db
from ..providers import affiliations, commands, joining
from ..providers.commands import LocationFacts, OrganizationFacts
from ..providers.joining import Wish
from ..providers.models import (
    AffiliationRole,
    EnrollmentStatus,
    Location,
    Organization,
    OrganizationType,
    ReportingSystem,
)

_TYPE, _SYSTEM, _STATUS, _ROLE = OrganizationType, ReportingSystem, EnrollmentStatus, AffiliationRole

# Name of the practice: type, county, city, system, enrollment; those that are not here are typed on tickets, and not listed.
LISTED = {
    "Cedar Fork Pharmacy": (_TYPE.PHARMACY, "Wake", "Raleigh", _SYSTEM.CVMS, _STATUS.APPROVED),
    "Birch Run Clinic": (_TYPE.CLINIC, "Orange", "Carrboro", _SYSTEM.NCIR, _STATUS.APPROVED),
    "Elm County Health": (_TYPE.LOCAL_HEALTH_DEPARTMENT, "Pitt", "Greenville", _SYSTEM.NCIR, _STATUS.APPROVED),
    "Oak Hollow Pediatrics": (_TYPE.CLINIC, "Guilford", "Greensboro", _SYSTEM.CVMS, _STATUS.RETURNED),
    "Harbor Street Pharmacy": (_TYPE.PHARMACY, "New Hanover", "Wilmington", _SYSTEM.CVMS, _STATUS.WAITING_FOR_SIGNATURE),
    "Mill Creek Urgent Care": (_TYPE.CLINIC, "Durham", "Durham", _SYSTEM.CVMS, _STATUS.APPROVED),
}
SECOND_LOCATIONS = {"Cedar Fork Pharmacy": "Airport Road", "Elm County Health": "North Clinic"}
MAIN = "Main Street"


@dataclass(frozen=True)
class Practice:
    """Where somebody asks from: its name and, where the directory knows it, its ids."""

    name: str
    organization_id: int | None = None
    location_id: int | None = None


def make(people: tuple[tuple[User, str], ...]) -> dict[str, Practice]:
    """Fill the directory, let people work there, and leave two requests to be decided; practices by their names."""
    found = {name: Practice(name) for _user, name in people}
    for number, name in enumerate(LISTED):
        organization, location = _add(name, number)
        found[name] = Practice(name, organization.id, location.id)
        user = next(user for user, practice in people if practice == name)
        affiliations.affiliate(user, organization=organization, location=location, role=_ROLE.COORDINATOR_PRIMARY, by=None)
        if name in SECOND_LOCATIONS:  # whoever has several locations also sees what others ask there
            affiliations.affiliate(user, organization=organization, location=None, role=_ROLE.ORGANIZATION_ADMINISTRATOR, by=None)
    _ask_to_join([user for user, practice in people if practice not in LISTED], found)
    return found


def _add(name: str, number: int) -> tuple[Organization, Location]:
    kind, county, city, system, status = LISTED[name]
    organization = commands.add_organization(
        OrganizationFacts(name, kind, administrator_name="Robin Sample", administrator_email="robin@example.org"), by=None
    )
    places = [MAIN, SECOND_LOCATIONS[name]] if name in SECOND_LOCATIONS else [MAIN]
    made = [
        commands.add_location(
            organization,
            LocationFacts(
                place,
                street=f"{100 + 10 * number + position} {place}",
                city=city,
                county=county,
                pin=f"{900_000 + 10 * number + position}",
                reporting_system=system,
                enrollment_status=status,
                backup_coordinator_name="Kim Sample",
            ),
            by=None,
        )
        for position, place in enumerate(places)
    ]
    return organization, made[0]


def _ask_to_join(others: list[User], found: dict[str, Practice]) -> None:
    """One at a place that is listed, whose administrator may decide it; one at a place that is not."""
    listed = db.session.get_one(Organization, found["Cedar Fork Pharmacy"].organization_id)
    joining.request_to_join(Wish(role=_ROLE.STAFF, organization=listed, words="Pat knows me."), by=others[0])
    named = Wish(role=_ROLE.STAFF, named_organization="Pine Ridge Family Care", named_location="Lake View")
    joining.request_to_join(named, by=others[1])
