"""A case on hold waits for somebody outside the desk, until a day on which the desk looks at it again by itself."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import commands, holding, merging, turns, withdrawal
from helpdesk.cases.errors import CaseClosed, CaseResolved, DayIsPast, NothingWaits, StaleCase
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import Case, EventKind, MessageKind, Status
from helpdesk.cases.waits import default_look_again
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.hours.queries import calendar
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.sla import commands as sla
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.timed_jobs import look_again
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.waiting_jobs import DAYS, kinds_of, run
from tests.factories import a_lead, an_agent
from tests.queue.cases import at_once
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
WEDNESDAY = date(2026, 12, 2)
OPENING = DAYS[2] - timedelta(hours=1)
FIRST_RESPONSE = timedelta(minutes=525)  # of service time, for P3


def test_it_is_on_hold_with_its_reason_and_its_day_and_what_was_typed_is_a_note(app):
    case = _held(note="Vendor ticket 4711.")

    assert (case.status, case.hold_reason, case.look_again_on) == (Status.ON_HOLD, HoldReason.MAKER, WEDNESDAY)
    assert (case.messages[-1].kind, case.messages[-1].body) == (MessageKind.NOTE, "Vendor ticket 4711.")
    told = event_sentence(case.events[-1])
    assert told.endswith("put it on hold: it waits for whoever runs the system (CVMS, NCIR, NCID), look again Wed, Dec 2, 2026")
    assert "4711" not in str([event.new for event in case.events])


def test_all_its_clocks_stand_still_the_first_response_too(app):
    case = _held()

    assert (_clocks(case), case.due_at) == (
        {Target.FIRST_RESPONSE: ClockState.PAUSED, Target.RESOLUTION: ClockState.PAUSED},
        None,
    )


def test_the_first_response_is_due_later_by_as_long_as_the_case_was_on_hold(app):
    case = _held()
    run(look_again, at=OPENING)  # on Wednesday at eight

    first = _first_response(case)
    assert (first.state, first.due_at, case.due_at) == (ClockState.RUNNING, OPENING + FIRST_RESPONSE, OPENING + FIRST_RESPONSE)
    assert first.used(OPENING + FIRST_RESPONSE, hours=calendar()) == FIRST_RESPONSE
    with transaction():
        assert sla.recount([case.id], at=OPENING) == []


def test_the_first_response_is_owed_again_once_it_waits_for_its_requester(app):
    case = _held()
    with clock.at(DAYS[1]), transaction():
        turns.change(case, Status.PENDING, by=case.assignee, at=clock.now())
    assert _clocks(case) == {Target.FIRST_RESPONSE: ClockState.RUNNING, Target.RESOLUTION: ClockState.PAUSED}

    with clock.at(DAYS[1]):
        _hold(case)

    assert _clocks(case) == {Target.FIRST_RESPONSE: ClockState.PAUSED, Target.RESOLUTION: ClockState.PAUSED}


def test_an_answer_that_is_taken_back_owes_the_first_response_but_not_while_on_hold(app):
    case = _held()
    with clock.at(MONDAY_9_AM), transaction():
        answer = commands.reply(case, by=case.assignee, body="We have asked the maker of CVMS.")
    assert _clocks(case)[Target.FIRST_RESPONSE] is ClockState.STOPPED

    with clock.at(MONDAY_9_AM), transaction():
        withdrawal.take_back(case, answer, by=case.assignee)

    assert (case.status, case.due_at) == (Status.ON_HOLD, None)
    assert set(_clocks(case).values()) == {ClockState.PAUSED}


def test_a_merge_that_is_taken_back_leaves_it_on_hold_with_its_clocks_still(app):
    case = _held()
    other = a_case(requester=case.requester)
    with clock.at(DAYS[1]), transaction():
        merging.merge(case, into=other, by=case.assignee, note="You asked the same twice.", seen=case.version)
        merging.unmerge(case, by=case.assignee)

    assert (case.status, case.due_at, set(_clocks(case).values())) == (Status.ON_HOLD, None, {ClockState.PAUSED})


def test_on_its_day_once_the_desk_is_open_it_is_open_again_and_whoever_has_it_is_told(app):
    case = _held()
    run(look_again, at=OPENING - timedelta(seconds=1))
    assert case.status is Status.ON_HOLD

    run(look_again, at=OPENING)
    run(look_again, at=OPENING + timedelta(minutes=1))

    assert (case.status, case.hold_reason, case.look_again_on, case.waits_since) == (Status.OPEN, None, None, None)
    assert kinds_of(case).count(EventKind.LOOK_AGAIN) == 1
    mail = mail_of(case, "case_came_back")
    assert [m.user_id for m in mail] == [case.assignee_id]
    assert "Look again" in mail[0].subject
    assert "waited for whoever runs the system" in mail[0].text_body
    resolution = db.session.scalars(sa.select(SlaClock).where(SlaClock.target == Target.RESOLUTION)).one()
    assert resolution.state is ClockState.RUNNING


def test_whoever_wants_no_single_mails_gets_none(app):
    case = _held()
    with transaction():
        case.assignee.wants_assignment_mail = False

    run(look_again, at=OPENING)

    assert mail_of(case, "case_came_back") == []


def test_they_are_told_also_where_a_reply_has_the_number_of_the_entry(app):
    case = _held()
    with clock.at(MONDAY_9_AM):
        other = a_case()
        with transaction():
            for number in range(10):
                commands.add_note(other, by=case.assignee, body=f"Call {number}.")
            reply = commands.reply(case, by=case.requester, body="Is there any news?")
        with transaction():
            case.version = reply.id - 1

    run(look_again, at=OPENING)

    assert case.version == reply.id
    assert len(mail_of(case, "case_came_back")) == 2


def test_while_nobody_has_it_its_leads_are_told(app):
    lead = a_lead("ENR")
    with clock.at(MONDAY_9_AM):
        case = a_case()
        _hold(case, by=lead)

    run(look_again, at=OPENING)

    assert [m.user_id for m in mail_of(case, "case_came_back")] == [lead.id]


def test_a_case_that_has_moved_meanwhile_is_left_alone(app):
    case = _held()
    with clock.at(DAYS[1]), transaction():
        holding.go_on(case, by=case.assignee)

    run(look_again, at=OPENING)

    assert EventKind.LOOK_AGAIN not in kinds_of(case)


def test_two_schedulers_at_once_look_again_once(app):
    case = _held()

    def job():
        with app.app_context():
            look_again(StopSign())

    db.session.rollback()
    with clock.at(OPENING):
        at_once(job, job)

    assert kinds_of(case).count(EventKind.LOOK_AGAIN) == 1


def test_a_day_that_is_past_or_on_which_the_desk_is_closed_is_refused(app):
    with clock.at(MONDAY_9_AM):
        case = a_case(status=Status.OPEN)
        for day in (date(2026, 11, 30), date(2026, 12, 5), date(2026, 12, 25)):
            with pytest.raises(DayIsPast):
                _hold(case, look_again_on=day)

    assert case.status is Status.OPEN


def test_another_reason_and_day_can_be_given(app):
    case = _held()
    with clock.at(DAYS[1]):
        _hold(case, reason=HoldReason.DELIVERY, look_again_on=date(2026, 12, 8))

    assert (case.hold_reason, case.look_again_on) == (HoldReason.DELIVERY, date(2026, 12, 8))
    assert "changed the hold" in event_sentence(case.events[-1])


def test_what_is_resolved_closed_or_stale_is_refused_by_name(app):
    with clock.at(MONDAY_9_AM):
        resolved, closed, moved = (a_case(status=s) for s in (Status.RESOLVED, Status.CLOSED, Status.OPEN))
        for case, refusal in ((resolved, CaseResolved), (closed, CaseClosed)):
            with pytest.raises(refusal):
                _hold(case)
        with pytest.raises(StaleCase):
            _hold(moved, seen=moved.version - 1)
        with pytest.raises(NothingWaits), transaction():
            holding.go_on(moved, by=moved.assignee)


@pytest.mark.parametrize(
    ("at", "day"),
    [(DAYS[0], date(2026, 12, 2)), (DAYS[3], date(2026, 12, 7)), (DAYS[4] + timedelta(days=1), date(2026, 12, 8))],
)
def test_without_a_choice_it_is_the_second_day_of_service(app, at, day):
    assert default_look_again(at) == day


def _held(**named) -> Case:
    with clock.at(MONDAY_9_AM):
        case = a_case(status=Status.OPEN, agent=an_agent("ENR"))
        _hold(case, **named)
    return case


def _clocks(case: Case) -> dict[Target, ClockState]:
    clocks = db.session.scalars(sa.select(SlaClock).where(SlaClock.case_id == case.id))
    return {found.target: found.state for found in clocks}


def _first_response(case: Case) -> SlaClock:
    found = sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == Target.FIRST_RESPONSE)
    return db.session.scalars(found).one()


def _hold(case: Case, *, seen: int | None = None, **named) -> None:
    db.session.rollback()
    asked = {"by": case.assignee, "reason": HoldReason.MAKER, "look_again_on": WEDNESDAY, **named}
    with transaction():
        holding.put_on_hold(case, seen=case.version if seen is None else seen, **asked)


def test_a_word_to_the_requester_leaves_it_on_hold_and_its_clocks_still(app):
    case = _held()
    with clock.at(MONDAY_9_AM), transaction():
        commands.reply(case, by=case.assignee, body="We still wait for the maker of CVMS.")

    assert (case.status, case.hold_reason, case.look_again_on) == (Status.ON_HOLD, HoldReason.MAKER, WEDNESDAY)
    assert {c.state for c in db.session.scalars(sa.select(SlaClock))} == {ClockState.STOPPED, ClockState.PAUSED}
    assert case.due_at is None
    run(look_again, at=OPENING)
    assert case.status is Status.OPEN


def test_a_question_to_the_requester_ends_the_hold(app):
    case = _held()
    with clock.at(MONDAY_9_AM), transaction():
        commands.reply(case, by=case.assignee, body="Which browser do you use?", wait=True)

    assert (case.status, case.hold_reason, case.look_again_on) == (Status.PENDING, None, None)
