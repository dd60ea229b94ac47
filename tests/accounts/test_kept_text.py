"""What is kept of a form that came too late, for whom, and what its sender is told."""

import pytest
from flask import Flask

from helpdesk.accounts import commands
from helpdesk.accounts.models import User
from helpdesk.cases.models import Status
from helpdesk.transaction import transaction
from tests.accounts.test_parked_forms import FORM, TYPED, forms_kept, kept
from tests.case_factories import a_case
from tests.factories import PASSWORD, a_provider
from tests.journeys.story import TICKET
from tests.visitor import Visitor


def end_sessions(user: User) -> None:
    with transaction():
        user.session_key = commands.new_session_key()


@pytest.mark.both_databases
def test_what_another_person_sends_on_the_same_browser_leaves_the_text_of_the_first(app: Flask) -> None:
    first, second = a_provider(), a_provider()
    visitor = Visitor(app).sign_in(first)
    end_sessions(first)
    visitor.post(FORM, TYPED)

    asking = f"{FORM}?topic={TICKET['topic']}"
    visitor.sign_in(second).open(asking).press("Continue", **TICKET).press("Send the ticket")
    assert (visitor.h1, forms_kept()) == ("We have received your case", 1)

    visitor.press("Sign out").sign_in(first)
    assert kept(visitor) == TYPED


@pytest.mark.both_databases
def test_two_people_at_one_browser_each_get_their_own_text_back(app: Flask) -> None:
    first, second = a_provider(), a_provider()
    visitor = Visitor(app)
    for person in (first, second):
        visitor.sign_in(person)
        end_sessions(person)
        visitor.post(FORM, {"subject": person.email})

    visitor.press("Sign in", email=second.email, password=PASSWORD)
    assert kept(visitor) == {"subject": second.email}
    visitor.press("Sign out").sign_in(first)
    assert kept(visitor) == {"subject": first.email}


def test_a_button_pressed_after_the_session_ended_is_to_be_pressed_again(app: Flask) -> None:
    user = a_provider()
    case = a_case(requester=user, status=Status.RESOLVED)
    visitor = Visitor(app).sign_in(user).open(f"/cases/{case.number}")
    form = visitor.values("This solved it")
    end_sessions(user)

    visitor.post(f"/cases/{case.number}/accept", form)

    assert ("press the button again" in visitor.text, "is kept" in visitor.text, forms_kept()) == (True, False, 0)
    visitor.press("Sign in", email=user.email, password=PASSWORD)
    assert (visitor.path, visitor.has_button("This solved it")) == (f"/cases/{case.number}", True)


@pytest.mark.parametrize(
    "fields", [{}, {"version": "3", "body": "  "}, {"form_key": "x" * 22, "subject": ""}, {"password": PASSWORD}]
)
def test_hidden_fields_and_empty_ones_are_not_what_somebody_typed(app: Flask, fields: dict[str, str]) -> None:
    visitor = Visitor(app).post("/cases/NCV-000001/replies", fields)

    assert ("press the button again" in visitor.text, forms_kept()) == (True, 0)


def test_nothing_typed_leaves_what_was_typed_before(app: Flask) -> None:
    visitor = Visitor(app).post(FORM, TYPED).post(FORM, {"subject": ""})

    assert kept(visitor) == TYPED


@pytest.mark.both_databases
@pytest.mark.parametrize("text", ["é" * 20_000, "💉" * 10_000])
def test_accents_and_emoji_count_as_what_they_are(app: Flask, text: str) -> None:
    visitor = Visitor(app).post(FORM, {"description": text})

    assert ("what you typed is kept" in visitor.text, kept(visitor)) == (True, {"description": text})


def test_what_is_too_long_to_keep_is_said_to_be(app: Flask) -> None:
    too_long = {"description": "é" * 33_000}

    ended = Visitor(app).post(FORM, too_long)
    stale = Visitor(app).sign_in(a_provider()).post(FORM, too_long)

    assert "Your session has ended, and what you typed is too long for us to keep." in ended.text
    assert "Your page was open too long, and what you typed is too long for us to keep." in stale.text
    assert forms_kept() == 0
