"""What nobody opens again within ten days of service is closed; and every move that is not in the table is refused by name."""

from datetime import timedelta
from itertools import product

import pytest

from helpdesk import clock
from helpdesk.cases import commands, withdrawal
from helpdesk.cases.errors import CaseClosed, IllegalMove
from helpdesk.cases.models import FINAL, Case, EventKind, ResolutionCode, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.timed_jobs import close_resolved
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case
from tests.cases.waiting_jobs import DAYS, SECOND, kinds_of, run
from tests.queue.cases import at_once


@pytest.mark.both_databases
def test_after_ten_days_of_service_it_is_closed_and_can_be_rated(app):
    case = _resolved()
    with clock.at(MONDAY_9_AM):
        assert case.reopens_until == DAYS[10]
    run(close_resolved, at=DAYS[10] - SECOND)
    assert case.status is Status.RESOLVED

    run(close_resolved, at=DAYS[10])
    run(close_resolved, at=DAYS[11])

    assert (case.status, case.closed_at, case.awaits_rating) == (Status.CLOSED, DAYS[10], True)
    assert kinds_of(case).count(EventKind.CLOSED) == 1
    assert event_sentence(case.events[-1]) == "Closed: nobody reopened it in time"


@pytest.mark.both_databases
def test_opened_again_and_resolved_again_it_has_ten_more_days(app):
    case = _resolved()
    with clock.at(DAYS[9]), transaction():
        commands.reject(case, by=case.requester, body="It still does not work.")
    run(close_resolved, at=DAYS[11])
    assert case.status is Status.OPEN
    with clock.at(DAYS[11]), transaction():
        commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note=SOLUTION)

    until = case.reopens_until
    assert until > DAYS[21]  # Christmas does not count
    run(close_resolved, at=until - SECOND)
    assert case.status is Status.RESOLVED
    run(close_resolved, at=until)
    assert case.status is Status.CLOSED


@pytest.mark.both_databases
def test_a_resolution_that_was_taken_back_is_not_closed(app):
    case = _resolved()
    with clock.at(MONDAY_9_AM), transaction():
        withdrawal.take_back(case, case.messages[-1], by=case.assignee)

    run(close_resolved, at=DAYS[12])

    assert case.status is Status.OPEN


@pytest.mark.both_databases
def test_two_schedulers_at_once_close_it_once(app):
    case = _resolved()

    def job():
        with app.app_context():
            close_resolved(StopSign())

    db.session.rollback()
    with clock.at(DAYS[10]):
        at_once(job, job)

    assert kinds_of(case).count(EventKind.CLOSED) == 1


def test_nothing_is_closed_while_the_desk_is(app):
    case = _resolved()

    run(close_resolved, at=DAYS[12] + timedelta(hours=12))

    assert case.status is Status.RESOLVED


LEGAL = {
    "new": "open pending on_hold resolved canceled",
    "open": "pending on_hold resolved",
    "pending": "open on_hold resolved canceled",
    "on_hold": "open pending resolved",
    "resolved": "open closed",
    "closed": "",
    "canceled": "",
}


@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_a_move_that_is_not_in_the_table_is_refused_by_name(app, old, new):
    case = Case(id=1, status=old)
    if new is old or new.value in LEGAL[old.value].split():
        case.move_to(new)
        assert case.status is new
        return
    with pytest.raises(CaseClosed if old in FINAL else IllegalMove):
        case.move_to(new)


def _resolved() -> Case:
    with clock.at(MONDAY_9_AM):
        return a_case(status=Status.RESOLVED)
