"""The help ticket from the form to the receipt, and what happens to bad input: a clear answer, everything kept."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor

FORM = "/vaccine-provider/get-help"
ASKING = f"{FORM}?topic=INV-RECV"  # with the topic chosen, and so with its questions
ANSWERS = {
    "role": "coordinator_primary",
    "organization": "Cedar Fork Pharmacy",
    "location": "Main Street",
    "system": "ncir",
    "topic": "INV-RECV",
    "subject": "Shipment arrived, but does not show in NCIR",
    "description": "We received 40 doses two days ago.\nThe transfer is still not in NCIR.",
    "impact": "location",
    "urgency": "slowed",
    "no_patient_data": "yes",
}


@pytest.fixture
def provider(app: Flask) -> Visitor:
    """A provider who has signed in."""
    return Visitor(app).sign_in(a_provider(email="pat@example.org"))


def cases() -> list[Case]:
    return list(db.session.scalars(sa.select(Case)))


def errors(visitor: Visitor) -> str:
    summary = visitor.page.select_one(".error-summary")
    return " ".join(summary.get_text(" ").split()) if summary else ""


def test_form_review_and_receipt(app: Flask) -> None:
    an_agent(team="NCIR")
    with clock.at(MONDAY_9_AM):
        provider = Visitor(app).sign_in(a_provider(email="pat@example.org"))
        provider.open(ASKING).press("Continue", **ANSWERS)
        assert provider.h1 == "Check your answers"
        assert "Shipment arrived, but does not show in NCIR" in provider.text
        provider.press("Send the ticket")

    case = cases()[0]
    assert provider.path == f"{FORM}/receipt/{case.number}"
    for told in (case.number, "NCIR Support", "(877) 873-6247", "Monday to Friday, 8 a.m. to 4:45 p.m.", "pat@example.org"):
        assert told in provider.text
    assert "We received 40 doses two days ago." in provider.text


def test_the_receipt_says_when_an_answer_can_be_expected_in_service_hours(app: Flask) -> None:
    an_agent(team="NCIR")
    with clock.at(FRIDAY_7_PM):
        provider = Visitor(app).sign_in(a_provider())
        provider.open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")

    assert "by Mon, Dec 7, 10:00 a.m. ET" in provider.text  # two service hours from Monday at 8


def test_everybody_chooses_from_the_topics_in_their_own_language(app: Flask) -> None:
    english, spanish = Visitor(app).sign_in(a_provider()), Visitor(app).sign_in(a_provider(language=Language.SPANISH))

    seen = [visitor.open(FORM).page.select_one("#topic").get_text() for visitor in (english, spanish, english)]

    assert "Temperature" in seen[0]
    assert "temperatura" in seen[1]
    assert seen[2] == seen[0]


def test_the_topic_comes_first_and_is_asked_for(provider: Visitor) -> None:
    provider.open(FORM).press("Continue")

    assert (provider.status, errors(provider)) == (422, "There is a problem Choose the topic that comes closest.")
    assert "subject" not in provider.values("Continue")


def test_an_empty_form_lists_every_question_with_a_link_to_it(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue")

    assert provider.status == 422
    links = {a["href"].lstrip("#") for a in provider.page.select(".error-summary a")}
    assert links >= {"role", "organization", "subject", "description", "urgency-0"}
    assert "Say in one line what it is about." in errors(provider)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("subject", "Hi", "“Subject” must have 5 to 120 characters."),
        ("subject", "x" * 121, "“Subject” must have 5 to 120 characters."),
        ("description", "Too short", "20 to 5,000 characters"),
        ("description", "long " * 1001, "20 to 5,000 characters"),
        ("organization", "x" * 121, "“Organization” must have 2 to 120 characters."),
        ("topic", "FORGED", "Choose one of the answers on the list."),
        ("system", "forged", "Choose one of the answers on the list."),
        ("location", "", "Enter the location"),
        ("subject", " \x00\x07 ", "Say in one line what it is about."),
        ("subject", "a\u200b\u200b\u200b\u200b", "“Subject” must have 5 to 120 characters."),
        ("organization", "\u3164\u3164\u3164", "Enter the name of your organization."),
        ("description", "a" + "\n" * 30 + "b", "20 to 5,000 characters"),
        ("subject", "\u200b\u200f\u200b\u200b\u200b", "Say in one line what it is about."),
    ],
)
def test_a_bad_answer_is_named_and_everything_typed_is_kept(provider: Visitor, field: str, typed: str, told: str) -> None:
    provider.open(ASKING)
    provider.post(FORM, {**provider.values("Continue"), **ANSWERS, field: typed})

    assert provider.status == 422
    assert told in errors(provider)
    kept = provider.values("Continue")
    assert {name: kept.get(name) for name in ("organization", "subject", "role") if name != field} == {
        name: ANSWERS[name] for name in ("organization", "subject", "role") if name != field
    }
    assert cases() == []


def test_emoji_and_other_scripts_survive_while_hidden_controls_go(provider: Visitor) -> None:
    an_agent(team="NCIR")
    odd = {
        **ANSWERS,
        "subject": "Fridge \U0001f9ca at \u202e12 °C\x00 مرحبا",
        "description": "Línea uno ✓ con ñ\r\n\r\nund Zeile zwei\x08.",
    }
    provider.open(ASKING).press("Continue", **odd).press("Send the ticket")

    case = cases()[0]
    assert case.subject == "Fridge \U0001f9ca at 12 °C مرحبا"
    assert case.messages[0].body == "Línea uno ✓ con ñ\n\nund Zeile zwei."


def test_markup_in_an_answer_is_shown_as_typed(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **{**ANSWERS, "subject": "<script>alert(1)</script>"})

    assert "<script>alert(1)</script>" in provider.text
    assert "<script>alert(1)" not in provider.html


def test_a_topic_about_the_whole_organization_needs_no_location(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **{**ANSWERS, "topic": "ENR-SIGN", "location": ""})

    assert provider.h1 == "Check your answers"


def test_answers_can_be_changed_after_the_review(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS).press("Change the answers")

    assert provider.h1 == "Get Help"
    kept = provider.values("Continue")
    assert {name: kept[name] for name in ANSWERS} == ANSWERS


def test_a_double_click_makes_one_case_and_shows_its_receipt_twice(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS)
    sent = provider.values("Send the ticket")

    first = provider.post(f"{FORM}/check", sent).path
    again = provider.post(f"{FORM}/check", sent).path

    assert again == first
    assert len(cases()) == 1


def test_the_same_form_with_other_answers_is_refused_with_the_text_kept(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS)
    sent = provider.values("Send the ticket")
    provider.post(f"{FORM}/check", sent)

    provider.post(f"{FORM}/check", {**sent, "subject": "Another question altogether"})

    assert provider.status == 409
    assert provider.values("Continue")["subject"] == "Another question altogether"
    assert len(cases()) == 1
    provider.press("Continue").press("Send the ticket")
    assert len(cases()) == 2


def test_a_session_that_ends_in_mid_form_loses_nothing(app: Flask, provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS)
    sent = provider.values("Send the ticket")
    provider.client.delete_cookie("session")

    provider.post(f"{FORM}/check", sent)
    assert provider.h1 == "Sign in"
    assert cases() == []
    provider.press("Sign in", email="pat@example.org", password="correct horse battery staple")

    assert provider.h1 == "Get Help"
    kept = provider.values("Continue")
    assert {name: kept[name] for name in ANSWERS} == ANSWERS
    provider.press("Continue").press("Send the ticket")
    assert provider.h1 == "We have received your case"
    assert provider.open(ASKING).values("Continue")["subject"] == ""


def test_what_was_typed_last_is_what_comes_back(app: Flask, provider: Visitor) -> None:
    def end_the_session_and_send(path: str, fields: dict[str, str]) -> None:
        provider.client.delete_cookie("session")
        provider.post(path, fields).press("Sign in", email="pat@example.org", password="correct horse battery staple")

    end_the_session_and_send(FORM, {**provider.open(ASKING).values("Continue"), **ANSWERS, "subject": "The first wording"})
    provider.press("Continue", subject="The second wording")
    end_the_session_and_send(f"{FORM}/check", provider.values("Send the ticket"))

    assert provider.values("Continue")["subject"] == "The second wording"


def test_the_next_form_knows_who_is_asking(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")

    kept = provider.open(ASKING).values("Continue")

    assert (kept["organization"], kept["location"], kept["role"]) == ("Cedar Fork Pharmacy", "Main Street", "coordinator_primary")
    assert kept["subject"] == ""


def test_the_receipt_of_somebody_else_looks_like_one_that_is_not_there(app: Flask, provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")
    theirs = provider.path
    stranger = Visitor(app).sign_in(a_provider())

    foreign = stranger.open(theirs).page.find("main").get_text(" ", strip=True)
    missing = stranger.open(f"{FORM}/receipt/NCV-000999").page.find("main").get_text(" ", strip=True)

    assert stranger.status == 404
    assert foreign == missing


def test_the_form_shows_what_to_do_in_an_emergency_before_any_field(provider: Visitor) -> None:
    html = provider.open(ASKING).html

    assert "DO NOT USE" in html
    assert html.index("DO NOT USE") < html.index('name="role"')


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_form(app: Flask) -> None:
    a_provider(email="lena@example.org")
    visitor = Visitor(app).open(FORM)
    assert visitor.h1 == "Sign in"

    visitor.press("Sign in", email="lena@example.org", password="correct horse battery staple")

    assert visitor.h1 == "Get Help"


def test_staff_have_no_business_with_the_form(app: Flask) -> None:
    assert Visitor(app).sign_in(an_agent()).open(FORM).status == 403


def test_what_was_cleared_stays_cleared_when_the_answers_are_changed(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")
    provider.open(f"{FORM}?topic=ENR-SIGN").press("Continue", **{**ANSWERS, "topic": "ENR-SIGN", "location": ""})

    assert provider.press("Change the answers").values("Continue")["location"] == ""


def test_sent_again_after_an_answer_was_lost_it_is_the_same_ticket_in_another_language_too(provider: Visitor) -> None:
    provider.open(ASKING).press("Continue", **ANSWERS)
    sent = provider.values("Send the ticket")
    first = provider.post(f"{FORM}/check", sent).path
    provider.open("/").press("Español")

    again = provider.post(f"{FORM}/check", sent)

    assert (again.path, len(cases())) == (first, 1)
