"""The place of a ticket: chosen from where one works, or typed as ever."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.providers import commands
from helpdesk.providers.models import AffiliationRole
from helpdesk.transaction import transaction
from tests.directory_factories import ADMINISTRATOR, a_location, an_organization, works_at
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING
from tests.visitor import Visitor

REST = {name: answer for name, answer in ANSWERS.items() if name not in ("organization", "location")}


@pytest.fixture
def cedar_fork(app: Flask):
    """An organization with one location."""
    an_agent(team="NCIR")
    organization = an_organization("Cedar Fork Pharmacy")
    return a_location(organization, "Main Street")


def the_case() -> Case:
    return db.session.scalars(sa.select(Case)).one()


def options(visitor: Visitor) -> list[str]:
    return [option.get_text(strip=True) for option in visitor.page.select("select[name=place] option")]


def send(visitor: Visitor, **fields: str) -> Visitor:
    return visitor.open(ASKING).press("Continue", **REST, **fields).press("Send the ticket")


def test_the_only_location_is_chosen_beforehand_and_fixed_on_the_case(app, cedar_fork):
    works_at(user := a_provider(), cedar_fork)
    visitor = Visitor(app).sign_in(user).open(ASKING)
    assert options(visitor)[1:] == [
        "Main Street, Cedar Fork Pharmacy",
        "All of Cedar Fork Pharmacy",
        "Not listed: type the name below",
    ]
    send(visitor)
    with transaction():
        commands.change_location(cedar_fork, commands.LocationFacts("Elm Street"), by=None)

    case = the_case()
    assert (case.organization_id, case.location_id) == (cedar_fork.organization_id, cedar_fork.id)
    assert (case.organization, case.location) == ("Cedar Fork Pharmacy", "Main Street")
    assert ("Location", "Main Street") in case.answer_rows


def test_the_whole_organization_can_be_chosen(app, cedar_fork):
    works_at(user := a_provider(), cedar_fork)
    send(Visitor(app).sign_in(user), place=f"organization-{cedar_fork.organization_id}")

    case = the_case()
    assert (case.organization_id, case.location_id, case.location) == (cedar_fork.organization_id, None, "All locations")


def test_a_place_that_is_not_listed_is_typed(app, cedar_fork):
    works_at(user := a_provider(), cedar_fork)
    send(Visitor(app).sign_in(user), place="other", organization="Birch Run Clinic", location="Annex")

    case = the_case()
    assert (case.organization_id, case.organization, case.location) == (None, "Birch Run Clinic", "Annex")


def test_a_place_of_somebody_else_is_refused(app, cedar_fork):
    works_at(user := a_provider(), cedar_fork)
    foreign = a_location()
    visitor = Visitor(app).sign_in(user).open(ASKING)

    visitor.press("Continue", **REST, place=f"location-{foreign.id}")
    assert visitor.status == 422
    assert "Choose one of the answers on the list." in visitor.text


def test_who_works_at_several_says_which(app, cedar_fork):
    user, organization = a_provider(), an_organization("Oak Hollow")
    works_at(user, cedar_fork)
    works_at(user, a_location(organization, "Annex"))
    visitor = Visitor(app).sign_in(user).open(ASKING).press("Continue", **REST)

    assert visitor.status == 422
    assert "Choose the place" in visitor.text


def test_an_administrator_can_choose_every_open_location(app, cedar_fork):
    organization = cedar_fork.organization
    works_at(user := a_provider(), organization, ADMINISTRATOR)
    closed = a_location(organization, "Gone")
    with transaction():
        commands.close(closed, by=None)
    a_location(organization, "Airport")

    listed = options(Visitor(app).sign_in(user).open(ASKING))
    assert "Airport, Cedar Fork Pharmacy" in listed
    assert "Main Street, Cedar Fork Pharmacy" in listed
    assert not any("Gone" in text for text in listed)


def test_the_place_of_the_last_case_is_offered_again(app, cedar_fork):
    user = a_provider()
    works_at(user, cedar_fork)
    annex = a_location(cedar_fork.organization, "Annex")
    works_at(user, annex, AffiliationRole.COORDINATOR_BACKUP)
    visitor = Visitor(app).sign_in(user)
    send(visitor, place=f"location-{annex.id}")

    assert visitor.open(ASKING).values("Continue")["place"] == f"location-{annex.id}"


def test_a_case_can_be_private_from_the_first(app, cedar_fork):
    works_at(user := a_provider(), cedar_fork)
    visitor = Visitor(app).sign_in(user).open(ASKING).press("Continue", **REST)
    visitor.press("Change the answers", is_private="y").press("Continue").press("Send the ticket")

    assert the_case().is_private


def test_without_any_place_the_form_is_as_ever_and_says_where_to_join(app, cedar_fork):
    visitor = Visitor(app).sign_in(a_provider()).open(ASKING)

    assert options(visitor) == []
    assert visitor.follow("say where you work").h1 == "Ask to join"
    visitor.open(ASKING).press("Continue", **ANSWERS)
    assert visitor.page.select("[name=is_private]") == []
    visitor.press("Send the ticket")
    assert (the_case().organization_id, the_case().organization) == (None, "Cedar Fork Pharmacy")
