"""Another address for a requester whom mail does not reach."""

import pytest
import sqlalchemy as sa

from helpdesk.cases import mail_decisions
from helpdesk.cases.errors import MailArrives, NotARequester
from helpdesk.extensions import db
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent
from tests.visitor import Visitor

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


def a_case_whose_receipt_came_back():
    """A case whose requester is not reached, for a reason that says nothing about the address."""
    case = a_case()
    with transaction():
        mail_of(case)[0].state = MailState.FAILED
    return case


def test_while_mail_arrives_nobody_gets_another_address_without_a_call_back(app):
    case, agent = a_case(), an_agent("ENR")

    with pytest.raises(MailArrives), transaction():
        mail_decisions.correct_address(case, to="mine@example.org", by=agent, reason="They say so.")
    page = Visitor(app).sign_in(agent).open(f"/agent/cases/{case.number}/address")

    assert (page.has_button("Correct the address"), "has to be called back first" in page.text) == (False, True)
    token = page.page.select_one("input[name=csrf_token]")["value"]
    typed = {"csrf_token": token, "email": "mine@example.org", "reason": "They say so."}
    assert page.post(f"/agent/cases/{case.number}/address", typed).status == 409


def test_a_correction_signs_out_whoever_has_the_old_mailbox(app):
    case, agent = a_case_whose_receipt_came_back(), an_agent("ENR")
    signed_in = Visitor(app).sign_in(case.requester)

    with transaction():
        mail_decisions.correct_address(case, to="new@cedarfork.example.org", by=agent, reason="Called back")

    assert signed_in.open("/cases").path == "/login"


def test_both_addresses_are_told_of_the_correction(app):
    case, agent = a_case_whose_receipt_came_back(), an_agent("ENR")
    old = case.requester.email

    with transaction():
        mail_decisions.correct_address(case, to="new@cedarfork.example.org", by=agent, reason="Called back")

    told = db.session.scalars(sa.select(OutboxMessage.to_address).where(OutboxMessage.kind == "address_changed"))
    assert set(told) == {old, "new@cedarfork.example.org"}


@pytest.mark.parametrize(
    ("email", "says"), [("nonsense", "This is not an e-mail address"), ("", "Write the address"), ("taken", "Somebody else has")]
)
def test_an_address_that_cannot_be_is_refused_with_the_text_kept(app, email, says):
    case, other = a_case_whose_receipt_came_back(), a_provider()
    visitor = Visitor(app).sign_in(an_agent("ENR")).open(f"/agent/cases/{case.number}/address")

    visitor.press("Correct the address", email=other.email if email == "taken" else email, reason="Called back")

    assert (visitor.status, says in visitor.text) == (422, True)
    assert visitor.page.find("input", {"name": "reason"})["value"] == "Called back"


def test_staff_do_not_correct_each_others_addresses(app):
    agent = an_agent("ENR")
    case = a_case(requester=an_admin(), agent=agent)

    with pytest.raises(NotARequester), transaction():
        mail_decisions.correct_address(case, to="mine@example.org", by=agent, reason="Takeover")
