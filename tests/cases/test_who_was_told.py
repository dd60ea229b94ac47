"""Was the provider told? Yes, no, in doubt or not yet, by the rows of the mail; and the command that says so."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import Message
from helpdesk.cases.told import lines, told
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import AttemptOutcome, DeliveryAttempt, MailAct, MailState, OutboxMessage, Settlement
from helpdesk.notifications.told import Verdict, finding
from helpdesk.transaction import transaction
from tests.admin.mails import a_stored_mail, an_act
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.factories import a_lead, a_provider
from tests.notifications.mails import eastern
from tests.smtp_servers import DROP, good_server, scripted_server

pytestmark = pytest.mark.usefixtures("monday_morning")

MONDAY_9_02 = eastern("2026-11-30 09:02")


def run(app, number):
    """The command; its exit status and what it printed."""
    result = app.test_cli_runner().invoke(args=["mail", "told", number])
    db.session.rollback()
    return result.exit_code, result.output


def a_resolved_case(**named):
    return a_case(status="resolved", requester=a_provider(first_name="Pat", last_name="Rivera"), **named)


def change_mail(case, kind="case_resolved", **columns):
    """Put the mail of this kind into some state; returns its id."""
    (mail,) = mail_of(case, kind)
    with transaction():
        db.session.execute(sa.update(OutboxMessage).where(OutboxMessage.id == mail.id).values(**columns))
    return mail.id


def a_mail_row(state, *, silent=False, settlement="open"):
    attempts = [DeliveryAttempt(outcome=AttemptOutcome.SILENT, answer="")] if silent else []
    return OutboxMessage(
        state=MailState(state),
        settlement=Settlement(settlement),
        attempts=attempts,
        to_address="pat@example.org",
        due_at=MONDAY_9_AM,
        doubts=int(silent),
        reason="",
    )


HELD, SENT, FAILED, REPLACED = (a_mail_row(state) for state in ("held", "sent", "failed", "superseded"))
VERDICTS = [
    ([SENT], "yes"),
    ([HELD], "not yet"),
    ([a_mail_row("due")], "not yet"),
    ([a_mail_row("sending")], "not yet"),
    ([a_mail_row("retry")], "not yet"),
    ([FAILED], "no"),
    ([a_mail_row("cancelled")], "no"),
    ([a_mail_row("doubtful", silent=True)], "in doubt"),
    ([a_mail_row("retry", silent=True)], "in doubt"),
    ([a_mail_row("due", silent=True)], "in doubt"),
    ([a_mail_row("failed", silent=True)], "in doubt"),
    ([a_mail_row("cancelled", silent=True)], "in doubt"),
    ([a_mail_row("failed", settlement="told")], "yes"),
    ([a_mail_row("doubtful", silent=True, settlement="arrived")], "yes"),
    ([a_mail_row("failed", settlement="left")], "no"),
    ([a_mail_row("doubtful", silent=True, settlement="left")], "in doubt"),
    ([], "no"),
    ([REPLACED], "no"),
    ([REPLACED, HELD], "not yet"),
    ([a_mail_row("superseded", silent=True), HELD], "not yet"),
    ([FAILED, SENT], "yes"),
    ([FAILED, HELD], "not yet"),
]


@pytest.mark.parametrize(("mails", "verdict"), VERDICTS, ids=lambda given: given if isinstance(given, str) else "")
def test_the_verdict_follows_from_the_mail_alone(app, mails, verdict):
    assert finding(mails, {}).verdict == verdict


@pytest.mark.both_databases
def test_accepted_is_yes_with_the_address_the_time_and_the_answer(app):
    case = a_resolved_case()
    with clock.at(MONDAY_9_02), good_server(app):
        delivery.deliver_due()

    status, said = run(app, case.number)

    assert (status, said.splitlines()[0]) == (0, f"Yes: Pat Rivera was told that {case.number} is resolved.")
    accepted = "Accepted by the mail server Mon, Nov 30, 9:02:00 a.m. ET."
    assert f"Mail to {case.requester.email}. {accepted}\n  The mail server said: 250 2.0.0 kept as 2" in said
    assert "delivered" not in said


def test_held_is_not_yet_and_says_until_when_and_why(app):
    with clock.at(FRIDAY_7_PM):
        case = a_resolved_case()
        status, said = run(app, case.number)

    assert status == 2
    assert said.startswith(f"Not yet: the mail to Pat Rivera that {case.number} is resolved has not left.")
    assert "Held until Mon, Dec 7, 8:00 a.m. ET, because the desk is closed." in said


def test_a_refusal_is_no_with_the_words_of_the_server(app):
    case = a_resolved_case()
    with clock.at(MONDAY_9_02), scripted_server(app, RCPT="550 5.1.1 no such mailbox"):
        delivery.deliver_due()

    status, said = run(app, case.number)

    assert (status, said.splitlines()[0]) == (1, f"No: Pat Rivera was not told that {case.number} is resolved.")
    assert "Could not be sent: 550 5.1.1 no such mailbox." in said


def test_silence_after_the_end_is_in_doubt(app):
    case = a_resolved_case()
    with clock.at(MONDAY_9_02), scripted_server(app, END=DROP):
        delivery.deliver_due()

    status, said = run(app, case.number)

    assert status == 2
    assert said.startswith(f"In doubt: Pat Rivera may or may not have been told that {case.number} is resolved.")


def test_somebody_who_was_told_by_phone_was_told(app):
    case, lead = a_resolved_case(), a_lead(first_name="Ines", last_name="Marin")
    mail_id = change_mail(case, state=MailState.FAILED, settlement=Settlement.TOLD, reason="550 no")
    an_act(mail_id, MailAct.SETTLED, by=lead, reason="By phone, Pat wrote it down.")

    status, said = run(app, case.number)

    assert status == 0
    assert "Told in another way, by Ines Marin, Mon, Nov 30, 9:00 a.m. ET: By phone, Pat wrote it down." in said


def test_a_case_that_is_not_resolved_says_so(app):
    case = a_case(status="pending", requester=a_provider(first_name="Pat", last_name="Rivera"))

    status, said = run(app, case.number)

    assert status == 2
    assert said.startswith(f"Not yet: {case.number} is not resolved (pending), so that there is no resolution to tell Pat Rivera")
    assert "Receipt, Mon, Nov 30, 9:00 a.m. ET: Not yet" in said


def test_a_case_that_was_opened_again_is_not_resolved_whatever_was_mailed(app):
    case = a_resolved_case()
    with transaction():
        commands.reject(case, by=case.requester, body="It does not work at all.")

    found = told(case)

    assert (found.resolution, found.verdict) == (None, Verdict.NOT_YET)
    assert [(said.what.split()[0], said.answer) for said in found.everything] == [("Receipt", "Not yet"), ("Resolution", "No")]


def test_every_public_message_of_staff_has_its_own_answer(app):
    case = a_case(status="pending")
    with transaction():
        commands.reply(case, by=case.requester, body="It is Luis.")
        commands.add_note(case, by=case.assignee, body="They sound annoyed.")
        commands.reply(case, by=case.assignee, body="Thank you, we go on.")
    replies = mail_of(case, "case_replied")
    with transaction():
        db.session.get_one(OutboxMessage, replies[0].id).state = MailState.SENT

    found = told(case)

    assert [said.answer for said in found.everything] == ["Not yet", "Yes", "Not yet"]
    assert "annoyed" not in "\n".join(lines(found))


def test_what_replaced_a_mail_answers_for_it(app):
    case = a_resolved_case()
    old = change_mail(case, state=MailState.SUPERSEDED, reason="the note was changed")
    a_stored_mail("New words", kind="case_resolved", case_id=case.id, state=MailState.SENT, sent_at=MONDAY_9_AM, replaces_id=old)

    found = told(case)

    assert found.verdict is Verdict.YES
    assert [mail.message.state for mail in found.resolution.finding.evidence] == ["superseded", "sent"]


def test_a_message_without_any_mail_was_not_told(app):
    case = a_resolved_case()
    with transaction():
        db.session.execute(sa.delete(OutboxMessage).where(OutboxMessage.kind == "case_resolved"))

    status, said = run(app, case.number)

    assert status == 1
    assert "No mail was written about it." in said


def test_what_was_taken_back_is_shown_as_that(app):
    case = a_case(status="pending")
    change_mail(case, "case_replied", state=MailState.CANCELLED, reason="It was taken back.")
    with transaction():
        db.session.execute(sa.update(Message).where(Message.kind == "reply").values(withdrawn_at=MONDAY_9_02))

    said = run(app, case.number)[1]

    assert "Taken back Mon, Nov 30, 9:02 a.m. ET." in said
    assert "Not sent: It was taken back." in said


def test_what_the_provider_has_said_since_is_told_beside_it(app):
    case = a_case(status="closed", requester=a_provider(first_name="Pat", last_name="Rivera"))

    assert "On the page of the case, Pat Rivera said Mon, Nov 30, 9:00 a.m. ET that this solved it." in run(app, case.number)[1]


def test_mail_to_staff_about_the_case_is_no_evidence(app):
    case = a_resolved_case()
    a_stored_mail("Nobody works in Enrollment", kind="team_is_empty", case_id=case.id, state=MailState.SENT)

    assert told(case).verdict is Verdict.NOT_YET
    assert len(told(case).everything) == 2


@pytest.mark.parametrize("number", ["NCV-000999", "hello", "0", "NCV-99999999999999"])
def test_a_case_that_is_none_has_a_status_of_its_own(app, number):
    assert run(app, number) == (3, f"There is no case {number}.\n")


def test_the_command_explains_its_status(app):
    result = app.test_cli_runner().invoke(args=["mail", "told", "--help"])

    for line in ("0  yes", "1  no", "2  in doubt, or not yet", "3  there is no such case"):
        assert line in result.output
