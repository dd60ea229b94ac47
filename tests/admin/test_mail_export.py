"""The ledger as CSV: the rows of the search, for a spreadsheet that must not run any of them."""

import csv
from io import StringIO

import pytest

from helpdesk.admin.mail_export import disarmed
from helpdesk.notifications import delivery, ledger
from helpdesk.notifications.models import MailState
from tests.admin.mails import a_stored_mail, at_the_ledger, some_stored_mail
from tests.case_factories import a_case
from tests.smtp_servers import good_server
from tests.visitor import Visitor


def exported(visitor: Visitor, asked: str = "") -> list[dict[str, str]]:
    """The rows of the file."""
    visitor.open(f"/admin/mail/export{asked}")
    assert visitor.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert visitor.html.startswith("\ufeff")
    return list(csv.DictReader(StringIO(visitor.html[1:], newline="")))


def test_the_file_holds_what_the_page_shows(app):
    case = a_case()
    with good_server(app):
        delivery.deliver_due()

    (row,) = exported(at_the_ledger(app))

    assert row["Case"] == case.number
    assert row["Address"] == case.requester.email
    assert row["Made at"] == row["Accepted at"] == "2026-11-30T09:00:00-05:00"
    assert (row["Kind"], row["State"], row["Tries"]) == ("Receipt", "Accepted by the mail server", "1")
    assert row["Last answer"] == "250 2.0.0 kept as 1"
    assert row["Where it stands"] == "Accepted by the mail server Mon, Nov 30, 9:00:00 a.m. ET"


def test_the_link_on_the_page_downloads_the_same_search(app):
    a_stored_mail("Wanted", state=MailState.FAILED)
    a_stored_mail("Other")
    visitor = at_the_ledger(app, page="/admin/mail?state=failed&to=okafor").follow("Download this list (CSV)")

    assert "Wanted" in visitor.html
    assert "Other" not in visitor.html
    assert visitor.headers["Content-Disposition"] == 'attachment; filename="mail-2026-11-30.csv"'
    assert visitor.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_a_formula(start):
    assert disarmed(f"{start}1+1") == f"'{start}1+1"
    assert disarmed(f"1{start}") == f"1{start}"


def test_what_people_typed_is_disarmed_in_the_file(app):
    a_stored_mail('=HYPERLINK("http://example.org")', to_name="@Pat", to_address="+pat@example.org")

    (row,) = exported(at_the_ledger(app))

    assert (row["Subject"], row["To"], row["Address"]) == (
        '\'=HYPERLINK("http://example.org")',
        "'@Pat",
        "'+pat@example.org",
    )


@pytest.mark.both_databases
def test_all_pages_are_in_it_newest_first(app):
    some_stored_mail(ledger.EXPORTED_AT_ONCE * 2 + 3)

    rows = exported(at_the_ledger(app), "?kind=case_replied")

    assert len(rows) == ledger.EXPORTED_AT_ONCE * 2 + 3
    assert len({row["Message-ID"] for row in rows}) == len(rows)
    first, last = (int(row["Message-ID"].strip("<>").partition("@")[0].removeprefix("stock-")) for row in (rows[0], rows[-1]))
    assert first > last


@pytest.mark.parametrize("most", [1, 499, 500, 501, 700])
def test_it_ends_at_the_stated_maximum(app, most):
    some_stored_mail(700)

    assert sum(len(batch) for batch in ledger.batches(ledger.Search(), at_most=most)) == most


def test_a_search_without_sense_leads_back_to_the_page_that_explains_it(app):
    visitor = at_the_ledger(app).open("/admin/mail/export?case=hello")

    assert (visitor.path, visitor.status) == ("/admin/mail", 422)
    assert "This is not the number of a case." in visitor.text


def test_the_file_holds_no_text_of_any_mail(app):
    a_stored_mail("Hello", text_body="secret words")

    assert "secret words" not in at_the_ledger(app, page="/admin/mail/export").html
