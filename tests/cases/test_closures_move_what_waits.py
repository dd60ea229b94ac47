"""The desk closes on two more days: what waits for time to pass happens that much later, and once."""

from datetime import date

import pytest

from helpdesk import clock
from helpdesk.admin import calendar_changes
from helpdesk.business_hours import Closure
from helpdesk.cases import holding
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import EventKind, ResolutionCode, Status
from helpdesk.timed_jobs import close_resolved, look_again, remind_requesters
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.waiting_jobs import kinds_of, run
from tests.factories import an_admin, an_agent
from tests.hours.calendars import wall

pytestmark = pytest.mark.both_databases
TUESDAY, WEDNESDAY = date(2026, 12, 1), date(2026, 12, 2)


def snow() -> None:
    """On Monday evening it is known that the desk stays closed for two days."""
    admin = an_admin()
    with clock.at(wall("2026-11-30 18:00")), transaction():
        calendar_changes.close([Closure(day, None, "Snow") for day in (TUESDAY, WEDNESDAY)], by=admin)


def test_a_case_on_hold_is_looked_at_on_the_day_after_them(app):
    agent = an_agent()
    with clock.at(MONDAY_9_AM):
        case = a_case(agent=agent, status=Status.OPEN)
        with transaction():
            held = {"reason": HoldReason.MAKER, "look_again_on": WEDNESDAY}
            holding.put_on_hold(case, seen=case.version, by=agent, **held)
    snow()

    run(look_again, at=wall("2026-12-02 16:44"))
    assert case.status is Status.ON_HOLD
    for at in ("2026-12-03 08:00", "2026-12-03 08:01"):
        run(look_again, at=wall(at))

    assert (case.status, kinds_of(case).count(EventKind.LOOK_AGAIN)) == (Status.OPEN, 1)
    assert len(mail_of(case, "case_came_back")) == 1


def test_a_requester_is_reminded_and_given_up_two_days_later(app):
    with clock.at(MONDAY_9_AM):
        case = a_case(status=Status.PENDING)
    snow()

    steps = {"12-04 08:59": 0, "12-04 09:00": 1, "12-08 08:59": 1, "12-08 09:00": 2, "12-11 08:59": 2}
    for at, reminders in steps.items():
        run(remind_requesters, at=wall(f"2026-{at}"))
        assert (at, len(mail_of(case, "case_reminder"))) == (at, reminders)
    assert case.status is Status.PENDING
    run(remind_requesters, at=wall("2026-12-11 09:00"))

    assert (case.status, case.resolution_code) == (Status.RESOLVED, ResolutionCode.NO_RESPONSE)


def test_a_resolution_is_mailed_and_its_case_closed_two_days_later(app):
    with clock.at(wall("2026-11-30 17:00")):
        case = a_case(status=Status.RESOLVED)
    snow()

    assert [mail.due_at for mail in mail_of(case, "case_resolved")] == [wall("2026-12-03 08:00")]
    run(close_resolved, at=wall("2026-12-16 16:44"))
    assert case.status is Status.RESOLVED
    run(close_resolved, at=wall("2026-12-17 08:00"))
    assert case.status is Status.CLOSED
