"""Mail is tried for 48 hours; but never given up because of us, and from the start again when a person sends it again."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.transaction import transaction
from tests.notifications.mails import MONDAY_9_AM, a_mail, attempts, outbox_rows, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import nobody_listening, scripted_server

LONG = timedelta(days=3)


@pytest.fixture
def our_password(app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "desk")
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "wrong")


def deliver_from(start: datetime, *, lasting: timedelta) -> None:
    """Deliver whenever something is due, for so long or until nothing is tried any more."""
    at = start
    while at is not None and at <= start + lasting:
        with clock.at(at):
            delivery.deliver_due()
        at = min((mail.due_at for mail in outbox_rows() if mail.state is MailState.RETRY), default=None)


def a_mail_on_monday() -> OutboxMessage:
    with clock.at(MONDAY_9_AM):
        return a_mail()


@postgresql_in_the_long_run
def test_with_nobody_listening_it_fails_after_48_hours(app):
    a_mail_on_monday()
    with nobody_listening(app):
        deliver_from(MONDAY_9_AM, lasting=timedelta(hours=47, minutes=59))
        assert states() == ["retry"]
        deliver_from(outbox_rows()[0].due_at, lasting=LONG)

    tried_for = attempts()[-1].claimed_at - attempts()[0].claimed_at
    assert (states(), timedelta(hours=48) <= tried_for <= timedelta(hours=49)) == (["failed"], True)


@postgresql_in_the_long_run
def test_a_desk_that_was_off_for_a_weekend_has_not_been_trying(app):
    a_mail_on_monday()
    with nobody_listening(app):
        for days in (0, 3):
            with clock.at(MONDAY_9_AM + timedelta(days=days)):
                delivery.deliver_due()

    assert states() == ["retry"]


@postgresql_in_the_long_run  # what a server says makes no difference there
@pytest.mark.parametrize(
    "script",
    [
        {"EHLO": "250-scripted\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 wrong password"},
        {"EHLO": "250-scripted\r\n250 AUTH PLAIN", "AUTH": "454 4.7.0 ask later"},
        {"EHLO": "250 scripted without AUTH"},
    ],
    ids=["wrong password", "no sign-in for now", "no sign-in at all"],
)
def test_a_sign_in_that_is_refused_fails_nothing_however_long_it_lasts(app, our_password, script):
    a_mail_on_monday()
    with scripted_server(app, **script):
        deliver_from(MONDAY_9_AM, lasting=LONG)

    assert (states(), len(attempts()) > 60) == (["retry"], True)


@postgresql_in_the_long_run  # what a server says makes no difference there
@pytest.mark.parametrize(
    "script",
    [{"GREETING": "554 not you"}, {"MAIL": "550 5.7.1 not you"}, {"RCPT": "554 5.7.1 relay access denied"}],
    ids=lambda script: next(iter(script)),
)
def test_nor_does_a_server_that_will_not_have_us_as_a_sender(app, script):
    a_mail_on_monday()
    with scripted_server(app, **script):
        deliver_from(MONDAY_9_AM, lasting=LONG)

    assert states() == ["retry"]


@postgresql_in_the_long_run
def test_what_a_person_sends_again_is_tried_for_another_48_hours(app):
    mail_id, friday = a_mail_on_monday().id, MONDAY_9_AM + timedelta(days=4)
    with nobody_listening(app):
        deliver_from(MONDAY_9_AM, lasting=LONG)
        assert states() == ["failed"]
        with transaction():
            mail = db.session.get_one(OutboxMessage, mail_id)
            mail.state, mail.due_at, mail.tried_from = MailState.RETRY, friday, friday
        before = len(attempts())
        deliver_from(friday, lasting=timedelta(hours=47))
        assert states() == ["retry"]
        deliver_from(outbox_rows()[0].due_at, lasting=LONG)

    assert states() == ["failed"]
    pauses = [later.claimed_at - one.claimed_at for one, later in pairwise(attempts()[before:])]
    assert pauses[:3] == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
