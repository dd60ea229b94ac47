"""Many cases about one thing that is out of order: tied to it, resolved by one note in many mails, and taken back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, problems, queries, waves
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status, System
from helpdesk.cases.problems import ProblemEnded
from helpdesk.cases.waves import ProblemWave, WaveCase, WaveState
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent
from tests.problem_factories import OUTAGE, OUTAGE_ES, a_problem
from tests.queue.cases import a_stock

pytestmark = pytest.mark.both_databases
NOTE, NOTE_ES = "CVMS sign-in works again since 11 a.m.", "Se puede entrar en CVMS desde las 11."


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def agent(app):
    return an_agent(first_name="Dana", last_name="Osei")


def tie(problem, *cases: Case, by) -> int:
    with transaction():
        return problems.tie(problem, cases, by=by)


def begin(problem, *cases: Case, by) -> ProblemWave:
    with transaction():
        return waves.begin_wave(problem, cases, by=by, code=ResolutionCode.FIXED, note=NOTE, note_es=NOTE_ES)


def work() -> None:
    timed_jobs.resolve_waves(StopSign())
    db.session.rollback()


def states(wave: ProblemWave) -> list[str]:
    found = sa.select(WaveCase.state).where(WaveCase.wave_id == wave.id).order_by(WaveCase.case_id)
    return [state.value for state in db.session.scalars(found)]


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


def test_one_note_resolves_each_case_by_itself_with_a_mail_in_its_window(app, agent):
    spanish = a_provider(language=Language.SPANISH)
    problem, cases = a_problem(by=agent), [a_case(), a_case(requester=spanish)]
    tie(problem, *cases, by=agent)
    wave = begin(problem, *cases, by=agent)
    assert [case.status for case in cases] == [Status.NEW, Status.NEW]

    work()

    assert (states(wave), [case.status for case in cases]) == (["resolved"] * 2, [Status.RESOLVED] * 2)
    assert [case.messages[-1].body for case in cases] == [NOTE, NOTE_ES]
    assert {case.resolution_code for case in cases} == {ResolutionCode.FIXED}
    assert [[mail.state for mail in mail_of(case, "case_resolved")] for case in cases] == [[MailState.HELD]] * 2


def test_what_cannot_be_resolved_says_so_and_stops_no_other(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case(), a_case()]
    wave = begin(problem, *cases, by=agent)
    with transaction():
        commands.resolve(cases[1], by=agent, code=ResolutionCode.ANSWERED, note=SOLUTION)

    work()

    assert states(wave) == ["resolved", "skipped", "resolved"]
    assert cases[1].resolution_code is ResolutionCode.ANSWERED
    assert [row.why for row, _case in waves.results(wave, queries.visible_to(agent))] == ["", "resolved", ""]


def test_something_unforeseen_with_one_case_is_written_down_and_the_others_go_on(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case()]
    wave = begin(problem, *cases, by=agent)
    with transaction():
        db.session.execute(sa.update(Case).where(Case.id == cases[0].id).values(version=0))  # its next entry cannot be stored

    work()

    assert states(wave) == ["skipped", "resolved"]
    assert waves.results(wave, queries.visible_to(agent))[0][0].why == "IntegrityError"


def test_two_hundred_cases_are_done_some_at_a_time_and_a_crash_costs_nothing(app):
    admin = an_admin()
    problem, ids = a_problem(by=admin), a_stock(60)
    wave = begin(problem, *db.session.scalars(sa.select(Case).where(Case.id.in_(ids))), by=admin)
    stop = StopSign()
    stop.put_up()
    timed_jobs.resolve_waves(stop)
    assert states(wave) == ["waiting"] * 60

    with transaction():
        assert waves.do_one(wave.id, ids[0]) is WaveState.RESOLVED
    with transaction():
        assert waves.do_one(wave.id, ids[0]) is None, "nobody does it twice"
    work()
    assert states(wave).count("resolved") == 51
    work()
    assert states(wave) == ["resolved"] * 60


def test_taken_back_each_is_open_again_unless_its_mail_has_left(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case()]
    wave = begin(problem, *cases, by=agent)
    work()
    with transaction():
        mail_of(cases[1], "case_resolved")[0].state = MailState.SENT

    with transaction():
        assert waves.take_back(wave) == 2
    work()

    assert states(wave) == ["taken_back", "too_late"]
    assert [case.status for case in cases] == [Status.OPEN, Status.RESOLVED]
    assert cases[0].messages[-1].withdrawn_at is not None
    with transaction():
        assert waves.take_back(wave) == 0


def test_what_still_waits_when_it_is_taken_back_is_never_done(app, agent):
    problem, case = a_problem(by=agent), a_case()
    wave = begin(problem, case, by=agent)
    with transaction():
        assert waves.take_back(wave) == 1

    work()

    assert (states(wave), case.status) == (["taken_back"], Status.NEW)
