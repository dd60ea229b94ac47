"""A case that the desk closes is said to be closed, once, and asked about on its page; nobody is mailed about their own act."""

from datetime import datetime

import pytest

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, merging
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState
from helpdesk.timed_jobs import close_resolved
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.waiting_jobs import DAYS, SECOND, kinds_of, run
from tests.factories import a_provider
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = postgresql_in_the_long_run
CLOSES_AT = DAYS[10]
TOO_LATE = DAYS[15]


def test_whoever_says_nothing_is_told_that_it_is_closed_and_where_one_question_waits(app):
    case = _closed()

    (mail,) = mail_of(case, "case_closed")
    assert (mail.user_id, mail.state, mail.is_windowed) == (case.requester_id, MailState.HELD, True)
    assert mail.subject == f"[{case.number}] Closed: {case.subject}"
    for part in (mail.text_body, mail.html_body):
        assert "We resolved it on Mon, Nov 30, 2026, and you have not opened it again." in part
        assert f"/cases/{case.number}" in part
        assert "How did we handle your case?" not in part


def test_it_leaves_in_service_hours_and_to_nobody_else(app):
    case = _closed()
    with good_server(app) as server, clock.at(CLOSES_AT + 120 * SECOND):
        delivery.deliver_due()

    closing = [got for got in server.received if "Closed" in got.message["Subject"]]
    assert [got.recipient for got in closing] == [case.requester.email]


def test_it_is_in_spanish_for_those_who_read_spanish(app):
    case = _closed(language=Language.SPANISH)

    (mail,) = mail_of(case, "case_closed")
    assert mail.subject == f"[{case.number}] Cerrado: {case.subject}"
    assert "Lo resolvimos el lun 30 nov 2026 y usted no lo ha vuelto a abrir." in mail.text_body
    assert "una última pregunta" in mail.html_body


def test_who_says_that_it_is_solved_is_not_mailed_about_that(app):
    case = _resolved()
    with clock.at(DAYS[1]), transaction():
        commands.accept(case, by=case.requester)
    run(close_resolved, at=CLOSES_AT)

    assert (case.status, mail_of(case, "case_closed")) == (Status.CLOSED, [])


def test_what_is_merged_or_canceled_is_not_said_to_be_closed(app):
    dana = a_provider()
    with clock.at(MONDAY_9_AM):
        canceled, merged, into = (a_case(requester=dana) for _each in range(3))
        with transaction():
            commands.cancel(canceled, by=dana)
        with transaction():
            commands.take(merged, by=merged.team.members[0].user)
            merging.merge(merged, into=into, by=merged.assignee, note="You asked the same twice.", seen=merged.version)
    run(close_resolved, at=CLOSES_AT)

    assert [mail_of(case, "case_closed") for case in (canceled, merged)] == [[], []]


@pytest.mark.parametrize(("closed_at", "mails"), [(TOO_LATE - SECOND, 1), (TOO_LATE, 0)])
def test_nobody_is_asked_about_what_should_have_been_closed_long_ago(app, closed_at, mails):
    case = _closed(at=closed_at)

    assert (case.status, len(mail_of(case, "case_closed"))) == (Status.CLOSED, mails)


def test_who_has_answered_on_the_page_is_not_asked_to_do_so(app):
    case = _closed()
    with clock.at(CLOSES_AT + SECOND), transaction():
        commands.rate(case, by=case.requester, score=5)

    (mail,) = mail_of(case, "case_closed")
    assert (mail.state, mail.reason) == (MailState.CANCELLED, "the case was rated before this mail left")


def test_the_end_of_an_account_is_said_instead(app):
    case = _resolved()
    with transaction():
        case.requester.deactivated_at = MONDAY_9_AM
    run(close_resolved, at=CLOSES_AT)

    assert mail_of(case, "case_closed") == []
    assert kinds_of(case)[-1] is EventKind.MAIL_STOPPED


def _resolved(**named) -> Case:
    with clock.at(MONDAY_9_AM):
        return a_case(status=Status.RESOLVED, requester=a_provider(**named))


def _closed(*, at: datetime = CLOSES_AT, **named) -> Case:
    case = _resolved(**named)
    run(close_resolved, at=at)
    db.session.refresh(case)
    return case
