"""What is frozen when a mail is written."""

import html

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from helpdesk import clock, create_app
from helpdesk.extensions import db
from helpdesk.notifications import delivery, outbox
from helpdesk.notifications.errors import FactMissing, UnknownKind
from helpdesk.notifications.kinds import KINDS
from helpdesk.notifications.models import Recipient
from helpdesk.transaction import transaction
from tests import databases
from tests.case_factories import FRIDAY_7_PM, a_case, mail_of
from tests.notifications.mails import DANA, FACTS, MONDAY_9_AM, a_mail, eastern, outbox_rows
from tests.smtp_servers import good_server

MONDAY_8_AM = eastern("2026-12-07 08:00")
ANA = Recipient(None, "ana@example.org", "Ana Morales", language="es")


def desk_with_catalogs(app, folder):
    """A desk on the same database whose catalogs lie in another folder."""
    settings = databases.settings(app.config["SQLALCHEMY_DATABASE_URI"], folder)
    desk = create_app({**settings, "BABEL_TRANSLATION_DIRECTORIES": str(folder)})
    with desk.app_context():
        yield desk
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def untranslated_desk(app, tmp_path):
    """A desk without any catalog."""
    yield from desk_with_catalogs(app, tmp_path)


@pytest.fixture
def spanish_desk(app, tmp_path):
    """A desk that has one of its sentences in Spanish."""
    catalog = Catalog(locale="es")
    catalog.add("[%(number)s] We received your case: %(subject)s", "[%(number)s] Hemos recibido su caso: %(subject)s")
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.po").open("wb") as file:
        write_po(file, catalog)
    yield from desk_with_catalogs(app, tmp_path)


@pytest.mark.both_databases
def test_the_same_occasion_is_written_once(app):
    first = a_mail(key="NCV-000123/7")
    second = a_mail(key="NCV-000123/7", subject="Something else")

    assert first.id == second.id
    assert len(outbox_rows()) == 1


def test_another_person_kind_or_occasion_is_another_mail(app):
    a_mail("case_received", key="1")
    a_mail("case_replied", key="1")
    a_mail("case_received", key="2")
    a_mail("case_received", key="1", to="luis@example.org")

    assert len({mail.message_id for mail in outbox_rows()}) == 4


def test_all_mail_is_marked_as_automatic(app):
    with good_server(app) as server:
        a_mail()
        delivery.deliver_due()

    message = server.received[0].message
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Help-Desk-Loop"] == "127.0.0.1"
    assert message["Message-ID"] == outbox_rows()[0].message_id
    assert message["Message-ID"].endswith("@desk.example.org>")
    assert message["Content-Language"] == "en"


def test_mail_about_a_case_answers_the_first_one_to_that_person(app):
    case = a_case()
    receipt = mail_of(case)[0]

    with transaction():
        later = outbox.enqueue("case_replied", to=case.requester.recipient, about=FACTS, key="x", case_id=case.id)
        to_another = outbox.enqueue("case_replied", to=DANA, about=FACTS, key="x", case_id=case.id)

    assert "In-Reply-To" not in receipt.headers
    assert later.headers["In-Reply-To"] == later.headers["References"] == receipt.message_id
    assert "In-Reply-To" not in to_another.headers


def test_what_people_typed_is_text_in_the_html_part(app):
    mail = a_mail("case_resolved", note="Press <b>Save</b> & wait.\nThen <script>alert(1)</script>", subject="<img src=x>")

    assert "Press &lt;b&gt;Save&lt;/b&gt; &amp; wait.<br>Then &lt;script&gt;" in mail.html_body
    assert "<img" not in mail.html_body
    assert "Press <b>Save</b> & wait.\nThen <script>" in mail.text_body


def test_subjects_and_names_cannot_smuggle_headers(app):
    mail = a_mail("case_replied", subject="Hello\r\nBcc: all@example.org\x00")

    assert mail.subject == "[NCV-000123] New reply: Hello Bcc: all@example.org"


@pytest.mark.parametrize(
    "subject", ["A short one", "Section B asks for a second coordinator, who left in May" * 2, "Sección B pide 予防接種 " * 4]
)
def test_subjects_arrive_as_they_were_written(app, subject):
    with good_server(app) as server:
        mail = a_mail(subject=subject)
        delivery.deliver_due()

    assert server.received[0].message["Subject"] == mail.subject
    assert mail.subject.endswith(subject.strip())


@pytest.mark.parametrize("kind", KINDS)
def test_only_facts_on_the_list_of_a_kind_reach_its_mail(app, kind):
    mail = a_mail(kind, internal_note="They owe us a call", body="They owe us a call", events="They owe us a call")

    assert "owe us" not in mail.subject + mail.text_body + mail.html_body


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_has_both_parts_with_its_link_and_the_phone(app, kind):
    mail = a_mail(kind)

    for part in (mail.text_body, mail.html_body):
        leads_to = {"link": "/verify/abc", "path": "/cases/NCV-000123"}
        assert all(leads_to[name] in part for name in KINDS[kind].needs & set(leads_to))
        assert "(877) 873-6247, Monday to Friday, 8 a.m. to 4:45 p.m. ET" in part
        assert "Dana" in part
        assert "{" not in part


def test_a_resolution_tells_how_and_asks_whether_it_helped(app):
    mail = a_mail("case_resolved")

    assert mail.subject == "[NCV-000123] Resolved: Section B asks for a second coordinator"
    for said in ("Fixed", "We sent the signature mail again.", '"This solved it" or "This did not solve it"', "opens again"):
        assert said in mail.text_body


def test_a_resolution_is_right_also_for_somebody_who_has_answered_meanwhile(app):
    with clock.at(FRIDAY_7_PM):
        case = a_case(status="closed")
    with clock.at(MONDAY_8_AM), good_server(app) as server:
        delivery.deliver_due()

    told = server.received[-1]
    assert told.message["Subject"].startswith(f"[{case.number}] Resolved")
    for part in (told.text, html.unescape(told.html)):
        assert "If you have not told us yet: did this solve it?" in part
        assert "If you have told us already, thank you; there is nothing left to do." in part


def test_a_receipt_holds_a_copy_of_the_answers(app):
    mail = a_mail(
        "case_received", answers=[{"question": "Your role", "answer": "Office staff"}, {"question": "NCIR?", "answer": ""}]
    )

    assert "Your role\n    Office staff" in mail.text_body
    assert "NCIR?\n    Not given" in mail.text_body
    assert "You can expect a first answer by Tue, Dec 1, 11:30 a.m. ET." in mail.text_body


def test_the_number_stands_out_in_the_html_of_a_receipt(app):
    assert "Its number is <strong>NCV-000123</strong>." in a_mail("case_received").html_body


def test_a_test_is_written_as_the_mail_is_but_leaves_at_once_and_says_so(app):
    with clock.at(FRIDAY_7_PM), transaction():
        test = outbox.enqueue("case_resolved", to=DANA, about=FACTS, key="1", is_test=True)
        mail = outbox.enqueue("case_resolved", to=DANA, about=FACTS, key="2")

    assert (test.state, mail.state) == ("due", "held")
    assert test.subject == f"[Test] {mail.subject}"
    assert test.text_body == mail.text_body


def test_a_fact_that_is_missing_is_named(app):
    with pytest.raises(FactMissing, match="case_resolved: code_label, note"), transaction():
        outbox.enqueue(
            "case_resolved", to=DANA, key="1", about={n: v for n, v in FACTS.items() if n not in ("note", "code_label")}
        )


def test_a_kind_that_nobody_declared_is_refused(app):
    with pytest.raises(UnknownKind):
        outbox.enqueue("case_forgotten", to=DANA, about={}, key="1")


def test_mail_is_in_english_alone_where_nothing_is_translated(untranslated_desk):
    with transaction():
        mail = outbox.enqueue("case_received", to=ANA, about=FACTS, key="1")
    with good_server(untranslated_desk) as server:
        delivery.deliver_due()

    assert server.received[0].message["Content-Language"] == mail.language == "en"
    assert '<html lang="en">' in mail.html_body
    assert "Monday to Friday, 8 a.m. to 4:45 p.m. ET" in mail.text_body


def test_mail_is_written_in_the_language_of_its_recipient_where_it_is_translated(spanish_desk):
    with transaction():
        mail = outbox.enqueue("case_received", to=ANA, about=FACTS, key="1")

    assert '<html lang="es">' in mail.html_body
    assert (mail.language, mail.subject.split(":")[0]) == ("es", "[NCV-000123] Hemos recibido su caso")


@pytest.mark.both_databases
def test_mail_that_has_not_left_is_cancelled_with_the_reason(app):
    with clock.at(MONDAY_9_AM):
        case = a_case(status="resolved")
        with transaction():
            stopped = outbox.cancel_unsent(case.id, kinds={"case_resolved"}, reason="The case was reopened.")

    assert stopped == 1
    assert [(m.state, m.reason) for m in mail_of(case, "case_resolved")] == [("cancelled", "The case was reopened.")]
    assert [m.state for m in mail_of(case, "case_received")] == ["due"]


def test_mail_that_has_left_is_not_cancelled(app):
    with clock.at(MONDAY_9_AM), good_server(app):
        case = a_case()
        delivery.deliver_due()
        with transaction():
            assert outbox.cancel_unsent(case.id, kinds={"case_received"}, reason="Too late") == 0

    assert [m.state for m in mail_of(case)] == ["sent"]
