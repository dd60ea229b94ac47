"""Many cases about one thing that is out of order: what looks like it, what is tied to it, and when it is over."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.cases import problems, queries
from helpdesk.cases.models import Case, EventKind, Status, System
from helpdesk.cases.problems import ProblemAct, ProblemEnded, ProblemNotEnded
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import an_agent
from tests.problem_factories import OUTAGE, OUTAGE_ES, a_problem

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def tie(problem, *cases: Case, by) -> int:
    with transaction():
        return problems.tie(problem, cases, by=by)


def like(problem, person) -> list[int]:
    return [case.id for case in db.session.scalars(problems.alike(problem, queries.visible_to(person)))]


def test_open_cases_of_its_topics_and_systems_that_came_since_look_like_it(app, agent):
    with clock.at(MONDAY_9_AM - timedelta(hours=1)):
        a_case(system=System.CVMS)
    problem = a_problem(systems=("cvms",), by=agent)
    case = a_case(system=System.CVMS)
    a_case(system=System.NCIR), a_case(topic="ENR-SECA", system=System.CVMS), a_case(system=System.CVMS, status=Status.RESOLVED)
    tied = a_case(system=System.CVMS)
    tie(problem, tied, by=agent)

    assert like(problem, agent) == [case.id]
    assert like(problem, an_agent("NCIR")) == []


def test_a_case_is_tied_to_one_problem_with_an_entry_and_untied(app, agent):
    problem, other, case = a_problem(by=agent), a_problem(by=agent), a_case()

    assert [tie(problem, case, by=agent), tie(other, case, by=agent)] == [1, 0]
    assert tie(problem, a_case(status=Status.RESOLVED), by=agent) == 0
    assert event_sentence(case.events[-1]) == "Dana Osei tied it to a known problem: CVMS sign-in is down"
    with transaction():
        assert problems.untie(case, by=agent)
    assert (case.problem_id, case.events[-1].kind) == (None, EventKind.UNTIED)


def test_once_it_is_over_it_ends_once_and_takes_no_more_cases(app, agent):
    problem, case = a_problem(by=agent), a_case()
    with transaction():
        problems.end(problem, by=agent)

    with pytest.raises(ProblemEnded):
        tie(problem, case, by=agent)
    with pytest.raises(ProblemEnded), transaction():
        problems.end(problem, by=agent)
    assert (problems.about("ENR-SECB"), problems.latest(5)) == ([], [problem])


def test_what_the_public_reads_is_in_its_language_where_there_is_such_a_text(app):
    problem = a_problem()

    assert [problem.text(language) for language in ("en", "es", "fr")] == [OUTAGE, OUTAGE_ES, OUTAGE]
    assert a_problem(body_es="").text("es") == OUTAGE


def test_a_problem_of_one_system_concerns_whoever_has_not_said_which(app):
    problem = a_problem(systems=("cvms",))

    assert [problems.about("ENR-SECB", system=system) for system in ("cvms", "", "ncir")] == [[problem], [problem], []]


def test_a_problem_that_was_ended_by_mistake_is_open_again_and_keeps_who_did_what(app, agent):
    problem, case, rosa = a_problem(by=agent), a_case(), an_agent(first_name="Rosa")
    with pytest.raises(ProblemNotEnded), transaction():
        problems.reopen(problem, by=agent)
    with transaction():
        problems.end(problem, by=rosa)
    with transaction():
        problems.reopen(problem, by=agent)

    assert [(act.act, act.actor) for act in problem.acts] == [(ProblemAct.ENDED, rosa), (ProblemAct.REOPENED, agent)]
    assert (problems.about("ENR-SECB"), tie(problem, case, by=agent)) == ([problem], 1)
