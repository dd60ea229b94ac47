"""Every kind of mail shown on a real case, and a test of it for whoever asks."""

import pytest

from helpdesk.cases import commands
from helpdesk.extensions import db
from helpdesk.notifications import delivery, wording
from helpdesk.notifications.kinds import KINDS
from helpdesk.transaction import transaction
from tests.admin.mails import at_the_ledger
from tests.case_factories import SOLUTION, a_case, mail_of
from tests.factories import a_lead, an_admin
from tests.notifications.mails import outbox_rows
from tests.smtp_servers import good_server
from tests.visitor import Visitor


def at_the_kinds(app, page="", user=None) -> Visitor:
    """An administrator with the kinds of mail, or one of them, open."""
    return at_the_ledger(app, user or an_admin(), f"/admin/mail/kinds{page}")


def panel(visitor, name):
    return " ".join(visitor.page.find(id=name).get_text(" ").split())


def test_every_kind_is_listed_with_what_it_says_to_whom_and_when(app):
    visitor = at_the_ledger(app, an_admin(), "/admin").follow("Kinds of mail")

    assert visitor.path == "/admin/mail/kinds"
    assert len(visitor.page.select(".ledger tbody tr")) == len(KINDS)
    for said in ("Says how the case was resolved", "The person who asked", "In service hours", "At once"):
        assert said in visitor.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind):
    assert kind in wording.KINDS, "Say in helpdesk/notifications/wording.py what this kind is called, says, and who gets it."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_and_can_be_tested(app, kind):
    a_case(status="resolved")
    visitor = at_the_kinds(app, f"/{kind}")

    assert visitor.status == 200
    assert "(877) 873-6247" in panel(visitor, "text"), "Give it facts in helpdesk/admin/mail_examples.py."
    assert "(877) 873-6247" in panel(visitor, "html")
    assert "%(" not in panel(visitor, "subject")
    assert visitor.has_button("Send me a test")


def test_a_preview_is_written_by_what_writes_the_mail(app):
    case = a_case(status="resolved")
    mail = mail_of(case, "case_resolved")[0]

    shown = at_the_kinds(app, "/case_resolved")

    assert panel(shown, "subject") == f"Subject {mail.subject}"
    assert shown.page.select_one("#text .typed").get_text().strip() == mail.text_body.strip()


def test_a_receipt_is_shown_as_it_was_sent(app):
    case = a_case()

    shown = at_the_kinds(app, "/case_received").page.select_one("#text .typed").get_text().strip()

    assert shown == mail_of(case, "case_received")[0].text_body.strip()


def test_it_is_shown_on_the_newest_case_or_on_the_one_that_is_chosen(app):
    first, second = a_case(), a_case()
    visitor = at_the_kinds(app, "/case_received")
    assert second.number in panel(visitor, "subject")

    visitor.press("Show", case=first.number)

    assert first.number in panel(visitor, "subject")
    assert visitor.values("Send me a test")["case"] == first.number


def test_what_was_never_said_on_the_case_is_plainly_invented(app):
    a_case()

    assert "(An example: nothing of this kind has been said on this case yet.)" in panel(
        at_the_kinds(app, "/case_replied"), "text"
    )


@pytest.mark.parametrize(("address", "said"), [("", "No case yet"), ("?case=NCV-000999", "No such case"), ("?case=x", "No such")])
def test_without_a_case_it_says_so_and_offers_no_test(app, address, said):
    visitor = at_the_kinds(app, f"/case_resolved{address}")

    assert said in visitor.text
    assert not visitor.has_button("Send me a test")


def test_typed_html_is_text_and_notes_are_not_told(app):
    case = a_case(status="resolved", subject="<img src=x> & <b>bold</b>")
    with transaction():
        commands.add_note(case, by=case.assignee, body="They sound annoyed.")

    visitor = at_the_kinds(app, "/case_resolved")

    assert "<img src=x> & <b>bold</b>" in panel(visitor, "html")
    assert not visitor.page.select("#html img, #html b, #text img, #subject img")
    assert "annoyed" not in visitor.text


def test_a_test_goes_to_who_asks_at_once_marked_and_about_no_case(app):
    case, admin = a_case(status="resolved"), an_admin()
    before = (case.version, len(mail_of(case)))
    visitor = at_the_kinds(app, "/case_resolved", admin).press("Send me a test")
    with good_server(app) as server:
        delivery.deliver_due()

    assert f"A test is on its way to {admin.email}." in visitor.text
    (received,) = [mail for mail in server.received if mail.recipient == admin.email]
    assert received.message["Subject"] == f"[Test] [{case.number}] Resolved: {case.subject}"
    assert SOLUTION in received.text
    db.session.refresh(case)
    assert (case.version, len(mail_of(case))) == before
    assert outbox_rows()[-1].case_id is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_test_is_for_anybody_else(app, kind):
    case, admin = a_case(status="resolved"), an_admin()
    visitor = at_the_kinds(app, f"/{kind}", admin)
    before = len(outbox_rows())

    forged = {"to": case.requester.email, "address": case.requester.email, "user_id": case.requester.id}
    visitor.post(f"/admin/mail/kinds/{kind}", {**visitor.values("Send me a test"), **forged})

    assert [(mail.to_address, mail.is_windowed, mail.subject[:6]) for mail in outbox_rows()[before:]] == [
        (admin.email, False, "[Test]")
    ]


def test_two_tests_are_two_mails(app):
    a_case()
    visitor = at_the_kinds(app, "/case_received")

    for _ in range(2):
        visitor.press("Send me a test")

    assert [mail.subject.startswith("[Test]") for mail in outbox_rows()] == [False, True, True]


def test_only_who_runs_the_desk_asks_for_tests(app):
    visitor = at_the_kinds(app, "/case_received", a_lead())

    assert visitor.status == 403
    token = visitor.open("/account").values("Sign out")["csrf_token"]
    assert visitor.post("/admin/mail/kinds/case_received", {"csrf_token": token}).status == 403
    assert outbox_rows() == []


@pytest.mark.parametrize("kind", ["nonsense", "..", "_layout"])
def test_a_kind_that_is_none_is_not_found(app, kind):
    assert at_the_kinds(app, f"/{kind}").status == 404
