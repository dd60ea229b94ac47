"""Jobs, agents and requesters do different things with the same case at the same moment: one of them wins, nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from helpdesk import timed_jobs
from helpdesk.accounts.models import User
from helpdesk.cases import batches, commands, merging
from helpdesk.cases.batch_models import BatchAct
from helpdesk.cases.models import Case, EventKind, MessageKind, ResolutionCode, Status
from helpdesk.errors import HelpDeskError
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import SOLUTION, a_case, a_new_case, mail_of
from tests.cases.test_batches import NOTE, done, outcome
from tests.cases.test_merging import merge, two_cases
from tests.cases.test_waves import begin, states, tie, work
from tests.cases.waiting_jobs import kinds_of
from tests.factories import an_agent
from tests.problem_factories import a_problem
from tests.queue.cases import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def elsewhere(app: Any, verb: Callable[..., object], case: Case, by: User, **said: Any) -> Callable[[], str]:
    """The verb in a session of its own, which reads case and person for itself; says what came of it."""
    case_id, by_id = case.id, by.id

    def act() -> str:
        with app.app_context():
            try:
                with transaction():
                    verb(db.session.get_one(Case, case_id), by=db.session.get_one(User, by_id), **said)
            except HelpDeskError as refused:
                return type(refused).__name__
            return "done"

    return act


def job(app: Any, run: Callable[[StopSign], None]) -> Callable[[], None]:
    def act() -> None:
        with app.app_context():
            run(StopSign())

    return act


def test_a_wave_and_agents_on_its_cases_lose_no_note_and_mail_nobody_twice(app, agent):
    problem, cases, other = a_problem(by=agent), [a_case() for _each in range(4)], an_agent()
    tie(problem, *cases, by=agent)
    wave = begin(problem, *cases, by=agent)
    notes = [elsewhere(app, commands.add_note, case, other, body="They called again.") for case in cases]
    resolve = elsewhere(app, commands.resolve, cases[-1], other, code=ResolutionCode.ANSWERED, note=SOLUTION)
    db.session.rollback()

    waves_job = job(app, timed_jobs.resolve_waves)
    *_jobs, resolved = at_once(waves_job, waves_job, *notes, resolve)
    work()

    by_the_wave = [state == "resolved" for state in states(wave)]  # or left, where the note of an agent came first
    by_somebody = [*by_the_wave[:3], by_the_wave[3] or resolved == "done"]
    assert (by_the_wave[3], resolved) in [(True, "IllegalMove"), (False, "done")]
    assert [case.status is Status.RESOLVED for case in cases] == by_somebody
    assert [len(mail_of(case, "case_resolved")) for case in cases] == [int(told) for told in by_somebody]
    assert [[m.kind for m in case.messages].count(MessageKind.NOTE) for case in cases] == [1] * 4


def test_a_batch_is_undone_while_the_requester_opens_the_case_again(app, agent):
    case = a_case()
    batch = done(BatchAct.RESOLVE, case, by=agent, to="fixed", text=NOTE)
    with transaction():
        batches.undo(batch)
    reject = elsewhere(app, commands.reject, case, case.requester, body="It is still down.")
    db.session.rollback()

    _job, rejected = at_once(job(app, timed_jobs.do_batches), reject)

    ((state, _why),) = outcome(batch)
    assert (state, rejected) in {("undone", "IllegalMove"), ("kept", "done")}
    assert case.status is Status.OPEN
    assert [mail.state for mail in mail_of(case, "case_resolved")] == [MailState.CANCELLED]


def test_of_taking_a_case_and_canceling_it_one_happens(app, agent):
    case = a_case()
    take, cancel = elsewhere(app, commands.take, case, agent), elsewhere(app, commands.cancel, case, case.requester)
    db.session.rollback()

    came = at_once(take, cancel)

    assert came in (["done", "WorkHasBegun"], ["CaseClosed", "done"])
    assert len({EventKind.TAKEN, EventKind.CANCELED} & set(kinds_of(case))) == 1


def test_of_two_who_take_the_same_merge_back_one_does(app, agent):
    case, into = two_cases(agent)
    merge(case, into, by=agent)
    unmerge = elsewhere(app, merging.unmerge, case, agent)
    db.session.rollback()

    came = at_once(unmerge, unmerge)

    assert sorted(came) == ["NotMerged", "done"]
    assert kinds_of(case).count(EventKind.UNMERGED) == 1


def test_two_cases_that_follow_the_same_one_are_both_filed(app, agent):
    case = a_case(status=Status.CLOSED)

    def follow(closed: Case, *, by: User) -> None:
        commands.open_case(a_new_case(follows=closed.id), requester=by)

    filed = elsewhere(app, follow, case, case.requester)
    db.session.rollback()

    assert at_once(filed, filed) == ["done", "done"]
    assert kinds_of(case).count(EventKind.FOLLOWED_UP) == 2
