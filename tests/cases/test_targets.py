"""The people of a case are told once that a target is near, and once that it is missed."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands, correcting, targets
from helpdesk.cases.correcting import Correction
from helpdesk.cases.kinds import CorrectionReason
from helpdesk.cases.models import Case, EventKind
from helpdesk.extensions import db
from helpdesk.routing.models import Priority
from helpdesk.sla.models import SlaClock
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import a_lead, an_agent

pytestmark = pytest.mark.both_databases


def test_whoever_has_the_case_is_told_once_that_a_target_is_near(app: Flask) -> None:
    case, agent = _a_taken_case()  # P3: a first response within a service day, by 9 a.m. on Tuesday
    assert _told(after=timedelta(hours=6, minutes=33)) == 0
    assert _told(after=timedelta(hours=6, minutes=34)) == 1
    assert _told(after=timedelta(hours=7)) == 0

    assert [mail.user_id for mail in mail_of(case, "case_target_near")] == [agent.id]
    assert [event.new for event in case.events if event.kind is EventKind.TARGET_NEAR] == [{"target": "first_response"}]


def test_what_is_missed_is_told_and_no_longer_that_it_is_near(app: Flask) -> None:
    case, agent = _a_taken_case()

    assert _told(after=timedelta(days=1)) == 1

    assert [mail.user_id for mail in mail_of(case, "case_target_missed")] == [agent.id]
    assert mail_of(case, "case_target_near") == []


def test_while_nobody_has_the_case_the_leads_of_its_team_are_told(app: Flask) -> None:
    lead = a_lead("ENR")
    with clock.at(MONDAY_9_AM):
        case = a_case()

    assert _told(after=timedelta(days=1)) == 1

    assert [mail.user_id for mail in mail_of(case, "case_target_missed")] == [lead.id]


def test_a_new_promise_is_told_of_anew(app: Flask) -> None:
    case, agent = _a_taken_case()
    _told(after=timedelta(days=1))
    with clock.at(MONDAY_9_AM + timedelta(days=1)), transaction():
        commands.reply(db.session.get_one(Case, case.id), by=db.session.get_one(User, agent.id), body="We are looking into it.")

    assert _told(after=timedelta(days=2, hours=8)) == 2  # of the next update, and of the resolution

    assert len(mail_of(case, "case_target_near")) == 2


def test_what_was_told_of_one_due_time_does_not_count_for_another(app: Flask) -> None:
    case, agent = _a_taken_case()
    assert _told(after=timedelta(hours=7)) == 1
    with clock.at(MONDAY_9_AM + timedelta(hours=7)), transaction():
        longer, reason = Correction(priority=Priority.P4), CorrectionReason.LESS_PRESSING  # two service days
        correcting.correct(case, longer, seen=case.version, by=agent, reason=reason)

    assert _told(after=timedelta(days=1)) == 0
    assert _told(after=timedelta(days=1, hours=5)) == 1


def test_a_warning_spoils_nobody_s_text(app: Flask) -> None:
    case, _agent = _a_taken_case()
    seen = case.version
    _told(after=timedelta(days=1))

    with transaction():
        db.session.get_one(Case, case.id).expect_version(seen)


def test_a_clock_of_older_days_learns_when_it_is_near(app: Flask) -> None:
    _a_taken_case()
    with transaction():
        db.session.execute(db.update(SlaClock).values(warn_at=None))

    assert _told(after=timedelta(hours=1)) == 0
    assert _told(after=timedelta(hours=7)) == 1


def _a_taken_case() -> tuple[Case, User]:
    agent = an_agent("ENR")
    with clock.at(MONDAY_9_AM):
        case = a_case(agent=agent)
        with transaction():
            commands.take(case, by=agent)
    return case, agent


def _told(*, after: timedelta) -> int:
    at = MONDAY_9_AM + after
    with clock.at(at):
        if not targets.anything_to_tell(at=at):
            return 0
        with transaction():
            return targets.tell(at=at)
