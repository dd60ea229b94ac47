"""Cases that the desk gives out: to whom, in which order, and what is said of it."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.admin.staffing import Work
from helpdesk.cases import commands, distribution
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.admin.desk_people import deactivated, team, work_changed
from tests.case_factories import MONDAY_9_AM, mail_of
from tests.duty_factories import (
    agents_on_duty,
    can,
    filed,
    handed_out,
    in_turn,
    last_said,
    now,
    on_duty,
)
from tests.factories import an_admin, an_agent
from tests.queue.cases import a_stock, statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def test_agents_take_the_cases_of_a_team_unless_an_administrator_chooses_otherwise(app):
    on_duty(an_agent("ENR"))

    case = filed()

    assert (case.assignee_id, case.team.distribution) == (None, "take")
    assert [event.kind for event in case.events] == [EventKind.OPENED, EventKind.ROUTED]


def test_a_new_case_is_given_to_those_on_duty_in_turn(app):
    in_turn()
    first, second, third = agents_on_duty(3)
    an_agent("ENR")

    got = [filed().assignee_id for _ in range(5)]

    assert got == [first.id, second.id, third.id, first.id, second.id]


def test_who_was_given_one_longest_ago_is_next_also_in_another_team(app):
    in_turn("ENR"), in_turn("NCIR")
    both, other = an_agent("ENR"), on_duty(an_agent("ENR"))
    work_changed(both, Work(both.role, frozenset({team("ENR").id, team("NCIR").id}), frozenset()), by=an_admin())
    on_duty(both)
    assert [filed().assignee_id, filed().assignee_id] == [both.id, other.id]

    assert filed("DAT-HL7").assignee_id == both.id
    assert [filed().assignee_id, filed().assignee_id] == [other.id, both.id]


def test_the_order_does_not_depend_on_the_clock(app):
    in_turn()
    first, second = agents_on_duty(2)
    assert filed().assignee_id == first.id

    with clock.at(MONDAY_9_AM - timedelta(days=2)):
        assert [filed().assignee_id, filed().assignee_id] == [second.id, first.id]


def test_the_timeline_says_who_was_chosen_and_why(app):
    in_turn()
    dana, *_others = agents_on_duty(3)

    case = filed()

    assert last_said(case) == f"Given to {dana.name}: next in turn of 3 on duty"
    assert case.events[-1].actor is None
    assert case.status is Status.NEW


@pytest.mark.parametrize(
    ("spanish", "on_duty_now", "said"),
    [(1, 1, "alone on duty"), (1, 2, "alone on duty with es"), (2, 3, "next in turn of 2 on duty with es")],
)
def test_it_says_with_which_skill(app, spanish, on_duty_now, said):
    in_turn()
    people = agents_on_duty(on_duty_now)
    for person in people[:spanish]:
        can(person, "ES")
    [case_id] = a_stock(1)

    assert handed_out(now(case_id), *(["es"] if spanish < on_duty_now else [])).id == people[0].id
    assert last_said(now(case_id)) == f"Given to {people[0].name}: {said}"


def test_whoever_is_given_a_case_is_mailed_that_the_desk_did_it(app):
    in_turn()
    (agent,) = agents_on_duty(1)

    case = filed()

    (mail,) = mail_of(case, "case_assigned")
    assert (mail.to_address, mail.subject) == (agent.email, f"[{case.number}] Yours now: {case.subject}")
    assert "The desk has given you a case." in mail.text_body


def test_who_wants_no_such_mail_gets_none(app):
    in_turn()
    (agent,) = agents_on_duty(1)
    with transaction():
        db.session.get_one(User, agent.id).wants_assignment_mail = False

    case = filed()

    assert (case.assignee_id, mail_of(case, "case_assigned")) == (agent.id, [])


def test_nobody_is_given_more_than_the_cap_counted_in_all_teams(app):
    in_turn(cap=2)
    busy, other = agents_on_duty(2)
    a_stock(1, team="NCIR", assignee_id=busy.id)
    a_stock(1, team="NCIR", assignee_id=busy.id, status=Status.RESOLVED, resolution_code=ResolutionCode.FIXED)

    cases = [filed() for _ in range(4)]

    assert [case.assignee_id for case in cases] == [busy.id, other.id, other.id, None]
    assert (
        last_said(cases[2])
        == f"Given to {other.name}: next in turn of 2 on duty; 1 of them has as many cases as the team gives out"
    )
    assert last_said(cases[3]) == ("Stays in the queue: whoever is on duty in Provider Enrollment has 2 unfinished cases or more")


def test_a_case_that_has_somebody_stays_with_them(app):
    in_turn()
    agents_on_duty(1)
    holder = an_agent("ENR")
    [case_id] = a_stock(1, assignee_id=holder.id)

    assert handed_out(now(case_id)) is None
    assert now(case_id).assignee_id == holder.id


@pytest.mark.parametrize("who", ["gone", "left", "elsewhere"])
def test_whoever_does_not_work_there_gets_none(app, who):
    in_turn()
    admin, colleague = an_admin(), an_agent("ENR")
    agent = on_duty(an_agent("NCIR" if who == "elsewhere" else "ENR"))
    if who == "gone":
        deactivated(agent, by=admin)
    elif who == "left":
        work_changed(agent, Work(agent.role, frozenset({team("NCIR").id}), frozenset()), by=admin)

    assert (filed().assignee_id, colleague.on_duty_since) == (None, None)


def test_a_case_that_was_given_out_is_begun_by_its_agent_and_canceled_by_its_requester_before(app):
    in_turn()
    (agent,) = agents_on_duty(1)
    begun, unwanted = filed(), filed()

    with transaction():
        commands.take(db.session.get_one(Case, begun.id), by=db.session.get_one(User, agent.id))
        case = db.session.get_one(Case, unwanted.id)
        commands.cancel(case, by=case.requester)

    assert [now(begun.id).status, now(unwanted.id).status] == [Status.OPEN, Status.CANCELED]
    assert event_sentence(now(begun.id).events[-1]) == "New is now Open"
    assert [mail.state for mail in mail_of(unwanted, "case_assigned")] == [MailState.CANCELLED]


def test_in_teams_whose_agents_take_their_cases_giving_out_costs_nothing(app):
    an_agent("ENR")
    case = filed()

    with transaction():
        assert case.team.code == "ENR"  # it is read
        with statements() as asked:
            distribution.hand_out(case)

    assert asked == []
