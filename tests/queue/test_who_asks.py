"""The page of a case says who is asking: the place, whether it is confirmed, and what else of theirs is open."""

from helpdesk.cases.models import Status
from helpdesk.providers.models import EnrollmentStatus, ReportingSystem
from tests.case_factories import a_case
from tests.directory_factories import COORDINATOR, a_location, an_organization, at, works_at
from tests.factories import a_provider, an_agent
from tests.queue.cases import a_stock, at_the_desk, on_case, statements
from tests.runs import postgresql_in_the_long_run

MOST_FOR_A_CASE = 12


def panel(visitor):
    return " ".join(visitor.page.select_one("#requester").get_text(" ").split())


@postgresql_in_the_long_run
def test_a_place_of_the_directory_shows_section_b_and_that_it_is_confirmed(app):
    location = a_location(
        an_organization("Cedar Fork"),
        "Main Street",
        pin="123456",
        county="Wake",
        reporting_system=ReportingSystem.NCIR,
        enrollment_status=EnrollmentStatus.APPROVED,
        primary_coordinator_name="Ana Ruiz",
    )
    user, agent = a_provider(), an_agent()
    works_at(user, location, COORDINATOR)
    works_at(user, an_organization("Oak Hollow"))
    visitor = on_case(app, agent, a_case(requester=user, **at(location)))

    shown = panel(visitor)
    for told in ("123456", "Wake", "NCIR", "Approved", "Ana Ruiz"):
        assert told in shown
    assert "Confirmed: Vaccine Coordinator (primary), Main Street, Cedar Fork" in shown
    assert "Works at: Staff, Oak Hollow, the whole organization" in shown
    assert visitor.follow("Cedar Fork in the directory").h1 == "Cedar Fork"


def test_a_typed_place_and_one_where_they_do_not_work_are_not_confirmed(app):
    agent, location = an_agent(), a_location()

    assert "Not confirmed: the place was typed" in panel(on_case(app, agent, a_case()))
    assert "Not confirmed: they do not work there" in panel(on_case(app, agent, a_case(**at(location))))


@postgresql_in_the_long_run
def test_their_other_open_cases_are_listed_five_of_them_and_counted(app):
    user, agent = a_provider(), an_agent()
    case = a_case(requester=user)
    a_case(requester=user, status=Status.RESOLVED, agent=agent, subject="This one is resolved")
    a_stock(3, team="NCIR", requester=user, subject="Of a team that is not theirs")
    ids = a_stock(7, requester=user)
    visitor = on_case(app, agent, case)
    links = [a.get_text(strip=True) for a in visitor.page.select("#requester li a")]

    assert links == [f"NCV-{case_id:06d}" for case_id in reversed(ids[2:])]
    assert "Their other open cases (7)" in panel(visitor)
    assert "and 2 more" in panel(visitor)
    assert "not theirs" not in visitor.text
    assert "This one is resolved" not in visitor.text


@postgresql_in_the_long_run
def test_all_of_it_stays_within_the_statements_of_the_page(app):
    location, user, agent = a_location(), a_provider(), an_agent()
    for _ in range(5):
        works_at(user, a_location())
    number = a_case(requester=user, **at(location)).number
    a_stock(9, requester=user)
    visitor = at_the_desk(app, agent)
    with statements() as asked:
        visitor.open(f"/agent/cases/{number}")

    assert len(asked) <= MOST_FOR_A_CASE, "\n".join(asked)


def test_a_case_hidden_from_colleagues_says_so_to_staff(app):
    assert "Hidden from colleagues" in panel(on_case(app, an_agent(), a_case(is_private=True, **at(a_location()))))
