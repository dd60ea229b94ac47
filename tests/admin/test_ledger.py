"""The ledger: every mail of the desk, found again by what one knows of it."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState, Settlement
from tests.admin.mails import a_stored_mail, at_the_ledger, some_stored_mail, subjects
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import statements
from tests.smtp_servers import scripted_server
from tests.visitor import Visitor

MOST_STATEMENTS = 6  # session, person, calendar, the ledger itself


def test_those_in_charge_find_it_in_the_settings(app):
    visitor = at_the_ledger(app, page="/admin").follow("Mail")

    assert (visitor.path, visitor.h1) == ("/admin/mail", "Mail")
    assert "No mail yet" in visitor.text


@pytest.mark.parametrize("somebody", [an_agent, a_provider])
@pytest.mark.parametrize("path", ["", "/1", "/export", "/told/NCV-000001", "/kinds", "/kinds/case_received"])
def test_nobody_else_reads_it(app, somebody, path):
    assert Visitor(app).sign_in(somebody()).open(f"/admin/mail{path}").status == 403


def test_a_row_says_when_to_whom_what_about_which_case_and_where_it_stands(app):
    requester = a_provider(first_name="Pat", last_name="Rivera")
    with clock.at(FRIDAY_7_PM):
        case = a_case(status="resolved", requester=requester)

    row = at_the_ledger(app).page.select_one(".ledger tbody tr").get_text(" ", strip=True).replace("@ ", "@")

    for said in ("Resolution", case.number, "Pat Rivera", requester.email, "Held until Mon, Dec 7, 8:00 a.m. ET, because"):
        assert said in row


def test_what_failed_is_told_in_the_words_of_the_server(app):
    a_case()
    with scripted_server(app, RCPT="550 5.1.1 no such mailbox"):
        delivery.deliver_due()

    assert "Could not be sent: 550 5.1.1 no such mailbox" in at_the_ledger(app).text


FOUND_BY = [
    ("state=failed", ["Refused", "Settled"]),
    ("state=failed&state=held", ["Refused", "Settled", "Held"]),
    ("open=y", ["Refused"]),
    ("kind=case_replied", ["Refused", "Settled", "Held", "Old 100%"]),
    ("kind=case_received", []),
    ("to=josé@example.org", ["Held"]),
    ("to=JOS%C3%89@EXAMPLE.ORG", ["Held"]),
    ("to=Dana@CedarFork.example.org", ["Refused", "Settled", "Old 100%"]),
    ("to=cedarfork", ["Refused", "Settled", "Old 100%"]),
    ("to=OKAFOR", ["Refused", "Settled", "Old 100%"]),
    ("to=o_afor", []),
    ("subject=100%25", ["Old 100%"]),
    ("subject=refus", ["Refused"]),
    ("since=2026-11-30", ["Refused", "Settled", "Held"]),
    ("until=2026-11-29", ["Old 100%"]),
    ("since=2026-11-29&until=2026-11-29", ["Old 100%"]),
    ("since=2026-11-28&until=2026-11-28", []),
    ("until=9999-12-31", ["Refused", "Settled", "Held", "Old 100%"]),
    ("case=NCV-000999", []),
]


@pytest.mark.both_databases
def test_mail_is_found_by_what_one_knows_of_it(app):
    late_on_sunday = MONDAY_9_AM - timedelta(hours=9, minutes=1)
    a_stored_mail("Old 100%", made_at=late_on_sunday, state=MailState.SENT)
    a_stored_mail("Held", to_address="josé@example.org", to_name="José")
    a_stored_mail("Settled", state=MailState.FAILED, settlement=Settlement.TOLD)
    a_stored_mail("Refused", state=MailState.FAILED, reason="550 no")
    visitor = at_the_ledger(app)

    found = {asked: subjects(visitor.open(f"/admin/mail?{asked}")) for asked, _expected in FOUND_BY}

    assert found == dict(FOUND_BY)


def test_the_form_finds_the_mail_of_a_case_and_leads_to_who_was_told(app):
    case, _other = a_case(), a_case()

    visitor = at_the_ledger(app).press("Search", case=case.number.lower())

    assert len(subjects(visitor)) == 1
    assert visitor.follow(f"Was the provider told about {case.number}?").path == f"/admin/mail/told/{case.number}"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("case=hello", "This is not the number of a case."),
        ("since=2026-12-02&until=2026-12-01", "The last day must not come before the first one."),
        ("since=yesterday", "Not a valid date value."),
        ("state=delivered", "is not a valid choice"),
        ("kind=nonsense", "Not a valid choice"),
        ("to=" + "a" * 300, "Please look for something shorter."),
    ],
)
def test_a_search_without_sense_is_explained_and_kept(app, asked, said):
    visitor = at_the_ledger(app, page=f"/admin/mail?{asked}")

    assert visitor.status == 422
    assert said in visitor.page.select_one("#error-summary").get_text()


def test_nothing_found_says_so_and_leads_back(app):
    a_stored_mail("Hello")

    visitor = at_the_ledger(app, page="/admin/mail?subject=goodbye")

    assert "No such mail" in visitor.text
    assert subjects(visitor.open("/admin/mail")) == ["Hello"]


@pytest.mark.both_databases
def test_pages_follow_one_another_without_a_gap(app):
    for number in range(30):
        a_stored_mail(f"Mail {number}", made_at=MONDAY_9_AM + timedelta(seconds=number // 3))
    first = at_the_ledger(app)
    seen = subjects(first)

    seen += subjects(first.follow("Older mail"))

    assert seen == [f"Mail {number}" for number in reversed(range(30))]
    assert "Older mail" not in first.text


@pytest.mark.both_databases
@pytest.mark.parametrize("asked", ["", "?to=dana", "?state=failed", "?open=y", "?subject=x&kind=case_replied"])
def test_a_page_takes_no_more_statements_with_more_mail(app, asked):
    seen, lead = [], a_lead()
    for more in (30, 300):
        some_stored_mail(more)
        visitor = at_the_ledger(app, lead)
        with statements() as taken:
            visitor.open(f"/admin/mail{asked}")
        seen.append(len(taken))

    assert seen[0] == seen[1] <= MOST_STATEMENTS


@pytest.mark.parametrize("after", ["nonsense", "OjE", "A" * 5000, "é"])
def test_a_forged_place_is_the_first_page_or_an_empty_one(app, after):
    a_stored_mail("Hello")

    assert at_the_ledger(app, page=f"/admin/mail?after={after}").status == 200


def test_administrators_read_it_too(app):
    a_stored_mail("Hello")

    assert subjects(at_the_ledger(app, an_admin())) == ["Hello"]
