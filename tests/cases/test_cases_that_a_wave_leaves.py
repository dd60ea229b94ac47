"""What a note for many leaves as it is: what has changed since it was shown, is about something else, or is out of sight."""

from datetime import timedelta

import pytest

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import TeamMember
from helpdesk.cases import commands, marking, moving, problems, queries, waves
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.waves import ProblemWave, Shown
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.test_waves import NOTE, begin, states, tie, whys, work
from tests.factories import a_provider, an_admin, an_agent
from tests.problem_factories import a_problem, these
from tests.queue.cases import a_stock

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]
LOST = "Sign-in works, but Section B has lost our storage units!"


def begin_as_shown(problem, *cases: Case, by, shown: Shown) -> ProblemWave:
    with transaction():
        return waves.begin_wave(problem, these(*cases), by=by, code=ResolutionCode.FIXED, note=NOTE, shown=shown)


def move(case: Case, *, by) -> None:
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=by, reason=MoveReason.WRONG_TOPIC)


def reply(case: Case) -> None:
    with transaction():
        commands.reply(case, by=case.requester, body=LOST)


def test_what_its_requester_has_written_since_it_was_shown_is_read_before_it_is_resolved(app, agent):
    problem, cases = a_problem(by=agent), [a_case(agent=agent, status=Status.OPEN) for _each in range(2)]
    tie(problem, *cases, by=agent)
    shown = Shown({case.id: case.version for case in cases})
    reply(cases[0])
    wave = begin_as_shown(problem, *cases, by=agent, shown=shown)

    work()

    assert (states(wave), whys(wave, agent)) == (["skipped", "resolved"], [waves.CHANGED, ""])
    assert (cases[0].status, mail_of(cases[0], "case_resolved")) == (Status.OPEN, [])


def test_nor_what_they_write_before_its_turn_comes(app, agent):
    problem, case = a_problem(by=agent), a_case(agent=agent, status=Status.OPEN)
    wave = begin(problem, case, by=agent)
    reply(case)

    work()

    assert (whys(wave, agent), case.status) == ([waves.CHANGED], Status.OPEN)


def test_of_cases_that_no_page_has_listed_those_are_left_that_have_changed_or_come_since_they_were_counted(app, agent):
    problem, cases = a_problem(by=agent), [a_case(agent=agent, status=Status.OPEN) for _each in range(2)]
    tie(problem, *cases, by=agent)
    shown = Shown({}, waves.latest_entry())
    reply(cases[0])
    late = a_case()
    tie(problem, late, by=agent)

    wave = begin_as_shown(problem, *cases, late, by=agent, shown=shown)
    work()

    assert states(wave) == ["skipped", "resolved", "skipped"]


def test_the_passing_of_time_keeps_no_case_from_being_resolved(app, agent):
    problem, case = a_problem(by=agent), a_case(agent=agent, status=Status.OPEN)
    wave = begin(problem, case, by=agent)
    with clock.at(MONDAY_9_AM + timedelta(days=14)):
        timed_jobs.tell_of_targets(StopSign())
        db.session.rollback()
        assert {event.kind for event in case.events} & {EventKind.TARGET_NEAR, EventKind.TARGET_MISSED}

        work()

    assert (states(wave), case.status) == (["resolved"], Status.RESOLVED)


def test_a_note_that_was_begun_before_versions_were_kept_goes_on_without_them(app, agent):
    problem, case = a_problem(by=agent), a_case()
    wave = begin(problem, case, by=agent)
    with transaction():
        db.session.get_one(waves.WaveCase, (wave.id, case.id)).seen = None
        commands.add_note(case, by=agent, body="They called again.")

    work()

    assert (states(wave), case.status) == (["resolved"], Status.RESOLVED)


def test_a_case_that_is_not_about_the_problem_any_more_is_left_and_that_is_said(app, agent):
    problem, other, cases = a_problem(by=agent), a_problem(by=agent), [a_case(), a_case(), a_case()]
    wave = begin(problem, *cases, by=agent)
    with transaction():
        for case in cases[:2]:
            problems.untie(case, by=agent)
    tie(other, cases[1], by=agent)

    work()

    assert (states(wave), whys(wave, agent)) == (["skipped", "skipped", "resolved"], [waves.UNTIED, waves.UNTIED, ""])
    assert [case.status for case in cases] == [Status.NEW, Status.NEW, Status.RESOLVED]


def test_a_case_that_its_author_does_not_see_any_more_is_left_and_made_nobodys(app, agent):
    problem, case, there = a_problem(by=agent), a_case(), an_agent("NCIR")
    wave = begin(problem, case, by=agent)
    move(case, by=an_admin())

    work()

    assert (states(wave), case.status, case.assignee) == (["skipped"], Status.NEW, None)
    assert [(row.why, seen) for row, seen in waves.results(wave, reader=agent, most=9)] == [(waves.NOT_SEEN, None)]
    assert waves.progress(wave, reader=agent) == {waves.WaveState.SKIPPED: 1}
    assert [seen for _row, seen in waves.results(wave, reader=there, most=9)] == [case]
    stranger = an_agent("INV")
    assert (waves.results(wave, reader=stranger, most=9), waves.progress(wave, reader=stranger)) == ([], {})


def test_of_a_case_out_of_sight_nothing_is_told_but_that(app, agent):
    problem, case, admin = a_problem(by=agent), a_case(), an_admin()
    wave = begin(problem, case, by=agent)
    an_agent("NCIR")
    move(case, by=admin)
    with transaction():
        problems.untie(case, by=admin)
        commands.resolve(case, by=admin, code=ResolutionCode.ANSWERED, note="We have answered that by phone.")

    work()

    assert whys(wave, agent) == [waves.NOT_SEEN]


def test_whoever_watches_a_case_of_another_team_sees_it(app, agent):
    problem, case = a_problem(by=agent), a_case()
    an_agent("NCIR")
    move(case, by=agent)
    with transaction():
        marking.let_watch(case, agent, by=agent)
    wave = begin(problem, case, by=agent)

    work()

    assert states(wave) == ["resolved"]


def test_whoever_has_left_the_desk_meanwhile_resolves_nothing(app, agent):
    problem, case, gone = a_problem(by=agent), a_case(), an_agent()
    wave = begin(problem, case, by=gone)
    with transaction():
        db.session.execute(db.delete(TeamMember).where(TeamMember.user_id == gone.id))
        gone.role = Role.PROVIDER

    work()

    assert (whys(wave, agent), case.status) == ([waves.NOT_SEEN], Status.NEW)


def test_without_a_case_that_can_be_resolved_no_note_is_begun(app, agent):
    problem, untied, resolved = a_problem(by=agent), a_case(), a_case(agent=agent, status=Status.OPEN)
    tie(problem, resolved, by=agent)
    with transaction():
        commands.resolve(resolved, by=agent, code=ResolutionCode.ANSWERED, note="We have answered that by phone.")

    with pytest.raises(waves.NothingToResolve):
        begin_as_shown(problem, untied, resolved, by=agent, shown=Shown({}))


def test_many_cases_are_written_down_with_their_versions_at_once(app, agent):
    problem, ids = a_problem(by=agent), a_stock(200, requester=a_provider())
    with transaction():
        db.session.execute(db.update(Case).values(problem_id=problem.id))
    with transaction():
        shown = Shown(dict.fromkeys(ids[:-1], 3), waves.latest_entry())
        seen = queries.visible_to(agent)
        wave = waves.begin_wave(problem, seen, by=agent, code=ResolutionCode.FIXED, note=NOTE, shown=shown)

    rows = db.session.scalars(db.select(waves.WaveCase.seen).filter_by(wave_id=wave.id).order_by(waves.WaveCase.case_id))
    assert list(rows) == [3] * 199 + [0]
