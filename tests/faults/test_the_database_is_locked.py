"""Somebody else is writing to the database: for three seconds, and for longer than we wait."""

import threading

import pytest
from flask import Flask

from helpdesk.database import BUSY_TIMEOUT_MS
from helpdesk.notifications import delivery
from tests import waiting
from tests.faults.locks import Lock
from tests.faults.processes import flask_command, web_server
from tests.faults.tickets import UNAVAILABLE, stored, with_a_ticket_ready
from tests.journeys.story import TICKET
from tests.notifications.mails import some_mail, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = postgresql_in_the_long_run

LONGER_THAN_WE_WAIT = BUSY_TIMEOUT_MS / 1000 + 3


def test_locked_for_three_seconds_a_case_is_filed_all_the_same(app: Flask, port: int) -> None:
    lock = Lock("cases")
    with web_server(app, port=port):
        visitor = with_a_ticket_ready(port)
        lock.take()
        ends = threading.Timer(3, lock.give_back)
        ends.start()
        visitor.press("Send the ticket")
        ends.join()

    assert (visitor.status, visitor.path.startswith("/vaccine-provider/get-help/receipt/NCV-")) == (200, True)
    assert stored() == (1, 1, 1)


def test_locked_for_longer_than_we_wait_the_text_is_kept_and_nothing_is_half_stored(app: Flask, port: int) -> None:
    lock = Lock("cases")
    with web_server(app, port=port):
        visitor = with_a_ticket_ready(port)
        lock.take()
        visitor.press("Send the ticket")
        lock.give_back()
        assert (visitor.status, visitor.h1, stored()) == (503, UNAVAILABLE, (0, 0, 0))
        visitor.press("Send it again")

    assert TICKET["description"] in visitor.text
    assert stored() == (1, 1, 1)


@pytest.mark.long
def test_locked_for_longer_than_it_waits_the_scheduler_goes_on_afterwards(app: Flask) -> None:
    addresses, lock = some_mail(3), Lock("outbox_messages")
    with good_server(app) as server, flask_command(app, "scheduler") as process:
        waiting.until(lambda: states() == ["sent"] * 3, within=30, what="the scheduler to be at work")
        addresses += some_mail(3)
        lock.take()
        ends = threading.Timer(LONGER_THAN_WE_WAIT, lock.give_back)
        ends.start()
        waiting.until(lambda: states() == ["sent"] * 6, within=60, what="the mail to be sent")
        ends.join()
        assert process.poll() is None

    assert sorted(set(server.recipients)) == sorted(set(addresses))


@pytest.mark.long
def test_a_result_that_cannot_be_written_at_once_is_not_in_doubt(app: Flask) -> None:
    addresses, lock = some_mail(3), Lock()
    ends = threading.Timer(LONGER_THAN_WE_WAIT, lock.give_back)

    def nobody_can_write(count: int) -> None:
        if count == 1:
            lock.take()
            ends.start()

    with good_server(app, on_message=nobody_can_write) as server:
        first, second = delivery.deliver_due(), delivery.deliver_due()
        ends.join()

    assert (first.sent, first.given_back, second.sent) == (1, 2, 2)
    assert (server.recipients, states()) == (addresses, ["sent"] * 3)
