"""One note for the cases of a known problem: each is resolved by itself with a mail of its own, and taken back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, holding, merging, problems, queries, waves
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.waves import NothingToResolve, ProblemWave, WaveCase, WaveState
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent
from tests.problem_factories import a_problem, these
from tests.queue.cases import a_stock, at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]
NOTE, NOTE_ES = "CVMS sign-in works again since 11 a.m.", "Se puede entrar en CVMS desde las 11."


def tie(problem, *cases: Case, by) -> int:
    with transaction():
        return problems.tie(problem, cases, by=by)


def begin(problem, *cases: Case, by) -> ProblemWave:
    """A note for cases that are tied to the problem."""
    tie(problem, *cases, by=by)
    with transaction():
        return waves.begin_wave(problem, these(*cases), by=by, code=ResolutionCode.FIXED, note=NOTE, note_es=NOTE_ES)


def work() -> None:
    timed_jobs.resolve_waves(StopSign())
    db.session.rollback()


def take_back(wave: ProblemWave, *, by) -> int:
    return waves.take_back(wave, queries.visible_to(by), by=by)


def states(wave: ProblemWave) -> list[str]:
    found = sa.select(WaveCase.state).where(WaveCase.wave_id == wave.id).order_by(WaveCase.case_id)
    return [state.value for state in db.session.scalars(found)]


def whys(wave: ProblemWave, reader) -> list[str]:
    return [row.why for row, _case in waves.results(wave, reader=reader, most=9)]


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
    assert whys(wave, agent) == ["resolved", "", ""], "what needs a look comes first"
    assert waves.progress(wave, reader=agent) == {WaveState.RESOLVED: 2, WaveState.SKIPPED: 1}


def test_something_unforeseen_with_one_case_is_written_down_and_the_others_go_on(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case()]
    tie(problem, *cases, by=agent)
    with transaction():
        db.session.execute(sa.update(Case).where(Case.id == cases[0].id).values(version=0))  # its next entry cannot be stored
    wave = begin(problem, *cases, by=agent)

    work()

    assert states(wave) == ["skipped", "resolved"]
    assert whys(wave, agent) == ["IntegrityError", ""]


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


def test_taken_back_each_is_as_it_was_unless_its_mail_has_left(app, agent):
    problem, cases, other = a_problem(by=agent), [a_case(), a_case()], an_agent(first_name="Rosa", last_name="Iyer")
    wave = begin(problem, *cases, by=agent)
    work()
    with transaction():
        mail_of(cases[1], "case_resolved")[0].state = MailState.SENT

    with transaction():
        assert take_back(wave, by=other) == 2
    work()

    assert states(wave) == ["taken_back", "too_late"]
    assert [(case.status, case.assignee) for case in cases] == [(Status.NEW, None), (Status.RESOLVED, agent)]
    assert cases[0].messages[-1].withdrawn_by is other
    taken_back = [event for event in cases[0].events if event.kind is EventKind.TAKEN_BACK][-1]
    assert taken_back.actor is other
    with transaction():
        assert take_back(wave, by=agent) == 0


def test_what_still_waits_when_it_is_taken_back_is_never_done(app, agent):
    problem, case = a_problem(by=agent), a_case()
    wave = begin(problem, case, by=agent)
    with transaction():
        assert take_back(wave, by=agent) == 1

    work()

    assert (states(wave), case.status) == (["taken_back"], Status.NEW)


def test_the_note_of_somebody_whose_account_has_ended_resolves_nothing(app, agent):
    problem, case, gone = a_problem(by=agent), a_case(), an_agent()
    wave = begin(problem, case, by=gone)
    with transaction():
        gone.deactivated_at = clock.now()

    work()

    assert (states(wave), case.status) == (["skipped"], Status.NEW)
    assert whys(wave, agent) == [waves.AUTHOR_GONE]


def test_stopped_it_leaves_what_still_waits_and_takes_nothing_back(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case(), a_case(topic="DAT-HL7")]
    wave = begin(problem, *cases, by=agent)
    with transaction():
        waves.do_one(wave.id, cases[0].id)

    with transaction():
        assert waves.stop(wave, queries.visible_to(agent), by=agent) == 1

    assert states(wave) == ["resolved", "taken_back", "waiting"]
    assert states(begin(problem, *cases[1:], by=agent)) == ["waiting"], "another note can resolve what was left"


def test_of_a_note_everybody_takes_back_what_they_can_see(app, agent):
    problem, cases, other = a_problem(by=agent), [a_case(), a_case(topic="DAT-HL7")], an_agent("NCIR")
    wave = begin(problem, *cases, by=agent)

    with transaction():
        assert take_back(wave, by=other) == 1

    assert states(wave) == ["waiting", "taken_back"]


def test_a_case_that_waits_for_a_note_waits_for_no_other(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case()]
    begin(problem, cases[0], by=agent)

    assert states(begin(problem, *cases, by=agent)) == ["waiting"]
    with pytest.raises(NothingToResolve):
        begin(problem, *cases, by=agent)


def test_two_schedulers_at_once_resolve_each_case_once(app, agent):
    problem, cases = a_problem(by=agent), [a_case() for _each in range(4)]
    wave = begin(problem, *cases, by=agent)
    db.session.rollback()

    def job():
        with app.app_context():
            timed_jobs.resolve_waves(StopSign())

    at_once(job, job)
    work()

    assert states(wave) == ["resolved"] * 4
    assert [len(mail_of(case, "case_resolved")) for case in cases] == [1] * 4


def test_what_is_on_hold_pending_merged_or_suspected_each_comes_out_as_it_should(app, agent):
    problem = a_problem(by=agent)
    pending = a_case(agent=agent, status=Status.PENDING)
    held, suspected, merged = (a_case(agent=agent, status=Status.OPEN) for _each in range(3))
    into = a_case(requester=merged.requester, agent=agent, status=Status.OPEN)
    tie(problem, pending, held, suspected, merged, by=agent)
    with transaction():
        holding.put_on_hold(held, seen=held.version, by=agent, reason=HoldReason.MAKER, look_again_on=date(2026, 12, 2))
        suspected.patient_data_suspected_at = clock.now()
    for _step in range(2):
        with clock.at(MONDAY_9_AM + timedelta(days=2)):
            timed_jobs.remind_requesters(StopSign())
    wave = begin(problem, pending, held, suspected, merged, by=agent)
    with transaction():
        merging.merge(merged, into=into, by=agent, note="We go on in your other case.", seen=merged.version)

    work()

    assert states(wave) == ["resolved", "resolved", "resolved", "skipped"]
    assert [mail.state for mail in mail_of(pending, "case_reminder")] == [MailState.CANCELLED]
    assert (held.look_again_on, held.due_at) == (None, None)
    (mail,) = mail_of(suspected, "case_resolved")
    assert (NOTE in mail.text_body + mail.html_body, "leaves the text out" in mail.text_body) == (False, True)
    assert into.problem_id == problem.id, "what goes on is tied as well"


def test_a_case_that_its_requester_opened_again_is_too_late_to_take_back_and_ready_for_another_note(app, agent):
    problem, case = a_problem(by=agent), a_case()
    tie(problem, case, by=agent)
    wave = begin(problem, case, by=agent)
    work()
    with transaction():
        commands.reject(case, by=case.requester, body="It is still down.")
    with transaction():
        assert take_back(wave, by=agent) == 1

    work()

    assert (states(wave), case.status) == (["too_late"], Status.OPEN)
    assert states(begin(problem, case, by=agent)) == ["waiting"]
