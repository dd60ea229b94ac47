"""A requester who could not be told: the case says it, its people are told, and somebody settles it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import commands as accounts
from helpdesk.cases import commands, mail_decisions, untold
from helpdesk.cases.models import EventKind, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.errors import NothingToSettle
from helpdesk.notifications.models import OutboxMessage, RefusedAddress, Settlement
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import a_lead, a_provider, an_agent
from tests.queue.cases import subjects
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import SILENCE, good_server, scripted_server
from tests.visitor import Visitor

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]

SOON = MONDAY_9_AM + timedelta(minutes=2)
MOVED = "550 5.1.1 no such mailbox"


def report() -> None:
    with transaction():
        untold.report()


def a_case_whose_resolution_failed(app, **named):
    """A resolved case whose requester has no mailbox any more; reported."""
    case = a_case(status=Status.RESOLVED, **named)
    with clock.at(SOON), scripted_server(app, refusing={case.requester.email: MOVED}):
        delivery.deliver_due()
        report()
    return case


def to_staff() -> list[OutboxMessage]:
    return list(db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "could_not_be_told")))


def test_the_agent_of_the_case_is_told_once_with_the_phone(app):
    case = a_case_whose_resolution_failed(app, requester=a_provider(phone="919-555-0142"))
    report()

    told = to_staff()
    assert {mail.user_id for mail in told} == {case.assignee_id}
    assert [mail.subject for mail in told] == [f"[{case.number}] {case.requester.name} could not be told"] * 2  # the receipt, too
    assert "919-555-0142" in told[0].text_body
    assert MOVED in told[0].text_body


def test_a_refusal_of_the_old_address_does_not_mark_the_one_that_was_given_since(app):
    case = a_case()
    with clock.at(SOON), scripted_server(app, refusing={case.requester.email: MOVED}):
        delivery.deliver_due()
        with transaction():
            accounts.change_address(case.requester, "new@cedarfork.example.org", by=case.requester)
        report()

    assert db.session.scalars(sa.select(RefusedAddress.address)).all() == []


@pytest.mark.parametrize("leads", [True, False])
def test_without_an_assignee_the_leads_are_told_else_the_team(app, leads):
    agent = an_agent("ENR")
    lead = a_lead("ENR") if leads else None
    case = a_case(agent=agent)
    with scripted_server(app, refusing={case.requester.email: MOVED}):
        delivery.deliver_due()
        report()

    assert [mail.user_id for mail in to_staff()] == [lead.id if lead else agent.id]


def test_the_timeline_and_the_queue_say_it(app):
    case = a_case_whose_resolution_failed(app)

    failed = [event for event in case.events if event.kind is EventKind.MAIL_FAILED]
    assert event_sentence(failed[-1]) == f"The mail with the resolution could not be sent: {MOVED}"
    queue = Visitor(app).sign_in(case.assignee).open("/agent/queue?show=could-not-be-told")
    assert subjects(queue) == [case.subject]


def test_another_team_does_not_see_it(app):
    a_case_whose_resolution_failed(app)

    assert subjects(Visitor(app).sign_in(an_agent("NCIR")).open("/agent/queue?show=could-not-be-told")) == []


@pytest.mark.parametrize(("button", "how"), [("They know: I called", Settlement.TOLD), ("Let it be", Settlement.LEFT)])
def test_somebody_settles_it_on_the_case(app, button, how):
    case = a_case_whose_resolution_failed(app)
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")
    assert "The provider could not be told" in visitor.text

    visitor.press(button).press(button)

    assert "The provider could not be told" not in visitor.text
    assert [mail.settlement for mail in mail_of(case, "case_resolved")] == [how]
    assert subjects(visitor.open("/agent/queue?show=could-not-be-told")) == []


def test_settled_already_is_said_and_not_done_twice(app):
    case = a_case_whose_resolution_failed(app)
    (mail,) = mail_of(case, "case_resolved")
    with transaction():
        mail_decisions.settle(case, mail, Settlement.TOLD, by=case.assignee)

    with pytest.raises(NothingToSettle), transaction():
        mail_decisions.send_again(case, mail, by=case.assignee)


def test_sent_again_it_arrives_with_the_same_message_id_and_the_address_is_released(app):
    case = a_case_whose_resolution_failed(app)
    (mail,) = mail_of(case, "case_resolved")
    assert db.session.scalar(sa.select(RefusedAddress.address)) == case.requester.email

    with transaction():
        mail_decisions.send_again(case, mail, by=case.assignee)
    with good_server(app) as server, clock.at(SOON):
        delivery.deliver_due()

    resolutions = [r for r in server.received if "Resolved" in r.message["Subject"]]
    assert [r.message["Message-ID"] for r in resolutions] == [mail.message_id]
    assert db.session.scalar(sa.select(RefusedAddress.released_by_id)) == case.assignee_id


def test_sent_again_in_vain_it_is_told_again(app):
    case = a_case_whose_resolution_failed(app)
    before = len(to_staff())
    with clock.at(SOON + timedelta(minutes=5)):
        with transaction():
            mail_decisions.send_again(case, mail_of(case, "case_resolved")[0], by=case.assignee)
        with scripted_server(app, refusing={case.requester.email: MOVED}):
            delivery.deliver_due()
            report()

    assert len(to_staff()) == before + 1


def test_sent_again_in_the_evening_it_waits_for_service_hours(app):
    case = a_case_whose_resolution_failed(app)

    with clock.at(MONDAY_9_AM + timedelta(hours=10)), transaction():
        mail_decisions.send_again(case, mail_of(case, "case_resolved")[0], by=case.assignee)

    (mail,) = mail_of(case, "case_resolved")
    assert (mail.state, mail.due_at, mail.reason) == ("held", MONDAY_9_AM + timedelta(hours=23), "the desk is closed")


def test_a_corrected_address_gets_what_failed_and_what_follows(app):
    case = a_case_whose_resolution_failed(app)
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")

    visitor.follow("Correct the e-mail address")
    visitor.press("Correct the address", email="new@cedarfork.example.org", reason="Called back, spelled out")

    assert "The address is corrected. 2 mails are sent again." in visitor.text
    assert "Why the e-mail address was corrected: Called back, spelled out" in visitor.text
    with good_server(app) as server, clock.at(SOON):
        delivery.deliver_due()
    about_case = [r.recipient for r in server.received if case.number in r.message["Subject"]]
    assert "new@cedarfork.example.org" in about_case
    assert set(about_case) == {"new@cedarfork.example.org", case.assignee.email}


def test_a_refusal_of_our_server_marks_nobody(app):
    case = a_case()
    with clock.at(SOON), scripted_server(app, refusing={case.requester.email: "550 5.7.1 Client host is on a block list"}):
        delivery.deliver_due()
        report()

    assert (mail_of(case)[0].state, db.session.scalar(sa.select(RefusedAddress.address))) == ("failed", None)


def test_new_mail_to_an_address_that_refused_is_not_tried_and_the_case_says_so(app):
    case = a_case_whose_resolution_failed(app)
    with transaction():
        commands.reject(case, by=case.requester, body="It still does not work.")
        commands.reply(case, by=case.assignee, body="We look again.")

    (mail,) = mail_of(case, "case_replied")
    assert mail.state == "failed"
    assert mail.reason.startswith("the address refused our mail Mon, Nov 30, 9:02 a.m. ET: 550")
    assert case.events[-1].kind in (EventKind.MAIL_STOPPED, EventKind.STATUS_CHANGED)
    assert EventKind.MAIL_STOPPED in [event.kind for event in case.events]


def test_an_address_that_is_right_after_all_is_released_on_the_case(app):
    case = a_case_whose_resolution_failed(app)
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")
    assert "This address refused our mail today 9:02 a.m." in visitor.text

    visitor.press("Release this address")

    assert f"{case.assignee.name} let mail go to {case.requester.email} again" in visitor.text
    assert not visitor.has_button("Release this address")


def test_account_mail_goes_there_and_its_acceptance_ends_the_mark(app):
    case = a_case_whose_resolution_failed(app)
    with clock.at(SOON + timedelta(minutes=1)), good_server(app) as server:
        Visitor(app).open("/forgot-password").press("Send the link", email=case.requester.email)
        delivery.deliver_due()
        report()

    assert case.requester.email in server.recipients
    released_at, by = db.session.execute(sa.select(RefusedAddress.released_at, RefusedAddress.released_by_id)).one()
    assert (released_at is not None, by) == (True, None)


def test_in_doubt_for_good_the_agent_is_asked_to_find_out(app):
    case = a_case(status=Status.RESOLVED)
    with scripted_server(app, END=SILENCE):
        for minutes in (2, 20):
            with clock.at(MONDAY_9_AM + timedelta(minutes=minutes)):
                delivery.deliver_due()
        report()

    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")
    assert visitor.has_button("It has arrived")
    assert "We do not know whether this mail has reached" in to_staff()[0].text_body


def test_a_case_that_is_reopened_needs_no_old_resolution(app):
    case = a_case_whose_resolution_failed(app)
    with transaction():
        commands.reject(case, by=case.requester, body="It still does not work.")

    (mail,) = mail_of(case, "case_resolved")
    assert (mail.state, mail.reason) == ("cancelled", "the case was reopened before this mail left")


def test_held_mail_is_sent_now_by_a_lead_with_a_reason_that_is_kept(app):
    with clock.at(MONDAY_9_AM + timedelta(hours=10)):
        case = a_case(status=Status.RESOLVED)
        visitor = Visitor(app).sign_in(a_lead("ENR")).open(f"/agent/cases/{case.number}").follow("Send it now")
        visitor.press("Send it now", reason="Vaccine at risk tonight")
        with good_server(app) as server:
            delivery.deliver_due()

    assert any("Resolved" in received.message["Subject"] for received in server.received)
    (mail,) = mail_of(case, "case_resolved")
    assert [(event.act, event.reason) for event in mail.events] == [("sent_now", "Vaccine at risk tonight")]


def test_an_agent_may_not_send_now(app):
    with clock.at(MONDAY_9_AM + timedelta(hours=10)):
        case = a_case(status=Status.RESOLVED)
        (mail,) = mail_of(case, "case_resolved")
        visitor = Visitor(app).sign_in(case.assignee)

        assert visitor.open(f"/agent/cases/{case.number}/mail/{mail.id}/send-now").status == 403


def test_what_is_decided_must_make_sense(app):
    case = a_case_whose_resolution_failed(app)
    (mail,) = mail_of(case, "case_resolved")
    visitor = Visitor(app).sign_in(case.assignee).open(f"/agent/cases/{case.number}")
    token = visitor.values("Let it be")["csrf_token"]

    for how in ("", "open", "nonsense"):
        fields = {"how": how, "csrf_token": token}
        assert visitor.post(f"/agent/cases/{case.number}/mail/{mail.id}/settle", fields).status == 400
