"""What a process holds is its own while it lives, however slow it is, and free half a minute after its death."""

import threading
from datetime import datetime, timedelta

import pytest

from helpdesk import clock
from helpdesk.hours import queries as hours
from helpdesk.notifications import delivery, results
from helpdesk.notifications.delivery import LEASE
from helpdesk.transaction import transaction
from tests import waiting
from tests.faults.processes import flask_command
from tests.notifications.mails import attempts, outbox_rows, some_mail, states
from tests.smtp_servers import SILENCE, good_server, scripted_server

pytestmark = pytest.mark.both_databases

SHORT = timedelta(seconds=3)  # but long enough for a busy machine to renew it in time
A_HANDOVER = timedelta(seconds=30)


def take_back_what_is_abandoned(app, *, at: datetime) -> int:
    """As the next process does, in a context of its own."""
    with app.app_context(), transaction():
        return results.return_abandoned(at=at, calendar=hours.calendar())


def test_half_a_minute_after_a_kill_the_rest_of_its_batch_leaves(app):
    some_mail(3)
    with scripted_server(app, END=["250 taken", SILENCE]) as server, flask_command(app, "deliver") as process:
        waiting.until(lambda: server.steps.count("END") == 2, within=30)
        process.kill()
        process.wait()
        killed_at = clock.now()

    with good_server(app) as server, clock.at(killed_at + A_HANDOVER):
        delivery.deliver_due()
    assert (states(), len(server.received)) == (["sent", "doubtful", "sent"], 1)


def test_an_answer_may_take_longer_than_the_lease(app):
    some_mail(2)
    taken_back: list[int] = []

    def the_server_thinks() -> None:
        if not taken_back:
            lease_until = in_context(app, outbox_rows)[-1].lease_until
            waiting.until(lambda: clock.now() > lease_until)
            taken_back.append(take_back_what_is_abandoned(app, at=clock.now()))

    with scripted_server(app, meanwhile={"END": the_server_thinks}):
        app.config["MAIL_ANSWER_SECONDS"] = 30
        delivery.deliver_due(lease=SHORT)

    assert (states(), taken_back) == (["sent", "sent"], [0])


def test_a_process_that_slept_through_its_lease_hands_over_nothing_that_was_taken_back(app):
    addresses, asleep = some_mail(3), [True]

    def sleep(_count: int) -> None:
        if asleep:
            asleep.pop()
            take_back_what_is_abandoned(app, at=clock.now() + LEASE)

    with good_server(app, on_message=sleep) as server:
        delivery.deliver_due()

    assert sorted(server.recipients) == sorted(addresses)
    assert (states(), [attempt.outcome for attempt in attempts()]) == (
        ["sent"] * 3,
        ["accepted", "not_begun", "not_begun", "accepted", "accepted"],
    )


def test_the_lease_is_let_go_with_the_batch(app):
    some_mail(2)
    with good_server(app):
        delivery.deliver_due()

    assert [(mail.lease_holder, mail.lease_until) for mail in outbox_rows()] == [("", None)] * 2
    assert "keep the lease of mail" not in [thread.name for thread in threading.enumerate()]


def in_context(app, ask):
    """The answer to a question that another thread asks of the database."""
    with app.app_context():
        return ask()
