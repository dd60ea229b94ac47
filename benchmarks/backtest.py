"""Past cases decided once more by the rules in force, as a process of the desk does it once it has started."""

import time
from datetime import UTC, datetime, timedelta

from helpdesk import clock
from helpdesk.cases import jobs
from helpdesk.extensions import db
from helpdesk.routing import backtests
from helpdesk.routing.backtesting import Result
from helpdesk.routing.models import BacktestState
from helpdesk.routing.queries import versions
from helpdesk.transaction import transaction

from . import Broken
from .bulk import DECIDED, Press
from .desks import Desk
from .table import Row

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HOLDER = "bench"


def measure_backtest(desk: Desk, press: Press, *, cases: int) -> Row:
    """Copy cases until there are so many, and replay them all, once."""
    press.fill(up_to=cases, parts=DECIDED)
    with desk.app.app_context():
        number = _asked()
        began = time.perf_counter()
        state = jobs.run_backtest(number, holder=HOLDER)
        seconds = time.perf_counter() - began
        found = db.session.scalars(backtests.one(number)).one()
        if state is not BacktestState.DONE or found.result is None:
            raise Broken(f"A back-test has failed: {found.error}")
        replayed = Result.read(found.result).cases
        db.session.remove()
    if replayed < cases:
        raise Broken(f"Of {cases} cases {replayed} were replayed.")
    return Row.of_backtest(seconds, cases=cases)


def _asked() -> int:
    with transaction():
        rules = db.session.scalars(versions().limit(1)).one().rules
        job = backtests.ask(rules, since=LONG_AGO, until=clock.now() + timedelta(days=1), by=None, at=clock.now())
        backtests.claim(job.id, holder=HOLDER, at=clock.now())
        return job.id
