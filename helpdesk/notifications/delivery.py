"""The only sender: claims what is due, hands it to the mail server message by message, and commits each result alone."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from .. import clock
from ..business_hours import Calendar
from ..extensions import db
from ..hours import queries as hours
from ..hours import stamp as hours_stamp
from ..hours.stamp import Stamp
from ..transaction import by_itself, one_connection, transaction
from . import alarms, claim, compose, results
from .alarms import AlarmName
from .answers import Answer, Stage
from .claim import Claimed, Standing, Work
from .compose import Letter
from .errors import UnwritableMail
from .models import AttemptOutcome, MailState
from .smtp import MailServer
from .stop_sign import StopSign

LEASE = timedelta(seconds=30)  # of what is in hand; when a process has died, others take it back after so long at most
RENEWALS = 3  # in the time of a lease
PAUSE = 0.5  # seconds, before a result that the database did not take is written again
LOOK_ROUND_EVERY = 1.0  # seconds, between batches, for what has waited long enough or was abandoned
DUE_ONLY = Work(is_due=True, has_waited=False, is_abandoned=False)
FRESH_FOR = 0.05  # seconds; how a message stood so long ago is how it stands "immediately before" it is sent

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
        setattr(self, COUNTED_AS[state], getattr(self, COUNTED_AS[state]) + 1)


COUNTED_AS = {
    MailState.SENT: "sent",
    MailState.RETRY: "to_be_retried",
    MailState.FAILED: "failed",
    MailState.DOUBTFUL: "doubtful",
    MailState.HELD: "given_back",
    MailState.DUE: "given_back",
    MailState.CANCELLED: "stopped",
}


def deliver_due(*, stop: StopSign | None = None, lease: timedelta = LEASE) -> Counts:
    """Send all that is due now, and return what became of it. Opens its own transactions.

    Any number of these can run at once, in any number of processes. Raises what the database raises.
    """
    delivery = _Delivery(MailServer(current_app.config), stop or StopSign(), lease)
    delivery.stop.watch(delivery.server)
    with one_connection(), closing(delivery.server):
        while not delivery.is_over and (batch := delivery.claim()):
            with _kept(batch[0].holder, lease=lease):
                delivery.hand_over(batch)
    return delivery.counts


@dataclass(frozen=True)
class _Look:
    """How the message whose turn comes next stood when the last result was recorded."""

    message_id: int
    standing: Standing | None
    asked_at: float  # by the monotonic clock


@dataclass
class _Delivery:
    """One run: batch after batch over one line, until nothing is due, the server is away or the stop sign is up."""

    server: MailServer
    stop: StopSign
    lease: timedelta
    counts: Counts = field(default_factory=Counts)
    unreachable: tuple[datetime, Answer] | None = None  # since when, and what the rest of the batch would meet, too
    has_stumbled: bool = False  # the database did not take a result at once: the next run begins with new connections
    _calendar: Calendar = field(init=False)
    _stamp: Stamp | None = None  # read before the calendar, lest a change between the two be missed
    _composed: dict[int, Letter | Answer] = field(default_factory=dict)  # the message whose turn comes next, by its id
    _looked: _Look | None = None
    _look_round_at: float = 0.0  # by the monotonic clock; until then, batches are of what is due, as it was found
    _holds_back: bool = False  # what came too late for service hours has been put off until they begin
    _alarms: frozenset[AlarmName] = field(init=False)  # those about mail that are up

    @property
    def is_over(self) -> bool:
        """Whether this run claims nothing more."""
        return self.stop.is_up or self.unreachable is not None or self.has_stumbled

    def claim(self) -> list[Claimed]:
        """Up to a batch of messages that are now ours."""
        now = clock.now()
        has_looked_round = time.monotonic() < self._look_round_at
        work = DUE_ONLY if has_looked_round else self._look_round(now)
        if not work:
            return []
        if not has_looked_round:
            self._make_due(work, at=now)
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
        with transaction():
            current = self._calendar_as_of(hours_stamp.read())
            batch = claim.take(holder=holder, at=now, lease_until=now + self.lease, calendar=current)
        if not batch and has_looked_round:
            self._look_round_at = 0.0
            return self.claim()
        return batch

    def _make_due(self, work: Work, *, at: datetime) -> None:
        """Take back what was abandoned; make due what has waited. Apart: a row changed twice locks its person and case."""
        with transaction():
            calendar = self._calendar_as_of(hours_stamp.read())
            abandoned = results.return_abandoned(at=at, calendar=calendar) if work.is_abandoned else 0
        if abandoned:
            log.error("mail taken back from a process that died", messages=abandoned)
        held_back, self._holds_back = self._holds_back, not calendar.is_open(at)
        if work.has_waited or abandoned or (self._holds_back and not held_back):
            with transaction():
                claim.release(at=at, calendar=calendar)

    def _look_round(self, now: datetime) -> Work:
        """What there is to be done, and which alarms are up."""
        work, self._alarms = claim.work(at=now), alarms.names_up() & alarms.ABOUT_MAIL
        db.session.rollback()
        self._look_round_at = time.monotonic() + LOOK_ROUND_EVERY
        return work

    def _calendar_as_of(self, stamp: Stamp) -> Calendar:
        if stamp != self._stamp:
            self._stamp, self._calendar = stamp, hours.calendar()
        return self._calendar

    def hand_over(self, batch: list[Claimed]) -> None:
        """Hand over a batch in its order, each result committed before the next message is begun."""
        for place, (claimed, following) in enumerate(zip_longest(batch, batch[1:]), start=1):
            if self._may_begin(claimed):
                self._try(claimed, following, rest=batch[place:])
            if self.has_stumbled:
                return

    def _try(self, claimed: Claimed, following: Claimed | None, *, rest: list[Claimed]) -> None:
        begun_at, answer = self.unreachable or (clock.now(), self._answer_to(claimed, following))
        try:
            if not self._is_simply_sent(claimed, following, answer, begun_at=begun_at):
                self._record(claimed, answer, begun_at=begun_at)
        except OperationalError:
            log.exception("result of mail not written; trying again", message=claimed.id, outcome=answer.outcome.value)
            self._record_as_soon_as_possible(claimed, answer, begun_at=begun_at, rest=rest)
        if answer.outcome is AttemptOutcome.NO_CONNECTION:
            self.unreachable = begun_at, answer

    def _record(self, claimed: Claimed, answer: Answer, *, begun_at: datetime, rest: Iterable[Claimed] = ()) -> None:
        """Write a result and what follows from it, and give the `rest` back."""
        with transaction():
            now = clock.now()
            states = [results.record(claimed, answer, at=now, calendar=self._calendar, begun_at=begun_at)]
            states += [results.give_back(one, at=now, calendar=self._calendar) for one in rest]
            if not self.unreachable:
                self._alarms = alarms.heed(answer, at=now, up=self._alarms)
        for state in states:
            self.counts.add(state)

    def _record_as_soon_as_possible(
        self, claimed: Claimed, answer: Answer, *, begun_at: datetime, rest: Iterable[Claimed]
    ) -> None:
        """Write the result that the database did not take, over a new connection, for as long as a lease lasts.

        What we know must not become a doubt for want of a second try. Raises OperationalError when it is over.
        """
        self.has_stumbled = True
        give_up_at = time.monotonic() + self.lease.total_seconds()
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        while True:
            self.stop.wait(PAUSE)
            try:
                with app.app_context():
                    return self._record(claimed, answer, begun_at=begun_at, rest=rest)
            except OperationalError:
                if self.stop.is_up or time.monotonic() >= give_up_at:
                    raise

    def _answer_to(self, claimed: Claimed, following: Claimed | None) -> Answer:
        """Give a message to the mail server, and compose the following one while the server thinks."""

        def compose_the_following() -> None:
            self._composed = {following.id: _composed(following)} if following else {}

        letter = self._composed.pop(claimed.id, None) or _composed(claimed)
        answer = letter if isinstance(letter, Answer) else self.server.hand_over(letter, meanwhile=compose_the_following)
        if answer.outcome is AttemptOutcome.ACCEPTED:
            self._announce(following)
        elif not answer.refuses_us:  # about that there is an alarm
            told = {"outcome": answer.outcome.value, "stage": answer.stage.value, "code": answer.code, "answer": answer.text}
            log.warning("mail not accepted", message=claimed.id, kind=claimed.kind, **told)
        return answer

    def _announce(self, following: Claimed | None) -> None:
        """Let the server think of the next mail while we write the result of the last, if it can be expected to leave."""
        letter = self._composed.get(following.id) if following else None
        if isinstance(letter, Letter) and not self.stop.is_up:
            self.server.announce(letter)

    def _is_simply_sent(self, claimed: Claimed, following: Claimed | None, answer: Answer, *, begun_at: datetime) -> bool:
        """Record what is by far the most frequent result in the shortest way; False if it has to be the long one."""
        if answer.outcome is not AttemptOutcome.ACCEPTED or self._alarms:
            return False
        statement = results.sent_as_one_statement(claimed, answer, following=following, at=clock.now(), begun_at=begun_at)
        if statement is None:
            return False
        asked_at = time.monotonic()
        rows = by_itself(*statement, meanwhile=self.server.send_text_ahead)
        if not rows:
            return False
        if following:
            self._looked = _Look(following.id, claim.standing_in(rows[0]), asked_at)
        self.counts.add(MailState.SENT)
        return True

    def _look_again(self, claimed: Claimed) -> Standing | None:
        """How a message stands now: as was read with the last result, unless that is longer ago than a look takes."""
        looked, self._looked = self._looked, None
        if looked and looked.message_id == claimed.id and time.monotonic() - looked.asked_at < FRESH_FOR:
            return looked.standing
        return claim.look_again(claimed)

    def _may_begin(self, claimed: Claimed) -> bool:
        """Whether this message may leave at this moment; otherwise it is given back."""
        standing = self._look_again(claimed)
        if standing and claimed.is_windowed and standing.calendar_stamp != self._stamp:
            self._calendar_as_of(standing.calendar_stamp)
            db.session.rollback()  # nothing is kept open while the mail server thinks
        if standing is None:  # others took it for abandoned, and have given it back
            self.counts.given_back += 1
            return False
        now = clock.now()
        closed = claimed.is_windowed and not self._calendar.is_open(now)
        if not (standing.is_stopped or closed or self.stop.is_up or now >= standing.lease_until):
            return True
        with transaction():
            state = results.give_back(claimed, at=now, calendar=self._calendar)
        self.counts.add(state)
        return False


@contextmanager
def _kept(holder: str, *, lease: timedelta) -> Iterator[None]:
    """Renew the lease of a batch for the length of the block, so that an answer may take longer than the lease."""
    ended, app = threading.Event(), current_app._get_current_object()  # type: ignore[attr-defined]

    def renew() -> None:
        while not ended.wait(lease.total_seconds() / RENEWALS):
            with app.app_context():
                try:
                    with transaction():
                        claim.renew(holder, lease_until=clock.now() + lease)
                except SQLAlchemyError:
                    log.exception("lease of mail not renewed")

    renewing = threading.Thread(target=renew, name="keep the lease of mail", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        ended.set()
        renewing.join()


def _composed(claimed: Claimed) -> Letter | Answer:
    """The mail of this row, or why there can be none."""
    try:
        return compose.letter(claimed, settings=current_app.config)
    except UnwritableMail as error:
        return Answer(AttemptOutcome.REFUSED, Stage.COMPOSE, text=str(error))
