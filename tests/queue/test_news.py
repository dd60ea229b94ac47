"""What open pages ask for by themselves: what came and changed since they were drawn, and urgent cases of one's teams."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import UserSession
from helpdesk.cases import commands, marking
from helpdesk.cases.models import Case, Status
from helpdesk.cases.numbers import number_of
from helpdesk.extensions import db
from helpdesk.queue.news import MOST_CHANGED, MOST_URGENT
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.duty_factories import in_turn, on_duty
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, statements
from tests.visitor import Visitor

MINUTE = timedelta(minutes=1)


def asked_by(visitor) -> str:
    """The address that the script of the queue asks."""
    line, place = visitor.page.select_one(".announced"), visitor.page.select_one("#news")
    return f"{place['data-address']}?since={line['data-since']}&{line['data-query']}"


def told(app, agent, address="/agent/news") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Visitor(app).sign_in(agent).open(address).html)
    return found


@pytest.mark.both_databases
def test_new_and_changed_cases_are_told_and_whether_they_fit_what_is_shown(app):
    agent, colleague = an_agent("ENR"), an_agent("ENR")
    [seen, quiet] = a_stock(2, opened_at=MONDAY_9_AM - MINUTE, updated_at=MONDAY_9_AM - MINUTE, priority=Priority.P2)
    address = asked_by(at_the_desk(app, agent, "/agent/queue?priority=P2"))
    assert told(app, agent, address)["cases"] == []

    with clock.at(MONDAY_9_AM + MINUTE):
        [fresh] = a_stock(1, priority=Priority.P2, opened_at=clock.now(), updated_at=clock.now())
        [other] = a_stock(1, priority=Priority.P3, opened_at=clock.now(), updated_at=clock.now())
        a_stock(1, team="NCIR", priority=Priority.P2, opened_at=clock.now(), updated_at=clock.now())
        with transaction():
            commands.add_note(db.session.get_one(Case, seen), by=colleague, body="Seen to by phone.")
        with statements() as asked:
            found = {case_id: rest for case_id, *rest in told(app, agent, address)["cases"]}

    assert found == {fresh: [2, True, True], other: [2, True, False], seen: [3, False, True]}
    assert quiet not in found
    assert len([one for one in asked if "cases" in one]) == 1


@pytest.mark.both_databases
def test_what_was_committed_a_moment_after_the_page_was_drawn_is_told_with_its_version(app):
    agent = an_agent("ENR")
    address = asked_by(at_the_desk(app, agent))

    [late] = a_stock(1, opened_at=MONDAY_9_AM - timedelta(seconds=4), updated_at=MONDAY_9_AM - timedelta(seconds=4))

    assert told(app, agent, address)["cases"] == [[late, 2, False, False]]


@pytest.mark.both_databases
def test_cases_of_other_teams_that_one_watches_are_followed_where_they_are_shown(app):
    agent, others = an_agent("ENR"), an_agent("NCIR")
    case = a_case(topic="DAT-HL7")
    with transaction():
        marking.let_watch(case, agent, by=others)
    address, elsewhere = (asked_by(at_the_desk(app, agent, f"/agent/queue?show={show}")) for show in ("watched", "all"))

    with clock.at(MONDAY_9_AM + MINUTE), transaction():
        commands.add_note(case, by=others, body="Seen to by phone.")

    assert told(app, agent, address)["cases"] == [[case.id, case.version, False, True]]
    assert told(app, agent, elsewhere)["cases"] == []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "query",
    ["show=all", "show=mine", "show=watched", "q=freezer", "team=ENR&due=today", "assignee=x&flag=red", "show=could-not-be-told"],
)
def test_whatever_the_queue_shows_can_be_followed(app, query):
    a_stock(1)

    assert set(told(app, an_agent("ENR"), f"/agent/news?since=1764511200000000&{query}")) == {"cases", "urgent", "urgent_in_all"}


def test_of_a_text_no_new_case_fits_and_of_many_cases_the_latest_are_told(app):
    agent = an_agent("ENR")
    address = asked_by(at_the_desk(app, agent, "/agent/queue?q=question"))

    with clock.at(MONDAY_9_AM + MINUTE):
        ids = a_stock(MOST_CHANGED + 5, opened_at=clock.now())
        cases = told(app, agent, address)["cases"]

    assert {case_id for case_id, *_rest in cases} == set(ids[5:])
    assert {fits for *_rest, fits in cases} == {False}


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 18, "%00", "１"])
def test_a_forged_place_in_time_tells_of_no_cases(app, since):
    a_stock(1)

    assert told(app, an_agent("ENR"), f"/agent/news?since={since}")["cases"] == []


@pytest.mark.both_databases
def test_urgent_cases_of_ones_own_teams_are_told_on_every_page(app):
    agent = an_agent("ENR")
    [urgent] = a_stock(1, subject="Freezer down", priority=Priority.P1, opened_at=MONDAY_9_AM - 3 * 60 * MINUTE)
    [given] = a_stock(1, subject="Just given", priority=Priority.P1, assignee_id=an_agent("ENR").id)
    a_stock(
        1,
        subject="Old, and somebody has it",
        priority=Priority.P1,
        assignee_id=an_agent("ENR").id,
        opened_at=MONDAY_9_AM - 90 * MINUTE,
    )
    a_stock(1, subject="Mine", priority=Priority.P1, assignee_id=agent.id)
    a_stock(1, subject="Waits for its maker", priority=Priority.P1, status=Status.ON_HOLD)
    a_stock(1, subject="Done", priority=Priority.P1, status=Status.CLOSED)
    a_stock(1, subject="Of others", priority=Priority.P1, team="NCIR")
    a_stock(1, subject="In triage", priority=Priority.P1, team="SD")
    a_stock(1, subject="Normal")

    found = told(app, agent)["urgent"]

    number = db.session.get_one(Case, urgent).number
    assert found[0] == {
        "number": number,
        "subject": "Freezer down",
        "team": "Provider Enrollment",
        "address": f"/agent/cases/{number}",
    }
    assert [one["number"] for one in found] == [number, db.session.get_one(Case, given).number]
    assert told(app, an_admin())["urgent"] == []  # works in no team


@pytest.mark.both_databases
def test_an_urgent_case_that_the_desk_gives_somebody_is_announced_to_them_until_they_begin(app):
    given, other = an_agent("VMGT"), an_agent("VMGT")
    in_turn("VMGT"), on_duty(given)
    case = a_case(topic="TMP-EXC", agent=other)
    assert (case.assignee, case.status) == (given, Status.NEW)

    assert [one["number"] for one in told(app, given)["urgent"]] == [case.number]
    with clock.at(MONDAY_9_AM + 2 * 60 * MINUTE):
        assert [one["number"] for one in told(app, given)["urgent"]] == [case.number], "nobody has begun"
        assert told(app, other)["urgent"] == [], "somebody has it"

        with transaction():
            commands.reply(case, by=given, body="Please keep the vaccine apart.")
        assert told(app, given)["urgent"] == []


@pytest.mark.both_databases
def test_of_many_urgent_cases_those_due_first_are_told_and_how_many_there_are(app):
    ids = a_stock(MOST_URGENT + 5, priority=Priority.P1, opened_at=MONDAY_9_AM - 90 * MINUTE)
    a_stock(1, priority=Priority.P1, team="NCIR")

    found = told(app, an_agent("ENR"))

    assert [one["number"] for one in found["urgent"]] == [number_of(case_id) for case_id in ids[:MOST_URGENT]]
    assert found["urgent_in_all"] == MOST_URGENT + 5
    assert told(app, an_agent("VMGT"))["urgent_in_all"] == 0


def test_a_page_left_open_keeps_nobody_signed_in(app):
    agent = an_agent("ENR")
    visitor = at_the_desk(app, agent)
    seen = db.session.scalars(sa.select(UserSession.last_seen_at)).one()

    with clock.at(MONDAY_9_AM + 5 * MINUTE), statements() as asked:
        assert visitor.open("/agent/news").status == 200
    db.session.rollback()
    assert db.session.scalars(sa.select(UserSession.last_seen_at)).one() == seen
    assert all(one.startswith(("SELECT", "WITH")) for one in asked)
    assert len(asked) == 2

    with clock.at(MONDAY_9_AM + app.config["SESSION_IDLE_STAFF"] + MINUTE):
        assert visitor.open("/agent/news").path == "/login"


def test_only_staff_has_the_script(app):
    assert "news.js" in at_the_desk(app, an_agent("ENR"), "/learn").html
    assert "news.js" not in Visitor(app).open("/learn").html
    assert "news.js" not in Visitor(app).sign_in(a_provider()).open("/learn").html


def test_rows_say_which_version_of_a_case_they_show(app):
    case = a_case()

    box = at_the_desk(app, an_agent("ENR")).page.select_one(".row-tick input")

    assert box["value"] == f"{case.id}:{case.version}"
