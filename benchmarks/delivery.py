"""Due mail delivered by the desk, against a bare loop of smtplib that sends the same bytes to the same server."""

import secrets
import smtplib
import time
from dataclasses import fields

import sqlalchemy as sa
from flask import current_app

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.notifications import compose
from helpdesk.notifications.claim import Claimed
from helpdesk.notifications.compose import Letter
from helpdesk.notifications.delivery import deliver_due
from helpdesk.notifications.models import MailState, OutboxMessage

from . import Broken
from .desks import Desk
from .table import Row
from .timing import Times

ROUNDS = 10  # in turn
KIND = "case_received"  # leaves at once, at any hour
MINE = OutboxMessage.dedupe_key.startswith("bench:")


def measure_delivery(desk: Desk, port: int, *, messages: int) -> Row:
    """Deliver so many messages each way, in ROUNDS; the time for one message is that of its round, shared out."""
    of_desk, of_loop = [], []
    desk.app.config["MAIL_PORT"] = port
    size = -(-messages // ROUNDS)
    with desk.app.app_context():
        deliver_due()  # what other measurements have left behind, such as mail about a new browser
    for _ in range(ROUNDS):
        with desk.app.app_context():
            letters = [compose.letter(claimed, settings=current_app.config) for claimed in make_due(size)]
            of_loop.append(_send(letters, port) / size)
            of_desk.append(_deliver(size) / size)
            db.session.remove()
    total, dialect = size * ROUNDS, desk.engine.dialect.name
    return Row.of_delivery(Times(tuple(of_desk)), Times(tuple(of_loop)), messages=total, dialect=dialect)


def make_due(number: int) -> list[Claimed]:
    """Write so many receipts that are due now, worded as one that the desk has written; returns what they are made of."""
    table, now = OutboxMessage.__table__, clock.now()
    written = sa.select(table).where(table.c.kind == KIND).order_by(table.c.id).limit(1)
    with db.engine.begin() as connection:
        one = {name: value for name, value in connection.execute(written).mappings().one().items() if name != "id"}
        times = dict.fromkeys(("made_at", "rest_until", "due_at", "first_due_at"), now)
        due = {**one, **times, "state": MailState.DUE, "sent_at": None, "lease_holder": "", "lease_until": None, "tries": 0}
        rows = [{**due, "dedupe_key": f"bench:{key}", "message_id": f"<{key}@desk.example.org>"} for key in _keys(number)]
        connection.execute(sa.insert(OutboxMessage), rows)
    claim = {"id": 0, "attempt_id": 0, "holder": ""}
    names = [field.name for field in fields(Claimed)]
    return [Claimed(**{name: {**row, **claim}[name] for name in names}) for row in rows]


def _send(letters: list[Letter], port: int) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="desk.example.org") as server:
        for letter in letters:
            server.sendmail(letter.sender, [letter.recipient], letter.content)
    return time.perf_counter() - began


def _deliver(number: int) -> float:
    began = time.perf_counter()
    counts = deliver_due()
    seconds = time.perf_counter() - began
    if counts.sent != number:
        raise Broken(f"{number} messages were due, and this became of them: {vars(counts)}")
    return seconds


def _keys(number: int) -> list[str]:
    return [secrets.token_hex(16) for _ in range(number)]
