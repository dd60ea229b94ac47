"""What somebody has typed and not sent: redaction erases it, and nobody learns from it what stands there."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import ParkedForm
from helpdesk.cases import redaction
from helpdesk.cases.models import Status
from helpdesk.cases.redaction import NothingToRedact, Wanted
from helpdesk.extensions import db
from helpdesk.intake import drafts
from helpdesk.intake.models import Draft, Purpose
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_lead, a_provider, an_agent
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("monday_morning")

REASON = "It was in the ticket by mistake."


def a_draft(owner, text):
    with transaction():
        drafts.save(owner, Purpose.OWN, "f" * 32, {"description": [text]})


def the_draft():
    db.session.rollback()
    return db.session.scalars(sa.select(Draft)).one().answers["description"][0]


def test_nobody_can_find_out_by_trying_words_what_stands_in_a_draft(app):
    requester, lead = a_provider(), a_lead("ENR")
    case = a_case(requester=requester)
    a_draft(requester, "Secretly I complain of Luis.")
    visitor = Visitor(app).sign_in(lead).open(f"/agent/cases/{case.number}/redact")

    visitor.press("See what will be lost", more="complain", reason=REASON)

    assert (visitor.status, "stands nowhere on this case" in visitor.text) == (422, True)
    with pytest.raises(NothingToRedact), transaction():
        redaction.redact(case, Wanted(("complain",)), by=lead, reason=REASON)
    assert the_draft() == "Secretly I complain of Luis."


def test_what_stands_on_the_case_goes_from_the_draft_as_well_and_nobody_is_told(app):
    requester, lead = a_provider(), a_lead("ENR")
    case = a_case(requester=requester, description="Zyxwald Quillfeather is not there, and we have looked.")
    a_draft(requester, "Again about Zyxwald Quillfeather.")

    planned = redaction.plan(case, Wanted(("Zyxwald Quillfeather",)))
    with transaction():
        redaction.redact(case, Wanted(("Zyxwald Quillfeather",)), by=lead, reason=REASON)

    assert the_draft() == "Again about [removed: patient data]."
    assert not any("draft" in called for called, _times in planned.named)
    assert "draft" not in case.events[-1].new["places"]


def test_what_an_agent_writes_on_another_case_is_left_alone(app):
    agent, lead = an_agent(team="ENR"), a_lead("ENR")
    case = a_case(agent=agent, status=Status.OPEN, description="Grace asked us about Section B and its coordinator.")
    with transaction():
        path = "/agent/cases/NCV-000999/replies"
        db.session.add(
            ParkedForm(token_hash="t", path=path, fields={"body": ["Dear Grace"]}, user_id=agent.id, created_at=clock.now())
        )
        redaction.redact(case, Wanted(("Grace",)), by=lead, reason=REASON)

    assert db.session.scalars(sa.select(ParkedForm)).one().fields == {"body": ["Dear Grace"]}


@pytest.mark.parametrize("number", ["412\u00ad-55-9083", "412 55\u200b 9083", "412\u206055\ufeff9083"])
def test_marks_that_nobody_sees_hide_no_number(app, number):
    requester = a_provider()
    case = a_case(requester=requester, status=Status.PENDING)
    visitor = Visitor(app).sign_in(requester).open(f"/cases/{case.number}")

    visitor.press("Send the message", body=f"Her SSN: {number} is what we have.")

    assert visitor.status == 422
    assert visitor.page.select("mark")
