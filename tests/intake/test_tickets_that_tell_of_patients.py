"""A ticket that looks as if it told of a patient: its writer is asked before it is sent, and a second look follows every edit."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.cases.models import Case, Message
from helpdesk.extensions import db
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM
from tests.visitor import Visitor

TELLS = "We cannot find patient Wanda Castellow, DOB 3/4/1956, since Monday. Please look for her."
ASKED = "Does this tell of a patient?"


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def provider(app: Flask) -> Visitor:
    """A provider who has signed in."""
    an_agent("NCIR")
    return Visitor(app).sign_in(a_provider())


def cases() -> list[Case]:
    return list(db.session.scalars(sa.select(Case)))


def marked(visitor: Visitor) -> list[str]:
    """The passages that the page marks."""
    return [mark.get_text() for mark in visitor.page.select(".suspicion mark")]


def checked(provider: Visitor, **answers: str) -> Visitor:
    """The page on which the answers are checked."""
    return provider.open(ASKING).press("Continue", **{**ANSWERS, "description": TELLS, **answers})


def test_the_passages_are_marked_on_the_page_that_checks_the_answers(provider: Visitor) -> None:
    checked(provider)

    assert provider.h1 == "Check your answers"
    assert ASKED in provider.text
    assert marked(provider) == ["Wanda Castellow", "3/4/1956"]
    assert "your text holds: birth date, name of a patient." in provider.text
    assert not provider.has_button("Send the ticket")


def test_send_it_anyway_makes_the_case_and_marks_it(provider: Visitor) -> None:
    checked(provider).press("Send the ticket anyway")

    assert provider.h1 == "We have received your case"
    assert cases()[0].patient_data_suspected_at == MONDAY_9_AM


def test_edit_leads_back_to_the_form_with_everything_typed(provider: Visitor) -> None:
    checked(provider).press("Edit the answers")

    assert provider.values("Continue")["description"] == TELLS
    provider.press("Continue", description="We cannot find the record ID 00351870 since Monday.").press("Send the ticket")
    assert cases()[0].patient_data_suspected_at is None


def test_what_was_edited_after_it_was_confirmed_is_asked_about_again(provider: Visitor) -> None:
    confirmed = checked(provider).page.select_one("[name=confirmed]")
    assert confirmed is not None
    fields = provider.values("Change the answers")
    edited = {**fields, "description": f"{TELLS} Her husband is patient Otis Castellow.", "confirmed": confirmed["value"]}

    provider.post(f"{FORM}/check", edited)

    assert (provider.status, cases()) == (422, [])
    assert marked(provider) == ["Wanda Castellow", "3/4/1956", "Otis Castellow"]


@pytest.mark.parametrize("confirmed", ["", "yes", "0" * 64])
def test_nothing_but_the_digest_of_what_was_shown_confirms_it(provider: Visitor, confirmed: str) -> None:
    fields = checked(provider).values("Change the answers")

    provider.post(f"{FORM}/check", {**fields, "confirmed": confirmed})

    assert (provider.status, cases()) == (422, [])


@pytest.mark.parametrize("field", ["subject", "error_text"])
def test_every_free_text_is_looked_at(provider: Visitor, field: str) -> None:
    checked(provider, description=ANSWERS["description"], **{field: "Patient Wanda Castellow not found"})

    assert marked(provider) == ["Wanda Castellow"]


def test_vaccine_at_risk_is_never_held_up_but_said_and_marked(provider: Visitor) -> None:
    an_agent("VMGT")
    checked(provider, urgency="at_risk")
    assert marked(provider) == ["Wanda Castellow", "3/4/1956"]
    assert "Because it is urgent, it is not held up" in provider.text

    provider.press("Send the ticket")

    assert provider.h1 == "We have received your case"
    assert cases()[0].patient_data_suspected_at is not None


def test_a_harmless_ticket_is_not_held_up(provider: Visitor) -> None:
    checked(provider, description="Provider PIN NCA340018, lot EW0182, order 118844 of 04/22/2021.")

    assert ASKED not in provider.text
    assert provider.press("Send the ticket").h1 == "We have received your case"


def test_a_ticket_that_is_added_to_a_case_is_held_up_too(app: Flask) -> None:
    an_agent("NCIR")
    requester = a_provider()
    case = a_case(requester=requester, topic="INV-RECV")
    provider = checked(Visitor(app).sign_in(requester))
    fields = provider.values("Change the answers")
    provider.post(f"{FORM}/add-to/{case.number}", fields)
    assert (provider.status, ASKED in provider.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1

    provider.press(f"Add this to {case.number} anyway")

    assert TELLS in case.messages[-1].body
    assert case.patient_data_suspected_at is not None


def test_it_is_asked_in_spanish(app: Flask) -> None:
    an_agent("NCIR")
    provider = Visitor(app).sign_in(a_provider(language=Language.SPANISH))
    provider.open(ASKING).press("Continuar", **{**ANSWERS, "description": "La paciente Rosa Delgado no recibe el código."})

    assert "¿Habla esto de un paciente?" in provider.text
    assert marked(provider) == ["Rosa Delgado"]
    assert provider.has_button("Enviar la solicitud de todos modos")
