"""The directory in the hands of staff: searched, shown, edited with care, closed and reopened."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.providers import commands, queries
from helpdesk.providers.commands import OrganizationFacts
from helpdesk.providers.models import Affiliation, Location, Organization, OrganizationType, ReportingSystem
from helpdesk.transaction import transaction
from tests.directory_factories import COORDINATOR, a_location, a_request, an_organization, works_at
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import at_the_desk, statements
from tests.visitor import Visitor

LIST = "/admin/organizations"


def listed(visitor: Visitor) -> list[str]:
    return [link.get_text(strip=True) for link in visitor.page.select(".ledger-subject")]


def test_an_empty_directory_says_how_to_begin(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), LIST)

    assert "The directory is empty" in visitor.text
    assert visitor.follow("Import organizations from a file").h1 == "Import organizations"


@pytest.mark.both_databases
def test_a_search_looks_at_names_pins_and_facts(app: Flask) -> None:
    cedar = an_organization("Cedar Fork Pharmacy, LLC")
    a_location(cedar, "Main Street", pin="123456", county="Wake", reporting_system=ReportingSystem.NCIR)
    a_location(an_organization("Oak Hollow", type=OrganizationType.CLINIC), "100% Annex", county="Durham")
    visitor = at_the_desk(app, an_agent(), LIST)
    assert listed(visitor) == ["Cedar Fork Pharmacy, LLC", "Oak Hollow"]

    expected = {
        "text=CEDAR+fork": cedar.legal_name,
        "text=main": cedar.legal_name,
        "text=NCA123456": cedar.legal_name,
        "text=annex": "Oak Hollow",
        "county=Durham": "Oak Hollow",
        "type=clinic": "Oak Hollow",
        "system=ncir": cedar.legal_name,
        "county=Wake&text=oak": None,
        "type=forged&county=forged&text=oak": "Oak Hollow",
    }
    found = {asked: listed(visitor.open(f"{LIST}?{asked}")) for asked in expected}
    assert found == {asked: [name] if name else [] for asked, name in expected.items()}
    assert listed(visitor.open(f"{LIST}?text=100%25+a")) == ["Oak Hollow"]
    assert "No such organization" in visitor.open(f"{LIST}?text=nowhere").text


@pytest.mark.both_databases
def test_pages_hold_25_and_cost_the_same(app: Flask) -> None:
    for number in range(30):
        an_organization(f"Organization {number:02d}")
    visitor = at_the_desk(app, an_agent(), LIST)
    assert listed(visitor)[-1] == "Organization 24"
    with statements() as asked:
        visitor.follow("Next page")

    assert listed(visitor) == [f"Organization {number}" for number in range(25, 30)]
    assert len(asked) <= 8
    assert listed(visitor.follow("First page"))[0] == "Organization 00"


def test_closed_organizations_are_found_on_demand(app: Flask) -> None:
    organization = an_organization("Oak Hollow")
    visitor = at_the_desk(app, a_lead(), f"{LIST}/{organization.id}").follow("Close").press("Close the organization")
    assert "Oak Hollow is closed." in visitor.text

    assert listed(visitor.open(LIST)) == []
    assert listed(visitor.open(f"{LIST}?closed=y")) == ["Oak Hollow"]
    visitor.follow("Oak Hollow").follow("Reopen").press("Reopen the organization")
    assert listed(visitor.open(LIST)) == ["Oak Hollow"]


def test_pressing_close_twice_does_not_open_again(app: Flask) -> None:
    organization = an_organization("Oak Hollow")
    visitor = at_the_desk(app, a_lead(), f"{LIST}/{organization.id}/close")
    fields = visitor.values("Close the organization")
    for _ in range(2):
        visitor.post(f"{LIST}/{organization.id}/close", fields)

    db.session.rollback()
    assert organization.closed_at is not None


def test_one_page_shows_all_that_belongs_to_an_organization(app: Flask) -> None:
    organization, user = an_organization("Cedar Fork", cmo_name="Ana Ruiz"), a_provider()
    location = a_location(organization, "Main Street", pin="123456", primary_coordinator_email="pat@example.org")
    works_at(user, location, COORDINATOR)
    asks = a_request(a_provider(), organization).user
    visitor = at_the_desk(app, an_agent(), f"{LIST}/{organization.id}")

    for told in ("Ana Ruiz", "123456", "pat@example.org", user.name, "Vaccine Coordinator (primary)", asks.name):
        assert told in visitor.text
    assert "The desk added Main Street" in visitor.text
    assert "Edit" not in visitor.text  # agents look


def test_an_organization_and_its_location_are_added_and_edited(app: Flask) -> None:
    visitor = at_the_desk(app, a_lead(), LIST).follow("Add an organization").press("Add the organization")
    assert visitor.status == 422
    visitor.press("Add the organization", legal_name="Cedar Fork", type="pharmacy", cmo_email="Ana@Example.org")
    visitor.follow("Add a location").press("Add the location", name="Main Street", pin="12")
    assert "A provider PIN has six digits" in visitor.text
    visitor.press("Add the location", pin="nca123456", county="Wake", reporting_system="cvms", zip_code="27601")
    visitor.follow("Edit Main Street").press("Save", city="Raleigh")

    location = db.session.scalars(sa.select(Location)).one()
    assert (location.pin, location.county, location.city) == ("123456", "Wake", "Raleigh")
    assert location.organization.cmo_email == "Ana@example.org"
    assert "City: nothing → Raleigh" in visitor.text


def test_names_and_pins_that_are_taken_are_named_and_what_was_typed_stays(app: Flask) -> None:
    organization = an_organization("Cedar Fork")
    a_location(organization, "Main Street", pin="123456")
    visitor = at_the_desk(app, an_admin(), f"{LIST}/add").press("Add the organization", legal_name="CEDAR FORK")
    assert visitor.status == 409
    visitor.open(f"{LIST}/{organization.id}/locations/add").press("Add the location", name="Annex", pin="123456")
    assert visitor.status == 409
    assert "Another location has this provider PIN." in visitor.text
    assert visitor.values("Add the location")["name"] == "Annex"


@pytest.mark.both_databases
def test_a_stale_save_is_refused_and_shows_what_changed(app: Flask) -> None:
    organization, lead = an_organization("Cedar Fork"), a_lead(first_name="Grace")
    visitor = at_the_desk(app, an_admin(), f"{LIST}/{organization.id}/edit")
    with transaction():
        facts = OrganizationFacts("Cedar Fork Pharmacy", OrganizationType.PHARMACY)
        commands.change_organization(db.session.get_one(Organization, organization.id), facts, by=lead)

    visitor.press("Save", legal_name="Cedar Fork Drugs", cmo_name="Ana Ruiz")
    assert visitor.status == 409
    assert f"{lead.name} changed the organization" in visitor.text
    assert "Legal name: Cedar Fork → Cedar Fork Pharmacy" in visitor.text
    assert visitor.values("Save")["cmo_name"] == "Ana Ruiz"
    db.session.rollback()
    assert organization.legal_name == "Cedar Fork Pharmacy"
    visitor.press("Save")
    db.session.rollback()
    assert (organization.legal_name, organization.cmo_name) == ("Cedar Fork Drugs", "Ana Ruiz")


def test_a_location_of_another_organization_is_not_there(app: Flask) -> None:
    location, organization = a_location(), an_organization()
    visitor = at_the_desk(app, a_lead())

    assert visitor.open(f"{LIST}/{organization.id}/locations/{location.id}/edit").status == 404
    assert visitor.open(f"{LIST}/{organization.id + 99}").status == 404


def test_people_are_added_changed_and_ended(app: Flask) -> None:
    organization, user = an_organization(), a_provider()
    location = a_location(organization, "Main Street")
    visitor = at_the_desk(app, a_lead(), f"{LIST}/{organization.id}").follow("Add a person")
    visitor.press("Confirm that they work here", email="nobody@example.org")
    assert "Nobody has an account with this address." in visitor.text
    visitor.press("Confirm that they work here", email=user.email, role="coordinator_primary")
    assert "a coordinator works at one" in visitor.text
    visitor.press("Confirm that they work here", location=str(location.id))
    work = db.session.scalars(sa.select(Affiliation)).one()
    assert (work.role, work.location_id) == (COORDINATOR, location.id)

    visitor.follow(f"Change {user.name}").press("Save", role="organization_administrator")
    db.session.rollback()
    assert work.location_id is None
    visitor.follow(f"End {user.name}").press("They work here no more")
    assert db.session.scalar(queries.affiliations_of(user, at=clock.now())) is None
    assert f"ended the work of {user.name}" in visitor.text


def test_agents_look_and_providers_do_not(app: Flask) -> None:
    organization = an_organization()
    agent, provider = at_the_desk(app, an_agent()), at_the_desk(app, a_provider(), "/cases")

    assert agent.open(f"{LIST}/{organization.id}").status == 200
    for page in ("/add", f"/{organization.id}/edit", f"/{organization.id}/close", "/import", f"/{organization.id}/people/add"):
        assert agent.open(LIST + page).status == 403
    assert provider.open(LIST).status == 403
    assert provider.open(f"{LIST}/export.csv").status == 403
