"""A lead reads the mail of cases they may see, and of accounts; administrators read all of it."""

import pytest

from helpdesk.cases.models import Status
from tests.admin.mails import at_the_ledger, subjects
from tests.case_factories import a_case, mail_of
from tests.factories import a_lead, an_admin, an_agent
from tests.notifications.mails import a_mail

pytestmark = pytest.mark.both_databases


def test_a_lead_finds_no_mail_of_other_teams_in_the_ledger_nor_in_its_export(app):
    lead = a_lead("ENR")
    an_agent("NCIR")
    mine = a_case(status=Status.RESOLVED, subject="Mine to read")
    other = a_case(status=Status.RESOLVED, topic="DAT-HL7", subject="Of another team")
    a_mail("reset_password", to="somebody@example.org")
    a_mail("staff_digest", to="colleague@example.org", headline="5 new cases of others")
    page = at_the_ledger(app, lead)

    told = " ".join(subjects(page))
    exported = page.open("/admin/mail/export").html

    assert ("Mine to read" in told, "Choose a new password" in told) == (True, True)
    for text in (told, exported):
        assert "Of another team" not in text
        assert "of others" not in text
    assert page.open(f"/admin/mail/{mail_of(other)[0].id}").status == 404
    assert page.open(f"/admin/mail/told/{other.number}").status == 404
    assert page.open(f"/admin/mail?case={other.number}").page.select(".ledger-subject") == []
    assert page.open(f"/admin/mail/{mail_of(mine)[0].id}").status == 200


def test_an_administrator_reads_all_of_it(app):
    an_agent("NCIR")
    other = a_case(topic="DAT-HL7", subject="Of another team")

    page = at_the_ledger(app, an_admin())

    assert "Of another team" in " ".join(subjects(page))
    assert page.open(f"/admin/mail/told/{other.number}").status == 200
