"""The mail of a case as its agents read it: each message, and whether the provider was told."""

import pytest

from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState
from tests.admin.mails import a_stored_mail
from tests.case_factories import SOLUTION, a_case, mail_of
from tests.factories import a_provider, an_agent
from tests.queue.cases import on_case, statements
from tests.smtp_servers import good_server
from tests.visitor import Visitor

MOST_STATEMENTS = 12


def test_each_mail_of_the_panel_leads_to_all_that_is_known_of_it(app):
    case = a_case(status="resolved")
    with good_server(app):
        delivery.deliver_due()
    visitor = on_case(app, case.assignee, case).follow("Resolution")

    assert visitor.path == f"/agent/cases/{case.number}/mail/{mail_of(case, 'case_resolved')[0].id}"
    assert SOLUTION in visitor.text
    assert "Held until" in visitor.text
    assert visitor.follow(f"Case {case.number}").path == f"/agent/cases/{case.number}"


def test_the_panel_leads_to_whether_the_provider_was_told(app):
    case = a_case(status="resolved")

    visitor = on_case(app, case.assignee, case).follow("Was the provider told?")

    assert visitor.path == f"/agent/cases/{case.number}/told"
    assert f"the mail to {case.requester.name} that {case.number} is resolved has not left." in visitor.text
    assert visitor.page.select(f".told a[href^='/agent/cases/{case.number}/mail/']")


def test_the_mail_of_another_case_is_not_found_here(app):
    case, other = a_case(), a_case()
    visitor = on_case(app, an_agent("ENR"), case)

    assert visitor.open(f"/agent/cases/{case.number}/mail/{mail_of(other)[0].id}").status == 404
    assert visitor.open(f"/agent/cases/{other.number}/mail/{mail_of(other)[0].id}").status == 200


@pytest.mark.parametrize("what", ["mail/1", "told"])
def test_what_is_of_a_foreign_team_does_not_exist(app, what):
    case = a_case(topic="INV-RECV")
    stranger = Visitor(app).sign_in(an_agent("ENR"))

    assert stranger.open(f"/agent/cases/{case.number}/{what}").status == 404
    assert stranger.open(f"/agent/cases/NCV-000999/{what}").status == 404


@pytest.mark.parametrize("what", ["mail/1", "told"])
def test_providers_do_not_read_it(app, what):
    case = a_case()

    assert Visitor(app).sign_in(case.requester).open(f"/agent/cases/{case.number}/{what}").status == 403


def test_internal_notes_are_on_no_page_of_mail(app):
    case = a_case(status="pending")
    on_case(app, case.assignee, case).press("Save note", body="They sound annoyed.")
    pages = ["told", *(f"mail/{mail.id}" for mail in mail_of(case))]

    visitor = Visitor(app).sign_in(case.assignee)

    assert all("annoyed" not in visitor.open(f"/agent/cases/{case.number}/{page}").text for page in pages)


@pytest.mark.both_databases
def test_asking_who_was_told_takes_few_statements_however_much_was_mailed(app):
    case = a_case(status="resolved", requester=a_provider())
    for _ in range(30):
        a_stored_mail("Hello", case_id=case.id, state=MailState.SENT)
    visitor = on_case(app, case.assignee, case)

    with statements() as taken:
        visitor.open(f"/agent/cases/{case.number}/told")

    assert visitor.status == 200
    assert len(taken) <= MOST_STATEMENTS, "\n".join(taken)
