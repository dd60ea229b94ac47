"""What was done with many cases is set back only where nobody has gone on since and nothing has left."""

import pytest

from helpdesk import clock
from helpdesk.cases import marking, marks, moving, redaction
from helpdesk.cases.batch_models import BatchAct
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Status
from helpdesk.cases.redaction import Wanted
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.cases.copied import a_copied_case
from tests.cases.test_batches import NOTE, done, undone
from tests.cases.test_waves import begin, states, take_back, work
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.problem_factories import a_problem

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


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
