"""What staff read about a mail."""

import pytest

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.notifications import delivery, queries
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.notifications.queries import standing
from tests.case_factories import a_case
from tests.notifications.mails import WINDOWED, a_mail, eastern, outbox_rows
from tests.smtp_servers import good_server, scripted_server


def a_message(state: str, **facts) -> OutboxMessage:
    """A message in some state, due on Monday, November 30, at 9 in the morning; it is never stored."""
    return OutboxMessage(state=MailState(state), due_at=eastern("2026-11-30 09:00"), **{"reason": "", "doubts": 0, **facts})


SENTENCES = [
    (
        a_message("held", reason="the desk is closed"),
        "Held until Mon, Nov 30, 9:00 a.m. ET, because the desk is closed",
    ),
    (a_message("due"), "Waiting to be sent"),
    (a_message("sending"), "Being sent now"),
    (
        a_message("sent", sent_at=eastern("2026-11-30 09:00:07")),
        "Accepted by the mail server Mon, Nov 30, 9:00:07 a.m. ET",
    ),
    (
        a_message("retry", reason="451 try later"),
        "Not accepted yet (451 try later); we try again Mon, Nov 30, 9:00 a.m. ET",
    ),
    (a_message("failed", reason="550 no such mailbox"), "Could not be sent: 550 no such mailbox"),
    (a_message("doubtful", reason="timed out", doubts=1), "In doubt: timed out. It is sent once more Mon, Nov 30, 9:00 a.m. ET."),
    (
        a_message("doubtful", reason="timed out", doubts=2),
        "In doubt after two tries: timed out. Please ask by phone whether it arrived.",
    ),
    (a_message("cancelled", reason="the case was reopened"), "Not sent: the case was reopened"),
    (
        a_message("cancelled", reason="the case was reopened", doubts=1),
        "Not sent again: the case was reopened. An earlier try may have arrived.",
    ),
    (a_message("superseded", reason="the note was changed"), "Replaced: the note was changed"),
]


@pytest.mark.parametrize(("message", "sentence"), SENTENCES, ids=lambda given: given if isinstance(given, str) else "")
def test_each_state_has_its_sentence(app, message, sentence):
    with clock.at(eastern("2026-11-30 12:00")):
        assert standing(message) == sentence


def test_a_resolution_of_friday_evening_is_held_until_monday_then_accepted(app):
    with clock.at(eastern("2026-11-27 18:00")):
        a_mail(WINDOWED)
        assert standing(outbox_rows()[0]) == "Held until Mon, Nov 30, 8:00 a.m. ET, because the desk is closed for Thanksgiving"
    with clock.at(eastern("2026-11-30 08:00")), good_server(app):
        delivery.deliver_due()

        assert standing(outbox_rows()[0]) == "Accepted by the mail server Mon, Nov 30, 8:00:00 a.m. ET"


def test_a_refusal_is_told_in_the_words_of_the_server(app):
    a_mail()
    with scripted_server(app, RCPT="550 5.1.1 <dana@cedarfork.example.org>: no such mailbox"):
        delivery.deliver_due()

    assert standing(outbox_rows()[0]) == "Could not be sent: 550 5.1.1 <dana@cedarfork.example.org>: no such mailbox"


@pytest.mark.both_databases
def test_the_mail_of_a_case_comes_with_its_attempts_and_without_that_of_others(app):
    case, _other = a_case(), a_case()
    with good_server(app):
        delivery.deliver_due()
    mails = db.session.scalars(queries.mail_of_case(case.id)).all()

    assert [(mail.kind, [attempt.code for attempt in mail.attempts]) for mail in mails] == [("case_received", [250])]
