"""A closed case is followed by another: its requester opens it from the page of the closed one, and both say so."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import Team
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS
from tests.queue.cases import on_case
from tests.visitor import Visitor

GET_HELP = "/vaccine-provider/get-help"


@pytest.mark.both_databases
def test_from_the_closed_case_to_the_new_one_and_back(app):
    provider, agent = a_provider(), an_agent("ENR")
    old = a_case(requester=provider, agent=agent, status=Status.CLOSED)
    visitor = Visitor(app).sign_in(provider).open(f"/cases/{old.number}").follow("Open a follow-up case")
    assert f"This goes on with {old.number}" in visitor.text
    assert visitor.values("Continue")["subject"] == old.subject

    visitor.press("Continue", **ANSWERS).press("Send the ticket")

    new = _newest()
    assert new.follows_id == old.id
    db.session.rollback()
    event = old.events[-1]
    assert event.kind is EventKind.FOLLOWED_UP
    assert event_sentence(event) == f"{provider.name} opened {new.number}, which follows this case"
    assert f"This case goes on with {old.number}" in visitor.open(f"/cases/{new.number}").text
    assert f"This case is followed by {new.number}" in visitor.open(f"/cases/{old.number}").text
    assert f"Goes on with {old.number} {old.subject} Closed" in _related(on_case(app, agent, new))
    assert f"Followed by {new.number} {new.subject} New" in _related(on_case(app, agent, old))
    with transaction():
        old.team = db.session.scalars(sa.select(Team).where(Team.code == "NCIR")).one()
    assert "Goes on with A closed case that you cannot see." in _related(on_case(app, agent, new))


def test_without_the_tick_it_is_a_case_of_its_own(app):
    provider = a_provider()
    old = a_case(requester=provider, status=Status.CLOSED)
    visitor = Visitor(app).sign_in(provider).open(f"{GET_HELP}?follows={old.number}")

    visitor.press("Continue", **ANSWERS, follows=[]).press("Send the ticket")

    assert _newest().follows_id is None


@pytest.mark.parametrize("status", [Status.OPEN, Status.RESOLVED, Status.CANCELED])
def test_only_a_closed_case_is_followed(app, status):
    provider = a_provider()
    old = a_case(requester=provider, status=status)

    page = Visitor(app).sign_in(provider).open(f"{GET_HELP}?follows={old.number}")

    assert "goes on with" not in page.text
    assert "Open a follow-up case" not in page.open(f"/cases/{old.number}").text


def test_the_case_of_somebody_else_is_followed_by_nobody(app):
    old = a_case(status=Status.CLOSED)
    visitor = Visitor(app).sign_in(a_provider()).open(f"{GET_HELP}?follows={old.number}&topic=ENR-SECB")
    assert "goes on with" not in visitor.text
    visitor.press("Continue", **ANSWERS)

    visitor.post(f"{GET_HELP}/check", {**visitor.values("Send the ticket"), "follows": old.number})

    assert _newest().follows_id is None


def test_what_was_typed_before_stays_where_a_ticket_had_been_begun(app):
    provider = a_provider()
    old = a_case(requester=provider, status=Status.CLOSED)
    visitor = Visitor(app).sign_in(provider).open(f"{GET_HELP}?topic=ENR-SECB")
    visitor.press("Continue", subject="Half a ticket")

    visitor.open(f"{GET_HELP}?follows={old.number}")

    assert visitor.values("Continue")["subject"] == "Half a ticket"
    assert f"This goes on with {old.number}" in visitor.text


def test_a_form_that_is_kept_keeps_what_it_follows(app):
    provider = a_provider()
    old = a_case(requester=provider, status=Status.CLOSED)
    visitor = Visitor(app).sign_in(provider).open(f"{GET_HELP}?follows={old.number}")
    visitor.press("Continue", description="")

    assert f"This goes on with {old.number}" in visitor.open(GET_HELP).text


def _newest() -> Case:
    db.session.rollback()
    return db.session.scalars(db.select(Case).order_by(Case.id.desc()).limit(1)).one()


def _related(visitor: Visitor) -> str:
    return " ".join(visitor.page.select_one("#related").get_text(" ").split())
