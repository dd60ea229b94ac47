"""Many tickets in the same moment, before a web server with two processes: each makes its one case, and nobody sees an error."""

import secrets
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.cases.models import Case, Message
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.routing.models import RoutingDecision
from tests.factories import a_provider, an_agent
from tests.faults.persistent import Persistent
from tests.faults.processes import web_server

PEOPLE, TICKETS = 5, 100
PRESSES = 20


def all_at_once(sends: list[Callable[[], tuple[int, str]]]) -> list[tuple[int, str]]:
    """What each of these was answered, when all were sent in the same moment."""
    together, answers = Barrier(len(sends)), []

    def send(one: Callable[[], tuple[int, str]]) -> None:
        together.wait()
        answers.append(one())

    threads = [Thread(target=send, args=[one]) for one in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return answers


def count(table: type[db.Model]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def signed_in(port: int) -> Persistent:
    person = Persistent(port, a_provider())
    person.sign_in()
    return person


@pytest.mark.both_databases
def test_twenty_presses_of_one_button_make_one_case(app: Flask, port: int) -> None:
    an_agent(team="NCIR")
    with web_server(app, port=port, workers=2):
        person, key = signed_in(port), secrets.token_hex(16)
        answers = all_at_once([lambda: person.send_once(subject="Pressed twenty times", form_key=key)] * PRESSES)

    numbers = {number for _status, number in answers}
    assert ({status for status, _number in answers}, len(numbers), "" in numbers) == ({200}, 1, False)
    assert (count(Case), count(Message), count(RoutingDecision)) == (1, 1, 1)


@pytest.mark.long
@pytest.mark.both_databases
def test_a_hundred_tickets_at_once_make_a_hundred_cases_with_a_number_each(app: Flask, port: int) -> None:
    an_agent(team="NCIR")
    with web_server(app, port=port, workers=2):
        people = [signed_in(port) for _ in range(PEOPLE)]
        sends = [
            lambda person=people[n % PEOPLE], n=n: person.send_once(subject=f"Ticket {n:03}", form_key=secrets.token_hex(16))
            for n in range(TICKETS)
        ]
        answers = all_at_once(sends)

    assert {status for status, _number in answers} == {200}
    assert len({number for _status, number in answers} - {""}) == TICKETS
    assert (count(Case), count(RoutingDecision)) == (TICKETS, TICKETS)
    receipts = sa.select(sa.func.count(sa.distinct(OutboxMessage.case_id))).where(OutboxMessage.kind == "case_received")
    assert db.session.scalar(receipts) == TICKETS
