"""Long work on many cases, in a process of its own: replaying past cases by other rules.

The process reads a few hundred cases at a time and writes a line once a second, so that nobody waits for it. What it finds is
kept in memory and stored at the end; cut short, it leaves nothing behind, and another process begins anew.
"""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from types import FrameType

import structlog
from sqlalchemy.exc import OperationalError

from .. import clock
from ..extensions import db
from ..hours.queries import calendar
from ..languages import gettext as _
from ..routing import backtests, reading
from ..routing.backtesting import Replay
from ..routing.models import BacktestState
from ..transaction import transaction
from . import past_cases
from .past_cases import Span

REPORTS_EVERY = 1.0  # seconds

log = structlog.get_logger()


class Told(StrEnum):
    """What somebody tells the process while it works."""

    GO_ON = "go_on"
    CANCEL = "cancel"
    LEAVE = "leave"  # to another process, which begins anew


Ask = Callable[[], Told]
Show = Callable[[int, int], None]


def nobody_looks(_done: int, _total: int) -> None:
    """Where nobody sees how far it is but on the page."""


@contextmanager
def listening(meaning: Mapping[signal.Signals, Told]) -> Iterator[Ask]:
    """Take these signals for what they mean, instead of ending at once; asks for the last that came."""
    heard = [Told.GO_ON]

    def hear(number: int, _frame: FrameType | None) -> None:
        heard[0] = meaning[signal.Signals(number)]

    before = {number: signal.signal(number, hear) for number in meaning}
    try:
        yield lambda: heard[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_backtest(number: int, *, holder: str, told: Ask = lambda: Told.GO_ON, show: Show = nobody_looks) -> BacktestState | None:
    """Run a back-test that this process has claimed; returns how it ended, and nothing where it is another's by now.

    `told` is asked, and `show` called with the cases done and all there are, after each handful of cases.
    """
    try:
        return _Run(number, holder, told, show).to_its_end()
    except Exception as error:
        log.exception("back-test failed", number=number)
        with transaction():
            text = _("It stopped with an error (%(kind)s); the log of the desk says more.", kind=type(error).__name__)
            backtests.fail(number, holder=holder, error=text, at=clock.now())
        return BacktestState.FAILED


class _Run:
    """One run of a back-test."""

    def __init__(self, number: int, holder: str, told: Ask, show: Show) -> None:
        self.number, self.holder = number, holder
        self.told, self.show = told, show
        self.done, self.total = 0, 0
        self.next_report = 0.0

    def to_its_end(self) -> BacktestState | None:
        """Replay every case, unless it is cancelled or told to leave meanwhile."""
        job = db.session.scalars(backtests.one(self.number)).one()
        replay, span = Replay(reading.read(job.rules), calendar=calendar()), Span(job.since, job.until)
        self.total = past_cases.count(span)
        if not self._goes_on():
            return self._end_early()
        for some in past_cases.some_at_a_time(span):
            for past in some:
                replay.add(past)
            self.done += len(some)
            self.total = max(self.total, self.done)
            self.show(self.done, self.total)
            if not self._goes_on():
                return self._end_early()
        with transaction():
            is_stored = backtests.finish(self.number, replay.result(), holder=self.holder, at=clock.now())
        return BacktestState.DONE if is_stored else self._end_early()

    def _goes_on(self) -> bool:
        """Say how far it is, if that was not said a moment ago; whether nobody wants it to end."""
        if self.told() is not Told.GO_ON:
            return False
        if time.perf_counter() < self.next_report:
            return True
        self.next_report = time.perf_counter() + REPORTS_EVERY
        try:
            with transaction():
                progress = {"done": self.done, "total": self.total}
                return backtests.report(self.number, holder=self.holder, at=clock.now(), **progress)
        except OperationalError:  # somebody holds the database up; whoever looks is told in a second
            log.warning("progress of a back-test not written", number=self.number)
            return True

    def _end_early(self) -> BacktestState | None:
        with transaction():
            if self.told() is Told.LEAVE and backtests.put_back(self.number, holder=self.holder):
                return BacktestState.QUEUED
            is_ours = backtests.end_canceled(self.number, holder=self.holder, at=clock.now())
        return BacktestState.CANCELED if is_ours else None
