"""A requester who does not answer is reminded after two and four days of service; after seven the case is resolved."""

from datetime import timedelta

import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, withdrawal
from helpdesk.cases.models import Case, EventKind, MessageKind, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.hours.models import Closure
from helpdesk.hours.queries import calendar
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.sla.models import ClockState, SlaClock, Target
from helpdesk.timed_jobs import remind_requesters
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.waiting_jobs import DAYS, SECOND, kinds_of, run
from tests.factories import a_provider, an_agent
from tests.queue.cases import at_once
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
SATURDAY = MONDAY_9_AM + timedelta(days=5)


def test_after_two_and_four_days_the_requester_is_reminded_and_after_seven_the_case_is_resolved(app):
    case = _pending()
    for at, reminders in ((DAYS[2] - SECOND, 0), (DAYS[2], 1), (DAYS[3], 1), (DAYS[4] - SECOND, 1), (DAYS[4], 2), (DAYS[6], 2)):
        run(remind_requesters, at=at)
        assert len(mail_of(case, "case_reminder")) == kinds_of(case).count(EventKind.REMINDED) == reminders
    assert case.status is Status.PENDING

    run(remind_requesters, at=DAYS[7] - SECOND)
    assert case.status is Status.PENDING
    run(remind_requesters, at=DAYS[7])

    assert (case.status, case.resolution_code) == (Status.RESOLVED, ResolutionCode.NO_RESPONSE)
    message = case.messages[-1]
    assert (message.kind, message.author) == (MessageKind.RESOLUTION, None)
    assert "have not heard from you" in message.body
    assert [mail.is_windowed for mail in mail_of(case, "case_resolved")] == [True]
    assert kinds_of(case)[-1] is EventKind.RESOLVED


def test_a_reminder_says_until_when_we_wait_and_nothing_of_the_question(app):
    case = _pending()
    run(remind_requesters, at=DAYS[2])

    mail = mail_of(case, "case_reminder")[0]

    assert (mail.user_id, mail.is_windowed, mail.state) == (case.requester_id, True, MailState.HELD)
    assert "by Wed, Dec 9, 9:00 a.m. ET" in mail.text_body
    assert "Who is your back-up coordinator?" not in mail.text_body


def test_the_last_note_is_in_the_language_of_the_requester(app):
    case = _pending(requester=a_provider(language=Language.SPANISH))

    _give_up(case)

    assert "No hemos recibido" in case.messages[-1].body


def test_nights_weekends_and_closures_do_not_count_and_nothing_happens_in_them(app):
    case = _pending()
    with transaction():
        db.session.add(Closure(closed_on=DAYS[1].date(), reason="Snow", created_at=clock.now()))
    run(remind_requesters, at=DAYS[2])
    assert mail_of(case, "case_reminder") == []
    run(remind_requesters, at=SATURDAY)
    assert mail_of(case, "case_reminder") == []

    run(remind_requesters, at=DAYS[3])

    assert len(mail_of(case, "case_reminder")) == 1


def test_an_answer_ends_the_waiting_and_what_was_to_remind_is_not_sent(app):
    case = _pending()
    run(remind_requesters, at=DAYS[2])
    with clock.at(DAYS[2]), transaction():
        commands.reply(case, by=case.requester, body="It is Dana.")
    for at in DAYS[4:12]:
        run(remind_requesters, at=at)

    assert case.status is Status.OPEN
    assert [mail.state for mail in mail_of(case, "case_reminder")] == [MailState.CANCELLED]


def test_a_case_that_is_canceled_reminds_nobody(app):
    case = _pending()
    with transaction():
        case.answered_at = case.assignee = None  # as if only the desk itself had asked
    run(remind_requesters, at=DAYS[2])

    with clock.at(DAYS[2]), transaction():
        commands.cancel(case, by=case.requester)

    assert [mail.state for mail in mail_of(case, "case_reminder")] == [MailState.CANCELLED]


def test_another_question_is_waited_for_anew(app):
    case = _pending()
    run(remind_requesters, at=DAYS[2])
    with clock.at(DAYS[3]), transaction():
        commands.reply(case, by=case.assignee, body="And what is their address?", wait=True)

    run(remind_requesters, at=DAYS[4])
    assert len(mail_of(case, "case_reminder")) == 1
    run(remind_requesters, at=DAYS[5])

    assert [mail.state for mail in mail_of(case, "case_reminder")] == [MailState.CANCELLED, MailState.HELD]


def test_a_question_that_was_taken_back_reminds_nobody(app):
    case = _pending()
    with clock.at(MONDAY_9_AM), transaction():
        withdrawal.take_back(case, case.messages[-1], by=case.assignee)

    run(remind_requesters, at=DAYS[3])

    assert mail_of(case, "case_reminder") == []


def test_a_scheduler_that_was_down_leaves_a_day_between_two_steps(app):
    case = _pending()
    for at in (DAYS[10], DAYS[10] + timedelta(minutes=1), DAYS[11] - SECOND):
        run(remind_requesters, at=at)
    assert len(mail_of(case, "case_reminder")) == 1
    assert "by Wed, Dec 16, 9:00 a.m. ET" in mail_of(case, "case_reminder")[0].text_body

    run(remind_requesters, at=DAYS[11])
    run(remind_requesters, at=DAYS[12])

    assert (len(mail_of(case, "case_reminder")), case.status) == (2, Status.RESOLVED)


def test_whoever_was_never_reached_is_not_given_up(app):
    case = _pending()
    with transaction():
        mail_of(case, "case_replied")[0].state = MailState.FAILED

    for at in DAYS:
        run(remind_requesters, at=at)

    assert case.status is Status.PENDING


def test_two_schedulers_at_once_remind_once_and_resolve_once(app):
    case = _pending()

    def job():
        with app.app_context():
            remind_requesters(StopSign())

    for at in (DAYS[2], DAYS[4], DAYS[7]):
        db.session.rollback()
        with clock.at(at):
            at_once(job, job)

    assert len(mail_of(case, "case_reminder")) == 2
    assert kinds_of(case).count(EventKind.RESOLVED) == 1


def test_one_bad_case_does_not_stop_the_others(app):
    bad, good = _pending(), _pending()
    with transaction():  # its next entry has a number that is taken
        bad.version -= 1

    run(remind_requesters, at=DAYS[2])

    assert [len(mail_of(case, "case_reminder")) for case in (bad, good)] == [0, 1]


def test_a_case_given_up_before_any_answer_owes_none_until_it_is_opened_again(app):
    case = _pending()
    with transaction():
        case.answered_at = None
        first = db.session.scalars(sa.select(SlaClock).where(SlaClock.target == Target.FIRST_RESPONSE)).one()
        first.run(clock.now(), hours=calendar())
    _give_up(case)
    assert _first_response(case).state is ClockState.STOPPED

    with clock.at(DAYS[8]), transaction():
        commands.reject(case, by=case.requester, body="Here is the answer.")

    assert _first_response(case).state is ClockState.RUNNING


def _pending(**named) -> Case:
    with clock.at(MONDAY_9_AM):
        return a_case(status=Status.PENDING, agent=an_agent("ENR"), **named)


def _give_up(case: Case) -> None:
    for at in (DAYS[2], DAYS[4], DAYS[7]):
        run(remind_requesters, at=at)
    assert case.status is Status.RESOLVED


def _first_response(case: Case) -> SlaClock:
    found = sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == Target.FIRST_RESPONSE)
    return db.session.scalars(found).one()


def test_a_scheduler_that_is_told_to_end_begins_no_other_case(app):
    case, stop = _pending(), StopSign()
    stop.put_up()
    db.session.rollback()

    with clock.at(DAYS[2]):
        remind_requesters(stop)

    assert mail_of(case, "case_reminder") == []
