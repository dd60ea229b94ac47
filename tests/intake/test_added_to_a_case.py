"""Somebody who has an open case about the same can add to it, with one click, instead of sending another ticket."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.models import Case, MessageKind, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import SOLUTION, a_case
from tests.directory_factories import a_location, an_organization, works_at
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM
from tests.visitor import Visitor

REPLY = MessageKind.REPLY
OFFER = "You already have an open case about this"


@pytest.fixture
def pat(app: Flask) -> User:
    return a_provider(email="pat@example.org")


def replies(case: Case) -> list[str]:
    db.session.refresh(case)
    return [message.body for message in case.messages if message.kind is REPLY]


def test_the_ticket_becomes_a_reply_of_the_open_case(app: Flask, pat: User) -> None:
    case = a_case(status=Status.PENDING, requester=pat, topic="INV-RECV")
    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **{**ANSWERS, "doses_counted": "40"})
    assert OFFER in visitor.text

    visitor.press(f"Add this to {case.number}")

    assert visitor.path == f"/cases/{case.number}"
    assert "Added to your case." in visitor.text
    added = replies(case)[-1]
    for told in (ANSWERS["subject"], "We received 40 doses two days ago.", "Doses counted 40", "Which system is it about? NCIR"):
        assert told in added
    assert "Your role" not in added
    assert "Cedar Fork Pharmacy" not in added  # which the case says itself
    assert case.status is Status.OPEN  # it waited for them
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
    assert visitor.open(ASKING).values("Continue")["subject"] == ""


def test_pressed_twice_it_is_added_once(app: Flask, pat: User) -> None:
    case = a_case(requester=pat, topic="INV-RECV")
    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **ANSWERS)
    sent = visitor.values("Send the ticket")

    for _ in range(2):
        visitor.post(f"{FORM}/add-to/{case.number}", sent)

    assert len(replies(case)) == 1


def test_a_ticket_can_be_sent_all_the_same(app: Flask, pat: User) -> None:
    a_case(requester=pat, topic="INV-RECV")

    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **ANSWERS).press("Send the ticket")

    assert visitor.h1 == "We have received your case"


def test_only_what_is_open_and_ones_own_and_about_the_same_is_offered(app: Flask, pat: User) -> None:
    a_case(requester=pat, topic="INV-RECV", status=Status.RESOLVED)
    a_case(requester=pat, topic="GEN-BILL")
    a_case(requester=pat, topic="INV-ADJ")  # the same group, at another place
    a_case(topic="INV-RECV")  # somebody else's

    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **ANSWERS)

    assert (visitor.h1, OFFER in visitor.text) == ("Check your answers", False)


def test_a_case_of_the_same_group_at_the_same_location_is_offered(app: Flask, pat: User) -> None:
    place = a_location(an_organization())
    works_at(pat, place)
    case = a_case(requester=pat, topic="INV-ADJ", organization_id=place.organization_id, location_id=place.id)
    rest = {name: value for name, value in ANSWERS.items() if name not in ("organization", "location")}

    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **rest)

    assert visitor.has_button(f"Add this to {case.number}")


def test_a_case_that_was_answered_meanwhile_is_not_added_to_and_nothing_is_lost(app: Flask, pat: User) -> None:
    case = a_case(requester=pat, topic="INV-RECV")
    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **ANSWERS)
    agent = an_agent(team="INV")
    with transaction():
        commands.resolve(db.session.get_one(Case, case.id), by=agent, code=ResolutionCode.FIXED, note=SOLUTION)

    visitor.press(f"Add this to {case.number}")

    assert (visitor.status, visitor.h1) == (409, "Check your answers")
    assert "has been answered meanwhile" in visitor.text
    assert visitor.press("Send the ticket").h1 == "We have received your case"


def test_somebody_elses_case_cannot_be_added_to(app: Flask, pat: User) -> None:
    theirs = a_case(topic="INV-RECV")
    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **ANSWERS)

    visitor.post(f"{FORM}/add-to/{theirs.number}", visitor.values("Send the ticket"))

    assert (visitor.status, replies(theirs)) == (404, [])


def test_what_is_to_be_hidden_from_colleagues_is_not_added_to_a_case_that_they_see(app: Flask, pat: User) -> None:
    place = a_location(an_organization())
    works_at(pat, place)
    case = a_case(requester=pat, topic="INV-RECV", organization_id=place.organization_id, location_id=place.id)
    rest = {name: value for name, value in ANSWERS.items() if name not in ("organization", "location")}
    visitor = Visitor(app).sign_in(pat).open(ASKING).press("Continue", **rest)

    visitor.press(f"Add this to {case.number}", is_private="y")

    assert (visitor.status, "Your colleagues can see" in visitor.text, replies(case)) == (409, True, [])
