"""Take next: the most urgent case that nobody has, and never the same one for two people."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts import skills
from helpdesk.cases import commands as cases
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.needed_skills import need
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM
from tests.factories import an_admin, an_agent
from tests.queue.cases import a_stock, at_once, at_the_desk


def test_take_next_opens_the_most_urgent_case_that_nobody_has(app):
    agent = an_agent("ENR")
    a_stock(1, assignee_id=agent.id, due_at=MONDAY_9_AM - timedelta(hours=3), subject="has somebody")
    [urgent] = a_stock(1, due_at=MONDAY_9_AM - timedelta(hours=2), status=Status.NEW, subject="most urgent")
    a_stock(1, subject="later")
    a_stock(1, team="NCIR", due_at=MONDAY_9_AM - timedelta(hours=4))

    visitor = at_the_desk(app, agent).press("Take next")

    assert visitor.h1 == "most urgent"
    assert "You have this case." in visitor.text
    case = db.session.get_one(Case, urgent)
    assert (case.assignee_id, case.status) == (agent.id, Status.OPEN)
    assert EventKind.TAKEN in {event.kind for event in case.events}


def test_where_every_case_has_somebody_that_is_what_is_said(app):
    agent = an_agent("ENR")
    a_stock(1, assignee_id=agent.id)
    a_stock(1, team="NCIR")

    assert "Every case of your teams has somebody." in at_the_desk(app, agent).press("Take next").text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        ({Status.PENDING: 1}, "The 1 case of your teams that nobody has waits for an answer or is on hold."),
        ({Status.PENDING: 2, Status.ON_HOLD: 1}, "The 3 cases of your teams that nobody has wait for an answer or are on hold."),
    ],
)
def test_cases_that_wait_for_somebody_else_are_not_next_and_are_told_of(app, waiting, said):
    for status, number in waiting.items():
        a_stock(number, status=status, due_at=None)
    a_stock(1, status=Status.PENDING, team="NCIR")

    told = at_the_desk(app, an_agent("ENR")).press("Take next").text

    assert said in told
    assert "has somebody" not in told


def test_cases_that_wait_are_told_of_beside_those_that_do_not_fit(app):
    a_stock(1, status=Status.PENDING)
    [needs] = a_stock(1)
    with transaction():
        need(db.session.get_one(Case, needs), ["hl7"])

    told = at_the_desk(app, an_agent("ENR")).press("Take next").text

    assert "1 case waits for somebody with the skill “hl7”." in told
    assert "has somebody" not in told


def test_take_next_leaves_triage_to_those_who_work_there(app):
    a_stock(1, team="SD", subject="triage")

    assert at_the_desk(app, an_agent("ENR")).press("Take next").path == "/agent/queue"
    assert at_the_desk(app, an_admin()).press("Take next").h1 == "triage"


@pytest.mark.both_databases
def test_four_agents_at_once_take_four_different_cases(app):
    a_stock(4, status=Status.NEW)
    desks = [at_the_desk(app, an_agent("ENR")) for _ in range(4)]

    at_once(*[lambda desk=desk: desk.press("Take next") for desk in desks])

    assert [desk.status for desk in desks] == [200] * 4
    assert len({desk.path for desk in desks}) == 4
    assert all("You have this case." in desk.text for desk in desks)


@pytest.mark.both_databases
def test_two_agents_at_once_and_one_case_leave_one_with_nothing(app):
    [only] = a_stock(1, status=Status.NEW)
    desks = [at_the_desk(app, an_agent("ENR")) for _ in range(2)]

    at_once(*[lambda desk=desk: desk.press("Take next") for desk in desks])

    assert sorted(desk.path for desk in desks) == [f"/agent/cases/{db.session.get_one(Case, only).number}", "/agent/queue"]


@pytest.mark.both_databases
def test_one_agent_who_presses_four_times_at_once_takes_one_case(app):
    agent = an_agent("ENR")
    a_stock(4, status=Status.NEW)
    desks = [at_the_desk(app, agent) for _ in range(4)]

    at_once(*[lambda desk=desk: desk.press("Take next") for desk in desks])

    assert [desk.status for desk in desks] == [200] * 4
    assert len({desk.path for desk in desks}) == 1
    assert taken_by(agent) == 1


def test_the_next_case_is_another_one_a_few_seconds_later(app):
    agent = an_agent("ENR")
    a_stock(3)
    at_the_desk(app, agent).press("Take next")
    at_the_desk(app, agent).press("Take next")
    assert taken_by(agent) == 1

    with clock.at(MONDAY_9_AM + timedelta(seconds=6)):
        at_the_desk(app, agent).press("Take next")

    assert taken_by(agent) == 2


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN])
def test_whoever_has_worked_on_their_case_takes_another_at_once(app, status):
    agent = an_agent("ENR")
    [first, _second] = a_stock(2, status=status)
    at_the_desk(app, agent).press("Take next")
    with transaction():
        cases.add_note(db.session.get_one(Case, first), by=agent, body="Answered on the phone.")

    at_the_desk(app, agent).press("Take next")

    assert taken_by(agent) == 2


@pytest.mark.both_databases
def test_a_case_that_needs_a_skill_goes_to_who_has_it_and_others_are_told_why_nothing_fits(app):
    agent, speaker = an_agent("ENR"), an_agent("ENR")
    needs = a_stock(3, subject="En español")
    [rare] = a_stock(1, subject="With HL7")
    with transaction():
        skills.change(db.session.merge(speaker), ["es", "fr"], by=None)
        for case_id in needs:
            need(db.session.get_one(Case, case_id), ["es"])
        need(db.session.get_one(Case, rare), ["hl7"])

    told = at_the_desk(app, agent).press("Take next").text

    assert "No case that waits in your teams fits you." in told
    assert "3 cases wait for somebody who speaks Spanish." in told
    assert "1 case waits for somebody with the skill “hl7”." in told
    assert at_the_desk(app, speaker).press("Take next").h1 == "En español"


def test_a_case_that_fits_comes_before_a_more_urgent_one_that_does_not(app):
    [urgent] = a_stock(1, due_at=MONDAY_9_AM - timedelta(hours=2))
    a_stock(1, subject="fits")
    with transaction():
        need(db.session.get_one(Case, urgent), ["es"])

    assert at_the_desk(app, an_agent("ENR")).press("Take next").h1 == "fits"


def taken_by(agent):
    db.session.rollback()
    return db.session.query(Case).filter_by(assignee_id=agent.id).count()
