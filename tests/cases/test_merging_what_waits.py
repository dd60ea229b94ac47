"""A case that waits is merged, and the merge is taken back: what it waited for is waited for again."""

from datetime import date, timedelta

import pytest

from helpdesk import clock
from helpdesk.cases import holding, merging
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.sla import queries as sla
from helpdesk.sla.models import ClockState, Target
from helpdesk.timed_jobs import close_resolved, look_again, remind_requesters, tell_of_unassigned
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.waiting_jobs import DAYS, kinds_of, run
from tests.factories import a_provider, an_agent
from tests.search.found import found

pytestmark = pytest.mark.both_databases
THURSDAY = date(2026, 12, 3)


def test_a_case_on_hold_comes_back_with_its_reason_and_its_day_and_is_looked_at_on_it(app):
    case = _merged(_on_hold)
    assert (case.hold_reason, case.look_again_on) == (None, None)
    _take_back(case, at=DAYS[1])

    assert (case.status, case.hold_reason, case.look_again_on) == (Status.ON_HOLD, HoldReason.MAKER, THURSDAY)
    assert _state(case, Target.RESOLUTION) is ClockState.PAUSED
    run(look_again, at=DAYS[2])
    assert case.status is Status.ON_HOLD
    run(look_again, at=DAYS[3])
    assert (case.status, _state(case, Target.RESOLUTION)) == (Status.OPEN, ClockState.RUNNING)


def test_a_day_that_has_passed_meanwhile_is_the_next_on_which_the_desk_is_open(app):
    case = _merged(_on_hold)
    _take_back(case, at=DAYS[5])

    run(look_again, at=DAYS[5])

    assert case.status is Status.OPEN


def test_a_pending_case_is_reminded_of_anew_and_of_nothing_while_it_is_merged(app):
    case = _merged(_pending, at=DAYS[3], remind_at=DAYS[2])
    assert [mail.state for mail in mail_of(case, "case_reminder")] == [MailState.CANCELLED]
    for at in DAYS[4:9]:
        run(remind_requesters, at=at)
    _take_back(case, at=DAYS[9])
    assert (case.status, case.waits_since, case.reminders) == (Status.PENDING, DAYS[9], 0)

    run(remind_requesters, at=DAYS[10])
    assert kinds_of(case).count(EventKind.REMINDED) == 1
    run(remind_requesters, at=DAYS[11])
    assert kinds_of(case).count(EventKind.REMINDED) == 2


def test_a_merged_case_is_closed_once_and_by_no_job(app):
    case = _merged(_pending)
    for at in DAYS[9:13]:
        run(close_resolved, at=at)
        run(tell_of_unassigned, at=at)

    assert EventKind.CLOSED not in kinds_of(case)


def test_whoever_is_gone_has_it_no_more_and_a_team_without_anybody_gives_it_to_triage(app):
    case = _merged(_on_hold)
    helper, gone = an_agent("SD"), case.assignee
    with transaction():
        gone.deactivated_at = clock.now()

    with clock.at(DAYS[1]), transaction():
        merging.unmerge(case, by=helper)

    assert (case.assignee, case.team.code, case.status) == (None, "SD", Status.ON_HOLD)


def test_the_note_that_was_taken_back_is_found_by_staff_alone(app):
    case = _merged(_on_hold)
    assert found(case.requester, "asked another") == [case]

    _take_back(case, at=DAYS[1])

    assert (found(case.requester, "asked another"), found(case.assignee, "asked another")) == ([], [case])


def _merged(make, *, at=MONDAY_9_AM + timedelta(hours=1), remind_at=None) -> Case:
    agent, requester = an_agent("ENR"), a_provider()
    with clock.at(MONDAY_9_AM):
        case, into = make(agent, requester), a_case(requester=requester, agent=agent, status=Status.OPEN)
    if remind_at:
        run(remind_requesters, at=remind_at)
    with clock.at(at), transaction():
        merging.merge(case, into=into, by=agent, note="You asked about the same in another case.", seen=case.version)
    return case


def _pending(agent, requester) -> Case:
    return a_case(requester=requester, agent=agent, status=Status.PENDING)


def _on_hold(agent, requester) -> Case:
    case = a_case(requester=requester, agent=agent, status=Status.OPEN)
    with transaction():
        holding.put_on_hold(case, seen=case.version, by=agent, reason=HoldReason.MAKER, look_again_on=THURSDAY)
    return case


def _take_back(case: Case, *, at) -> None:
    db.session.rollback()
    with clock.at(at), transaction():
        merging.unmerge(case, by=case.assignee)


def _state(case: Case, target: Target) -> ClockState:
    return {one.target: one.state for one in db.session.scalars(sla.clocks(case.id))}[target]
