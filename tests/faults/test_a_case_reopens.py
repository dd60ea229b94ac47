"""A case opens again while the mail about its resolution is on its way: that mail is not begun, and not tried again."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.hours import queries as hours
from helpdesk.notifications import claim, delivery
from helpdesk.notifications.models import OutboxMessage
from helpdesk.notifications.queries import standing
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests import waiting
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.faults.locks import Lock
from tests.smtp_servers import AHEAD, SILENCE, Received, good_server, scripted_server

both_databases = pytest.mark.both_databases

RESTED = MONDAY_9_AM + timedelta(minutes=2)  # what was resolved at 9 is due
AN_HOUR = timedelta(hours=1)
WAITS = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
WHY = "the case was reopened before this mail left"


@pytest.fixture(autouse=True)
def after_its_rest():
    with clock.at(RESTED):
        yield


def resolved_cases(app: Flask, number: int) -> list[int]:
    """So many cases, resolved at 9, whose receipts have left; returns their ids."""
    with clock.at(MONDAY_9_AM), good_server(app):
        ids = [a_case(status=Status.RESOLVED).id for _ in range(number)]
        delivery.deliver_due()
    return ids


def reopen(app: Flask, case_id: int) -> None:
    """Its requester says that the case is not solved, in a context of their own as a web worker has it."""
    with app.app_context(), transaction():
        case = db.session.get_one(Case, case_id)
        commands.reject(case, by=case.requester, body="No, it does not work.")


def resolution(case_id: int) -> OutboxMessage:
    """The first mail that says how this case was resolved."""
    db.session.rollback()
    return mail_of(db.session.get_one(Case, case_id), "case_resolved")[0]


def sent_later(app: Flask) -> list[Received]:
    """All mail to requesters that is sent in the next two hours; whoever has the case is told, too."""
    with good_server(app) as server:
        for hours_later in (1, 2):
            with clock.at(RESTED + hours_later * AN_HOUR):
                delivery.deliver_due()
    staff = set(db.session.scalars(sa.select(User.email).where(User.role != Role.PROVIDER)))
    return [received for received in server.received if received.recipient not in staff]


def claim_and_die() -> list[claim.Claimed]:
    """Claim what is due, as a process does that never comes back."""
    with transaction():
        claim.release(at=RESTED, calendar=hours.calendar())
        return claim.take(holder="dead", at=RESTED, lease_until=RESTED + timedelta(minutes=10), calendar=hours.calendar())


@both_databases
def test_a_mail_refused_for_now_is_not_tried_again(app):
    (case,) = resolved_cases(app, 1)

    with scripted_server(app, RCPT="451 try later", meanwhile={"RCPT": lambda: reopen(app, case)}):
        counts = delivery.deliver_due()

    assert (counts.stopped, counts.to_be_retried) == (1, 0)
    assert (resolution(case).state, resolution(case).reason) == ("cancelled", WHY)
    assert sent_later(app) == []


@both_databases
def test_a_mail_claimed_but_not_begun_is_not_begun(app):
    first, second, third = resolved_cases(app, 3)

    with good_server(app, on_message=lambda count: reopen(app, third) if count == 1 else None) as server:
        counts = delivery.deliver_due()

    assert (len(server.received), counts.sent, counts.stopped) == (2, 2, 1)
    assert [resolution(case).state for case in (first, second, third)] == ["sent", "sent", "cancelled"]
    assert resolution(third).attempts[0].outcome == "not_begun"
    assert sent_later(app) == []


@both_databases
def test_a_mail_announced_but_not_begun_is_not_begun(app):
    first, second, third = resolved_cases(app, 3)

    def its_case_reopens() -> None:
        if not server.received:
            reopen(app, second)

    with scripted_server(app, EHLO=AHEAD, meanwhile={"END": its_case_reopens}) as server:
        counts = delivery.deliver_due()

    assert (len(server.received), counts.sent, counts.stopped) == (2, 2, 1)
    assert [resolution(case).state for case in (first, second, third)] == ["sent", "cancelled", "sent"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # only there is it read with the last result
def test_a_case_that_reopens_while_the_last_result_waits_to_be_written_stops_its_mail(app):
    first, second = resolved_cases(app, 2)
    lock = Lock("delivery_attempts")
    reopening = threading.Thread(target=reopen_while_a_statement_waits, args=(app, second, lock))

    def nobody_can_write_a_result() -> None:
        if not lock.is_taken.is_set():
            lock.take()
            reopening.start()

    with scripted_server(app, EHLO=AHEAD, meanwhile={"END": nobody_can_write_a_result}) as server:
        counts = delivery.deliver_due()
        reopening.join()

    assert (len(server.received), counts.sent, counts.stopped) == (1, 1, 1)
    assert [resolution(case).state for case in (first, second)] == ["sent", "cancelled"]


def reopen_while_a_statement_waits(app: Flask, case_id: int, lock: Lock) -> None:
    """Reopen a case when a statement has begun and waits, and let it go on when what it has read before is stale."""
    with app.app_context():
        waiting.until(lambda: db.session.scalar(WAITS) or db.session.rollback(), within=10, what="a statement to wait")
    reopen(app, case_id)
    threading.Event().wait(delivery.FRESH_FOR)
    lock.give_back()


@both_databases
def test_mail_of_a_process_that_died_is_not_sent_by_the_next(app):
    cases = resolved_cases(app, 2)
    claim_and_die()
    for case in cases:
        reopen(app, case)

    assert sent_later(app) == []
    assert [(resolution(case).state, resolution(case).reason) for case in cases] == [("cancelled", WHY)] * 2
    assert standing(resolution(cases[0])) == f"Not sent again: {WHY}. An earlier try may have arrived."
    assert standing(resolution(cases[1])) == f"Not sent: {WHY}"


@both_databases
def test_a_mail_in_doubt_is_shown_so_and_not_sent_again(app):
    (case,) = resolved_cases(app, 1)

    with scripted_server(app, END=SILENCE, meanwhile={"END": lambda: reopen(app, case)}):
        delivery.deliver_due()

    assert "An earlier try may have arrived" in standing(resolution(case))
    assert sent_later(app) == []


@both_databases
def test_a_mail_that_the_server_took_meanwhile_has_been_sent(app):
    (case,) = resolved_cases(app, 1)

    with scripted_server(app, meanwhile={"END": lambda: reopen(app, case)}):
        counts = delivery.deliver_due()

    assert (counts.sent, resolution(case).state) == (1, "sent")


@both_databases
def test_resolved_again_the_requester_gets_one_mail_with_the_new_note(app):
    (case,) = resolved_cases(app, 1)
    claim_and_die()
    reopen(app, case)
    with transaction():
        again = db.session.get_one(Case, case)
        commands.resolve(again, by=again.assignee, code=ResolutionCode.FIXED, note="Now the second officer has signed.")

    (received,) = sent_later(app)
    assert "Now the second officer has signed." in received.text


@both_databases
def test_what_is_being_claimed_at_this_moment_is_stopped_too(app):
    (case,) = resolved_cases(app, 1)
    is_claimed, may_go_on = threading.Event(), threading.Event()

    def claim_slowly() -> None:
        with app.app_context(), transaction():
            claim.release(at=RESTED, calendar=hours.calendar())
            claim.take(holder="slow", at=RESTED, lease_until=RESTED + timedelta(minutes=10), calendar=hours.calendar())
            is_claimed.set()
            may_go_on.wait(60)

    claiming, reopening = threading.Thread(target=claim_slowly), threading.Thread(target=reopen, args=(app, case))
    claiming.start()
    assert is_claimed.wait(60)
    reopening.start()
    reopening.join(0.5)
    may_go_on.set()
    for thread in (claiming, reopening):
        thread.join()

    assert resolution(case).stop_reason == WHY
    assert sent_later(app) == []
