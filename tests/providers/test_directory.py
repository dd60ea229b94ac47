"""Organizations, locations and people of the directory: each change is written down, and what cannot be is refused by name."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.providers import affiliations, commands, queries
from helpdesk.providers.commands import LocationFacts, OrganizationFacts
from helpdesk.providers.errors import (
    AlreadyAffiliated,
    NameTaken,
    NotOnesOwn,
    PinTaken,
    RoleNeedsLocation,
    StaleDirectory,
)
from helpdesk.providers.history import last_event_id
from helpdesk.providers.models import AffiliationRole, DirectoryAct, Organization, OrganizationType
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM
from tests.directory_factories import COORDINATOR, a_location, an_organization, directory_events, works_at
from tests.factories import a_lead, a_provider, an_agent
from tests.queue.cases import at_once

pytestmark = pytest.mark.both_databases


def test_every_change_leaves_an_entry_with_old_and_new(app):
    lead = a_lead()
    with transaction():
        organization = commands.add_organization(OrganizationFacts("Birch Run", OrganizationType.CLINIC), by=lead)
    with transaction():
        facts = OrganizationFacts("Birch Run Clinic", OrganizationType.CLINIC, cmo_name="Ana Ruiz")
        assert commands.change_organization(organization, facts, by=lead)
        assert not commands.change_organization(organization, facts, by=lead)
    with transaction():
        commands.close(organization, by=lead)
        commands.close(organization, by=lead)
        commands.reopen(organization, by=lead)

    events = directory_events()
    acts = [DirectoryAct.ADDED, DirectoryAct.CHANGED, DirectoryAct.CLOSED, DirectoryAct.REOPENED]
    assert [event.act for event in events] == acts
    assert {event.actor_id for event in events} == {lead.id}
    assert events[1].old == {"legal_name": "Birch Run", "cmo_name": ""}
    assert events[1].new == {"legal_name": "Birch Run Clinic", "cmo_name": "Ana Ruiz"}


def test_a_name_is_given_once_however_it_is_written(app):
    an_organization("Cedar Fork Pharmacy, LLC")
    other = an_organization("Oak Hollow")

    with pytest.raises(NameTaken):
        an_organization("CEDAR FORK PHARMACY L.L.C.")
    with pytest.raises(NameTaken), transaction():
        commands.change_organization(other, OrganizationFacts("cedar fork pharmacy llc", OrganizationType.OTHER), by=None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 2


def test_of_two_who_add_the_same_organization_at_once_one_does(app):
    def add():
        with app.app_context():
            try:
                an_organization("Cedar Fork Pharmacy")
            except NameTaken:
                return "taken"
            return "added"

    assert sorted(at_once(add, add)) == ["added", "taken"]


def test_a_pin_belongs_to_one_location_and_a_name_to_one_of_an_organization(app):
    organization = an_organization()
    a_location(organization, "Main Street", pin="123456")
    elsewhere = a_location(an_organization(), "Main Street")

    with pytest.raises(PinTaken), transaction():
        commands.change_location(elsewhere, LocationFacts("Main Street", pin="123456"), by=None)
    with pytest.raises(NameTaken):
        a_location(organization, "MAIN  STREET")


def test_a_save_upon_an_older_state_is_refused(app):
    organization = an_organization()
    seen = last_event_id(organization)
    a_location(organization)

    with pytest.raises(StaleDirectory), transaction():
        commands.expect(organization, seen=seen)
    with transaction():
        commands.expect(organization, seen=last_event_id(organization))


def test_an_affiliation_holds_from_its_start_until_before_its_end(app):
    user, location = a_provider(), a_location()
    with clock.at(MONDAY_9_AM):
        work = works_at(user, location, COORDINATOR)
    with clock.at(MONDAY_9_AM + timedelta(hours=1)), transaction():
        affiliations.end(work, by=None)

    def holds(minutes):
        moment = MONDAY_9_AM + timedelta(minutes=minutes)
        return db.session.scalar(queries.affiliations_of(user, at=moment)) is not None

    assert [holds(-1), holds(0), holds(59), holds(60)] == [False, True, True, False]
    assert [event.act for event in directory_events()][-2:] == [DirectoryAct.AFFILIATED, DirectoryAct.AFFILIATION_ENDED]


def test_roles_and_places_that_do_not_fit_are_refused(app):
    organization, user = an_organization(), a_provider()
    location = a_location(organization)
    works_at(user, location)

    with pytest.raises(RoleNeedsLocation):
        works_at(user, organization, COORDINATOR)
    with pytest.raises(AlreadyAffiliated):
        works_at(user, location)
    with pytest.raises(NotOnesOwn):
        works_at(an_agent(), location)
    assert works_at(user, location, AffiliationRole.ORGANIZATION_ADMINISTRATOR).location_id is None


def test_what_somebody_is_can_change_and_is_written_down(app):
    work = works_at(a_provider(), location := a_location(name="Main Street"))
    with transaction():
        affiliations.change(work, location=location, role=COORDINATOR, by=None)

    event = directory_events()[-1]
    assert event.act is DirectoryAct.AFFILIATION_CHANGED
    assert (event.old["role"], event.new["role"]) == ("staff", "coordinator_primary")
