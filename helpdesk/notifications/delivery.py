"""The only sender: claims what is due, hands it to the mail server message by message, and commits each result alone."""

import os
import secrets
import socket
import threading
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import current_app

from .. import clock
from ..business_hours import Calendar
from ..extensions import db
from ..hours import queries as hours
from ..transaction import transaction
from . import claim, compose, results
from .claim import Claimed
from .errors import UnwritableMail
from .models import AttemptOutcome, MailState
from .smtp import Answer, MailServer, Stage

log = structlog.get_logger()


@dataclass
class Counts:
    """What became of the messages that were in hand."""

    sent: int = 0
    to_be_retried: int = 0
    failed: int = 0
    doubtful: int = 0
    given_back: int = 0  # claimed, but not begun
    stopped: int = 0  # claimed, then cancelled because its case went on

    def add(self, state: MailState) -> None:
        """Count a message by where it stands now."""
        name = COUNTED_AS[state]
        setattr(self, name, getattr(self, name) + 1)


COUNTED_AS = {
    MailState.SENT: "sent",
    MailState.RETRY: "to_be_retried",
    MailState.FAILED: "failed",
    MailState.DOUBTFUL: "doubtful",
    MailState.HELD: "given_back",
    MailState.DUE: "given_back",
    MailState.CANCELLED: "stopped",
}


class StopSign:
    """Asks a delivery in another thread to end after the message in hand; if that takes too long, its line can be cut."""

    def __init__(self) -> None:
        self._up = threading.Event()
        self._server: MailServer | None = None

    @property
    def is_up(self) -> bool:
        """Whether no further message may be begun."""
        return self._up.is_set()

    def put_up(self) -> None:
        """Let nothing more begin."""
        self._up.set()

    def watch(self, server: MailServer) -> None:
        """Know the line that `cut` would drop."""
        self._server = server

    def cut(self) -> None:
        """Drop the line: the message in hand ends at the stage it has reached, and is recorded so."""
        if self._server is not None:
            self._server.cut()


def deliver_due(*, stop: StopSign | None = None) -> Counts:
    """Send all that is due now, and return what became of it. Opens its own transactions.

    Any number of these can run at once, in any number of processes. Raises what the database raises.
    """
    counts, stop = Counts(), stop or StopSign()
    server = MailServer(current_app.config)
    stop.watch(server)
    try:
        while not stop.is_up:
            calendar, batch = _claim(lease=timedelta(seconds=2 * server.slowest_message_seconds))
            if not batch or not _deliver(batch, server=server, calendar=calendar, counts=counts, stop=stop):
                break
    finally:
        server.close()
    return counts


def _claim(*, lease: timedelta) -> tuple[Calendar, list[Claimed]]:
    """The calendar as it is now, and up to a batch of messages that are now ours."""
    now = clock.now()
    calendar = hours.calendar()
    is_work = claim.anything_to_do(at=now)
    db.session.rollback()
    if not is_work:
        return calendar, []
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
    with transaction():
        abandoned = results.return_abandoned(at=now, calendar=calendar)
        claim.release(at=now, calendar=calendar)
        batch = claim.take(holder=holder, at=now, lease_until=now + lease, calendar=calendar)
    if abandoned:
        log.error("mail taken back from a process that died", messages=abandoned)
    return calendar, batch


def _deliver(batch: list[Claimed], *, server: MailServer, calendar: Calendar, counts: Counts, stop: StopSign) -> bool:
    """Hand over a batch in its order; returns whether it makes sense to claim another."""
    slowest = timedelta(seconds=server.slowest_message_seconds)
    unreachable: Answer | None = None
    for claimed in batch:
        is_stopped, calendar = _look_again(claimed, calendar)
        now = clock.now()
        closed = claimed.is_windowed and not calendar.is_open(now)
        if is_stopped or closed or stop.is_up or now + slowest > claimed.lease_until:
            with transaction():
                counts.add(results.give_back(claimed, at=now, calendar=calendar))
            continue
        answer = unreachable or _hand_over(claimed, server)
        if answer.outcome is AttemptOutcome.NO_CONNECTION:
            unreachable = answer  # the rest of the batch would meet the same
        with transaction():
            counts.add(results.record(claimed, answer, at=clock.now(), calendar=calendar))
    return unreachable is None and not stop.is_up


def _look_again(claimed: Claimed, calendar: Calendar) -> tuple[bool, Calendar]:
    """Whether a message was stopped since it was claimed, and, if it waits for service hours, the calendar as it is now."""
    is_stopped = claim.is_stopped(claimed.id)
    if claimed.is_windowed:
        calendar = hours.calendar()
    db.session.rollback()  # nothing is kept open while the mail server thinks
    return is_stopped, calendar


def _hand_over(claimed: Claimed, server: MailServer) -> Answer:
    try:
        letter = compose.letter(claimed, settings=current_app.config)
    except UnwritableMail as error:
        answer = Answer(AttemptOutcome.REFUSED, Stage.COMPOSE, text=str(error))
    else:
        answer = server.hand_over(letter)
    if answer.outcome is not AttemptOutcome.ACCEPTED:
        complain = log.error if answer.is_our_fault else log.warning
        complain(
            "mail not accepted",
            message=claimed.id,
            kind=claimed.kind,
            outcome=answer.outcome.value,
            stage=answer.stage.value,
            code=answer.code,
            answer=answer.text,
        )
    return answer
