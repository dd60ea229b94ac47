"""Where the mail server allows it, a mail travels up to its end before its turn; what is known of each mail stays as certain."""

import socket
import threading
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.notifications import delivery
from helpdesk.notifications.compose import Letter
from helpdesk.notifications.smtp import MailServer
from tests.faults.locks import Lock, stopped_at
from tests.notifications.mails import MONDAY_9_AM, a_mail, attempts, some_mail, states
from tests.smtp_servers import AHEAD, DROP, LOOPBACK, SILENCE, scripted_server, sending_to

both_databases = pytest.mark.both_databases  # on PostgreSQL a text goes ahead, while it writes the second result or a later one
NO_RECIPIENT = "554 5.5.1 no valid recipients"


@pytest.fixture(autouse=True)
def on_monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def later(**how_long: int) -> None:
    with clock.at(MONDAY_9_AM + timedelta(**how_long)):
        delivery.deliver_due()


def answers_only_when_all_commands_are_there(listening: socket.socket) -> None:
    """One conversation of a server that would wait for ever for a client that waits after each command."""
    line, _address = listening.accept()
    with line, line.makefile("rwb", buffering=0) as file:

        def say(answer: bytes) -> None:
            file.write(answer + b"\r\n")

        say(b"220 ready")
        file.readline()
        say(AHEAD.encode())
        for _command in ("MAIL", "RCPT", "DATA"):
            file.readline()
        say(b"250 fine\r\n250 fine\r\n354 go ahead")
        while file.readline() != b".\r\n":
            continue
        say(b"250 taken")
        file.readline()
        say(b"221 bye")


def test_three_commands_take_one_round_trip(app):
    a_mail()
    with socket.create_server((LOOPBACK, 0)) as listening:
        server = threading.Thread(target=answers_only_when_all_commands_are_there, args=(listening,))
        server.start()
        with sending_to(app, listening.getsockname()[1]):
            delivery.deliver_due()
        server.join()

    assert states() == ["sent"]


@both_databases
def test_a_recipient_that_is_refused_fails_alone_on_one_connection(app):
    first, second, refused, last = some_mail(4)
    script = {"EHLO": AHEAD, "DATA": ["354 go ahead", "354 go ahead", NO_RECIPIENT, "354 go ahead"]}
    with scripted_server(app, refusing={refused: "550 5.1.1 no such mailbox"}, **script) as server:
        delivery.deliver_due()

    assert (server.recipients, server.connections, server.steps.count("RSET")) == ([first, second, last], 1, 1)
    assert states() == ["sent", "sent", "failed", "sent"]
    assert [(attempt.stage, attempt.code) for attempt in attempts()][2] == ("RCPT", 550)


@both_databases
def test_a_server_that_waits_for_a_text_it_cannot_use_is_left(app):
    first, second, refused, last = some_mail(4)
    with scripted_server(app, EHLO=AHEAD, refusing={refused: "550 5.1.1 no such mailbox"}) as server:
        delivery.deliver_due()

    assert (server.recipients, server.connections) == ([first, second, last], 2)
    assert states() == ["sent", "sent", "failed", "sent"]


def test_a_sender_that_is_refused_is_known_by_its_own_answer(app):
    a_mail()
    with scripted_server(app, EHLO=AHEAD, MAIL="550 5.7.1 not you", RCPT="503 no sender", DATA="503 no recipient"):
        delivery.deliver_due()

    (attempt,) = attempts()
    assert (states(), attempt.stage, attempt.answer) == (["retry"], "MAIL", "5.7.1 not you")


before_the_text = pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
faults = pytest.mark.parametrize("fault", [DROP, SILENCE, "421 closing", "451 later"])


@before_the_text
@faults
def test_whatever_happens_before_the_text_is_tried_again(app, step, fault):
    some_mail(2)
    with scripted_server(app, EHLO=AHEAD, **{step: [fault, fine(step)]}):
        delivery.deliver_due()
        later(minutes=1)

    assert states() == ["sent", "sent"]
    assert {attempt.stage for attempt in attempts()} == {step, "end of data"}


@both_databases
@before_the_text
@faults
def test_whatever_happens_to_a_mail_that_went_ahead_is_tried_again(app, step, fault):
    some_mail(3)
    with scripted_server(app, EHLO=AHEAD, **{step: [fine(step), fine(step), fault, fine(step)]}):
        delivery.deliver_due()
        later(minutes=1)

    assert states() == ["sent"] * 3
    as_if_the_kept_line_was_dead = step == "MAIL" and fault in (DROP, SILENCE)  # then another is opened at once
    assert {attempt.stage for attempt in attempts()} == {"end of data" if as_if_the_kept_line_was_dead else step, "end of data"}


def fine(step: str) -> str:
    """How a server answers that is content."""
    return "354 go on" if step == "DATA" else "250 fine"


@both_databases
def test_a_line_that_breaks_in_the_text_is_tried_again(app):
    some_mail(2)
    a_mail(answers=[{"question": "What happened?", "answer": "A long story. " * 300_000}])  # no socket takes all of it
    a_mail()
    with scripted_server(app, EHLO=AHEAD, TEXT=["", "", DROP, ""]):
        delivery.deliver_due()
        later(minutes=1)

    assert states() == ["sent"] * 4
    assert {attempt.outcome for attempt in attempts()} == {"accepted", "cut"}


def takes_one_mail_and_then_nothing(listening: socket.socket, is_over: threading.Event) -> None:
    """One conversation of a server that stays on the line, whatever becomes of the second mail."""
    line, _address = listening.accept()
    with line, line.makefile("rwb", buffering=0) as file:
        file.write(b"220 ready\r\n")
        file.readline()
        file.write(AHEAD.encode() + b"\r\n250 fine\r\n250 fine\r\n354 go ahead\r\n")
        while file.readline() != b".\r\n":
            continue
        file.write(b"250 taken\r\n250 fine\r\n250 fine\r\n354 go ahead\r\n")
        is_over.wait(20)


def test_an_end_that_cannot_be_sent_is_no_doubt(app):
    first, second = (Letter("desk@example.org", "dana@example.org", b"Hi.\r\n", needs_utf8=False) for _each in "12")
    is_over = threading.Event()
    with socket.create_server((LOOPBACK, 0)) as listening:
        server = threading.Thread(target=takes_one_mail_and_then_nothing, args=(listening, is_over))
        server.start()
        with sending_to(app, listening.getsockname()[1]):
            line = MailServer(app.config)
        line.hand_over(first, meanwhile=lambda: None)
        line.announce(second)
        line.send_text_ahead()
        line.host.sock.shutdown(socket.SHUT_WR)
        answer = line.hand_over(second, meanwhile=lambda: None)
        is_over.set()
        server.join()

    assert (answer.outcome, answer.stage) == ("cut", "text")


@both_databases
def test_silence_after_the_text_is_as_doubtful_as_ever(app):
    some_mail(2)
    with scripted_server(app, EHLO=AHEAD, END=[SILENCE, "250 taken"]):
        delivery.deliver_due()

    assert states() == ["doubtful", "sent"]


@both_databases
def test_no_mail_is_handed_over_before_the_last_result_is_written(app):
    some_mail(3)
    seen = []

    def look() -> None:
        with app.app_context():
            seen.append(states())

    with scripted_server(app, EHLO=AHEAD, meanwhile={"END": look}):
        delivery.deliver_due()

    assert seen == [["sending"] * 3, ["sent", "sending", "sending"], ["sent", "sent", "sending"]]


@both_databases
def test_the_server_works_on_the_next_mail_while_the_last_result_is_written(app):
    some_mail(2)
    lock = Lock()

    def nothing_can_be_written() -> None:
        if not lock.is_taken.is_set():
            lock.take()

    def the_next_mail_has_come() -> None:
        if lock.is_taken.is_set():
            lock.give_back()  # which nobody else does

    with scripted_server(app, EHLO=AHEAD, meanwhile={"END": nothing_can_be_written, "MAIL": the_next_mail_has_come}):
        delivery.deliver_due()

    assert (lock.is_taken.is_set(), states()) == (True, ["sent", "sent"])


@both_databases
def test_a_line_on_which_the_next_mail_was_announced_but_does_not_leave_is_given_up(app):
    some_mail(3)
    stop, meanwhile = stopped_at("MAIL", result=1)
    with scripted_server(app, EHLO=AHEAD, meanwhile=meanwhile) as server:
        counts = delivery.deliver_due(stop=stop)

        assert (counts.sent, counts.given_back, len(server.received), "QUIT" in server.steps) == (1, 2, 1, False)
        delivery.deliver_due()
    assert (states(), server.connections) == (["sent"] * 3, 2)


@both_databases
def test_a_line_that_breaks_after_the_announcement_is_opened_anew(app):
    addresses = some_mail(4)
    with scripted_server(app, EHLO=AHEAD, MAIL=["250 fine", "250 fine", DROP, "250 fine"]) as server:
        delivery.deliver_due()

    assert (states(), server.recipients, server.connections) == (["sent"] * 4, addresses, 2)
