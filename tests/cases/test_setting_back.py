"""What was done with many cases is set back only where nobody has gone on since and nothing has left."""

from datetime import date

import pytest

from helpdesk import clock
from helpdesk.cases import commands, holding, marking, marks, moving, redaction
from helpdesk.cases.batch_models import BatchAct
from helpdesk.cases.kinds import HoldReason, MoveReason
from helpdesk.cases.models import Status
from helpdesk.cases.redaction import Wanted
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.sla import queries as sla_queries
from helpdesk.sla.models import ClockState, Target
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.copied import a_copied_case
from tests.cases.test_batches import NOTE, done, undone
from tests.cases.test_waves import begin, states, take_back, work
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.problem_factories import a_problem

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


FRIDAY = date(2026, 12, 4)


def hold(case, *, by):
    with transaction():
        holding.put_on_hold(case, seen=case.version, by=by, reason=HoldReason.MAKER, look_again_on=FRIDAY)


def clocks_of(case):
    return {one.target: one.state for one in db.session.scalars(sla_queries.clocks(case.id))}


def are_as_before(held, waiting, free):
    """That one is on hold, one pending, and one new and nobody's, each with its clocks, by an act that left no other trace."""
    assert (held.status, held.hold_reason, held.look_again_on) == (Status.ON_HOLD, HoldReason.MAKER, FRIDAY)
    assert (held.assignee, set(clocks_of(held).values())) == (None, {ClockState.PAUSED})
    assert (waiting.status, waiting.waits_since, waiting.answered_at) == (Status.PENDING, MONDAY_9_AM, MONDAY_9_AM)
    assert clocks_of(waiting) == {
        Target.FIRST_RESPONSE: ClockState.STOPPED,
        Target.NEXT_UPDATE: ClockState.PAUSED,
        Target.RESOLUTION: ClockState.PAUSED,
    }
    assert (free.status, free.assignee, free.answered_at, free.resolution_code) == (Status.NEW, None, None, None)
    assert clocks_of(free) == {Target.FIRST_RESPONSE: ClockState.RUNNING, Target.RESOLUTION: ClockState.RUNNING}


def move(case, code, *, by):
    with transaction():
        moving.move(case, code, seen=case.version, by=by, reason=MoveReason.OTHER_SKILL)


def test_a_case_that_somebody_has_given_on_since_stays_theirs(app, agent):
    lee, kim, case = an_agent(), an_agent(), a_case()
    batch = done(BatchAct.ASSIGN, case, by=agent, to=lee.id)

    assert undone(batch, lambda: done(BatchAct.ASSIGN, case, by=lee, to=kim.id)) == [("kept", "gone_on")]
    assert case.assignee == kim


def test_a_case_is_not_given_back_to_somebody_who_is_gone(app, agent):
    gone, kim = an_agent(), an_agent()
    case = a_case(status=Status.OPEN, agent=gone)
    batch = done(BatchAct.ASSIGN, case, by=agent, to=kim.id)

    def end():
        with transaction():
            gone.deactivated_at = clock.now()

    assert (undone(batch, end), case.assignee) == ([("kept", "not_theirs")], kim)


def test_of_a_case_that_its_mover_has_moved_on_since_no_other_move_is_undone(app, agent):
    boss, case = an_admin(), a_case()
    an_agent("NCIR"), an_agent("INV")
    batch = done(BatchAct.MOVE, case, by=boss, to="NCIR", reason="wrong_topic")

    assert undone(batch, lambda: move(case, "INV", by=boss)) == [("kept", "gone_on")]
    assert case.team.code == "INV"


def test_nor_of_one_that_was_moved_back_by_hand_and_on_again(app, agent):
    boss, case = an_admin(), a_case()
    an_agent("NCIR"), an_agent("INV")
    batch = done(BatchAct.MOVE, case, by=boss, to="NCIR", reason="wrong_topic")

    def go_on():
        with transaction():
            moving.undo(case, by=boss)
        move(case, "INV", by=boss)

    assert undone(batch, go_on) == [("kept", "gone_on")]
    assert case.team.code == "INV"


def test_a_tag_that_was_redacted_since_does_not_come_back(app, agent):
    case, lead = a_case(), a_lead()
    with transaction():
        marking.tag(case, ["castellow"], by=agent)
    batch = done(BatchAct.UNTAG, case, by=agent, text="castellow")

    def redact():
        with transaction():
            redaction.redact(case, Wanted(("Castellow",)), by=lead, reason="It names a patient.")

    assert (undone(batch, redact), marks.tags_of(case.id)) == ([("kept", "gone_on")], [])


def test_what_waited_or_was_nobodys_is_so_again_once_a_batch_is_undone(app, agent):
    held, waiting, free = a_case(), a_case(status=Status.PENDING, agent=agent), a_case()
    hold(held, by=agent)

    batch = done(BatchAct.RESOLVE, held, waiting, free, by=agent, to="fixed", text=NOTE)

    assert undone(batch) == [("undone", "")] * 3
    are_as_before(held, waiting, free)


def test_and_once_a_note_for_many_is_taken_back(app, agent):
    held, waiting, free = a_case(), a_case(status=Status.PENDING, agent=agent), a_case()
    hold(held, by=agent)
    wave = begin(a_problem(by=agent), held, waiting, free, by=agent)
    work()
    with transaction():
        take_back(wave, by=agent)

    work()

    assert states(wave) == ["taken_back"] * 3
    are_as_before(held, waiting, free)


def test_a_case_that_was_open_and_in_the_queue_is_there_again(app, agent):
    case = a_case(status=Status.OPEN, agent=agent)
    with transaction():
        commands.give(case, None, by=agent)
    undone(done(BatchAct.RESOLVE, case, by=agent, to="fixed", text=NOTE))

    assert (case.status, case.assignee) == (Status.OPEN, None)


def test_a_case_in_which_an_answer_of_the_batch_was_followed_by_another_stays_as_it_is(app, agent):
    case = a_case()
    batch = done(BatchAct.REPLY, case, by=agent, text="We look into it.", wait=True)

    def answer():
        with transaction():
            commands.reply(case, by=agent, body="Who is your back-up coordinator?", wait=True)

    assert undone(batch, answer) == [("undone", "")]
    assert (case.status, case.assignee) == (Status.PENDING, agent)


def test_where_a_copy_has_left_a_batch_takes_nothing_back(app, agent):
    case = a_copied_case(a_provider())
    batch = done(BatchAct.RESOLVE, case, by=agent, to="fixed", text=NOTE)
    with transaction():
        mail_of(case, "copy_resolved")[0].state = MailState.SENT

    assert undone(batch) == [("kept", "mail_left")]
    assert (case.status, mail_of(case, "case_resolved")[0].state) == (Status.RESOLVED, MailState.HELD)


def test_where_a_copy_has_left_a_note_for_many_is_not_taken_back(app, agent):
    problem, case = a_problem(by=agent), a_copied_case(a_provider())
    wave = begin(problem, case, by=agent)
    work()
    with transaction():
        mail_of(case, "copy_resolved")[0].state = MailState.SENT
        take_back(wave, by=agent)

    work()

    assert (states(wave), case.status) == (["too_late"], Status.RESOLVED)
    assert mail_of(case, "case_resolved")[0].state is MailState.HELD
