"""What a mail server can do wrong, and what becomes of the mail."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.notifications import delivery, results
from tests.notifications.mails import (
    MONDAY_9_AM,
    WINDOWED,
    a_mail,
    attempts,
    eastern,
    outbox_rows,
    some_mail,
    states,
)
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import DROP, SILENCE, GoodServer, good_server, nobody_listening, scripted_server

pytestmark = postgresql_in_the_long_run
A_MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def on_monday_morning(app):
    with clock.at(MONDAY_9_AM):
        yield


def later(**how_long: int) -> delivery.Counts:
    """Deliver what is due after some time."""
    with clock.at(MONDAY_9_AM + timedelta(**how_long)):
        return delivery.deliver_due()


def test_nobody_listening_is_tried_again_after_a_minute(app):
    a_mail()
    with nobody_listening(app):
        delivery.deliver_due()

    mail, attempt = outbox_rows()[0], attempts()[0]
    assert (mail.state, mail.due_at, mail.tries) == ("retry", MONDAY_9_AM + A_MINUTE, 1)
    assert (attempt.outcome, attempt.stage) == ("no_connection", "connect")
    assert "refused" in attempt.answer


def test_a_server_that_is_away_is_asked_once_and_not_for_each_mail(app):
    some_mail(20)
    with scripted_server(app, GREETING=DROP) as server:
        delivery.deliver_due()

    assert server.connections == 1
    assert states() == ["retry"] * 20


@pytest.mark.parametrize("greeting", [DROP, SILENCE, "421 too busy", "554 not for you"])
def test_a_server_that_does_not_greet_loses_nothing(app, greeting):
    a_mail()
    with scripted_server(app, GREETING=[greeting, "220 ready"]):
        delivery.deliver_due()
        assert (states(), attempts()[0].outcome) == (["retry"], "no_connection")
        later(minutes=1)

    assert states() == ["sent"]


def test_refused_five_times_for_now_then_taken(app):
    a_mail()
    with scripted_server(app, END=["451 try later"] * 5 + ["250 2.0.0 taken"]) as server:
        for minutes in (0, 1, 3, 7, 15, 31):
            assert server.received == []
            later(minutes=minutes)

    assert states() == ["sent"]
    assert [attempt.code for attempt in attempts()] == [451] * 5 + [250]
    assert attempts()[-1].answer == "2.0.0 taken"


def test_pauses_grow_from_a_minute_to_an_hour():
    minutes = [results.pause_after(tries) / A_MINUTE for tries in range(1, 10)]

    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_after_48_hours_of_refusals_it_has_failed(app):
    a_mail()
    with scripted_server(app, END="452 4.2.2 mailbox full"):
        while (mail := outbox_rows()[0]).state in ("due", "retry"):
            with clock.at(mail.due_at):
                delivery.deliver_due()

    tried_for = attempts()[-1].claimed_at - attempts()[0].claimed_at
    assert (mail.state, mail.reason) == ("failed", "452 4.2.2 mailbox full")
    assert timedelta(hours=48) <= tried_for <= timedelta(hours=49)


def test_a_desk_that_was_off_for_three_days_has_not_been_trying(app):
    a_mail()
    with scripted_server(app, END="451 try later"):
        delivery.deliver_due()
        later(days=3)

    assert states() == ["retry"]


def test_windowed_mail_is_tried_again_in_service_hours_only(app):
    with clock.at(eastern("2026-12-04 16:40")):
        a_mail(WINDOWED)
    with scripted_server(app, END="451 try later"), clock.at(eastern("2026-12-04 16:44:30")):
        delivery.deliver_due()

    assert (states(), outbox_rows()[0].due_at) == (["retry"], eastern("2026-12-07 08:00"))


def test_one_of_two_refused_at_rcpt_fails_alone_on_one_connection(app):
    first, second, third = some_mail(3)
    with scripted_server(app, refusing={second: "550 5.1.1 no such mailbox"}) as server:
        delivery.deliver_due()

    assert server.recipients == [first, third]
    assert (server.connections, server.steps.count("RSET")) == (1, 1)
    assert states() == ["sent", "failed", "sent"]
    assert outbox_rows()[1].reason == "550 5.1.1 no such mailbox"
    assert [attempt.stage for attempt in attempts()] == ["end of data", "RCPT", "end of data"]


@pytest.mark.parametrize("step", ["DATA", "END"])
def test_refused_for_good_with_its_data_it_has_failed(app, step):
    some_mail(2)
    with scripted_server(app, **{step: ["550 5.7.1 not this", {"DATA": "354 go on", "END": "250 taken"}[step]]}):
        delivery.deliver_due()

    assert states() == ["failed", "sent"]
    assert attempts()[0].outcome == "refused"


def test_a_refused_sender_is_our_fault_and_fails_nothing(app):
    a_mail()
    with scripted_server(app, MAIL=["550 5.7.1 you may not send", "250 fine"]):
        delivery.deliver_due()
        assert (states(), attempts()[0].outcome) == (["retry"], "refused_for_now")
        later(minutes=1)

    assert states() == ["sent"]


@pytest.mark.parametrize(
    "answer",
    ["554 5.7.1 <dana@cedarfork.example.org>: Relay access denied", "550 5.7.54 SMTP; Unable to relay", "550 relaying denied"],
)
def test_a_server_that_will_not_relay_for_us_fails_nothing_and_is_loud(app, capsys, answer):
    a_mail()
    with scripted_server(app, RCPT=[answer, "250 fine"]):
        delivery.deliver_due()
        assert (states(), attempts()[0].outcome) == (["retry"], "refused_for_now")
        assert "error" in capsys.readouterr().out
        later(minutes=1)

    assert states() == ["sent"]


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox, says the relay", "550 5.7.1 we do not want mail from you"])
def test_other_refusals_of_an_address_are_for_good(app, answer):
    a_mail()
    with scripted_server(app, RCPT=answer):
        delivery.deliver_due()

    assert states() == ["failed"]


def test_a_wrong_password_fails_nothing_and_is_loud(app, capsys, monkeypatch):
    some_mail(3)
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "desk")
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "wrong")
    with scripted_server(app, EHLO="250-scripted\r\n250 AUTH PLAIN", AUTH="535 5.7.8 wrong password"):
        delivery.deliver_due()

    assert states() == ["retry"] * 3
    assert (attempts()[0].stage, attempts()[0].code) == ("login", 535)
    logged = capsys.readouterr().out
    assert logged.count("535 5.7.8") == 1
    assert "error" in logged


def test_silence_after_the_end_of_data_is_in_doubt_and_sent_once_more_with_the_same_message_id(app):
    mail = a_mail()
    with scripted_server(app, END=[SILENCE, "250 taken"]) as server:
        delivery.deliver_due()
        assert (states(), attempts()[0].outcome) == (["doubtful"], "silent")
        later(minutes=14)
        assert server.received == []
        later(minutes=15)

    assert states() == ["sent"]
    assert [received.message["Message-ID"] for received in server.received] == [mail.message_id]


def test_in_doubt_twice_it_is_left_for_a_person(app):
    a_mail()
    with scripted_server(app, END=DROP):
        delivery.deliver_due()
        later(minutes=15)
        later(days=3)

    mail = outbox_rows()[0]
    assert (mail.state, mail.doubts, len(attempts())) == ("doubtful", 2, 2)


def test_a_doubt_holds_up_nothing_behind_it(app):
    some_mail(3)
    with scripted_server(app, END=["250 taken", SILENCE, "250 taken"]) as server:
        delivery.deliver_due()

    assert states() == ["sent", "doubtful", "sent"]
    assert server.connections == 2


def test_a_line_that_breaks_in_mid_data_is_no_doubt(app):
    a_mail(note="A long story. " * 100_000, kind="case_replied")
    with scripted_server(app, TEXT=[DROP, ""]) as server:
        later(minutes=2)
        assert (states(), attempts()[0].outcome, attempts()[0].stage) == (["retry"], "cut", "text")
        later(minutes=3)

    assert (states(), len(server.received)) == (["sent"], 1)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", [DROP, SILENCE, "421 closing"])
def test_a_line_that_breaks_before_the_data_is_tried_again(app, step, fault):
    some_mail(2)
    with scripted_server(app, **{step: [fault, {"DATA": "354 go on"}.get(step, "250 fine")]}):
        delivery.deliver_due()
        later(minutes=1)

    assert states() == ["sent", "sent"]


def test_a_kept_line_that_died_meanwhile_costs_no_try(app):
    some_mail(2)
    with scripted_server(app, MAIL=["250 fine", DROP, "250 fine"]) as server:
        delivery.deliver_due()

    assert states() == ["sent", "sent"]
    assert (server.connections, len(attempts())) == (2, 2)


@pytest.mark.parametrize(
    "address", ["no-at-sign", "two@at@example.org", "line\nbreak@example.org", "a@b..example.org", "x@ä\u2024.org"]
)
def test_a_bad_row_never_holds_up_a_good_one(app, address):
    a_mail(to=address)
    a_mail()
    with good_server(app) as server:
        delivery.deliver_due()

    assert states()[1] == "sent"
    assert len(server.received) == states().count("sent")


def test_an_address_with_other_letters_needs_a_server_that_takes_it(app):
    a_mail(to="josé@example.org")
    with good_server(app, enable_SMTPUTF8=False):
        delivery.deliver_due()

    assert (states(), attempts()[0].outcome) == (["failed"], "refused")
    assert outbox_rows()[0].reason == "our mail server takes no addresses with such letters"


def test_an_address_with_other_letters_is_sent_where_the_server_takes_it(app):
    a_mail(to="josé@bücher.example.org")
    with good_server(app, enable_SMTPUTF8=True) as server:
        delivery.deliver_due()

    assert server.recipients == ["josé@xn--bcher-kva.example.org"]
    assert "josé@" in server.received[0].message["To"]


def test_lines_that_begin_with_a_dot_arrive_as_they_were(app):
    a_mail("case_received", answers=[{"question": "Answer", "answer": "x"}], expect="soon.\n.\n.hidden")
    with good_server(app) as server:
        delivery.deliver_due()

    assert "soon.\n.\n.hidden" in server.received[0].text


def test_a_thousand_bytes_of_other_scripts_arrive_as_they_were(app):
    note = "Привет, 世界 🙂 " * 100
    with clock.at(MONDAY_9_AM - timedelta(hours=1)):
        a_mail("case_replied", note=note)
    with good_server(app) as server:
        delivery.deliver_due()

    assert note.strip() in server.received[0].text
    assert isinstance(server, GoodServer)
    assert server.received[0].content.isascii()
