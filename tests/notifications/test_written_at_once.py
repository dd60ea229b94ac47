"""The same mail, written by two processes at the same time, is one mail."""

import pytest

from helpdesk import clock
from helpdesk.notifications import outbox
from helpdesk.transaction import transaction
from tests.notifications.mails import DANA, FACTS, IMMEDIATE, MONDAY_9_AM, outbox_rows
from tests.queue.cases import at_once


@pytest.mark.both_databases
def test_the_one_that_comes_second_returns_the_first(app):
    def write() -> int:
        with app.app_context(), transaction():
            return outbox.enqueue(IMMEDIATE, to=DANA, about=FACTS, key="the same").id

    with clock.at(MONDAY_9_AM):
        written = at_once(*[write] * 8)

    assert len(outbox_rows()) == 1
    assert set(written) == {outbox_rows()[0].id}
