"""Filing a case for a caller loses nothing: sessions that end, a second look at the answers, another caller."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.accounts.queries import by_address
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD, a_provider, an_agent
from tests.intake.calls import ADDRESS, KIM, NEW_CASE, TYPED, a_ticket_for, a_ticket_for_kim, filed


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def agent(app: Flask) -> User:
    an_agent("NCIR")
    return an_agent("ENR")


@pytest.fixture
def dana(app: Flask) -> User:
    return a_provider(first_name="Dana", last_name="Okafor", email="dana@cedarfork.example.org", phone="919-555-0142")


def the_case() -> Case:
    db.session.rollback()
    return db.session.scalars(sa.select(Case)).one()


@pytest.mark.parametrize("ends_at", ["Continue", "File the case"])
def test_a_session_that_ends_in_mid_call_loses_nothing(app, agent, ends_at):
    page = a_ticket_for_kim(app, agent)
    if ends_at == "File the case":
        page.press("Continue", **TYPED)
    page.client.delete_cookie("session")
    page.press(ends_at, **(TYPED if ends_at == "Continue" else {}))
    assert page.h1 == "Sign in"
    page.press("Sign in", email=agent.email, password=PASSWORD)

    assert page.h1 == "New case for Kim Lee"
    filed(page)
    kim = db.session.scalars(by_address(ADDRESS)).one()
    assert (the_case().subject, kim.phone) == (TYPED["subject"], KIM["caller-phone"])
    assert page.follow("File another").h1 == "Who is calling?"
    assert page.open(f"{NEW_CASE}/ticket").h1 == "Who is calling?", "what was kept is given up once it is filed"


def test_a_ticket_that_was_kept_does_not_come_up_for_another_caller(app, agent, dana):
    page = a_ticket_for_kim(app, agent)
    page.client.delete_cookie("session")
    page.press("Continue", **TYPED).press("Sign in", email=agent.email, password=PASSWORD)

    page.open(f"{NEW_CASE}/ticket?caller={dana.id}")

    assert page.h1 == "New case for Dana Okafor"
    assert "subject" not in page.values("Continue")


def test_answers_can_be_changed_after_the_check(app, agent, dana):
    page = a_ticket_for(app, agent, dana).press("Continue", **TYPED, channel="walk_in").press("Change the answers")

    kept = page.values("Continue")
    assert {name: kept[name] for name in TYPED} == TYPED
    assert (kept["channel"], kept["caller"]) == ("walk_in", str(dana.id))


def test_another_caller_keeps_what_the_case_is_about_and_nothing_about_the_first(app, agent, dana):
    other = a_provider(first_name="Priya", last_name="Nguyen", phone="919-555-0199")
    page = a_ticket_for(app, agent, dana).press("Somebody else is calling", **TYPED)
    assert page.h1 == "Who is calling?"
    page.press("Find", q="priya").press("Priya Nguyen")

    kept = page.values("Continue")
    assert page.h1 == "New case for Priya Nguyen"
    assert {name: kept[name] for name in ("subject", "description", "urgency")} == {
        name: TYPED[name] for name in ("subject", "description", "urgency")
    }
    assert (kept["organization"], kept["role"], kept["reach_phone"]) == ("", "", "919-555-0199")
    filed(page)
    assert the_case().requester_id == other.id


def test_somebody_new_can_be_corrected_and_the_ticket_is_still_there(app, agent):
    page = a_ticket_for_kim(app, agent).press("Correct this", **TYPED)
    assert page.values("Continue")["caller-first_name"] == "Kim"
    page.press("Continue", **{"caller-email": "kim.lee@newclinic.example.org", "caller-phone": "919-555-0178"})

    kept = page.values("Continue")
    assert (kept["subject"], kept["role"], kept["reach_phone"]) == (TYPED["subject"], TYPED["role"], "919-555-0178")
    filed(page)
    assert the_case().requester.email == "kim.lee@newclinic.example.org"
