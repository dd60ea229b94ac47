"""Cases that nobody could be given wait, and are offered again, the most urgent first."""

from datetime import timedelta

import pytest

from helpdesk.accounts.models import Team, User
from helpdesk.cases import commands, distribution
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.cases.needed_skills import needed_by
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.admin.desk_people import deactivated
from tests.case_factories import MONDAY_9_AM, SOLUTION
from tests.duty_factories import (
    agents_on_duty,
    assignments,
    can,
    filed,
    handed_out,
    holders,
    in_turn,
    last_said,
    now,
    offered,
    on_duty,
    run_job,
    unfinished_of,
)
from tests.factories import an_admin, an_agent
from tests.queue.cases import a_stock, statements
from tests.runs import postgresql_in_the_long_run

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]


def test_a_case_waits_until_somebody_comes_on_duty(app):
    in_turn()
    agent = an_agent("ENR")
    case = filed()
    assert last_said(case) == "Stays in the queue: nobody in Provider Enrollment is on duty"
    run_job()
    assert now(case.id).assignee_id is None

    on_duty(agent)
    run_job()

    assert now(case.id).assignee_id == agent.id


def test_a_case_waits_until_somebody_on_duty_gets_the_skill(app):
    in_turn()
    plain, talker = agents_on_duty(2)
    [case_id] = a_stock(1)
    assert handed_out(now(case_id), "es") is None
    assert last_said(now(case_id)) == "Stays in the queue: nobody on duty in Provider Enrollment has es"
    run_job()
    assert now(case_id).assignee_id is None

    can(talker, "es")
    run_job()

    assert now(case_id).assignee_id == talker.id
    assert needed_by([case_id]) == {case_id: {"es"}}
    assert plain.id != talker.id


def test_a_case_waits_until_somebody_falls_below_the_cap(app):
    in_turn(cap=1)
    (agent,) = agents_on_duty(1)
    first, second = filed(), filed()
    run_job()
    assert holders([first.id, second.id]) == [agent.id, None]

    with transaction():
        case = db.session.get_one(Case, first.id)
        commands.resolve(case, by=db.session.get_one(User, agent.id), code=ResolutionCode.FIXED, note=SOLUTION)
    run_job()

    assert now(second.id).assignee_id == agent.id


def test_a_case_that_needs_two_skills_goes_to_whoever_has_both(app):
    team_id = in_turn()
    for person, words in zip(agents_on_duty(2), (["es"], ["cold chain"]), strict=True):
        can(person, *words)
    both = can(an_agent("ENR"), "Cold  Chain", "es")
    [case_id] = a_stock(1)
    assert handed_out(now(case_id), "es", "cold chain") is None
    assert offered(team_id) == 0

    on_duty(both)

    assert (offered(team_id), now(case_id).assignee_id) == (1, both.id)


def test_cases_that_nobody_can_take_hold_up_no_other(app):
    team_id = in_turn()
    (agent,) = agents_on_duty(1)
    stuck = a_stock(distribution.AT_ONCE + 5)
    for case_id in stuck:
        handed_out(now(case_id), "es")
    [easy] = a_stock(1, due_at=MONDAY_9_AM + timedelta(days=9))

    assert (offered(team_id), now(easy).assignee_id) == (1, agent.id)
    assert set(holders(stuck)) == {None}


def test_the_most_urgent_case_is_given_out_first(app):
    team_id = in_turn(cap=2)
    later, none = a_stock(2, due_at=MONDAY_9_AM + timedelta(hours=5))
    [urgent] = a_stock(1, due_at=MONDAY_9_AM - timedelta(hours=1))
    with transaction():
        now(none).due_at = None
    (agent,) = agents_on_duty(1)

    assert offered(team_id) == 2
    assert holders([urgent, later, none]) == [agent.id, agent.id, None]


def test_what_waits_for_its_provider_or_for_others_is_not_given_out(app):
    team_id = in_turn()
    agents_on_duty(1)
    a_stock(1, status=Status.PENDING), a_stock(1, status=Status.ON_HOLD)

    assert offered(team_id) == 0


def test_doing_it_again_gives_nobody_anything(app):
    team_id = in_turn()
    agents_on_duty(2)
    ids = a_stock(3)

    assert [offered(team_id), offered(team_id)] == [3, 0]
    assert [len(assignments(case_id)) for case_id in ids] == [1, 1, 1]


def test_a_closed_team_gives_nothing_out(app):
    team_id = in_turn("TRN")
    agents_on_duty(1, "TRN")
    a_stock(1, team="TRN")
    with transaction():
        db.session.get_one(Team, team_id).is_active = False

    assert (distribution.teams_to_serve(), offered(team_id)) == ([], 0)


def test_cases_of_somebody_who_goes_are_given_to_the_others(app):
    in_turn()
    going, staying = agents_on_duty(2)
    case = filed()
    assert case.assignee_id == going.id

    deactivated(going, by=an_admin())
    run_job()

    assert now(case.id).assignee_id == staying.id


def test_while_nothing_can_be_given_out_the_job_asks_little_and_writes_nothing(app):
    in_turn(cap=1)
    (agent,) = agents_on_duty(1)
    filed(), filed()
    assert unfinished_of(agent) == 1

    with statements() as asked:
        run_job()

    assert len(asked) <= 3
    assert all(statement.startswith("SELECT") for statement in asked)
