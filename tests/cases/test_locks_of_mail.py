"""Jobs and people at the same time: everybody locks the case first and its mail after, so that nobody waits in a circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands, mail_decisions, untold
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.hours import queries as hours
from helpdesk.notifications import acts, claim, delivery
from helpdesk.notifications.errors import HasLeft
from helpdesk.notifications.models import MailState, OutboxMessage, Settlement
from helpdesk.transaction import transaction
from tests import waiting
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.test_merging import merge, two_cases
from tests.factories import an_agent
from tests.smtp_servers import good_server

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),  # SQLite has one lock for all
    pytest.mark.usefixtures("monday_morning"),
]

WAITING = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def a_case_whose_mail_failed():
    """A resolved case; nobody has reported yet that its mail has failed."""
    case = a_case(status=Status.RESOLVED)
    with transaction():
        for mail in mail_of(case):
            mail.state, mail.reason = MailState.FAILED, "550 no such mailbox"
    return case


def somebody_waits() -> bool:
    with db.engine.connect() as another:
        return bool(another.scalar(WAITING))


def while_the_case_is_held(app, case, job: Callable[[], Any], *, then: Callable[[], Any]) -> Any:
    """Lock the case, let the job of another process run into that lock, and go on; returns what the job returns."""

    def run() -> Any:
        with app.app_context(), transaction():
            return job()

    with ThreadPoolExecutor(1) as another:
        with transaction():
            case.hold()
            running = another.submit(run)
            waiting.until(somebody_waits, within=10)
            then()
        return running.result(timeout=20)


def test_settling_mail_while_it_is_being_reported_waits_for_nobody(app):
    case = a_case_whose_mail_failed()
    mail = mail_of(case, "case_resolved")[0]

    reported = while_the_case_is_held(
        app, case, untold.report, then=lambda: mail_decisions.settle(case, mail, Settlement.TOLD, by=case.assignee)
    )

    assert reported == 1  # the receipt; what is settled needs no report any more
    assert mail.settlement is Settlement.TOLD


def claim_all() -> int:
    """Claim the mail that was written on Monday at 9, and has rested; returns how many that is."""
    rested = MONDAY_9_AM + timedelta(minutes=2)
    claim.release(at=rested, calendar=hours.calendar())
    return len(claim.take(holder="busy", at=rested, lease_until=rested + timedelta(minutes=1), calendar=hours.calendar()))


def while_its_mail_is_claimed(run: Callable[[], None]) -> None:
    """Do something in another thread that has to wait for a claim of all mail, and raise what it raises."""
    with ThreadPoolExecutor(1) as another:
        with transaction():
            claim_all()
            running = another.submit(run)
            waiting.until(somebody_waits, within=10)
        running.result(timeout=20)


def test_mail_that_is_claimed_at_this_moment_is_not_taken_back(app):
    case = a_case(status=Status.RESOLVED)
    mail_id, agent_id = mail_of(case, "case_resolved")[0].id, case.assignee_id

    def run() -> None:
        with app.app_context(), transaction():
            held = db.session.get_one(OutboxMessage, mail_id)  # as it stands before the other one commits
            acts.take_back(held, by=agent_id, reason="second thoughts")

    with pytest.raises(HasLeft):
        while_its_mail_is_claimed(run)

    db.session.rollback()
    assert mail_of(case, "case_resolved")[0].state is MailState.SENDING


def test_mail_becomes_due_and_is_claimed_while_somebody_has_its_case(app):
    case = a_case(status=Status.RESOLVED)

    def claimed_by_another() -> int:
        with app.app_context(), transaction():
            return claim_all()

    with ThreadPoolExecutor(1) as another, transaction():
        case.hold()
        number = another.submit(claimed_by_another).result(timeout=20)  # it must not wait for the case: it has locked the mail

    assert number == 2


def test_mail_leaves_while_its_reader_is_given_another_address(app):
    case = a_case(status=Status.RESOLVED)

    def deliver() -> int:
        with app.app_context(), clock.at(MONDAY_9_AM + timedelta(minutes=2)):
            return delivery.deliver_due().sent

    with good_server(app), ThreadPoolExecutor(1) as another, transaction():
        case.requester.email_key = "new@cedarfork.example.org"
        db.session.flush()
        number = another.submit(deliver).result(timeout=20)

    assert number == 2


def test_a_case_is_merged_while_its_reply_is_claimed(app):
    agent = an_agent()
    case, into = two_cases(agent)
    with transaction():
        commands.reply(case, by=agent, body="We look into it.")
    case_id, into_id, agent_id, seen = case.id, into.id, agent.id, case.version

    def run() -> None:
        with app.app_context():
            both = [db.session.get_one(Case, id_) for id_ in (case_id, into_id)]
            merge(*both, by=db.session.get_one(User, agent_id), seen=seen)

    while_its_mail_is_claimed(run)

    db.session.rollback()
    assert [mail.state for mail in mail_of(case, "case_replied")] == [MailState.SENDING]
    assert case.merged_into_id == into_id


def test_settling_mail_while_an_account_ends_waits_for_nobody(app):
    case = a_case_whose_mail_failed()
    person_id = case.requester_id
    mail = mail_of(case, "case_resolved")[0]

    stopped = while_the_case_is_held(
        app,
        case,
        lambda: mail_decisions.stop_mail_of(db.session.get_one(User, person_id), by=None, reason="the account is deactivated"),
        then=lambda: mail_decisions.settle(case, mail, Settlement.TOLD, by=case.assignee),
    )

    assert stopped == 2
