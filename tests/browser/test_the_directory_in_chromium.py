"""The pages of the directory, without JavaScript: wide and narrow, light and dark, by the rules, nothing scrolling sideways."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk.providers.models import EnrollmentStatus, Location, ReportingSystem
from tests.browser.looking import IN_TWO_LOOKS, Looking, follow, scrolls_sideways
from tests.case_factories import a_case
from tests.directory_factories import ADMINISTRATOR, COORDINATOR, a_location, a_request, an_organization, at, works_at
from tests.factories import PASSWORD, a_lead, a_provider

pytestmark = pytest.mark.browser

OpenContext = Callable[..., Page]
LONG = "Cedar Fork Family Pharmacy and Community Vaccination Center of the Eastern Counties, L.L.C."


@pytest.fixture
def location(app: Flask) -> Location:
    """A location with all there is to show, its names long."""
    organization = an_organization(LONG, administrator_name="Robin Sample", administrator_email="robin@example.org")
    found = a_location(
        organization,
        "Main Street",
        pin="123456",
        county="New Hanover",
        street="1 Main Street",
        city="Wilmington",
        reporting_system=ReportingSystem.NCIR,
        enrollment_status=EnrollmentStatus.WAITING_FOR_SIGNATURE,
        primary_coordinator_email="a.responsible.coordinator.of.a.long.name@cedar-fork-family-pharmacy.example.org",
    )
    a_request(a_provider(), organization, words="Pat knows me.")
    a_request(a_provider(), None, named_organization="Juniper Health")
    return found


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_the_pages_of_staff(
    location: Location, open_context: OpenContext, looking: Looking, size: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    works_at(user := a_provider(), location, COORDINATOR)
    number = a_case(requester=user, **at(location)).number
    page = _signed_in(open_context, a_lead().email, size, scheme)
    looking.page.set_viewport_size(size)  # type: ignore[arg-type]
    of_one = f"/admin/organizations/{location.organization_id}"
    for path in (
        "/admin/organizations",
        of_one,
        f"{of_one}/edit",
        f"{of_one}/close",
        f"{of_one}/locations/{location.id}/edit",
        f"{of_one}/people/add",
        "/admin/organizations/add",
        "/admin/organizations/import",
        "/agent/requests",
        "/agent/requests/1",
        "/agent/requests/2",
        f"/agent/cases/{number}",
    ):
        _is_fine(page, looking, path, size)
    page.goto("/admin/organizations/import")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("organization,location,pin\nOak Hollow,Annex,12\n")
    page.set_input_files("#file", wrong)
    follow(page, page.get_by_role("button", name="Show what it would change"))
    expect(page.get_by_role("heading", level=1)).to_have_text("The file cannot be stored")
    assert looking.grave_faults(page) == []


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_the_pages_of_providers(
    location: Location, open_context: OpenContext, looking: Looking, size: dict[str, int], scheme: str
) -> None:
    boss, asks = a_provider(), a_provider()
    works_at(boss, location.organization, ADMINISTRATOR)
    works_at(asks, location)
    number = a_case(requester=asks, **at(location)).number
    looking.page.set_viewport_size(size)  # type: ignore[arg-type]
    page = _signed_in(open_context, boss.email, size, scheme)
    join = "/account/organizations/join"
    for path in (
        "/account/organizations",
        "/account/organizations/requests",
        f"{join}?q=cedar",
        f"{join}/{location.organization_id}",
        f"{join}/not-listed",
        "/cases",
        f"/cases/{number}",
        "/vaccine-provider/get-help",
    ):
        _is_fine(page, looking, path, size)
    page.goto("/account/organizations/requests")
    page.get_by_text("Decline", exact=False).first.press("Enter")
    page.get_by_label("Why not?").fill("We do not know you.")
    follow(page, page.get_by_role("button", name="Decline").first)
    expect(page.get_by_role("status")).to_contain_text("Declined.")


def _is_fine(page: Page, looking: Looking, path: str, size: dict[str, int]) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    assert not scrolls_sideways(page), path
    assert looking.grave_faults(page) == [], path


def _signed_in(open_context: OpenContext, email: str, size: dict[str, int], scheme: str) -> Page:
    page = open_context(java_script_enabled=False, viewport=size, color_scheme=scheme)
    page.goto("/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in"))
    return page
