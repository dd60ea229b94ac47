"""What is taken back leaves a case as if it had not been said: whom it waits for, since when, and when the next word is due."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import commands, due_times, holding, merging, resolving, withdrawal
from helpdesk.cases.correcting import Correction, correct
from helpdesk.cases.kinds import CorrectionReason, HoldReason
from helpdesk.cases.models import Case, Message, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.hours.models import Closure
from helpdesk.notifications.models import MailState
from helpdesk.routing.models import Priority
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.timed_jobs import remind_requesters
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.cases.waiting_jobs import DAYS, run

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]
TUESDAY_NOON = DAYS[1] + timedelta(hours=3)
MINUTE = timedelta(minutes=1)
FRIDAY = date(2026, 12, 4)


def say(case: Case, body: str = "That was for another case.", *, wait: bool = False, at=TUESDAY_NOON) -> Message:
    with clock.at(at), transaction():
        return commands.reply(case, by=case.assignee, body=body, wait=wait)


def take_back(case: Case, message: Message, *, at=TUESDAY_NOON) -> None:
    with clock.at(at), transaction():
        withdrawal.take_back(case, message, by=case.assignee)


def resolve(case: Case, *, at=TUESDAY_NOON) -> Message:
    with clock.at(at), transaction():
        return commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)


def hold(case: Case, *, at=TUESDAY_NOON) -> None:
    with clock.at(at), transaction():
        holding.put_on_hold(case, seen=case.version, by=case.assignee, reason=HoldReason.MAKER, look_again_on=FRIDAY)


def clock_of(case: Case, target: Target = Target.NEXT_UPDATE) -> SlaClock | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == target))


def answered() -> Case:
    """Open, with a reply of Monday at nine; the next one is due on Wednesday at nine."""
    case = a_case(status=Status.OPEN)
    say(case, "We look into it.", at=MONDAY_9_AM)
    assert clock_of(case).due_at == DAYS[2]
    return case


def asked() -> Case:
    """Pending since Monday at nine, and its requester has the mail."""
    case = a_case(status=Status.PENDING)
    with transaction():
        mail_of(case, "case_replied")[0].state = MailState.SENT
    return case


def is_as_asked(case: Case) -> bool:
    still = {clock_of(case, target).state for target in (Target.NEXT_UPDATE, Target.RESOLUTION)}
    return (case.status, case.waits_since, still) == (Status.PENDING, MONDAY_9_AM, {ClockState.PAUSED})


def test_a_reply_that_was_taken_back_gives_no_more_time_to_the_next_update(app):
    case = answered()
    take_back(case, say(case))

    running = clock_of(case)
    assert (running.due_at, running.started_at, running.running_since) == (DAYS[2], MONDAY_9_AM, MONDAY_9_AM)


def test_nor_do_several_whatever_comes_back_first(app):
    case = answered()
    first, second, third = (
        say(case),
        say(case, "Neither.", at=TUESDAY_NOON + MINUTE),
        say(case, "Nor.", at=TUESDAY_NOON + 2 * MINUTE),
    )
    later = TUESDAY_NOON + 3 * MINUTE

    take_back(case, second, at=later)
    assert clock_of(case).started_at == third.sent_at
    take_back(case, third, at=later)
    assert clock_of(case).started_at == first.sent_at
    take_back(case, first, at=later)

    assert clock_of(case).due_at == DAYS[2]


def test_it_holds_when_the_calendar_changes_afterwards(app):
    case = answered()
    take_back(case, say(case))

    with clock.at(TUESDAY_NOON), transaction():
        db.session.add(Closure(closed_on=date(2026, 12, 2), reason="Snow", created_at=clock.now()))
    with clock.at(TUESDAY_NOON), transaction():
        due_times.recount(at=TUESDAY_NOON)

    assert clock_of(case).due_at == DAYS[3]


def test_and_when_it_has_changed_in_between(app):
    case = answered()
    said = say(case)
    with clock.at(TUESDAY_NOON), transaction():
        db.session.add(Closure(closed_on=date(2026, 12, 2), reason="Snow", created_at=clock.now()))
    take_back(case, said)

    assert clock_of(case).due_at == DAYS[3]


def test_another_priority_that_was_set_in_between_counts(app):
    case = answered()
    said = say(case)
    with clock.at(TUESDAY_NOON), transaction():
        correct(
            case, Correction(priority=Priority.P2), seen=case.version, by=case.assignee, reason=CorrectionReason.MORE_PRESSING
        )
    take_back(case, said)

    assert (clock_of(case).target_minutes, clock_of(case).due_at) == (525, DAYS[1])


def test_an_update_that_was_late_is_late_as_it_was_and_nobody_is_told_again(app):
    case, late = answered(), DAYS[3]
    with transaction():
        told = clock_of(case)
        told.missed_at = told.warned_at = DAYS[2]
    take_back(case, say(case, at=late), at=late)

    running = clock_of(case)
    assert (running.due_at, running.missed_at, running.warned_at) == (DAYS[2], DAYS[2], DAYS[2])


def test_after_the_only_reply_no_further_word_is_owed(app):
    case = a_case(status=Status.OPEN)
    take_back(case, say(case))

    assert clock_of(case) is None


def test_the_time_in_which_it_was_on_hold_since_does_not_count(app):
    case = answered()
    said = say(case)
    hold(case, at=TUESDAY_NOON + 60 * MINUTE)
    take_back(case, said, at=TUESDAY_NOON + 61 * MINUTE)
    with clock.at(DAYS[2]), transaction():
        holding.go_on(case, by=case.assignee)

    # Monday in full, Tuesday until one o'clock: eight hours and 45 minutes, and five hours.
    assert clock_of(case).due_at == DAYS[2] + 1050 * MINUTE - (525 + 240) * MINUTE


def test_a_second_question_that_is_taken_back_leaves_it_waiting_for_the_first(app):
    case = asked()
    take_back(case, say(case, wait=True))

    assert is_as_asked(case)
    run(remind_requesters, at=DAYS[2])
    assert len(mail_of(case, "case_reminder")) == 1


def test_so_does_a_word_after_which_it_would_not_have_waited(app):
    case = asked()
    take_back(case, say(case))

    assert is_as_asked(case)


def test_a_third_question_goes_before_the_second_or_after_it(app):
    for order in ((0, 1), (1, 0)):
        case = asked()
        said = [say(case, "And their address?", wait=True), say(case, "And since when?", wait=True, at=TUESDAY_NOON + MINUTE)]
        for number in order:
            take_back(case, said[number], at=TUESDAY_NOON + 2 * MINUTE)
        assert is_as_asked(case)


def test_a_question_told_in_other_words_and_then_taken_back_was_never_asked(app):
    case = asked()
    said = say(case, wait=True)
    with clock.at(TUESDAY_NOON), transaction():
        again = withdrawal.revise(case, said, by=case.assignee, body="To the wrong case.")
    take_back(case, again)

    assert is_as_asked(case)


def test_once_its_requester_has_answered_it_waits_no_more(app):
    case = asked()
    said = say(case)
    with clock.at(TUESDAY_NOON), transaction():
        commands.reply(case, by=case.requester, body="It is Luis.")
    take_back(case, said)

    assert (case.status, clock_of(case, Target.RESOLUTION).state) == (Status.OPEN, ClockState.RUNNING)


def test_a_question_that_came_out_of_a_hold_leaves_it_on_hold(app):
    case = answered()
    hold(case)
    take_back(case, say(case, wait=True))

    assert (case.status, case.hold_reason, case.look_again_on) == (Status.ON_HOLD, HoldReason.MAKER, FRIDAY)


def test_what_somebody_has_put_on_hold_since_stays_so(app):
    case = asked()
    said = say(case, wait=True)
    hold(case)
    take_back(case, said)

    assert case.status is Status.ON_HOLD


def test_a_resolution_taken_back_leaves_it_waiting_since_then_and_as_often_reminded(app):
    case = asked()
    run(remind_requesters, at=DAYS[2])
    with transaction():
        mail_of(case, "case_reminder")[0].state = MailState.SENT
    take_back(case, resolve(case, at=DAYS[3]), at=DAYS[3])

    assert is_as_asked(case)
    assert (case.reminders, case.reminded_at) == (1, DAYS[2])


def test_a_reminder_that_has_not_left_when_it_was_resolved_is_written_once_more(app):
    case = asked()
    run(remind_requesters, at=DAYS[2])
    take_back(case, resolve(case, at=DAYS[2]), at=DAYS[2])

    run(remind_requesters, at=DAYS[2] + MINUTE)

    assert [mail.state for mail in mail_of(case, "case_reminder")] == [MailState.CANCELLED, MailState.HELD]
    assert case.reminders == 1


def test_what_was_said_before_and_taken_back_while_it_was_resolved_is_not_waited_for(app):
    case = asked()
    said = say(case, wait=True)
    note = resolve(case)
    take_back(case, said)
    assert case.status is Status.RESOLVED
    take_back(case, note)

    assert is_as_asked(case)


def test_a_case_that_was_on_hold_is_so_after_its_resolution_was_taken_back(app):
    case = answered()
    hold(case)
    take_back(case, resolve(case))

    assert (case.status, case.hold_reason, case.look_again_on, case.due_at) == (Status.ON_HOLD, HoldReason.MAKER, FRIDAY, None)


def test_what_the_desk_itself_has_given_up_is_worked_on(app):
    case = asked()
    with clock.at(DAYS[8]), transaction():
        message = resolving.conclude(case, by=None, code=ResolutionCode.NO_RESPONSE, note=SOLUTION, at=DAYS[8])
    take_back(case, message, at=DAYS[8])

    assert case.status is Status.OPEN


def test_a_question_is_taken_back_after_a_merge_that_was(app):
    case = asked()
    said = say(case, wait=True)
    other = a_case(requester=case.requester)
    with clock.at(TUESDAY_NOON), transaction():
        merging.merge(case, into=other, by=case.assignee, note="You asked the same twice.", seen=case.version)
        merging.unmerge(case, by=case.assignee)
    take_back(case, said)

    assert is_as_asked(case)
