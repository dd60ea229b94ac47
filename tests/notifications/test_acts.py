"""What people and the desk do to a message besides sending it."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import queries as hours
from helpdesk.notifications import acts, claim, delivery, outbox, results
from helpdesk.notifications.errors import HasLeft, NothingToSettle
from helpdesk.notifications.models import MailState, OutboxMessage, Settlement
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent
from tests.notifications.mails import FACTS, MONDAY_9_AM, WINDOWED, a_mail, outbox_rows
from tests.smtp_servers import good_server, scripted_server

pytestmark = pytest.mark.both_databases

RESTED = MONDAY_9_AM + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def agent(app) -> int:
    """Somebody at the desk, by id."""
    return int(an_agent().id)


def mail_to(user, kind=WINDOWED) -> OutboxMessage:
    """A mail to somebody with an account."""
    with transaction():
        return outbox.enqueue(kind, to=user.recipient, about=FACTS, key=f"to-{user.id}-{kind}")


def claimed() -> list[claim.Claimed]:
    """Everything that is due, in the hands of a process."""
    with transaction():
        claim.release(at=RESTED, calendar=hours.calendar())
        return claim.take(holder="busy", at=RESTED, lease_until=RESTED + timedelta(minutes=10), calendar=hours.calendar())


def test_what_a_process_has_in_its_hands_is_not_taken_back(app, agent):
    mail = a_mail(WINDOWED)
    claimed()

    with pytest.raises(HasLeft), transaction():
        acts.take_back(mail, by=agent, reason="too late")

    assert outbox_rows()[0].state is MailState.SENDING


def test_what_was_refused_for_now_is_taken_back(app, agent):
    mail = a_mail(WINDOWED)
    with clock.at(RESTED), scripted_server(app, RCPT="451 later"):
        delivery.deliver_due()

    with transaction():
        acts.take_back(mail, by=agent, reason="second thoughts")

    assert (mail.state, mail.reason) == (MailState.CANCELLED, "second thoughts")


def test_what_may_have_arrived_is_not_taken_back(app, agent):
    mail = a_mail(WINDOWED)
    with transaction():
        mail.state, mail.doubts = MailState.RETRY, 1

    with pytest.raises(HasLeft), transaction():
        acts.take_back(mail, by=agent, reason="too late")


def test_only_what_needs_a_person_is_settled(app, agent):
    mail = a_mail(WINDOWED)

    with pytest.raises(NothingToSettle), transaction():
        acts.settle(mail, Settlement.TOLD, by=agent)


def test_what_is_sent_again_begins_anew_whatever_stopped_it_before(app, agent):
    mail = a_mail()
    with transaction():
        mail.state, mail.tries, mail.stop_reason = MailState.FAILED, 7, "its case was reopened while it was in hand"
    with transaction():
        acts.send_again(mail, by=agent)
    assert mail.tries == 0

    with scripted_server(app, RCPT="451 later"):
        delivery.deliver_due()

    assert outbox_rows()[0].state is MailState.RETRY


def test_mail_that_has_not_left_follows_its_person_to_another_address(app, agent):
    person, other = a_provider(), a_provider()
    held, of_other = mail_to(person), mail_to(other)

    with transaction():
        moved = acts.readdress(person.id, address="new@cedarfork.example.org", by=agent)

    assert [mail.id for mail in moved] == [held.id]
    with good_server(app) as server, clock.at(RESTED):
        delivery.deliver_due()
    assert sorted(server.recipients) == sorted(["new@cedarfork.example.org", of_other.to_address])
    entry = held.events[0]
    assert (entry.act, entry.old, entry.new) == (
        "readdressed",
        {"to_address": person.email},
        {"to_address": "new@cedarfork.example.org"},
    )


def test_mail_that_has_left_keeps_its_address(app, agent):
    person = a_provider()
    mail_to(person)
    with good_server(app), clock.at(RESTED):
        delivery.deliver_due()

    with transaction():
        assert acts.readdress(person.id, address="new@cedarfork.example.org", by=agent) == []


@pytest.mark.parametrize(("answer", "state"), [("451 later", MailState.RETRY), ("550 no such mailbox", MailState.FAILED)])
def test_what_was_in_hand_and_did_not_leave_follows_to_the_address_given_meanwhile(app, agent, answer, state):
    person = a_provider()
    mail = mail_to(person)

    def another_address() -> None:
        with app.app_context(), transaction():
            acts.readdress(person.id, address="new@cedarfork.example.org", by=agent)

    script = {"meanwhile": {"RCPT": another_address}, "refusing": {mail.to_address: answer}}
    with clock.at(RESTED), scripted_server(app, **script):
        delivery.deliver_due()

    (mail,) = outbox_rows()
    assert (mail.state, mail.to_address) == (state, "new@cedarfork.example.org")
    assert [entry.old for entry in mail.events] == [{"to_address": person.email}]


def test_what_left_while_another_address_was_given_says_where_it_went(app, agent):
    person = a_provider()
    mail_to(person)

    def another_address() -> None:
        with app.app_context(), transaction():
            acts.readdress(person.id, address="new@cedarfork.example.org", by=agent)

    with clock.at(RESTED), scripted_server(app, meanwhile={"RCPT": another_address}) as server:
        delivery.deliver_due()

    (mail,) = outbox_rows()
    assert (server.recipients, mail.state, mail.to_address) == ([person.email], MailState.SENT, person.email)


def test_given_back_unbegun_it_follows_to_the_address_given_meanwhile(app, agent):
    person = a_provider()
    mail_to(person)
    (in_hand,) = claimed()
    with transaction():
        acts.readdress(person.id, address="new@cedarfork.example.org", by=agent)

    with transaction():
        results.give_back(in_hand, at=RESTED, calendar=hours.calendar())

    (mail,) = outbox_rows()
    assert (mail.state, mail.to_address) == (MailState.DUE, "new@cedarfork.example.org")


@pytest.mark.parametrize("kind", ["reset_password", "address_changed"])
def test_mail_about_an_account_goes_to_the_address_it_was_written_for(app, agent, kind):
    person = a_provider()
    mail = mail_to(person, kind)

    with transaction():
        assert acts.readdress(person.id, address="new@cedarfork.example.org", by=agent) == []

    with good_server(app) as server:
        delivery.deliver_due()
    assert (server.recipients, mail.to_address) == ([person.email], person.email)


def test_mail_to_somebody_who_is_deactivated_is_stopped(app, agent):
    person = a_provider()
    mail_to(person)

    with transaction():
        stopped = acts.stop_for(person.id, by=agent, reason="the account is deactivated")

    assert [(mail.state, mail.reason) for mail in stopped] == [(MailState.CANCELLED, "the account is deactivated")]
    with good_server(app) as server, clock.at(RESTED):
        delivery.deliver_due()
    assert server.received == []


def test_in_the_hands_of_a_process_it_is_stopped_before_it_begins(app, agent):
    person = a_provider()
    mail = mail_to(person)
    claimed()

    with transaction():
        acts.stop_for(person.id, by=agent, reason="the account is deactivated")

    db.session.refresh(mail)
    assert (mail.state, mail.stop_reason) == (MailState.SENDING, "the account is deactivated")


def test_only_held_mail_is_sent_now(app, agent):
    mail = a_mail()

    with pytest.raises(HasLeft), transaction():
        acts.send_now(mail, by=agent, reason="cannot wait")


def test_sent_now_it_leaves_in_the_evening_and_is_tried_again_in_the_evening(app, agent):
    evening = MONDAY_9_AM + timedelta(hours=10)
    with clock.at(evening):
        mail = a_mail(WINDOWED)
        with transaction():
            acts.send_now(mail, by=agent, reason="cannot wait")
        with scripted_server(app, RCPT="451 later"):
            delivery.deliver_due()
    with clock.at(evening + timedelta(minutes=2)), good_server(app) as server:
        delivery.deliver_due()

    assert len(server.received) == 1
