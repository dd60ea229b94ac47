"""My cases as a list: where each case stands, in a sentence; what narrows it; and how far back it looks."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.cases import commands, listing, visibility, withdrawal
from helpdesk.cases.listing import Look
from helpdesk.cases.models import UNFINISHED, Case, MessageKind, Status
from helpdesk.cases.numbers import number_of
from helpdesk.cases.visibility import Places
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, a_case
from tests.cases.people import Practice, a_practice
from tests.directory_factories import ADMINISTRATOR, COORDINATOR, at, works_at
from tests.factories import a_provider, an_agent
from tests.queue.cases import a_stock, statements
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor


@pytest.fixture
def practice(app: Flask) -> Practice:
    """A location with a case, its requester and everybody around them."""
    return a_practice()


def listed(visitor: Visitor) -> dict[str, str]:
    """Subject and state of each case that is shown."""
    rows = visitor.page.select(".case-list li")
    return {read(row.select_one(".case-subject")): read(row.select_one(".case-state")) for row in rows}


def read(element) -> str:
    return " ".join(element.get_text().split())


def numbers(visitor: Visitor) -> list[int]:
    """The ids of the cases of this page and of those behind it, in the order in which they come."""
    found = []
    while True:
        found += [int(link["href"].rpartition("-")[2]) for link in visitor.page.select(".case-subject")]
        links = [a.get_text() for a in visitor.page.select(".pager a")]
        onward = next((text for text in links if text in ("Older cases", "Look further back")), None)
        if onward is None:
            return found
        visitor.follow(onward)


@postgresql_in_the_long_run
def test_each_case_says_in_a_sentence_where_it_stands_and_by_you_only_to_whom_it_was(app, practice):
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    requester, agent = practice.case.requester, an_agent()
    statuses = (Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED, Status.CANCELED)
    with clock.at(FRIDAY_7_PM):
        for status in statuses:
            a_case(status=status, requester=requester, agent=agent, subject=status.value, **at(practice.location))
        told = a_case(status=Status.RESOLVED, requester=requester, agent=agent, subject="told", **at(practice.location))
        with transaction():
            about = sa.update(OutboxMessage).where(OutboxMessage.case_id == told.id)
            db.session.execute(about.values(state=MailState.SENT, sent_at=clock.now()))
        theirs = Visitor(app).sign_in(requester).open("/cases")
        colleagues = Visitor(app).sign_in(boss).open("/cases")

    expected = {
        "told": "Resolved on Dec 4",
        "canceled": "Canceled by you",
        "closed": "Closed on Dec 4",
        "resolved": "Resolved; the e-mail leaves Mon 8 a.m.",
        "pending": "We need something from you",
        "open": "We are working on it",
        practice.case.subject: "We have received it",
    }
    of_a_colleague = {
        "canceled": f"Canceled by {requester.name}",
        "pending": f"We need something from {requester.name}",
    }
    assert listed(theirs) == expected
    assert listed(colleagues) == {**expected, **of_a_colleague}
    assert (theirs.text.count("Asked by"), colleagues.text.count(f"Asked by {requester.name}")) == (0, len(expected))


@postgresql_in_the_long_run
def test_a_resolution_that_was_taken_back_is_said_until_somebody_speaks_again(app):
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.RESOLVED)
        resolution = next(m for m in case.messages if m.kind is MessageKind.RESOLUTION)
        with transaction():
            withdrawal.take_back(case, resolution, by=case.assignee)
            commands.add_note(case, by=case.assignee, body="Wrong officer, I will look again.")
        visitor = Visitor(app).sign_in(case.requester).open("/cases")
        assert listed(visitor) == {case.subject: "We have withdrawn our resolution and are working on it"}
        with transaction():
            commands.reply(case, by=case.assignee, body="We look at it again.")

        assert listed(visitor.open("/cases")) == {case.subject: "We are working on it"}


def test_it_shows_what_is_open_or_what_is_finished_and_keeps_that_while_one_searches(app):
    requester, agent = a_provider(), an_agent()
    statuses = (Status.NEW, Status.PENDING, Status.RESOLVED, Status.CLOSED, Status.CANCELED)
    for status in statuses:
        a_case(status=status, requester=requester, agent=agent, subject=f"Teléfono {status.value}")
    a_case(requester=requester, agent=agent, subject="Something else")
    visitor = Visitor(app).sign_in(requester).open("/cases")

    visitor.follow("Finished cases").press("Search", q="TELEFONO")
    finished = list(listed(visitor))
    visitor.follow("Open cases")

    assert finished == ["Teléfono canceled", "Teléfono closed", "Teléfono resolved"]
    assert list(listed(visitor)) == ["Teléfono pending", "Teléfono new"]
    assert len(listed(visitor.follow("Show the others, too"))) == 3


@pytest.mark.parametrize("typed", ["NCV-{id:06d}", "ncv {id}", "#{id}", "{id}"])
def test_a_number_leads_to_its_case_wherever_it_stands_in_the_list(app, typed):
    case = a_case()
    visitor = Visitor(app).sign_in(case.requester).open("/cases?state=finished")

    assert visitor.press("Search", q=typed.format(id=case.id)).path == f"/cases/{case.number}"


def test_the_number_of_a_case_of_others_leads_nowhere(app):
    case, foreign = a_case(), a_case()

    visitor = Visitor(app).sign_in(case.requester).open("/cases").press("Search", q=foreign.number)

    assert (visitor.path, "No such case" in visitor.text, foreign.subject in visitor.text) == ("/cases", True, False)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/cases", "No cases yet"),
        ("/cases?state=open", "Nothing is open"),
        ("/cases?state=finished", "Nothing is finished yet"),
        ("/cases?show=organization", "No cases here yet"),
        ("/cases?q=zebra", "No such case"),
    ],
)
def test_where_nothing_is_shown_it_says_why_and_leads_to_get_help(app, practice, address, says):
    works_at(somebody := a_provider(), practice.organization, ADMINISTRATOR)
    with transaction():
        db.session.execute(sa.update(Case).values(is_private=True))

    visitor = Visitor(app).sign_in(somebody).open(address)

    assert says in visitor.text
    assert visitor.follow("Ask for help").h1 == "Get Help"


@postgresql_in_the_long_run
def test_however_far_apart_they_lie_each_case_is_found_once_and_in_order(app, practice):
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    for theirs in (True, False):
        place = {"requester": boss} if theirs else {"organization_id": practice.organization.id}
        a_stock(listing.LOOKED_AT * 6 // 10, status=Status.CLOSED, **place)
    with transaction():  # a few open ones, far apart; some are both the administrator's own and their organization's
        db.session.execute(sa.update(Case).where(Case.id % 97 == 0).values(status=Status.OPEN))
        db.session.execute(sa.update(Case).where(Case.id % 2 == 0).values(organization_id=practice.organization.id))
    expected = list(db.session.scalars(sa.select(Case.id).where(Case.status.in_(UNFINISHED)).order_by(Case.id.desc())))
    visitor = Visitor(app).sign_in(boss).open("/cases?state=open")

    assert "Looked back to" in visitor.text
    assert numbers(visitor) == expected
    last = number_of(practice.case.id)
    with transaction():
        db.session.execute(sa.update(Case).where(Case.id != practice.case.id).values(status=Status.CLOSED))
    assert "What you look for may be older." in visitor.open("/cases?state=open").text
    assert [number_of(number) for number in numbers(visitor)] == [last]


@postgresql_in_the_long_run
def test_whoever_has_very_many_places_sees_the_cases_of_each(app, practice):
    works_at(colleague := a_provider(), practice.location, COORDINATOR)
    first = practice.location.id
    many = Places(locations=tuple(range(first, first + visibility.MOST_RUNS + 1)), organizations=())

    assert listing.page(Look(colleague, many)).cases == [practice.case]


@postgresql_in_the_long_run
def test_a_narrowed_list_takes_as_many_statements_for_one_case_as_for_many(app, practice):
    works_at(boss := a_provider(), practice.organization, ADMINISTRATOR)
    visitor, seen = Visitor(app).sign_in(boss), []
    for more in (1, 200):
        a_stock(more, organization_id=practice.organization.id, status=Status.OPEN)
        for address in ("/cases", "/cases?state=open&q=question", "/cases?q=nowhere"):
            with statements() as asked:
                visitor.open(address)
            seen.append(len(asked))

    assert seen[:3] == seen[3:]
    assert max(seen) <= 8


def test_the_list_holds_one_s_own_cases_only(app: Flask) -> None:
    mine = a_case(subject="My very own question")
    a_case(subject="A question of somebody else")

    visitor = Visitor(app).sign_in(mine.requester).open("/cases")

    assert "My very own question" in visitor.text
    assert "A question of somebody else" not in visitor.text


def test_older_cases_are_a_page_away(app: Flask) -> None:
    requester, agent = a_provider(), an_agent()
    for n in range(27):
        a_case(requester=requester, agent=agent, subject=f"Question {n:02d}")

    visitor = Visitor(app).sign_in(requester).open("/cases")

    assert ("Question 26" in visitor.text, "Question 01" in visitor.text) == (True, False)
    assert "Question 01" in visitor.follow("Older cases").text


@postgresql_in_the_long_run
@pytest.mark.parametrize("before", ["99999999999999999999999", "4294967297", "-1", "x", "0", "\x00"])
def test_a_forged_place_in_the_list_is_the_first_page(app: Flask, before: str) -> None:
    case = a_case(subject="My very own question")

    visitor = Visitor(app).sign_in(case.requester).open(f"/cases?before={before}")

    assert (visitor.status, "My very own question" in visitor.text) == (200, True)


def test_the_end_of_the_list_is_not_an_empty_one(app: Flask) -> None:
    case = a_case()

    visitor = Visitor(app).sign_in(case.requester).open(f"/cases?before={case.id}")

    assert "No older cases" in visitor.text
