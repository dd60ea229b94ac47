"""When a reply with a macro is not sent: blanks are left, macro or case has changed, or nobody is there to move it to."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts.models import Team
from helpdesk.cases import macro_editing
from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_admin, an_agent
from tests.macro_factories import a_macro
from tests.queue.cases import on_case
from tests.queue.test_macros_in_use import REPLY, WITH_IT, tags_of, with_macro
from tests.runs import postgresql_in_the_long_run


def test_a_macro_that_was_changed_meanwhile_does_nothing_and_the_text_is_kept(app: Flask) -> None:
    case, agent, admin = a_case(), an_agent("ENR"), an_admin()
    macro = a_macro(status=Status.PENDING)
    visitor = with_macro(on_case(app, agent, case), macro)
    with transaction():
        wanted = {name: getattr(macro, name) for name in macro_editing.CHANGED} | {"tags": ["new"]}
        macro_editing.change(macro, wanted, seen=macro.version, by=admin)

    visitor.press(WITH_IT)

    assert visitor.status == 409
    assert "The macro has been changed" in visitor.text
    assert "tagged: new" in visitor.text
    assert "please use form B" in visitor.values(WITH_IT)["body"]
    assert (len(case.messages), case.status) == (1, Status.NEW)
    visitor.press(WITH_IT)
    assert (case.status, tags_of(case)) == (Status.PENDING, ["new"]), "looked at again, it is done"


@postgresql_in_the_long_run
def test_where_the_team_has_nobody_nothing_at_all_is_done(app: Flask) -> None:
    case, agent, there = a_case(), an_agent("ENR"), an_agent("VMGT")
    visitor = with_macro(on_case(app, agent, case), a_macro(tags=["moved"], to_team="VMGT"))
    with transaction():
        there.memberships.clear()

    visitor.press(WITH_IT)

    assert visitor.status == 409
    assert "Nobody works in" in visitor.text
    assert (len(case.messages), tags_of(case), case.team.code) == (1, [], "ENR")


@postgresql_in_the_long_run
def test_a_move_to_a_team_where_nobody_works_is_promised_nowhere(app: Flask) -> None:
    case, agent, macro = a_case(), an_agent("ENR"), a_macro(tags=["moved"], to_team="VMGT")
    nobody = "Nobody works in Vaccine Management right now, where it moves the case"

    visitor = on_case(app, agent, case).press("Look at it", pick=macro.code)
    assert nobody in visitor.text
    assert "The case moves to" not in visitor.text
    visitor.press("Put it into the reply")
    assert nobody in visitor.page.select_one("#reply-does").get_text()
    assert WITH_IT not in visitor.text, "it would be refused"

    an_agent("VMGT")
    visitor.open(visitor.path)
    assert "The case moves to Vaccine Management" in visitor.page.select_one("#reply-does").get_text()
    assert WITH_IT in visitor.text


def test_a_stale_page_does_nothing_of_it(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    visitor = with_macro(on_case(app, agent, case), a_macro(status=Status.PENDING))
    on_case(app, an_agent("ENR"), case).press("Save note", body="Called, no answer.")

    visitor.press(WITH_IT)

    assert visitor.status == 409
    assert "wrote an internal note" in visitor.text
    assert case.status is Status.NEW


def test_what_stands_in_braces_has_to_be_filled_in(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    visitor = with_macro(on_case(app, agent, case), a_macro(body="It is there for {name of the user}."))

    visitor.press(REPLY)

    assert visitor.status == 422
    assert "Fill in what stands in braces, or take it out: {name of the user}" in visitor.text
    assert len(case.messages) == 1
    assert visitor.press(REPLY, body="It is there for Ana.").status == 200


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "meanwhile", ["put out of use", "written anew", "for another team", "another put in", "page loaded again"]
)
def test_what_stands_in_braces_has_to_be_filled_in_whatever_becomes_of_the_macro(app: Flask, meanwhile: str) -> None:
    case, agent, admin = a_case(), an_agent("ENR"), an_admin()
    macro = a_macro(body="Please send us {what you need}.")
    visitor = with_macro(on_case(app, agent, case), macro)
    wanted = {name: getattr(macro, name) for name in macro_editing.CHANGED}
    with transaction():
        match meanwhile:
            case "put out of use" | "page loaded again":
                macro_editing.deactivate(macro, seen=macro.version, by=admin)
            case "written anew":
                macro_editing.change(macro, wanted | {"body": "Please send it."}, seen=macro.version, by=admin)
            case "for another team":
                team = db.session.scalars(sa.select(Team.id).where(Team.code == "INV")).one()
                macro_editing.change(macro, wanted | {"team_id": team}, seen=macro.version, by=admin)
    if meanwhile == "page loaded again":
        visitor.open(f"/agent/cases/{case.number}")
    if meanwhile == "another put in":
        with_macro(visitor, a_macro(body="Thank you."), typed=visitor.values(REPLY)["body"])

    visitor.press(REPLY)

    assert visitor.status == 422
    assert "Fill in what stands in braces, or take it out: {what you need}" in visitor.text
    assert "Please send us {what you need}." in visitor.values(REPLY)["body"]
    assert len(case.messages) == 1


def test_braces_that_no_macro_has_are_nobodys_blanks(app: Flask) -> None:
    case, agent = a_case(), an_agent("ENR")
    a_macro(body="Please send us {what you need}.")

    visitor = on_case(app, agent, case).press(REPLY, body="The file has to begin with {MSH}.")

    assert (visitor.status, len(case.messages)) == (200, 2)
