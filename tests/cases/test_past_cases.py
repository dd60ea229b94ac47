"""Past cases as a back-test reads them, and a back-test from its beginning to its end."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Team
from helpdesk.cases import handing, jobs, past_cases
from helpdesk.cases.jobs import Told
from helpdesk.cases.models import Case
from helpdesk.cases.past_cases import Span
from helpdesk.extensions import db
from helpdesk.routing import backtests
from helpdesk.routing import commands as routing
from helpdesk.routing.backtesting import Result
from helpdesk.routing.models import BacktestState, Priority, RoutingDecision
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import an_admin, an_agent
from tests.routing.examples import a_ticket
from tests.routing.past import A_DAY, REASON, a_backtest, claimed, copies_of, moved_by, the
from tests.runs import postgresql_in_the_long_run

HOLDER = "a process"


@pytest.fixture(autouse=True)
def monday(app):
    with clock.at(MONDAY_9_AM):
        yield


def read(since=MONDAY_9_AM - A_DAY, until=MONDAY_9_AM + A_DAY):
    """The past cases of some days."""
    span = Span(since, until)
    return [past for some in past_cases.some_at_a_time(span) for past in some]


def run(number, **how):
    """Run a back-test in this process."""
    assert claimed(number, HOLDER)
    return jobs.run_backtest(number, holder=HOLDER, **how)


def team(code):
    return db.session.scalars(sa.select(Team).where(Team.code == code)).one()


@postgresql_in_the_long_run
def test_a_case_is_read_as_routing_met_it():
    case = a_case(subject="Sección B", topic="ENR-SECB")
    decision = db.session.scalars(sa.select(RoutingDecision)).one()
    with transaction():
        case.priority = Priority.P1

    (found,) = read()

    assert found.facts == decision.facts["values"]
    assert (found.facts["subject"], found.facts["topic_team"]) == ("Sección B", "ENR")
    assert (found.case_id, found.decided_at, found.rule) == (case.id, MONDAY_9_AM, "enrollment")
    assert (found.team, found.priority, found.priority_today, found.moved_to) == ("ENR", Priority.P3, Priority.P1, "")


@postgresql_in_the_long_run
def test_the_days_asked_for_are_whole_days_of_the_desk():
    a_case()
    monday = MONDAY_9_AM.date()

    def on(first, last):
        span = Span.of_days(first, last)
        return len(read(span.since, span.until))

    assert (on(monday, monday), on(monday - A_DAY, monday - A_DAY), on(monday + A_DAY, monday + A_DAY)) == (1, 0, 0)
    assert Span.of_days(monday, monday).since == MONDAY_9_AM - timedelta(hours=9)
    assert Span.of_days(monday, monday).until == MONDAY_9_AM + timedelta(hours=15)


@postgresql_in_the_long_run
def test_the_first_decision_of_a_case_counts():
    case = a_case()
    with transaction():
        routing.route(case.id, facts=a_ticket("TMP-EXC"), labels={}, at=MONDAY_9_AM + timedelta(hours=1))

    assert [found.rule for found in read()] == ["enrollment"]


@postgresql_in_the_long_run
def test_many_cases_are_read_once_each_though_some_came_at_the_same_moment():
    case = a_case()
    copies_of(case, 2 * past_cases.AT_ONCE + 7)

    found = read()

    assert len({past.case_id for past in found}) == len(found) == 2 * past_cases.AT_ONCE + 8
    assert past_cases.count(Span(MONDAY_9_AM - A_DAY, MONDAY_9_AM + A_DAY)) == len(found)
    assert [past.decided_at for past in found] == sorted(past.decided_at for past in found)


@postgresql_in_the_long_run
def test_a_case_that_went_to_triage_for_want_of_people_was_decided_for_its_team():
    case = a_case(agent=an_agent("SD"))  # nobody works in Provider Enrollment

    assert (case.team.code, [past.team for past in read()], [past.moved_to for past in read()]) == ("SD", ["ENR"], [""])


@postgresql_in_the_long_run
def test_where_agents_moved_it_last_is_known_and_what_the_desk_did_is_not_taken_for_it():
    agent, admin = an_agent("ENR"), an_admin()
    by_hand, back, undone, half_undone, by_the_desk, handed_on = (a_case(agent=agent) for _ in range(6))
    for case, *moves in (
        (by_hand, ("INV", REASON), ("NCIR", REASON)),
        (back, ("NCIR", REASON), ("ENR", REASON)),
        (undone, ("NCIR", REASON), ("ENR", "undone")),
        (half_undone, ("NCIR", REASON), ("INV", REASON), ("NCIR", "undone")),
    ):
        for to, reason in moves:
            moved_by(agent, case, to, reason=reason)
    moved_by(None, by_the_desk, "SD")
    with transaction():
        handing.move_all(team("ENR"), to=team("SD"), by=admin, why="Provider Enrollment is closed")

    found = {past.case_id: past.moved_to for past in read()}

    assert [found[case.id] for case in (by_hand, back, undone, half_undone)] == ["NCIR", "ENR", "", "NCIR"]
    assert [found[case.id] for case in (by_the_desk, handed_on)] == ["", ""]


@postgresql_in_the_long_run
def test_a_team_that_was_renamed_since_is_known_by_its_code():
    agent, case = an_agent("ENR"), a_case()
    moved_by(agent, case, "NCIR")
    with transaction():
        team("NCIR").name = "Registry"

    assert [past.moved_to for past in read()] == ["NCIR"]


@postgresql_in_the_long_run
def test_a_back_test_reads_all_and_keeps_what_it_found():
    case = a_case()
    copies_of(case, past_cases.AT_ONCE)
    seen, number = [], a_backtest()

    assert run(number, show=lambda done, total: seen.append((done, total))) is BacktestState.DONE

    found = the(number)
    result = Result.read(found.result)
    assert (result.cases, result.moved, result.teams) == (501, 501, {"ENR": {"INV": 501}})
    assert (found.done, found.total, seen) == (501, 501, [(500, 501), (501, 501)])
    assert db.session.scalars(sa.select(Case.team_id).distinct()).all() == [case.team_id]


@pytest.mark.parametrize("told", [Told.CANCEL, Told.LEAVE])
@postgresql_in_the_long_run
def test_a_process_that_is_told_to_end_does_so_soon(told):
    copies_of(a_case(), past_cases.AT_ONCE * 2)
    seen, number = [], a_backtest()

    ended = run(number, told=lambda: told if seen else Told.GO_ON, show=lambda done, _total: seen.append(done))

    assert seen == [past_cases.AT_ONCE]
    assert ended is the(number).state is {Told.CANCEL: BacktestState.CANCELED, Told.LEAVE: BacktestState.QUEUED}[told]
    assert the(number).result is None


@postgresql_in_the_long_run
def test_canceled_on_its_page_it_ends():
    number = a_backtest()
    assert claimed(number, HOLDER)
    with transaction():
        backtests.cancel(number, at=clock.now())

    assert jobs.run_backtest(number, holder=HOLDER) is BacktestState.CANCELED


@postgresql_in_the_long_run
def test_what_is_another_process_s_by_now_is_let_alone():
    number = a_backtest()
    assert claimed(number, "another")

    assert jobs.run_backtest(number, holder=HOLDER) is None
    assert the(number).state is BacktestState.RUNNING


def test_what_goes_wrong_is_told_where_it_is_looked_for(capsys):
    number = a_backtest()
    a_case()
    with transaction():
        decision = db.session.scalars(sa.select(RoutingDecision)).one()
        decision.outcome = {"team": "ENR", "priority": "P9"}

    assert run(number) is BacktestState.FAILED

    assert the(number).error == "It stopped with an error (ValueError); the log of the desk says more."
    assert "P9" in capsys.readouterr().out
