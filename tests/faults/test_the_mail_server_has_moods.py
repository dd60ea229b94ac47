"""A mail server that is slow, or refuses what it likes: everything is told once, or shown as not told."""

import random
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.notifications import delivery
from tests.notifications.mails import MONDAY_9_AM, attempts, outbox_rows, some_mail, states
from tests.smtp_servers import LITTLE_PATIENCE, scripted_server

pytestmark = pytest.mark.both_databases

SEED = 2026
ANSWERS = ["250 fine"] * 2 + ["451 4.3.0 try later", "550 5.1.1 no such mailbox"]


def deliver_until_settled() -> None:
    """Deliver at each moment at which something is due again."""
    with clock.at(MONDAY_9_AM):
        delivery.deliver_due()
    while again_at := [mail.due_at for mail in outbox_rows() if mail.state in ("retry", "due")]:
        with clock.at(min(again_at)):
            delivery.deliver_due()


@pytest.fixture(autouse=True)
def on_monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def test_a_server_that_is_late_with_every_answer_is_waited_for(app):
    addresses = some_mail(2)
    with scripted_server(app, late=LITTLE_PATIENCE / 8) as server:
        delivery.deliver_due()

    assert server.recipients == addresses
    assert (states(), server.connections, len(attempts())) == (["sent"] * 2, 1, 2)


def test_a_server_that_is_later_than_we_wait_loses_nothing(app):
    some_mail(3)
    with scripted_server(app, late=LITTLE_PATIENCE * 2) as server:
        delivery.deliver_due()
        assert (states(), server.received) == (["retry"] * 3, [])
    with scripted_server(app) as server, clock.at(MONDAY_9_AM + timedelta(minutes=1)):
        delivery.deliver_due()

    assert (states(), len(server.received)) == (["sent"] * 3, 3)


def test_of_200_mails_refused_at_random_each_arrives_once_or_has_failed(app):
    addresses = some_mail(200)
    chosen = random.Random(SEED).choices(ANSWERS, k=200)
    with scripted_server(app, RCPT=[*chosen, "250 fine"]) as server:
        deliver_until_settled()

    failed = [mail for mail in outbox_rows() if mail.state == "failed"]
    assert {mail.reason for mail in failed} == {"550 5.1.1 no such mailbox"}
    assert len(failed) == chosen.count("550 5.1.1 no such mailbox")
    assert sorted([*server.recipients, *(mail.to_address for mail in failed)]) == sorted(addresses)
    assert len(attempts()) == 200 + chosen.count("451 4.3.0 try later")
