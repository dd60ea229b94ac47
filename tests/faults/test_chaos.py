"""Fifty kills of web server and scheduler while 500 cases are filed and resolved over HTTP: what was promised is kept."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.cases.models import Case, Message, MessageKind
from helpdesk.cases.numbers import id_of
from helpdesk.extensions import db
from helpdesk.notifications.models import AttemptOutcome, DeliveryAttempt, MailState, OutboxMessage
from tests import waiting
from tests.factories import a_provider, an_agent
from tests.faults.persistent import Persistent
from tests.faults.processes import WallClock, answers, kill_group, start_command, start_web_server
from tests.notifications.mails import MONDAY_9_AM
from tests.smtp_servers import GoodServer, good_server

pytestmark = [pytest.mark.both_databases, pytest.mark.long, pytest.mark.timeout(900)]

SEED = 49
CASES, PEOPLE, KILLS = 500, 2, 50
RATE = 20  # seconds of the clock in a second, so that leases and the minute of rest pass while the test runs
UNSETTLED = {MailState.HELD, MailState.DUE, MailState.SENDING, MailState.RETRY, MailState.DOUBTFUL}


class Desk:
    """A web server and a scheduler, which are killed and started again, and the mail server that notes what it took."""

    def __init__(self, app: Flask, port: int) -> None:
        self.app, self.port, self.kills = app, port, 0
        self.dies_with_the_next_mail = False

    def start(self) -> None:
        """Start both."""
        self.web, self.scheduler = start_web_server(self.app, port=self.port), start_command(self.app, "scheduler")
        waiting.until(lambda: answers(self.port), within=60, what="the web server")

    def stop(self) -> None:
        """End both for good."""
        kill_group(self.web)
        self.scheduler.kill()
        self.scheduler.wait(20)

    def kill(self, what: str) -> None:
        """Kill one of them and start it again; the scheduler perhaps while the mail server has its mail and has not said so."""
        self.kills += 1
        if what == "web":
            kill_group(self.web)
            self.web = start_web_server(self.app, port=self.port)
            return
        if what == "scheduler with mail in hand":
            self.dies_with_the_next_mail = True
            waiting.until(lambda: not self.dies_with_the_next_mail, within=60, what="the next mail")
        self.scheduler.kill()
        self.scheduler.wait(20)
        self.scheduler = start_command(self.app, "scheduler")

    def mail_came(self, _count: int) -> None:
        """What the mail server does before it says that it has a mail."""
        if self.dies_with_the_next_mail:
            self.scheduler.kill()
            self.dies_with_the_next_mail = False


@pytest.fixture
def desk(app: Flask, wall_clock: WallClock, port: int) -> Iterator[tuple[Desk, GoodServer]]:
    """A desk at work, and its mail server."""
    wall_clock.show(MONDAY_9_AM, rate=RATE)
    desk = Desk(app, port)
    with good_server(app, on_message=desk.mail_came) as server:
        desk.start()
        yield desk, server
        desk.stop()


def test_fifty_kills_lose_nothing_and_double_nothing_unseen(desk: tuple[Desk, GoodServer], wall_clock: WallClock) -> None:
    processes, server = desk
    numbers = work_and_kill(processes, random.Random(SEED))
    let_all_mail_settle(wall_clock)

    assert (processes.kills, len(numbers), len(set(numbers))) == (KILLS, CASES, CASES)
    assert whole_cases() == {id_of(number) for number in numbers}
    received = Counter(str(mail.message["Message-ID"]) for mail in server.received)
    assert mail_ids() <= set(received)
    assert sum(received.values()) - len(received) <= KILLS
    assert {id_ for id_, copies in received.items() if copies > 1} <= once_in_doubt()


def work_and_kill(desk: Desk, chance: random.Random) -> list[str]:
    """File and resolve all cases, with a kill at so many moments by chance; the numbers that were shown."""
    done = count(1)
    progress = [0]

    def work(pair: tuple[Persistent, Persistent]) -> list[str]:
        numbers = []
        for n in range(CASES // PEOPLE):
            numbers.append(pair[0].file_a_case(f"Shipment {n} does not show in NCIR"))
            progress[0] = next(done)
            pair[1].resolve(numbers[-1])
            progress[0] = next(done)
        return numbers

    pairs = [tuple(signed_in(desk.port, user) for user in (a_provider(), an_agent(team="NCIR"))) for _ in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        at_work = [pool.submit(work, pair) for pair in pairs]
        for moment in sorted(chance.sample(range(10, 2 * CASES - 10), KILLS)):
            what = chance.choice(["web", "scheduler", "scheduler with mail in hand"])
            waiting.until(lambda at=moment: progress[0] >= at, within=120, what=f"{moment} steps")
            desk.kill(what)
        return [number for work_done in at_work for number in work_done.result()]


def signed_in(port: int, user) -> Persistent:
    """This person, at the web server."""
    person = Persistent(port, user)
    person.sign_in()
    return person


def let_all_mail_settle(wall_clock: WallClock) -> None:
    """Let leases end and doubts be sent once more, until nothing is on its way; what is in doubt twice waits for a person."""
    for _ in range(3):
        wall_clock.show(clock.now() + timedelta(minutes=16), rate=RATE)
        waiting.until(lambda: on_its_way(MailState.DOUBTFUL) == 0, within=90, what="mail to be sent")
    waiting.until(lambda: on_its_way() == 0, within=90, what="doubts to be sent once more")


def on_its_way(*leaving_aside: MailState) -> int:
    """How many mails are on their way."""
    db.session.rollback()
    unsettled = OutboxMessage.state.in_(UNSETTLED - set(leaving_aside))
    return db.session.scalar(sa.select(sa.func.count()).where(unsettled, OutboxMessage.doubts < 2))


def whole_cases() -> set[int]:
    """The cases that have all that belongs to a case, by their ids."""
    db.session.rollback()
    with_question = sa.select(Message.case_id).where(Message.kind == MessageKind.QUESTION)
    with_receipt = sa.select(OutboxMessage.case_id).where(OutboxMessage.kind == "case_received")
    with_resolution = sa.select(OutboxMessage.case_id).where(OutboxMessage.kind == "case_resolved")
    whole = [Case.id.in_(part) for part in (with_question, with_receipt, with_resolution)]
    return set(db.session.scalars(sa.select(Case.id).where(*whole)))


def mail_ids() -> set[str]:
    """The Message-IDs of all mail about cases."""
    return set(db.session.scalars(sa.select(OutboxMessage.message_id)))


def once_in_doubt() -> set[str]:
    """The Message-IDs of mail that was shown as doubtful."""
    doubted = sa.select(DeliveryAttempt.outbox_message_id).where(DeliveryAttempt.outcome == AttemptOutcome.SILENT)
    return set(db.session.scalars(sa.select(OutboxMessage.message_id).where(OutboxMessage.id.in_(doubted))))
