"""What tests of cases that wait share: the jobs of the scheduler, run at some time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from helpdesk import clock
from helpdesk.cases.models import Case, EventKind
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from tests.case_factories import MONDAY_9_AM

SECOND = timedelta(seconds=1)
# Nine in the morning of days on which the desk is open, counted from Monday, November 30, 2026.
DAYS = [MONDAY_9_AM + timedelta(days=number) for number in range(60) if number % 7 < 5]


def run(job: Callable[[StopSign], None], *, at: datetime) -> None:
    """Run a job of the scheduler once, at some time."""
    db.session.rollback()
    with clock.at(at):
        job(StopSign())


def kinds_of(case: Case) -> list[EventKind]:
    """What has happened to a case, oldest first."""
    db.session.rollback()
    return [event.kind for event in case.events]
