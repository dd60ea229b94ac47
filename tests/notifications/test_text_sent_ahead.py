"""On PostgreSQL the text of a mail travels while the result of the last one is written; its end does not."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from tests.faults.locks import Lock, stopped_at
from tests.notifications.mails import MONDAY_9_AM, attempts, some_mail, states
from tests.smtp_servers import AHEAD, scripted_server

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def on_monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def test_the_text_of_the_next_mail_travels_while_the_last_result_is_written_but_not_its_end(app):
    some_mail(3)
    lock, had_come = Lock(), []

    def the_second_result_has_to_wait() -> None:
        had_come.append(states_seen_beside(app))
        if len(had_come) == 2:
            lock.take()

    def the_next_text_comes() -> None:
        if lock.is_taken.is_set():
            lock.give_back()  # which nobody else does

    with scripted_server(app, EHLO=AHEAD, meanwhile={"END": the_second_result_has_to_wait, "FIRST LINE": the_next_text_comes}):
        delivery.deliver_due()

    assert had_come == [["sending"] * 3, ["sent", "sending", "sending"], ["sent", "sent", "sending"]]
    assert [attempt.outcome for attempt in attempts()] == ["accepted"] * 3


def states_seen_beside(app: Flask) -> list[str]:
    """What another connection sees."""
    with app.app_context():
        return states()


def test_a_text_that_has_gone_ahead_is_no_mail_if_its_end_does_not_follow(app):
    some_mail(4)
    stop, meanwhile = stopped_at("FIRST LINE", result=2)
    with scripted_server(app, EHLO=AHEAD, meanwhile=meanwhile) as server:
        counts = delivery.deliver_due(stop=stop)

        assert (counts.sent, counts.given_back, len(server.received), "QUIT" in server.steps) == (2, 2, 2, False)
        delivery.deliver_due()
    assert (states(), len(server.received), server.connections) == (["sent"] * 4, 4, 2)


def test_nothing_is_done_meanwhile_where_the_statement_has_to_be_prepared_first(app):
    done = []
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection

        def ask() -> int:
            driver.ask("SELECT 'nothing is done meanwhile'", {}, meanwhile=lambda: done.append("meanwhile"))
            return len(done)

        assert [ask(), ask(), ask()] == [0, 1, 2]
        driver.rollback()
        assert driver.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
        assert [ask(), ask()] == [2, 3]
