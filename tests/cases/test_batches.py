"""One thing done with many cases at once: each by itself, with a result of its own, and set back where that can be."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.cases import batches, commands, marking, marks, moving
from helpdesk.cases.batch_models import Batch, BatchAct, BatchCase, Order
from helpdesk.cases.batches import MOST_CASES, TooManyCases
from helpdesk.cases.erasing import Eraser
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Status
from helpdesk.cases.redaction_places import holdings
from helpdesk.cases.tombstones import TOMBSTONE
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.case_factories import SOLUTION, a_case, mail_of
from tests.factories import an_agent
from tests.macro_factories import a_macro
from tests.queue.cases import a_stock, at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]
NOTE = "CVMS sign-in works again since 11 a.m."


def begin(act: BatchAct, *cases: Case, by, text: str = "", **wanted) -> Batch:
    with transaction():
        return batches.write_down(Order(act, wanted, text), {case.id: case.version for case in cases}, by=by)


def work() -> None:
    timed_jobs.do_batches(StopSign())
    db.session.rollback()


def outcome(batch: Batch) -> list[tuple[str, str]]:
    found = sa.select(BatchCase.state, BatchCase.why).where(BatchCase.batch_id == batch.id).order_by(BatchCase.case_id)
    return [(state.value, why) for state, why in db.session.execute(found)]


def done(act: BatchAct, *cases: Case, by, **named) -> Batch:
    batch = begin(act, *cases, by=by, **named)
    work()
    return batch


def undone(batch: Batch, meanwhile: Callable[[], object] = lambda: None) -> list[tuple[str, str]]:
    meanwhile()
    with transaction():
        batches.undo(batch)
    work()
    return outcome(batch)


def test_cases_are_given_to_somebody_who_is_told_and_given_back_to_whoever_had_them(app, agent):
    lee, free, hers = an_agent(first_name="Lee", last_name="Park"), a_case(), a_case(status=Status.OPEN, agent=agent)

    batch = done(BatchAct.ASSIGN, free, hers, by=agent, to=lee.id)

    assert (outcome(batch), free.assignee, hers.assignee) == ([("done", "")] * 2, lee, lee)
    assert event_sentence(hers.events[-1]) == "Dana Osei gave it to Lee Park"
    assert [mail.to_address for mail in mail_of(hers, "case_assigned")] == [lee.email]
    assert undone(batch) == [("undone", "")] * 2
    assert (free.assignee, hers.assignee) == (None, agent)


def test_cases_are_put_back_into_the_queue(app, agent):
    case, free = a_case(status=Status.OPEN, agent=agent), a_case()

    batch = done(BatchAct.ASSIGN, case, free, by=agent, to=0)

    assert (outcome(batch), case.assignee) == ([("done", ""), ("skipped", "already")], None)


def test_nobody_is_given_a_case_that_they_do_not_see(app, agent):
    case = a_case()

    assert outcome(done(BatchAct.ASSIGN, case, by=agent, to=an_agent("NCIR").id)) == [("skipped", "not_theirs")]


def test_priorities_are_set_with_a_reason_and_set_back(app, agent):
    case, other = a_case(), a_case()
    before = case.priority

    batch = done(BatchAct.PRIORITY, case, other, by=agent, to="P1", reason="more_pressing", text="The state called.")

    assert (case.priority, case.messages[-1].body) == (Priority.P1, "The state called.")
    with transaction():
        commands.add_note(case, by=agent, body="A note changes no priority.")
    assert undone(batch, lambda: done(BatchAct.PRIORITY, other, by=agent, to="P2", reason="less_pressing")) == [
        ("undone", ""),
        ("kept", "gone_on"),
    ]
    assert (case.priority, other.priority) == (before, Priority.P2)


def test_tags_are_given_and_taken_off_and_only_what_was_new_is_set_back(app, agent):
    case, full = a_case(), a_case()
    with transaction():
        marking.tag(case, ["flu"], by=agent)
        marking.tag(full, [f"t{number}" for number in range(10)], by=agent)

    batch = done(BatchAct.TAG, case, full, by=agent, text="flu, second-call")

    assert (outcome(batch), marks.tags_of(case.id)) == ([("done", ""), ("skipped", "too_many_tags")], ["flu", "second-call"])
    assert (undone(batch)[0], marks.tags_of(case.id)) == (("undone", ""), ["flu"])
    off = done(BatchAct.UNTAG, case, by=agent, text="flu")
    assert marks.tags_of(case.id) == []
    assert (undone(off), marks.tags_of(case.id)) == ([("undone", "")], ["flu"])


def test_a_tag_that_somebody_has_taken_off_since_is_left_so(app, agent):
    case = a_case()
    batch = done(BatchAct.TAG, case, by=agent, text="flu")

    def take_off():
        with transaction():
            marking.untag(case, ["flu"], by=agent)

    assert undone(batch, take_off) == [("kept", "gone_on")]


def test_cases_move_with_a_reason_and_come_back_unless_somebody_has_gone_on(app, agent):
    there, cases = an_agent("NCIR"), [a_case(), a_case()]

    batch = done(BatchAct.MOVE, *cases, by=agent, to="NCIR", reason="wrong_topic")

    assert [case.team.code for case in cases] == ["NCIR", "NCIR"]
    assert cases[0].events[-1].new["reason"] == MoveReason.WRONG_TOPIC

    def take():
        with transaction():
            commands.take(cases[1], by=there)

    assert undone(batch, take) == [("undone", ""), ("kept", "gone_on")]
    assert [case.team.code for case in cases] == ["ENR", "NCIR"]


def test_nothing_moves_where_nobody_works(app, agent):
    assert outcome(done(BatchAct.MOVE, a_case(), by=agent, to="VMGT", reason="other")) == [("skipped", "nobody_there")]


def test_each_requester_reads_the_reply_in_a_mail_of_their_own_that_can_be_taken_back(app, agent):
    cases = [a_case(), a_case()]

    batch = done(BatchAct.REPLY, *cases, by=agent, text="We look into it.", wait=True)

    assert [case.status for case in cases] == [Status.PENDING] * 2
    assert [[mail.state for mail in mail_of(case, "case_replied")] for case in cases] == [[MailState.HELD]] * 2
    with transaction():
        mail_of(cases[1], "case_replied")[0].state = MailState.SENT
    assert undone(batch) == [("undone", ""), ("kept", "mail_left")]
    assert [(case.status, case.assignee) for case in cases] == [(Status.NEW, None), (Status.PENDING, agent)]


def test_a_macro_is_filled_in_for_each_case_and_does_nothing_else(app, agent):
    macro, cases = a_macro(body="This is about [[number]].", tags=["macro"]), [a_case(), a_case()]
    wanted = {"macro": macro.code, "version": macro.version}

    batch = done(BatchAct.REPLY, *cases, by=agent, **wanted)

    assert outcome(batch) == [("done", "")] * 2
    assert [case.messages[-1].body for case in cases] == [f"This is about {case.number}." for case in cases]
    assert marks.tags_of(cases[0].id) == []
    changed = done(BatchAct.REPLY, cases[0], by=agent, macro=macro.code, version=macro.version + 1)
    assert outcome(changed) == [("skipped", "other_team")]


def test_cases_are_resolved_with_a_code_and_a_note_and_are_as_they_were_again(app, agent):
    cases = [a_case(), a_case(status=Status.RESOLVED), a_case(status=Status.CLOSED)]

    batch = done(BatchAct.RESOLVE, *cases, by=agent, to="fixed", text=NOTE)

    assert outcome(batch) == [("done", ""), ("skipped", "resolved"), ("skipped", "closed")]
    assert (cases[0].resolution_code, cases[0].messages[-1].body) == (ResolutionCode.FIXED, NOTE)
    assert (undone(batch)[0], cases[0].status, cases[0].assignee) == (("undone", ""), Status.NEW, None)


def test_no_case_is_resolved_without_a_note_of_substance(app, agent):
    case = a_case()

    assert outcome(done(BatchAct.RESOLVE, case, by=agent, to="fixed", text="ok"))[0][0] == "skipped"
    assert case.status is Status.NEW


def test_what_has_changed_since_or_is_not_seen_is_left_and_said(app, agent):
    changed, foreign, plain = a_case(), a_case(topic="DAT-HL7"), a_case()
    batch = begin(BatchAct.RESOLVE, changed, foreign, plain, by=agent, to="fixed", text=NOTE)
    with transaction():
        commands.add_note(changed, by=agent, body="They called again.")

    work()

    assert outcome(batch) == [("skipped", "changed"), ("skipped", "not_seen"), ("done", "")]


def test_something_unforeseen_with_one_case_is_written_down_and_the_others_go_on(app, agent):
    cases = [a_case(), a_case()]
    with transaction():
        db.session.execute(sa.update(Case).where(Case.id == cases[0].id).values(version=0))  # its next entry cannot be stored
    batch = begin(BatchAct.TAG, *cases, by=agent, text="flu")

    work()

    assert outcome(batch) == [("skipped", "IntegrityError"), ("done", "")]


def test_a_crash_costs_nothing_and_nobody_does_it_twice(app, agent):
    batch = begin(BatchAct.TAG, *db.session.scalars(sa.select(Case).where(Case.id.in_(a_stock(60)))), by=agent, text="flu")
    stop = StopSign()
    stop.put_up()
    timed_jobs.do_batches(stop)
    assert outcome(batch) == [("waiting", "")] * 60
    first = batches.results(batch)[0].case_id
    with transaction():
        assert batches.do_one(batch.id, first) is not None
    with transaction():
        assert batches.do_one(batch.id, first) is None
    work()
    assert outcome(batch).count(("done", "")) == 51
    work()
    assert outcome(batch) == [("done", "")] * 60


def test_what_still_waits_when_it_is_undone_is_never_done(app, agent):
    case = a_case()
    batch = begin(BatchAct.RESOLVE, case, by=agent, to="fixed", text=NOTE)

    assert (undone(batch), case.status) == ([("undone", "")], Status.NEW)


def test_more_than_two_hundred_cases_are_refused(app, agent):
    with pytest.raises(TooManyCases), transaction():
        batches.write_down(Order(BatchAct.TAG, {}, "flu"), dict.fromkeys(range(1, MOST_CASES + 2), 1), by=agent)


def test_batches_over_the_same_cases_at_the_same_time_end_both(app, agent):
    lee, cases = an_agent(), [a_case(), a_case(), a_case()]
    one = begin(BatchAct.TAG, *cases, by=agent, text="flu")
    other = begin(BatchAct.ASSIGN, *reversed(cases), by=agent, to=lee.id)
    ids = [case.id for case in cases]
    db.session.rollback()
    numbers = (one.id, other.id)
    db.session.rollback()

    def run(number, order):
        def act():
            with app.app_context():
                for case_id in order:
                    with transaction():
                        batches.do_one(number, case_id)

        return act

    at_once(run(numbers[0], ids), run(numbers[1], ids[::-1]))

    states = [state for batch in (one, other) for state, _why in outcome(batch)]
    assert set(states) <= {"done", "skipped"}
    assert states.count("done") >= len(cases)


def test_what_was_written_for_many_is_erased_with_a_passage_and_not_sent_any_more(app, agent):
    case, other = a_case(), a_case()
    batch = begin(BatchAct.RESOLVE, case, other, by=agent, to="fixed", text=f"Wanda Castellow is in. {SOLUTION}")
    with transaction():
        erased = [one.erase(Eraser(["Wanda Castellow"]), really=True) for one in holdings(case, locked=True)]

    work()

    assert any(erased)
    assert TOMBSTONE in batch.text
    assert outcome(batch) == [("skipped", "redacted")] * 2


def test_moving_back_is_no_move_of_the_rules(app, agent):
    an_agent("NCIR")
    case = a_case()
    undone(done(BatchAct.MOVE, case, by=agent, to="NCIR", reason="other"))

    assert [event.new["reason"] for event in case.events if event.kind is EventKind.MOVED] == ["other", MoveReason.UNDONE]
    assert moving.to_undo(case, agent) is None
