"""Who of a provider's colleagues sees a case: by where they work at the moment of reading."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.extensions import db
from helpdesk.providers import affiliations
from helpdesk.providers.models import AffiliationRole, Location
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.cases.people import Practice, a_practice
from tests.directory_factories import ADMINISTRATOR, COORDINATOR, a_location, an_organization, at, works_at
from tests.factories import a_provider, an_agent
from tests.queue.cases import a_stock, statements
from tests.visitor import Visitor

MOST_STATEMENTS = 12


@pytest.fixture
def practice(app: Flask) -> Practice:
    """A location with a case, its requester and everybody around them."""
    return a_practice()


def sees(app: Flask, user: object, case: Case) -> bool:
    """Whether somebody finds the case on their list, and on its page: the two agree."""
    visitor = Visitor(app).sign_in(user)
    on_the_list = case.number in visitor.open("/cases").text
    assert (visitor.open(f"/cases/{case.number}").status == 200) == on_the_list
    return on_the_list


@pytest.mark.both_databases
def test_coordinators_see_their_location_and_administrators_their_organization(app, practice):
    role = AffiliationRole
    expected = {
        (practice.location, role.COORDINATOR_PRIMARY): True,
        (practice.location, role.COORDINATOR_BACKUP): True,
        (practice.location, role.STAFF): False,
        (practice.location, role.OFFICER): False,
        (practice.organization, ADMINISTRATOR): True,
        (practice.organization, role.STAFF): False,
        (a_location(practice.organization), role.COORDINATOR_PRIMARY): False,
        (an_organization(), ADMINISTRATOR): False,
    }
    found = {}
    for place, as_what in expected:
        works_at(user := a_provider(), place, as_what)
        found[place, as_what] = sees(app, user, practice.case)

    assert found == expected


@pytest.mark.both_databases
def test_it_begins_and_ends_with_the_work(app, practice):
    with clock.at(MONDAY_9_AM):
        work = works_at(user := a_provider(), practice.location, COORDINATOR)
    with clock.at(MONDAY_9_AM - timedelta(seconds=1)):
        assert not sees(app, user, practice.case)
    with clock.at(MONDAY_9_AM):
        assert sees(app, user, practice.case)
    with clock.at(MONDAY_9_AM + timedelta(minutes=5)):
        with transaction():
            affiliations.end(work, by=None)
        assert not sees(app, user, practice.case)


def test_a_typed_place_is_nobody_s_location(app, practice):
    case = a_case(organization=practice.organization.legal_name, location=practice.location.name)
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)

    assert not sees(app, boss, case)


def test_what_one_may_not_see_looks_like_what_is_not_there(app, practice):
    visitor = Visitor(app).sign_in(a_provider())
    foreign = visitor.open(f"/cases/{practice.case.number}").page.find("main").get_text(" ", strip=True)

    assert visitor.status == 404
    assert visitor.open("/cases/NCV-000999").page.find("main").get_text(" ", strip=True) == foreign


def test_the_requester_hides_a_case_from_colleagues_and_shows_it_again(app, practice):
    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    visitor = Visitor(app).sign_in(practice.case.requester).open(f"/cases/{practice.case.number}")

    visitor.press("Hide it from colleagues")
    assert "Your colleagues do not see this case." in visitor.text
    assert [sees(app, one, practice.case) for one in (colleague, boss)] == [False, False]
    visitor.press("Show it to colleagues")
    assert [sees(app, one, practice.case) for one in (colleague, boss)] == [True, True]

    changes = [event for event in practice.case.events if event.kind is EventKind.PRIVACY_CHANGED]
    assert [(e.old["is_private"], e.new["is_private"]) for e in changes] == [(False, True), (True, False)]
    agent = Visitor(app).sign_in(an_agent()).open(f"/agent/cases/{practice.case.number}")
    assert "hid the case from colleagues" in agent.text


def test_a_colleague_reads_and_replies_and_ends_nothing(app, practice):
    works_at(colleague := a_provider(first_name="Ines"), practice.location, COORDINATOR)
    agent = an_agent()
    with transaction():
        commands.add_note(practice.case, by=agent, body="An internal zebra.")
    visitor = Visitor(app).sign_in(colleague).open(f"/cases/{practice.case.number}")

    assert f"asked by {practice.case.requester.name}" in visitor.text
    assert "zebra" not in visitor.text
    assert not visitor.has_button("Hide it from colleagues")
    token = visitor.values("Send the message")["csrf_token"]
    visitor.press("Send the message", body="I can tell you more about it.")
    assert "I can tell you more about it." in visitor.text
    for act in ("accept", "reject", "cancel", "privacy", "rating"):
        fields = {"csrf_token": token, "body": "Long enough to be a reason.", "is_private": "y"}
        assert visitor.post(f"/cases/{practice.case.number}/{act}", fields).status == 403
    assert visitor.open(f"/cases/{practice.case.number}/cancel").status == 403
    db.session.expire_all()
    assert (practice.case.status, practice.case.is_private) == (Status.NEW, False)


def test_a_colleague_is_named_to_the_requester(app, practice):
    works_at(colleague := a_provider(first_name="Ines"), practice.location, COORDINATOR)
    with transaction():
        commands.reply(practice.case, by=colleague, body="I can tell you more about it.")

    titles = Visitor(app).sign_in(practice.case.requester).open(f"/cases/{practice.case.number}").page.select(".message-author")
    assert [" ".join(title.get_text().split()) for title in titles] == ["You", colleague.name]


def test_on_a_resolved_case_a_colleague_is_asked_to_leave_it_to_the_requester(app, practice):
    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    case = a_case(status=Status.RESOLVED, requester=practice.case.requester, **at(practice.location))
    visitor = Visitor(app).sign_in(colleague).open(f"/cases/{case.number}")

    assert not visitor.has_button("This solved it")
    assert "says whether this solved it" in visitor.text


def test_the_page_says_who_can_see_the_case(app, practice):
    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    case, place, organization = practice.case, practice.location.name, practice.organization.legal_name
    requester = Visitor(app).sign_in(case.requester)

    def says(visitor: Visitor) -> str:
        return " ".join(visitor.open(f"/cases/{case.number}").page.select_one(".who-sees p").get_text().split())

    asked = f"{case.requester.name} asked. You can read this case because you"
    assert says(Visitor(app).sign_in(colleague)) == f"{asked} coordinate {place}."
    assert says(Visitor(app).sign_in(boss)) == f"{asked} administer {organization}."
    assert says(requester) == f"You, our staff, coordinators of {place} and administrators of {organization} see this case."
    requester.press("Hide it from colleagues")
    assert says(requester) == "Only you and our staff see this case."


def test_on_a_case_that_a_colleague_canceled_nobody_says_you_did(app, practice):
    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    with transaction():
        commands.cancel(practice.case, by=practice.case.requester)

    visitor = Visitor(app).sign_in(colleague).open(f"/cases/{practice.case.number}")

    assert f"{practice.case.requester.name} canceled this case." in visitor.text
    assert "You canceled" not in visitor.text


def test_my_cases_can_be_narrowed_to_mine_or_theirs(app, practice):
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    mine = a_case(requester=boss, subject="My very own question")
    visitor = Visitor(app).sign_in(boss).open("/cases")

    assert practice.case.requester.name in visitor.text
    visitor.follow("My own")
    assert (mine.number in visitor.text, practice.case.number in visitor.text) == (True, False)
    visitor.open("/cases").follow("My organization’s")
    assert (mine.number in visitor.text, practice.case.number in visitor.text) == (False, True)


def test_who_sees_their_own_cases_alone_has_nothing_to_choose(app, practice):
    visitor = Visitor(app).sign_in(practice.case.requester).open("/cases")

    assert [nav["aria-label"] for nav in visitor.page.select("main nav")] == ["How they stand"]


@pytest.mark.both_databases
def test_the_pages_take_as_many_statements_for_one_case_as_for_many(app, practice):
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    works_at(boss, practice.location, COORDINATOR)
    visitor, seen = Visitor(app).sign_in(boss), []
    for more in (1, 60):
        a_stock(more, organization_id=practice.organization.id, location_id=practice.location.id)
        with statements() as asked:
            visitor.open("/cases")
        seen.append(len(asked))
    with statements() as asked:
        visitor.open(f"/cases/{practice.case.number}")

    assert seen[0] == seen[1] <= MOST_STATEMENTS
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


@pytest.mark.both_databases
def test_pages_of_the_list_go_on_where_the_last_one_ended(app, practice):
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    ids = a_stock(60, organization_id=practice.organization.id)
    a_stock(5)
    visitor, found = Visitor(app).sign_in(boss).open("/cases"), []
    while True:
        found += [link["href"].rpartition("-")[2] for link in visitor.page.select(".case-subject")]
        if "Older cases" not in visitor.text:
            break
        visitor.follow("Older cases")

    assert [int(number) for number in found] == sorted([practice.case.id, *ids], reverse=True)


def test_mail_goes_to_the_requester_alone(app, practice):
    from tests.case_factories import mail_of

    works_at(a_provider(), practice.location, COORDINATOR)
    agent = an_agent()
    with transaction():
        commands.reply(practice.case, by=agent, body="We are looking into it.")

    assert {mail.to_address for mail in mail_of(practice.case)} == {practice.case.requester.email}


def test_a_location_that_is_closed_keeps_its_cases(app, practice):
    from helpdesk.providers import commands as directory

    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    with transaction():
        directory.close(db.session.get_one(Location, practice.location.id), by=None)

    assert sees(app, colleague, practice.case)
