"""Each attempt says when the message was begun, how the server greeted us, and what it answered."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.notifications import delivery
from tests.notifications.mails import MONDAY_9_AM, attempts, some_mail
from tests.smtp_servers import DROP, good_server, nobody_listening, scripted_server

pytestmark = pytest.mark.both_databases

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock_file(tmp_path):
    """A clock that stands still until a test moves it, also while mail is being delivered."""
    path = tmp_path / "clock"
    clock.write(path, MONDAY_9_AM, rate=0)
    clock.follow(str(path))
    yield path
    clock.follow(None)


def test_a_message_is_begun_when_its_turn_comes_not_when_it_is_claimed(app, clock_file):
    some_mail(2)
    a_second = timedelta(seconds=1)
    with good_server(app, on_message=lambda _count: clock.write(clock_file, clock.now() + a_second, rate=0)):
        delivery.deliver_due()

    first, second = attempts()
    assert first.claimed_at == second.claimed_at == first.begun_at == MONDAY_9_AM
    assert (first.finished_at, second.begun_at, second.finished_at) == tuple(MONDAY_9_AM + n * a_second for n in (1, 1, 2))


def test_every_attempt_on_a_line_knows_its_greeting_and_its_own_answer(app):
    some_mail(2)
    with scripted_server(app, GREETING="220 mail.example.org at your service", END=["250 2.0.0 as A1", "451 4.3.0 later"]):
        delivery.deliver_due()

    assert [attempt.greeting for attempt in attempts()] == ["220 mail.example.org at your service"] * 2
    assert [(attempt.stage, attempt.code, attempt.answer) for attempt in attempts()] == [
        ("end of data", 250, "2.0.0 as A1"),
        ("end of data", 451, "4.3.0 later"),
    ]


def test_a_new_line_has_a_new_greeting(app):
    some_mail(2)
    with scripted_server(app, GREETING=["220 first.example.org", "220 second.example.org"], RCPT=[DROP, "250 fine"]):
        delivery.deliver_due()

    assert [attempt.greeting for attempt in attempts()] == ["220 first.example.org", "220 second.example.org"]


def test_a_greeting_that_turns_us_away_is_kept(app):
    some_mail(1)
    with scripted_server(app, GREETING="421 too busy"):
        delivery.deliver_due()

    (attempt,) = attempts()
    assert (attempt.greeting, attempt.code, attempt.answer) == ("421 too busy", 421, "too busy")


def test_where_nobody_greets_there_is_no_greeting(app):
    some_mail(2)
    with clock.at(MONDAY_9_AM), nobody_listening(app):
        delivery.deliver_due()

    assert [attempt.greeting for attempt in attempts()] == ["", ""]
    assert all(attempt.begun_at for attempt in attempts())


def test_an_attempt_that_was_not_begun_has_no_beginning(app, clock_file):
    some_mail(2)
    an_hour_passes = [lambda: clock.write(clock_file, clock.now() + 60 * A_MINUTE, rate=0)]
    with good_server(app, on_message=lambda _count: an_hour_passes and an_hour_passes.pop()()):
        delivery.deliver_due()

    assert [(attempt.outcome, attempt.begun_at is None) for attempt in attempts()][:2] == [
        ("accepted", False),
        ("not_begun", True),
    ]
