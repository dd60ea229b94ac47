"""Where I work: finding a place, asking to join, deciding for one's own organization."""

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import throttling
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.providers import commands, queries
from helpdesk.providers.models import JoinRequest, Organization, RequestState
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.directory_factories import ADMINISTRATOR, a_location, a_request, an_organization, works_at
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor

MINE, JOIN, REQUESTS = "/account/organizations", "/account/organizations/join", "/account/organizations/requests"


def at(app: Flask, user: User, page: str = MINE) -> Visitor:
    """This person, signed in, on a page."""
    return Visitor(app).sign_in(user).open(page)


def works(user: User) -> list[Organization]:
    db.session.rollback()
    return [a.organization for a in db.session.scalars(queries.affiliations_of(user, at=clock.now()))]


def test_an_empty_page_says_how_to_begin(app: Flask) -> None:
    visitor = at(app, a_provider(), "/account").follow("Where I work: organizations and locations")

    assert "No place yet" in visitor.text
    assert visitor.follow("Find your organization").h1 == "Ask to join"


def test_a_place_is_found_by_a_part_of_its_name_and_asked_for(app: Flask) -> None:
    user, location = a_provider(), a_location(an_organization("Cedar Fork Pharmacy, LLC"), "Main Street")
    visitor = at(app, user, JOIN).press("Find", q="CEDAR fork")
    visitor.follow("Main Street, Cedar Fork Pharmacy, LLC")
    assert visitor.values("Send the request")["location"] == str(location.id)
    visitor.press("Send the request", role="coordinator_primary", words="Pat knows me.")

    assert visitor.h1 == "Where I work"
    assert "Waits for an answer" in visitor.text
    wanted = db.session.scalars(sa.select(JoinRequest)).one()
    assert (wanted.location_id, wanted.role, wanted.words) == (location.id, "coordinator_primary", "Pat knows me.")
    assert works(user) == []
    visitor.press("Withdraw")
    assert "Your request is withdrawn." in visitor.text


def test_a_place_is_found_by_its_pin(app: Flask) -> None:
    a_location(an_organization("Oak Hollow"), "Annex", pin="123456")
    visitor = at(app, a_provider(), JOIN)

    for written in ("NCA123456", " nca 123 456 "):  # as the pages of one's account read it, too
        assert "Annex, Oak Hollow" in visitor.press("Find", q=written).text
    assert "Nothing found" in visitor.press("Find", q="123457").text


def test_asking_and_withdrawing_again_and_again_does_not_fill_a_mailbox(app: Flask) -> None:
    place = an_organization()
    works_at(boss := a_provider(), place, ADMINISTRATOR)
    visitor = at(app, a_provider(), f"{JOIN}/{place.id}")
    fields = visitor.values("Send the request")

    for _time in range(throttling.JOINING.free):
        visitor.post(f"{JOIN}/{place.id}", fields).press("Withdraw")
    refused = visitor.post(f"{JOIN}/{place.id}", fields)

    assert (refused.status, "Too many tries in a row" in refused.text, refused.headers["Retry-After"]) == (429, True, "300")
    assert len(mail_to(boss.email)) == throttling.JOINING.free


def test_closed_places_are_not_offered(app: Flask) -> None:
    organization = an_organization("Oak Hollow")
    with transaction():
        commands.close(organization, by=None)

    assert "Nothing found" in at(app, a_provider(), f"{JOIN}?q=oak").text
    assert at(app, a_provider(), f"{JOIN}/{organization.id}").status == 404


def test_the_pin_given_at_registration_offers_a_place_and_makes_nobody_a_member(app: Flask) -> None:
    location, user = a_location(an_organization("Oak Hollow"), "Annex", pin="123456"), a_provider()
    with transaction():
        db.session.get_one(User, user.id).pin = "123456"
    visitor = at(app, user)

    assert "The PIN you gave belongs to Annex, Oak Hollow." in visitor.text
    assert works(user) == []
    visitor.follow("Ask to join it")
    assert visitor.values("Send the request")["location"] == str(location.id)


def test_a_place_that_is_not_listed_is_named(app: Flask) -> None:
    visitor = at(app, a_provider(), f"{JOIN}?q=Juniper").follow("Name the place yourself")
    assert visitor.values("Send the request")["named_organization"] == "Juniper"
    visitor.press("Send the request", named_organization="", pin="12")
    assert visitor.status == 422
    assert "A provider PIN has six digits" in visitor.text
    visitor.press("Send the request", named_organization="Juniper Health", pin="NCA123456")

    wanted = db.session.scalars(sa.select(JoinRequest)).one()
    assert (wanted.named_organization, wanted.pin, wanted.organization_id) == ("Juniper Health", "123456", None)


def test_too_many_and_double_requests_say_so(app: Flask) -> None:
    user, organization = a_provider(), an_organization()
    a_request(user, organization)
    visitor = at(app, user, f"{JOIN}/{organization.id}").press("Send the request")
    assert visitor.status == 409
    assert "You have asked to join this place already" in visitor.text
    for _ in range(4):
        a_request(user, an_organization())
    visitor = at(app, user, f"{JOIN}/{an_organization().id}").press("Send the request")
    assert "5 of your requests wait for an answer" in visitor.text


def test_an_administrator_decides_for_their_organization_alone(app: Flask) -> None:
    organization, boss, asks = an_organization(), a_provider(), a_provider()
    works_at(boss, organization, ADMINISTRATOR)
    a_request(asks, organization)
    foreign = a_request(a_provider(), an_organization())
    visitor = at(app, boss).follow("1 request to join your organization waits for you")

    assert asks.name in visitor.text
    assert foreign.user.name not in visitor.text
    token = visitor.values("Confirm")["csrf_token"]
    assert visitor.post(f"{REQUESTS}/{foreign.id}/confirm", {"csrf_token": token}).status == 404
    assert visitor.post(f"{REQUESTS}/{foreign.id}/decline", {"csrf_token": token, "answer": "No."}).status == 404
    visitor.open(REQUESTS).press("Confirm")
    assert works(asks) == [organization]
    assert works(foreign.user) == []


def test_an_administrator_declines_with_a_reason(app: Flask) -> None:
    organization, boss = an_organization(), a_provider()
    works_at(boss, organization, ADMINISTRATOR)
    wanted = a_request(a_provider(), organization)
    visitor = at(app, boss, REQUESTS).press("Decline")
    assert visitor.status == 422
    assert "Say why" in visitor.page.select_one(".error-summary").get_text()
    visitor.press("Decline", answer="We do not know you.")

    db.session.rollback()
    assert (wanted.state, wanted.decided_by_id) == (RequestState.DECLINED, boss.id)


def test_nobody_decides_their_own_request(app: Flask) -> None:
    organization, boss = an_organization(), a_provider()
    works_at(boss, organization, ADMINISTRATOR)
    wanted = a_request(boss, organization)
    visitor = at(app, boss, REQUESTS)

    assert "No requests" in visitor.text
    fields = {"csrf_token": visitor.values("Sign out")["csrf_token"]}
    assert visitor.post(f"{REQUESTS}/{wanted.id}/confirm", fields).status == 404


def test_requests_are_not_there_for_who_administers_nothing(app: Flask) -> None:
    assert at(app, a_provider(), REQUESTS).status == 404
    assert at(app, an_agent(), MINE).status == 403


def test_the_requests_of_others_cannot_be_withdrawn(app: Flask) -> None:
    wanted, visitor = a_request(a_provider(), an_organization()), at(app, a_provider())
    fields = {"csrf_token": visitor.values("Sign out")["csrf_token"]}

    assert visitor.post(f"{REQUESTS}/{wanted.id}/withdraw", fields).status == 404
    db.session.rollback()
    assert wanted.state is RequestState.OPEN
