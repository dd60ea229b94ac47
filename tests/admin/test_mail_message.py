"""The page of one message: its copy, its decision, its tries and its history, in words."""

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import commands as accounts
from helpdesk.extensions import db
from helpdesk.hours.models import CalendarChange, CalendarChangeKind
from helpdesk.notifications import delivery
from helpdesk.notifications.models import DeliveryAttempt, MailAct, MailState, OutboxMessage, Settlement
from helpdesk.transaction import transaction
from tests.admin.mails import a_stored_mail, an_act, at_the_ledger
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, SOLUTION, a_case, mail_of
from tests.factories import a_lead, a_provider
from tests.queue.cases import statements
from tests.smtp_servers import good_server, scripted_server
from tests.visitor import Visitor

MOST_STATEMENTS = 12


def on_mail(app, mail_id: int) -> Visitor:
    """A lead with the page of a message open."""
    return at_the_ledger(app, page=f"/admin/mail/{mail_id}")


def panel(visitor: Visitor, name: str) -> str:
    """What a part of the page says."""
    return " ".join(visitor.page.find(id=name).get_text(" ").split())


def a_calendar_change() -> int:
    """A change of the calendar on Monday morning; returns its version."""
    with transaction():
        change = CalendarChange(at=MONDAY_9_AM, kind=CalendarChangeKind.CLOSURE_ADDED, old={}, new={})
        db.session.add(change)
        db.session.flush()
        return change.id


def test_it_shows_the_copy_as_it_was_frozen(app):
    case = a_case(status="resolved")
    mail = mail_of(case, "case_resolved")[0]
    visitor = on_mail(app, mail.id)

    assert (visitor.status, visitor.h1) == (200, mail.subject)
    assert SOLUTION in panel(visitor, "text")
    assert SOLUTION in panel(visitor, "html")
    for said in (mail.message_id, case.requester.email, "Auto-Submitted auto-generated"):
        assert said in panel(visitor, "headers")


def test_the_html_part_is_shown_without_styles_or_anything_that_runs(app):
    html = "<style>p{}</style><p style='color:red' onclick='x()'>Hello<script>alert(1)</script><img src='http://x.org/x.png'></p>"

    shown = str(on_mail(app, a_stored_mail("Hello", html_body=html)).page.find(id="html"))

    assert "Hello" in shown
    for unwanted in ("<style", "style=", "onclick", "<img", "alert"):
        assert unwanted not in shown


def test_a_link_that_opens_an_account_is_shown_to_nobody_else(app):
    requester = a_provider()
    with transaction():
        accounts.send_reset(requester)
    mail = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "reset_password")).one()
    token = mail.text_body.partition("/reset-password/")[2].split()[0]

    visitor = on_mail(app, mail.id)

    assert len(token) > 20
    assert token not in visitor.html
    assert "Choose it on this page: (a link, shown to its recipient only)" in panel(visitor, "text")
    assert visitor.page.find(id="html").find("a") is None
    assert "The links of this mail open an account." in visitor.text


def test_of_a_kind_that_is_gone_no_link_is_shown_either(app):
    mail_id = a_stored_mail("Hello", kind="case_forgotten", text_body="Open http://127.0.0.1:8000/verify/abc")

    assert "verify/abc" not in on_mail(app, mail_id).html


def test_what_people_typed_is_text_on_every_page_of_mail(app):
    case = a_case(requester=a_provider(first_name="<b>Pat</b>", last_name="<i>"), subject="<img src=x>")
    (mail,) = mail_of(case)
    an_act(mail.id, MailAct.CANCELLED, reason="<u>why</u>", new={"<s>": "<s>"})
    with transaction():
        db.session.get_one(OutboxMessage, mail.id).reason = "<q>refused</q>"
        db.session.get_one(OutboxMessage, mail.id).state = MailState.FAILED
    visitor = at_the_ledger(app)

    for path in ("", "?to=<b>Pat", f"/{mail.id}", f"/told/{case.number}"):
        visitor.open(f"/admin/mail{path}")
        assert "<b>Pat</b>" in visitor.text
        assert not visitor.page.main.select("b, i, img, u, s, q"), path


def test_held_mail_says_when_it_leaves_and_what_decided_that(app):
    with clock.at(FRIDAY_7_PM):
        mail = mail_of(a_case(status="resolved"), "case_resolved")[0]
    version = a_calendar_change()
    with transaction():
        decided = {"calendar_version": version, "held_because": "the desk is closed"}
        db.session.execute(sa.update(OutboxMessage).where(OutboxMessage.id == mail.id).values(**decided))

    assert panel(on_mail(app, mail.id), "decision") == (
        "When it leaves, and why Made Fri, Dec 4, 7:00:00 p.m. ET. Until Fri, Dec 4, 7:01:00 p.m. ET it could be taken back. "
        "After that it was held, because the desk is closed. So it was to leave Mon, Dec 7, 8:00:00 a.m. ET. "
        f"That was decided by version {version} of the service hours, of Mon, Nov 30, 9:00 a.m. ET."
    )


def test_mail_of_the_open_desk_was_held_by_nothing(app):
    mail = mail_of(a_case(status="resolved"), "case_resolved")[0]

    assert "After that nothing held it: the desk was open." in panel(on_mail(app, mail.id), "decision")


def test_a_receipt_leaves_at_once(app):
    mail = mail_of(a_case(), "case_received")[0]

    assert "Mail of this kind leaves at once, whatever the hour." in panel(on_mail(app, mail.id), "decision")


def test_each_try_tells_its_times_its_stage_and_the_answer(app):
    mail = mail_of(a_case(), "case_received")[0]
    with scripted_server(app, RCPT="451 4.2.0 try later"):
        delivery.deliver_due()
    with transaction():
        db.session.execute(sa.update(DeliveryAttempt).values(greeting="220 mx.example.org ready", begun_at=MONDAY_9_AM))

    said = panel(on_mail(app, mail.id), "tries")

    for words in (
        "The mail server refused it for now",
        "Claimed Mon, Nov 30, 9:00:00 a.m. ET",
        "Begun Mon, Nov 30, 9:00:00 a.m. ET",
        "Ended Mon, Nov 30, 9:00:00 a.m. ET",
        "Greeting 220 mx.example.org ready",
        "Stage naming the recipient",
        "Answer 451 4.2.0 try later",
    ):
        assert words in said


def test_accepted_mail_is_never_called_anything_more(app):
    mail = mail_of(a_case(), "case_received")[0]
    with good_server(app):
        delivery.deliver_due()

    visitor = on_mail(app, mail.id)

    assert "Accepted by the mail server Mon, Nov 30, 9:00:00 a.m. ET" in panel(visitor, "standing")
    assert "The mail server accepted it" in panel(visitor, "tries")
    assert "delivered" not in visitor.text.lower()


def test_what_people_did_stands_there_with_their_names_and_reasons(app):
    lead = a_lead(first_name="Ines", last_name="Marin")
    mail_id = a_stored_mail("Hello", state=MailState.FAILED, settlement=Settlement.TOLD)
    an_act(mail_id, MailAct.MOVED, old={"due_at": "2026-11-30T13:00:00+00:00"}, new={"due_at": "2026-12-01T13:00:00+00:00"})
    an_act(mail_id, MailAct.READDRESSED, by=lead, old={"to_address": "a@x.org"}, new={"to_address": "b@x.org"}, reason="A typo.")
    an_act(mail_id, MailAct.SETTLED, by=lead, old={"settlement": "open"}, new={"settlement": "told"}, reason="By phone.")
    an_act(mail_id, MailAct.SENT_NOW, by=lead, new={"some_thing": 7})

    said = panel(on_mail(app, mail_id), "acts")

    for words in (
        "The desk moved it to another time, because the service hours changed",
        "Leaves Mon, Nov 30, 8:00:00 a.m. ET → Tue, Dec 1, 8:00:00 a.m. ET",
        "Ines Marin gave it another address",
        "Address a@x.org → b@x.org Reason A typo.",
        "Settled as Not settled → Told in another way Reason By phone.",
        "Ines Marin let it leave outside service hours",
        "Some thing 7",
    ):
        assert words in said


def test_what_replaced_a_message_and_what_it_replaced_are_a_click_away(app):
    case = a_case()
    old = a_stored_mail("Old words", case_id=case.id, state=MailState.SUPERSEDED, reason="the note was changed")
    new = a_stored_mail("New words", case_id=case.id, replaces_id=old)
    visitor = on_mail(app, old)

    assert visitor.follow("A newer message has replaced it").path == f"/admin/mail/{new}"
    assert visitor.follow("It replaces an earlier message").path == f"/admin/mail/{old}"


@pytest.mark.parametrize("mail_id", ["0", "999", "2147483647", "2147483648", "9" * 30, "x"])
def test_what_is_no_message_is_not_found(app, mail_id):
    assert on_mail(app, mail_id).status == 404


@pytest.mark.both_databases
def test_it_takes_few_statements_however_much_happened(app):
    lead = a_lead()
    mail_id = a_stored_mail("Hello", case_id=a_case().id)
    for _ in range(20):
        an_act(mail_id, MailAct.SENT_AGAIN, by=lead)
    visitor = at_the_ledger(app, lead)

    with statements() as taken:
        visitor.open(f"/admin/mail/{mail_id}")

    assert visitor.status == 200
    assert len(taken) <= MOST_STATEMENTS


def test_what_needs_a_person_is_decided_in_the_ledger_also_without_a_case(app):
    mail = a_stored_mail("Lost", state=MailState.FAILED, kind="verify_address")
    visitor = on_mail(app, mail)

    visitor.press("Let it be")

    assert "Written down: nothing more is done about it." in visitor.text
    assert not visitor.has_button("Let it be")


def test_what_is_decided_in_the_ledger_is_said_on_the_case(app):
    case = a_case()
    mail = a_stored_mail("Lost", state=MailState.FAILED, kind="case_received", case_id=case.id)
    visitor = on_mail(app, mail)

    visitor.press("Send it again")

    assert "It is sent again, in a moment." in visitor.text
    assert case.events[-1].new == {"mail": "case_received", "settlement": "sent_again"}
