"""Requests to join on the desk of staff: counted, found, confirmed for the right place, declined."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.providers import queries
from helpdesk.providers.models import AffiliationRole, RequestState
from tests.directory_factories import COORDINATOR, a_location, a_request, an_organization
from tests.factories import a_lead, a_provider, an_agent
from tests.queue.cases import at_the_desk


def works(user):
    db.session.rollback()
    return list(db.session.scalars(queries.affiliations_of(user, at=clock.now())))


def test_an_empty_list_says_what_will_be_here(app: Flask) -> None:
    assert "No requests" in at_the_desk(app, an_agent(), "/agent/requests").text


def test_the_navigation_counts_what_waits(app: Flask) -> None:
    agent = an_agent()
    for _ in range(2):
        a_request(a_provider(), an_organization())
    visitor = at_the_desk(app, agent)

    assert "Requests (2)" in visitor.text
    visitor.follow("Requests (2)")
    assert len(visitor.page.select(".case-list li")) == 2
    assert "Requests (2)" in visitor.text


@pytest.mark.both_databases
def test_an_agent_confirms_as_asked(app: Flask) -> None:
    organization, user = an_organization("Cedar Fork"), a_provider()
    location = a_location(organization, "Main Street")
    wanted = a_request(user, organization, location=location, role=COORDINATOR, words="Ask for Pat.")
    visitor = at_the_desk(app, an_agent(), f"/agent/requests/{wanted.id}")

    assert "Ask for Pat." in visitor.text
    visitor.press("Confirm")
    assert "Confirmed. The person is told by mail." in visitor.text
    assert [(w.location_id, w.role) for w in works(user)] == [(location.id, COORDINATOR)]


def test_a_place_that_was_named_is_found_in_the_directory(app: Flask) -> None:
    user, location = a_provider(), a_location(an_organization("Cedar Fork Pharmacy, LLC"), "Main Street")
    wanted = a_request(user, None, named_organization="cedar fork", named_location="Main")
    visitor = at_the_desk(app, an_agent(), f"/agent/requests/{wanted.id}")

    visitor.follow("Main Street, Cedar Fork Pharmacy, LLC").press("Confirm", role="coordinator_backup")
    assert [(w.location_id, w.role) for w in works(user)] == [(location.id, AffiliationRole.COORDINATOR_BACKUP)]


def test_what_is_not_in_the_directory_is_added_by_a_lead(app: Flask) -> None:
    wanted = a_request(a_provider(), None, named_organization="Juniper Health")

    visitor = at_the_desk(app, an_agent(), f"/agent/requests/{wanted.id}")
    assert "A lead or an administrator can add it." in visitor.text
    visitor = at_the_desk(app, a_lead(), f"/agent/requests/{wanted.id}").follow("Add the organization")
    assert visitor.values("Add the organization")["legal_name"] == "Juniper Health"


def test_a_coordinator_needs_a_location(app: Flask) -> None:
    organization, user = an_organization(), a_provider()
    wanted = a_request(user, organization)
    visitor = at_the_desk(app, an_agent(), f"/agent/requests/{wanted.id}").press("Confirm", role="coordinator_primary")

    assert visitor.status == 409
    assert "a coordinator works at one" in visitor.page.select_one(".error-summary").get_text()
    assert works(user) == []


def test_declining_wants_a_reason(app: Flask) -> None:
    wanted = a_request(a_provider(), an_organization())
    visitor = at_the_desk(app, an_agent(), f"/agent/requests/{wanted.id}").press("Decline")
    assert visitor.status == 422
    visitor.press("Decline", answer="Nobody there knows you.")

    db.session.rollback()
    assert (wanted.state, wanted.answer) == (RequestState.DECLINED, "Nobody there knows you.")


def test_of_two_who_decide_the_later_is_told(app: Flask) -> None:
    wanted = a_request(a_provider(), an_organization())
    first, second = (at_the_desk(app, an_agent(), f"/agent/requests/{wanted.id}") for _ in range(2))
    first.press("Decline", answer="Nobody there knows you.")

    second.press("Confirm")
    assert "answered in the meantime" in second.text
    assert works(wanted.user) == []


def test_providers_do_not_see_the_desk_s_list(app: Flask) -> None:
    wanted = a_request(a_provider(), an_organization())

    assert at_the_desk(app, a_provider(), "/agent/requests").status == 403
    assert at_the_desk(app, a_provider(), f"/agent/requests/{wanted.id}").status == 403
