"""An urgent case that nobody has taken after 15 minutes of service time: leads and administrators are told, once."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.cases import commands, holding, resolving, withdrawal
from helpdesk.cases.kinds import HoldReason
from helpdesk.cases.models import Case, EventKind, ResolutionCode, Urgency
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.timed_jobs import look_again, tell_of_unassigned
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.cases.waiting_jobs import DAYS, SECOND, run
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_once

pytestmark = pytest.mark.both_databases
QUARTER = timedelta(minutes=15)


def test_after_15_minutes_leads_of_its_team_and_administrators_are_told_once(app):
    lead, admin, _other, gone = a_lead("VMGT"), an_admin(), a_lead("NCIR"), a_lead("VMGT")
    with transaction():
        gone.deactivated_at = MONDAY_9_AM
    case = _urgent()
    run(tell_of_unassigned, at=MONDAY_9_AM + QUARTER - SECOND)
    assert mail_of(case, "urgent_case_unassigned") == []

    run(tell_of_unassigned, at=MONDAY_9_AM + QUARTER)
    run(tell_of_unassigned, at=DAYS[1])

    mail = mail_of(case, "urgent_case_unassigned")
    assert [m.user_id for m in mail] == [lead.id, admin.id]
    assert {m.state for m in mail} == {MailState.DUE}
    told = [event for event in case.events if event.kind is EventKind.LEADS_TOLD][-1]
    assert event_sentence(told) == f"Told that nobody has it, though it is urgent: {lead.name}, {admin.name}"


def test_only_service_time_counts(app):
    an_admin()
    case = _urgent(at=FRIDAY_7_PM)
    monday = DAYS[5] - timedelta(hours=1)
    for at in (FRIDAY_7_PM + timedelta(hours=1), monday + QUARTER - SECOND):
        run(tell_of_unassigned, at=at)
    assert mail_of(case, "urgent_case_unassigned") == []

    run(tell_of_unassigned, at=monday + QUARTER)

    assert len(mail_of(case, "urgent_case_unassigned")) == 1


def test_a_case_that_somebody_has_or_that_is_not_urgent_is_told_of_to_nobody(app):
    an_admin()
    agent, taken = an_agent("ENR"), _urgent()
    with transaction():
        commands.take(taken, by=agent)
    with clock.at(MONDAY_9_AM):
        normal = a_case()

    run(tell_of_unassigned, at=DAYS[1])

    assert [mail_of(case, "urgent_case_unassigned") for case in (taken, normal)] == [[], []]


def test_two_schedulers_at_once_tell_once(app):
    an_admin()
    case = _urgent()

    def job():
        with app.app_context():
            tell_of_unassigned(StopSign())

    db.session.rollback()
    with clock.at(DAYS[1]):
        at_once(job, job)

    assert len(mail_of(case, "urgent_case_unassigned")) == 1


def test_a_case_that_is_looked_at_again_has_a_quarter_of_an_hour_to_find_somebody(app):
    admin = an_admin()
    case = _urgent()
    with clock.at(MONDAY_9_AM), transaction():
        day = DAYS[1].date()
        holding.put_on_hold(case, seen=case.version, by=admin, reason=HoldReason.MAKER, look_again_on=day)
    opening = DAYS[1] - timedelta(hours=1)
    run(look_again, at=opening)
    run(tell_of_unassigned, at=opening + QUARTER - SECOND)
    assert mail_of(case, "urgent_case_unassigned") == []

    run(tell_of_unassigned, at=opening + QUARTER)

    assert len(mail_of(case, "urgent_case_unassigned")) == 1


def test_so_has_one_whose_resolution_by_the_desk_is_taken_back(app):
    an_admin()
    case, agent = _urgent(), an_agent("VMGT")
    with clock.at(DAYS[1]):
        with transaction():
            note = "We have not heard from you, so we have resolved it."
            message = resolving.conclude(case, by=None, code=ResolutionCode.NO_RESPONSE, note=note, at=DAYS[1])
        with transaction():
            withdrawal.take_back(case, message, by=agent)
    run(tell_of_unassigned, at=DAYS[1] + QUARTER - SECOND)
    assert mail_of(case, "urgent_case_unassigned") == []

    run(tell_of_unassigned, at=DAYS[1] + QUARTER)

    assert len(mail_of(case, "urgent_case_unassigned")) == 1


def _urgent(*, at=MONDAY_9_AM) -> Case:
    with clock.at(at):
        return a_case(urgency=Urgency.AT_RISK)
