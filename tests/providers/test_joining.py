"""Requests to join: who is told, who decides, and how often one may ask."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.providers import commands, joining, queries
from helpdesk.providers.errors import (
    AlreadyAffiliated,
    AlreadyAsked,
    NotOnesOwn,
    PlaceClosed,
    PlaceMissing,
    RequestDecided,
    RoleNeedsLocation,
    TooManyRequests,
)
from helpdesk.providers.models import Affiliation, AffiliationRole, DirectoryAct, JoinRequest, Organization, RequestState
from helpdesk.transaction import transaction
from tests.directory_factories import (
    ADMINISTRATOR,
    COORDINATOR,
    a_location,
    a_request,
    an_organization,
    directory_events,
    works_at,
)
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_once

pytestmark = pytest.mark.both_databases


def mail(kind):
    return list(db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == kind)))


def works(user):
    return list(db.session.scalars(queries.affiliations_of(user, at=clock.now())))


def test_the_administrators_of_the_organization_are_told_at_once(app):
    organization, boss, asks = an_organization("Cedar Fork"), a_provider(), a_provider(first_name="Morgan")
    works_at(boss, organization, ADMINISTRATOR)
    works_at(a_provider(), organization)

    a_request(asks, organization)

    told = mail("join_requested")
    assert [message.to_address for message in told] == [boss.email]
    assert not told[0].is_windowed
    assert asks.email in told[0].text_body
    assert "/account/organizations/requests" in told[0].text_body


def test_nobody_is_a_member_by_asking(app):
    asks = a_provider()
    a_request(asks, an_organization())

    assert works(asks) == []


def test_who_is_confirmed_works_there_and_is_told(app):
    organization, asks, agent = an_organization("Cedar Fork"), a_provider(), an_agent()
    location = a_location(organization, "Main Street")
    wanted = a_request(asks, organization, location=location, role=COORDINATOR)
    with transaction():
        joining.confirm(wanted, by=agent)

    work = works(asks)[0]
    assert (work.location_id, work.role) == (location.id, COORDINATOR)
    assert (wanted.state, wanted.decided_by_id) == (RequestState.CONFIRMED, agent.id)
    assert [message.to_address for message in mail("join_decided")] == [asks.email]
    assert "Main Street, Cedar Fork" in mail("join_decided")[0].text_body
    assert [e.act for e in directory_events()][-2:] == [DirectoryAct.REQUESTED, DirectoryAct.AFFILIATED]


def test_who_is_declined_is_told_why(app):
    asks = a_provider()
    wanted, agent = a_request(asks, an_organization()), an_agent()
    with transaction():
        joining.decline(wanted, by=agent, answer="We do not know you.")

    assert works(asks) == []
    assert "We do not know you." in mail("join_decided")[0].text_body
    assert "We do not know you." not in str([(e.old, e.new) for e in directory_events()])


def test_a_request_is_decided_once(app):
    wanted, agent = a_request(a_provider(), an_organization()), an_agent()
    request_id, agent_id = wanted.id, agent.id

    def confirm():
        with app.app_context():
            try:
                with transaction():
                    found = db.session.get_one(JoinRequest, request_id)
                    joining.confirm(found, by=db.session.get_one(type(agent), agent_id))
            except RequestDecided:
                return "late"
            return "confirmed"

    assert sorted(at_once(confirm, confirm)) == ["confirmed", "late"]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Affiliation)) == 1


def test_a_place_that_is_not_listed_is_confirmed_for_one_that_is(app):
    wanted, agent = a_request(a_provider(), None, named_organization="Cedar Fork"), an_agent()
    with pytest.raises(PlaceMissing), transaction():
        joining.confirm(wanted, by=agent)

    organization = an_organization("Cedar Fork")
    with transaction():
        joining.confirm(wanted, by=agent, organization=organization)

    assert works(wanted.user)[0].organization_id == organization.id


def test_five_requests_may_wait_and_no_sixth_even_at_once(app):
    asks = a_provider()
    places = [an_organization().id for _ in range(8)]
    user_id = asks.id

    def ask(place_id):
        def act():
            with app.app_context():
                try:
                    with transaction():
                        user = db.session.get_one(type(asks), user_id)
                        place = db.session.get_one(Organization, place_id)
                        joining.request_to_join(joining.Wish(role=AffiliationRole.STAFF, organization=place), by=user)
                except TooManyRequests:
                    return "refused"
                return "asked"

        return act

    answers = at_once(*(ask(place) for place in places))

    assert (answers.count("asked"), answers.count("refused")) == (5, 3)


def test_one_asks_for_a_place_once_and_not_for_what_one_is(app):
    asks, organization = a_provider(), an_organization()
    works_at(asks, organization)
    with pytest.raises(AlreadyAffiliated):
        a_request(asks, organization)
    location = a_location(organization)
    a_request(asks, organization, location=location)
    with pytest.raises(AlreadyAsked):
        a_request(asks, organization, location=location)
    a_request(asks, None, named_organization="Not Listed, L.L.C.")
    with pytest.raises(AlreadyAsked):
        a_request(asks, None, named_organization="not listed llc")


def test_closed_places_staff_and_coordinators_of_nowhere_are_refused(app):
    organization = an_organization()
    with pytest.raises(RoleNeedsLocation):
        a_request(a_provider(), organization, role=COORDINATOR)
    with pytest.raises(NotOnesOwn):
        a_request(an_agent(), organization)
    with transaction():
        commands.close(organization, by=None)
    with pytest.raises(PlaceClosed):
        a_request(a_provider(), organization)


def test_who_withdraws_makes_room(app):
    asks = a_provider()
    wanted = a_request(asks, an_organization())
    with transaction():
        joining.withdraw(wanted, by=asks)

    assert list(db.session.scalars(queries.open_requests_of(asks))) == []
    with pytest.raises(RequestDecided), transaction():
        joining.confirm(wanted, by=asks)
