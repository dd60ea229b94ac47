"""A practice as tests of visibility need it: a location with a case of somebody who works there."""

from dataclasses import dataclass

from helpdesk.cases.models import Case
from helpdesk.providers.models import Location, Organization
from tests.case_factories import a_case
from tests.directory_factories import a_location, an_organization, at, works_at
from tests.factories import a_provider


@dataclass(frozen=True)
class Practice:
    """An organization, one of its locations, and a case of that location."""

    organization: Organization
    location: Location
    case: Case


def a_practice() -> Practice:
    """A case asked by somebody of the staff of a location, named from the directory."""
    organization = an_organization()
    location = a_location(organization)
    works_at(requester := a_provider(), location)
    return Practice(organization, location, a_case(requester=requester, **at(location)))
