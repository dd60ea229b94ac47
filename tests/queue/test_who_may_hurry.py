"""Mail leaves outside service hours on the word of somebody who leads the team of its case."""

import pytest

from helpdesk import clock
from helpdesk.accounts import people
from helpdesk.accounts.models import User
from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.admin.desk_people import team
from tests.case_factories import FRIDAY_7_PM, a_case, mail_of
from tests.factories import a_lead, an_admin, an_agent
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def friday_evening():
    with clock.at(FRIDAY_7_PM):
        yield


def asked(app, user, case):
    """What the page answers on which one says why a mail cannot wait."""
    mail = mail_of(case, "case_resolved")[0]
    return Visitor(app).sign_in(user).open(f"/agent/cases/{case.number}/mail/{mail.id}/send-now").status


def test_a_lead_hurries_mail_of_the_teams_they_lead_and_of_triage_only(app):
    lead, admin = a_lead("ENR"), an_admin()
    an_agent("NCIR"), an_agent("SD")
    with transaction():
        people.join(db.session.get_one(User, lead.id), team("NCIR"), by=admin)
    led = a_case(status=Status.RESOLVED)
    worked_in = a_case(status=Status.RESOLVED, topic="DAT-HL7")
    triage = a_case(status=Status.RESOLVED, topic="GEN-OTHER")

    assert [asked(app, lead, case) for case in (led, worked_in, triage)] == [200, 403, 200]
    assert [asked(app, admin, case) for case in (led, worked_in, triage)] == [200, 200, 200]
    page = Visitor(app).sign_in(lead)
    assert "Send it now" in page.open(f"/agent/cases/{led.number}").text
    assert "Send it now" not in page.open(f"/agent/cases/{worked_in.number}").text
