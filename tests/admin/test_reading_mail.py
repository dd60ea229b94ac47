"""What holds for every page of mail: it is read and nothing else, it is small, and it has one heading."""

import pytest

from tests.admin.mails import at_the_ledger, some_stored_mail
from tests.case_factories import a_case, mail_of
from tests.factories import an_admin
from tests.queue.cases import statements

LARGEST_PAGE = 60_000
PATHS = [
    "/admin/mail",
    "/admin/mail?state=sent&to=pat",
    "/admin/mail/export",
    "/admin/mail/{mail}",
    "/admin/mail/told/{number}",
    "/admin/mail/kinds",
    "/admin/mail/kinds/case_resolved",
    "/agent/cases/{number}/mail/{mail}",
    "/agent/cases/{number}/told",
]


@pytest.mark.parametrize("path", PATHS)
def test_opening_it_writes_nothing(app, path):
    case = a_case(status="resolved")
    visitor = at_the_ledger(app, an_admin())

    with statements() as taken:
        visitor.open(path.format(number=case.number, mail=mail_of(case)[0].id))

    assert visitor.status == 200
    assert [statement for statement in taken if not statement.startswith("SELECT")] == []


@pytest.mark.parametrize("path", [path for path in PATHS if "export" not in path])
def test_it_is_small_and_has_one_heading(app, path):
    case = a_case(status="resolved")
    some_stored_mail(60, subject="[NCV-000123] Resolved: " + "Section B asks for a second coordinator " * 3)

    visitor = at_the_ledger(app, an_admin(), path.format(number=case.number, mail=mail_of(case)[0].id))

    assert len(visitor.page.find_all("h1")) == 1
    assert len(visitor.html.encode()) <= LARGEST_PAGE
    assert visitor.headers["Cache-Control"] == "no-store"
