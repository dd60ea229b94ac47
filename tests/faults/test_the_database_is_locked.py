"""Somebody else is writing to the database: for three seconds, and for longer than we wait."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.cases.models import Case, Message
from helpdesk.database import BUSY_TIMEOUT_MS
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from tests import waiting
from tests.factories import a_provider, an_agent
from tests.faults.locks import Lock
from tests.faults.processes import base_url, flask_command, web_server
from tests.faults.runs import postgresql_in_the_long_run
from tests.journeys.http_client import visitor_at
from tests.journeys.story import TICKET
from tests.notifications.mails import some_mail, states
from tests.smtp_servers import good_server
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run

UNAVAILABLE = "The help desk is not available right now"
LONGER_THAN_WE_WAIT = BUSY_TIMEOUT_MS / 1000 + 3


def with_a_ticket_ready(port: int) -> Visitor:
    """A provider who has checked their answers and has only to send the ticket."""
    an_agent(team="NCIR")
    visitor = visitor_at(base_url(port)).sign_in(a_provider())
    return visitor.open("/vaccine-provider/get-help").press("Continue", **TICKET)


def stored() -> tuple[int, int, int]:
    """How many cases, messages on them and mails there are."""
    db.session.rollback()
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Case, Message, OutboxMessage))


def test_locked_for_three_seconds_a_case_is_filed_all_the_same(app: Flask, port: int) -> None:
    lock = Lock("cases")
    with web_server(app, port=port):
        visitor = with_a_ticket_ready(port)
        lock.take(0)
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
        lock.take(0)
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
        lock.take(0)
        ends = threading.Timer(LONGER_THAN_WE_WAIT, lock.give_back)
        ends.start()
        waiting.until(lambda: states() == ["sent"] * 6, within=60, what="the mail to be sent")
        ends.join()
        assert process.poll() is None

    assert sorted(set(server.recipients)) == sorted(set(addresses))
