"""The queue: whose cases, in which order, a page at a time."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts.anybody import anybody_like
from helpdesk.cases.models import Status
from helpdesk.queue import counting
from helpdesk.queue.asked import Asked, Filter
from helpdesk.queue.queries import Look
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, subjects
from tests.visitor import Visitor

HOUR = timedelta(hours=1)


def test_agents_see_their_teams_and_triage_and_nothing_else(app):
    for team, subject in (("ENR", "Ours"), ("SD", "In triage"), ("NCIR", "Theirs")):
        a_stock(1, team=team, subject=subject)

    assert sorted(subjects(at_the_desk(app, an_agent("ENR")))) == ["In triage", "Ours"]
    assert len(subjects(at_the_desk(app, an_admin()))) == 3


def test_visitors_are_asked_to_sign_in_and_providers_are_refused(app):
    assert Visitor(app).open("/agent/queue").path == "/login"
    assert at_the_desk(app, a_provider()).status == 403


@pytest.mark.both_databases
def test_breached_comes_first_then_the_nearest_target_then_the_oldest_and_last_what_is_not_due(app):
    for subject, due_at in {
        "not due": None,
        "in two hours": MONDAY_9_AM + 2 * HOUR,
        "breached": MONDAY_9_AM - HOUR,
        "in one hour": MONDAY_9_AM + HOUR,
        "in one hour, younger": MONDAY_9_AM + HOUR,
    }.items():
        a_stock(1, subject=subject, due_at=due_at)
    a_stock(1, team="SD", subject="in triage, long breached", due_at=MONDAY_9_AM - 3 * HOUR)

    assert subjects(at_the_desk(app, an_agent("ENR"))) == [
        "in triage, long breached",
        "breached",
        "in one hour",
        "in one hour, younger",
        "in two hours",
        "not due",
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("show", ["my-teams", "unassigned", "all"])
def test_pages_of_25_rows_hold_every_case_once(app, show):
    requester = a_provider()
    a_stock(30, requester=requester)
    a_stock(13, team="SD", requester=requester, due_at=None)
    a_stock(14, requester=requester, due_at=MONDAY_9_AM)
    visitor, pages = at_the_desk(app, an_agent("ENR"), f"/agent/queue?show={show}"), []

    pages.append(visitor.page.select(".row-about"))
    while visitor.page.find("a", string="Next page"):
        pages.append(visitor.follow("Next page").page.select(".row-about"))

    assert [len(rows) for rows in pages] == [25, 25, 7]
    assert len({row.get_text() for rows in pages for row in rows}) == 57
    assert visitor.follow("First page").page.select(".row-about") == pages[0]


def test_a_page_that_ends_the_queue_offers_no_next_one(app):
    a_stock(25)

    assert "Next page" not in at_the_desk(app, an_agent("ENR")).text


@pytest.mark.parametrize("after", ["nonsense", "A" * 5000, "OTk5OTk5OTk5OTk5OTk5OTk5OjE", "%00", "-:1"])
def test_a_forged_place_shows_the_first_page(app, after):
    a_stock(26)
    agent = an_agent("ENR")

    assert len(subjects(at_the_desk(app, agent, f"/agent/queue?after={after}"))) == 25


@pytest.mark.parametrize("query", ["status=%00", "show=mine&team[]=x", "after=%00"])
def test_what_says_nothing_is_left_aside(app, query):
    a_stock(1, subject="Ours")

    assert at_the_desk(app, an_agent("ENR"), f"/agent/queue?{query}").status == 200


def test_the_filter_of_another_team_does_not_show_its_cases(app):
    a_stock(1, team="NCIR", subject="Theirs")

    assert subjects(at_the_desk(app, an_agent("ENR"), "/agent/queue?team=NCIR&show=all")) == []


def test_filters_show_what_they_say_with_a_count(app):
    agent = an_agent("ENR")
    a_stock(2, assignee_id=agent.id, subject="mine")
    a_stock(3, subject="nobody's")
    a_case(status=Status.RESOLVED, agent=agent, subject="done already")
    visitor = at_the_desk(app, agent)

    counted = [" ".join(link.get_text().split()) for link in visitor.page.select(".filters a")]

    assert counted == [
        "My teams 5 cases",
        "Mine 2 cases",
        "Unassigned 3 cases",
        "Watched 0 cases",
        "Resolved 1 case",
        "Could not be told 0 cases",
        "All cases 6 cases",
    ]
    assert set(subjects(visitor.follow("Mine 2 cases"))) == {"mine"}
    assert set(subjects(visitor.follow("Unassigned 3 cases"))) == {"nobody's"}
    assert subjects(visitor.follow("Resolved 1 case")) == ["done already"]


def test_counts_stop_at_99(app):
    a_stock(105)
    agent = an_agent("ENR")

    assert "My teams 99+ cases" in at_the_desk(app, agent).text
    look = Look(anybody_like(agent), tuple((m.team.code, m.team.id) for m in agent.memberships), Asked(Filter.MY_TEAMS))
    assert list(counting.counts([look], agent)) == [100], "nothing beyond is counted"


def test_team_and_status_narrow_the_queue_by_a_plain_form(app):
    a_stock(1, team="SD", subject="triage")
    a_stock(1, subject="open")
    a_stock(1, subject="pending", status=Status.PENDING, due_at=None)
    visitor = at_the_desk(app, an_agent("ENR"))

    assert subjects(visitor.press("Show", team="SD")) == ["triage"]
    assert subjects(visitor.press("Show", team="", status="pending")) == ["pending"]


def test_narrowed_pages_stay_narrowed(app):
    requester = a_provider()
    a_stock(30, requester=requester)
    a_stock(30, team="SD", requester=requester, subject="triage")

    visitor = at_the_desk(app, an_agent("ENR"), "/agent/queue?team=SD").follow("Next page")

    assert subjects(visitor) == ["triage"] * 5


def test_rows_say_in_words_where_each_case_stands(app):
    agent = an_agent("ENR")
    with clock.at(MONDAY_9_AM - timedelta(days=6)):  # Tuesday
        a_case(status=Status.PENDING, agent=agent)
    a_case(status=Status.RESOLVED, agent=agent)
    a_stock(1, due_at=MONDAY_9_AM - timedelta(minutes=18), subject="late")

    rows = at_the_desk(app, agent, "/agent/queue?show=all").text

    assert "waits since Tue" in rows
    assert "mail leaves today 9:01 a.m." in rows
    assert "18 min over" in rows
    assert f"Assigned to {agent.short_name}" in rows
    assert "Nobody has it" in rows


@pytest.mark.parametrize(
    ("show", "hint"),
    [
        ("my-teams", "New cases of your teams"),
        ("mine", "Press “Take next”"),
        ("unassigned", "Every case has somebody"),
        ("resolved", "Resolved cases stay here"),
        ("all", "When a provider asks for help"),
        ("my-teams&team=SD", "Without Team: Service Desk"),
    ],
)
def test_an_empty_queue_says_what_to_do(app, show, hint):
    assert hint in at_the_desk(app, an_agent("ENR"), f"/agent/queue?show={show}").text
