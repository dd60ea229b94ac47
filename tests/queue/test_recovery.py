"""Somebody who has lost the mailbox is helped by an agent, after a call-back to the number on file."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts import history, own_account, people
from helpdesk.accounts.models import AccountAct, User
from helpdesk.cases import mail_decisions
from helpdesk.cases.errors import NoPhone, NotARequester
from helpdesk.cases.mail_decisions import CallBack
from helpdesk.cases.models import Case, EventKind
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.accounts.mail import mail_to
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_provider, an_agent
from tests.queue.cases import on_case
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
LINK, BUTTON = "They have lost the mailbox", "Change the address"
CALL = {
    "called_at": "2026-11-30T08:45",
    "confirmed_by": "Rosa at the front desk",
    "email": "dana@new.example.org",
    "reason": "Left the old office",
}


def a_case_with_a_number(phone="919-555-0142"):
    """A case whose requester can be called."""
    return a_case(requester=a_provider(email="dana@old.example.org", phone=phone))


def test_the_address_is_recovered_both_are_told_and_it_is_kept(app):
    case, agent = a_case_with_a_number(), an_agent("ENR")
    signed_in = Visitor(app).sign_in(case.requester)
    page = on_case(app, agent, case).follow(LINK)
    assert "Call back the number on file: 919-555-0142" in page.text

    page.press(BUTTON, **CALL)

    assert "The address is changed, and both addresses are told." in page.text
    requester = db.session.get_one(User, case.requester_id)
    assert requester.email == "dana@new.example.org"
    for address in ("dana@old.example.org", "dana@new.example.org"):
        assert "address_changed" in [mail.kind for mail in mail_to(address)]
    entry = db.session.scalars(history.of_person(requester.id)).first()
    assert (entry.act, entry.actor_id) == (AccountAct.ADDRESS_RECOVERED, agent.id)
    assert "Called back 919-555-0142 Mon, Nov 30, 8:45 a.m. ET; Rosa at the front desk confirmed." in entry.reason
    assert EventKind.ADDRESS_CORRECTED in [event.kind for event in db.session.get_one(Case, case.id).events]
    assert signed_in.open("/cases").path == "/login"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"called_at": ""}, "Say when you called back."),
        ({"called_at": "soon"}, "Enter the day and time of the call"),
        ({"called_at": "2026-11-30T09:01"}, "Call back first: this time is still to come."),
        ({"confirmed_by": " "}, "Say who confirmed."),
        ({"reason": ""}, "Say what happened to the old mailbox."),
        ({"email": "nobody"}, "This is not an e-mail address"),
    ],
)
def test_without_a_call_back_nothing_changes(app, fields, problem):
    case = a_case_with_a_number()

    page = on_case(app, an_agent("ENR"), case).follow(LINK).press(BUTTON, **{**CALL, **fields})

    assert (page.status, problem in page.text) == (422, True)
    assert db.session.get_one(User, case.requester_id).email == "dana@old.example.org"


def test_a_number_that_was_given_lately_is_not_called(app):
    case = a_case_with_a_number()
    with clock.at(MONDAY_9_AM - timedelta(days=29)):
        thief = Visitor(app).sign_in(case.requester).open("/account/details")
        thief.press("Save", phone="919-555-0666").open("/account/details").press("Save", phone="919-555-0667")

    page = on_case(app, an_agent("ENR"), case).follow(LINK)
    assert "Call back the number from before: 919-555-0142" in page.text
    assert "Their account says 919-555-0667 now" in page.text
    page.press(BUTTON, **CALL)

    entry = db.session.scalars(history.of_person(case.requester_id)).first()
    assert "Called back 919-555-0142" in entry.reason


def test_a_number_is_called_once_it_has_stood_for_a_month(app):
    user = a_provider(phone="919-555-0142")
    with clock.at(MONDAY_9_AM - timedelta(days=30, minutes=1)), transaction():
        details = {"first_name": user.first_name, "last_name": user.last_name, "language": user.language, "pin": ""}
        own_account.change_details(user, phone="919-555-0143", **details)

    assert people.phone_to_call(user) == "919-555-0143"


def test_an_address_that_somebody_has_is_refused_and_the_text_kept(app):
    taken, case = a_provider(), a_case_with_a_number()

    page = on_case(app, an_agent("ENR"), case).follow(LINK).press(BUTTON, **{**CALL, "email": taken.email})

    assert (page.status, page.values(BUTTON)["confirmed_by"]) == (409, "Rosa at the front desk")


def test_without_a_number_on_file_an_administrator_is_asked(app):
    case, agent = a_case_with_a_number(phone=""), an_agent("ENR")
    page = on_case(app, agent, case).follow(LINK)

    assert ("Ask an administrator" in page.text, page.has_button(BUTTON)) == (True, False)
    with pytest.raises(NoPhone), transaction():
        call = CallBack(at=MONDAY_9_AM, confirmed_by="Rosa")
        mail_decisions.recover_address(db.session.get_one(Case, case.id), to="x@example.org", by=agent, call=call, reason="x")


def test_it_is_for_providers_only(app):
    agent = an_agent("ENR")
    case = a_case(requester=an_agent("NCIR", phone="919-555-0100"))
    page = on_case(app, agent, case).follow(LINK)

    assert ("An administrator changes their address." in page.text, page.has_button(BUTTON)) == (True, False)
    with pytest.raises(NotARequester), transaction():
        call = CallBack(at=MONDAY_9_AM, confirmed_by="Rosa")
        mail_decisions.recover_address(db.session.get_one(Case, case.id), to="x@example.org", by=agent, call=call, reason="x")
