"""When nobody works in the team that a case is routed to, those who can change that are told."""

from datetime import timedelta

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, a_new_case, mail_of
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = postgresql_in_the_long_run


def a_case_for_nobody() -> Case:
    """A case of the enrollment team, in which nobody works."""
    requester = a_provider()
    with clock.at(FRIDAY_7_PM), transaction():
        return commands.open_case(a_new_case("ENR-SECB"), requester=requester)


def told(case: Case) -> list[str]:
    """The addresses that are told of the empty team."""
    return [mail.to_address for mail in mail_of(case, "team_is_empty")]


def test_administrators_and_the_leads_of_the_service_desk_are_told(app):
    admin, lead = an_admin(), a_lead(team="SD")
    an_agent(team="SD")
    a_lead(team="NCIR")

    assert told(a_case_for_nobody()) == [admin.email, lead.email]


def test_an_administrator_who_leads_the_service_desk_is_told_once(app):
    chief = an_admin(teams=("SD",))
    with transaction():
        db.session.get_one(User, chief.id).memberships[0].is_lead = True

    assert told(a_case_for_nobody()) == [chief.email]


def test_who_cannot_sign_in_is_not_told(app):
    an_admin(verified=False)
    gone = an_admin()
    with transaction():
        db.session.get_one(User, gone.id).deactivated_at = clock.now()

    assert told(a_case_for_nobody()) == []


def test_with_nobody_to_tell_the_case_is_made_all_the_same(app):
    case = a_case_for_nobody()

    assert (case.team.code, [mail.kind for mail in mail_of(case)]) == ("SD", ["case_received"])


def test_the_mail_leaves_at_once_and_holds_nothing_that_was_typed(app):
    admin = an_admin()
    case = a_case_for_nobody()
    with good_server(app) as server, clock.at(FRIDAY_7_PM + timedelta(seconds=1)):
        delivery.deliver_due()

    (mail,) = (received for received in server.received if received.recipient == admin.email)
    assert mail.message["Subject"] == f"[{case.number}] Nobody works in Provider Enrollment"
    for part in (mail.text, mail.html):
        assert "It went to Service Desk instead" in part
        assert f"http://127.0.0.1:8000/agent/cases/{case.number}" in part
        assert case.subject not in part
        assert case.messages[0].body not in part


def test_with_somebody_in_the_team_nobody_is_told(app):
    an_admin()
    an_agent(team="ENR")

    assert told(a_case_for_nobody()) == []
