"""A provider reads why their case went where it went: in their language, and only by what they have chosen themselves."""

import pytest
from flask_babel import force_locale

from helpdesk.accounts.models import Language
from helpdesk.cases import moving
from helpdesk.cases.choices import System
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case
from helpdesk.cases.new_case import Answer
from helpdesk.cases.sent_because import because, in_words
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.factories import a_provider, an_admin, an_agent
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]
ENROLLMENT = {"fact": "topic_group", "is": "ENR"}
CHANGED = Answer("Did the officer change?", "Yes", "officer_changed", "yes", decides=True)


def said_of(case: Case) -> str:
    return in_words(because(case))


def said_by_a_rule(when, **named) -> str:
    """What is said of a case about enrollment that a rule with these conditions has sent to Provider Enrollment."""
    publish(a_rule(title="Inner matters", when=when, then={"team": "ENR"}))
    return said_of(a_case(**named))


def test_it_is_said_on_the_page_on_the_receipt_and_in_its_mail(app):
    requester = a_provider()
    case = a_case(topic="INV-ADJ", system=System.NCIR, requester=requester, agent=an_agent("NCIR"))
    sentence = "Sent to NCIR Support because the system is NCIR and the topic is Count, lot or expiration wrong."

    assert said_of(case) == sentence
    visitor = Visitor(app).sign_in(requester)
    assert sentence in visitor.open(f"/cases/{case.number}").text
    assert sentence in visitor.open(f"/vaccine-provider/get-help/receipt/{case.number}").text
    (receipt,) = mail_of(case, "case_received")
    assert sentence in receipt.text_body
    assert sentence in receipt.html_body


def test_of_the_team_of_the_topic_the_topic_is_the_reason(app):
    assert said_of(a_case(topic="GEN-TRN")) == (
        "Sent to Training and Communications because the topic is Training sessions and materials."
    )


def test_in_spanish_it_is_spanish(app):
    publish(
        a_rule(when={"all": [{"fact": "system", "is": "cvms"}, {"fact": "officer_changed", "is": "yes"}]}, then={"team": "ENR"})
    )
    case = a_case(requester=a_provider(language=Language.SPANISH), system=System.CVMS, answers=(CHANGED,))

    told = "Se envió a Inscripción de proveedores porque el sistema es CVMS y la respuesta a “"
    assert told in mail_of(case, "case_received")[0].text_body
    with force_locale("es"):
        assert said_of(case).startswith(told)


def test_an_answer_to_a_question_of_the_form_is_a_reason(app):
    assert said_by_a_rule({"fact": "officer_changed", "is": "yes"}, answers=(CHANGED,)) == (
        "Sent to Provider Enrollment because the answer to “Did the officer change?” is “Yes”."
    )


def test_of_a_count_of_days_the_day_is_the_reason(app):
    day = Answer("Date submitted", "Nov 25, 2026", "submitted_on", "2026-11-25", decides=True)

    said = said_by_a_rule({"fact": "submitted_on.working_days_ago", "less_than": 10}, answers=(day,))

    assert said == "Sent to Provider Enrollment because the answer to “Date submitted” is “Nov 25, 2026”."


@pytest.mark.parametrize(
    "when",
    [
        {"fact": "text", "has_word": "lawsuit"},
        {"all": [ENROLLMENT, {"fact": "subject", "has_word": "lawsuit"}]},
        {"all": [ENROLLMENT, {"any": [{"fact": "text", "has_word": "lawsuit"}, {"fact": "county", "is": "Wake"}]}]},
        {"fact": "patient_data", "is": "suspected"},
        {"all": [ENROLLMENT, {"fact": "channel", "is": "web"}]},
        {"fact": "base_priority", "at_least": "P4"},
        {"none": [{"fact": "system", "is": "ncid"}]},
    ],
)
def test_where_something_else_has_a_part_in_it_nothing_is_said(app, when):
    publish(a_rule(title="Inner matters", when=when, then={"team": "ENR"}))
    case = a_case(subject="A lawsuit", description="Our lawsuit is about patient Wanda Castellow, DOB 3/4/1956.")

    assert said_of(case) == ""
    page = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")
    assert "Sent to" not in page.text
    assert not any("Inner matters" in mail.text_body or "Sent to" in mail.text_body for mail in mail_of(case, "case_received"))


def test_of_several_of_which_any_is_enough_one_that_they_chose_is_told(app):
    when = {"any": [{"fact": "text", "has_word": "lawsuit"}, ENROLLMENT]}

    assert said_by_a_rule(when, description="There is a lawsuit against us now.") == (
        "Sent to Provider Enrollment because the topic is Section B: location and coordinators."
    )


def test_what_must_not_be_so_is_not_told(app):
    when = {"all": [ENROLLMENT, {"none": [{"fact": "system", "is": "ncid"}, {"fact": "text", "has_word": "lawsuit"}]}]}

    assert said_by_a_rule(when) == "Sent to Provider Enrollment because the topic is Section B: location and coordinators."


def test_a_case_that_went_on_says_nothing_of_where_it_was(app):
    case, admin = a_case(), an_admin()
    an_agent("NCIR")
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=admin, reason=MoveReason.OTHER)

    assert said_of(case) == ""


def test_a_case_without_a_stored_decision_says_nothing(app):
    assert in_words(None) == ""
