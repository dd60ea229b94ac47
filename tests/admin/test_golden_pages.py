"""Golden cases are typed in, made from real cases with one click, changed and removed; all of it in the draft."""

import pytest
from flask import Flask

from helpdesk.cases.models import System
from helpdesk.extensions import db
from helpdesk.routing import drafting
from helpdesk.routing.models import Priority, RoutingDecision, RuleAddition
from helpdesk.transaction import transaction
from tests.admin.rule_drafts import RULES, editing, texts
from tests.case_factories import a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_the_desk, on_case
from tests.routing.drafts import A_CASE, begun, drafted, publish_with, save
from tests.routing.examples import TRIAGE, a_rule
from tests.visitor import Visitor

GOLDEN = f"{RULES}/golden"
SAVE = "Save in the draft"
MAKE = "Make this a golden case"
ELSEWHERE = {"name": "Goes elsewhere", "facts": {"topic": "GEN-BILL"}, "team": "NCIR", "priority": "P3"}


def with_cases(app: Flask, *cases: dict, path: str = "") -> Visitor:
    """Somebody who edits a draft with these golden cases."""
    editor = begun()
    save(drafted().rules, cases=list(cases), by=editor)
    return at_the_desk(app, editor, f"{GOLDEN}{path}")


def test_leads_see_which_golden_cases_go_where_they_have_to(app: Flask) -> None:
    with_cases(app, A_CASE, ELSEWHERE)
    window = at_the_desk(app, a_lead(), GOLDEN)

    assert "1 golden case goes elsewhere." in window.text
    one, two = texts(window, ".sentences > li")
    assert one.startswith("Inventory in NCIR Topic: Count, lot or expiration wrong; System: NCIR Has to go to")
    assert one.endswith("Has to go to NCIR Support, P3. So it does, by rule 7.")
    assert two.endswith("Has to go to NCIR Support, P3. It goes to Service Desk, P4, by rule 23.")
    window.follow("Goes elsewhere")
    assert ("It goes elsewhere: to Service Desk, P4, by rule 23." in window.text, window.has_button(SAVE)) == (True, False)
    assert window.open(f"{GOLDEN}/3").status == 404


def test_where_there_are_none_it_is_said_how_they_come(app: Flask) -> None:
    window = at_the_desk(app, a_lead(), GOLDEN)

    assert "No golden cases yet Make a case golden at its page" in window.text


def test_a_golden_case_is_typed_in(app: Flask) -> None:
    window = editing(app, "/golden").follow("Add a golden case").press(SAVE)
    told = texts(window, ".error-summary li")
    assert told == ["Say something about the case: at least its topic.", "Enter a name.", "Choose the team that it has to go to."]

    window.press(SAVE, name="Many rows", team="REC", priority="P2", **{"fact-topic": "REC-BULK", "fact-rows_failed": "501"})

    assert drafted().golden == [
        {"name": "Many rows", "facts": {"rows_failed": "501", "topic": "REC-BULK"}, "team": "REC", "priority": "P2"}
    ]
    assert "So it does, by rule 19." in window.text
    window.follow("Add a golden case").press(SAVE, name="Many rows", team="REC", **{"fact-topic": "REC-DOSE"})
    assert "Another golden case has this name." in window.text


def test_what_was_tried_becomes_golden(app: Flask) -> None:
    window = editing(app, "/try").press("Try it", **{"fact-topic": "ACC-NCID", "fact-urgency": "stopped"}).press(MAKE)
    assert (window.h1, window.values(SAVE)["team"], window.values(SAVE)["priority"]) == ("Add a golden case", "ACC", "P2")

    window.press(SAVE, name="Locked out")

    assert drafted().golden[0]["facts"] == {"topic": "ACC-NCID", "urgency": "stopped"}


def test_what_was_tried_without_a_draft_begins_one(app: Flask) -> None:
    window = at_the_desk(app, an_admin(), f"{RULES}/try").press("Try it", **{"fact-topic": "ACC-NCID"}).press(MAKE)
    assert "Nobody edits the rules. Saving this begins a draft." in window.text

    window.press("Begin a draft, and save", name="Locked out")

    assert [case["name"] for case in drafted().golden] == ["Locked out"]


def test_a_case_is_made_golden_with_one_click_and_begins_the_draft(app: Flask) -> None:
    words = "Wanda Castellow wrote that the press will call."
    an_agent("NCIR")
    case = a_case(topic="INV-ADJ", system=System.NCIR, description=words, subject="Fridge")
    with transaction():
        case.priority = Priority.P2
    admin = an_admin()

    window = on_case(app, admin, case).press(MAKE)

    assert (window.path, "it has to go where it is now" in window.text) == (f"{GOLDEN}/1", True)
    golden = drafted().golden[0]
    assert (golden["name"], golden["case"]) == (f"{case.number}: Count, lot or expiration wrong", case.number)
    assert (golden["team"], golden["priority"], golden["facts"]["system"]) == ("NCIR", "P2", "ncir")
    assert (golden["facts"]["text"], "subject" in golden["facts"], drafted().editor_id) == ("press", False, admin.id)
    assert f"Made from the case {case.number}" in window.text
    on_case(app, admin, case).press(MAKE)
    assert (len(drafted().golden), drafted().version) == (1, 2)


def test_a_case_is_not_made_golden_in_a_draft_of_somebody_else(app: Flask) -> None:
    begun()
    case = a_case()

    window = on_case(app, an_admin(), case).press(MAKE)

    assert ("Somebody else edits the draft of the rules" in window.text, drafted().golden) == (True, [])
    assert window.path == f"/agent/cases/{case.number}"


def test_only_who_may_edit_rules_makes_cases_golden(app: Flask) -> None:
    case = a_case()
    for somebody in (an_agent("ENR"), a_lead("ENR")):
        assert not on_case(app, somebody, case).has_button(MAKE)


def test_a_case_that_no_rules_decided_cannot_be_golden(app: Flask) -> None:
    case = a_case()
    with transaction():
        db.session.execute(db.delete(RuleAddition))
        db.session.execute(db.delete(RoutingDecision))

    window = on_case(app, an_admin(), case).press(MAKE)

    assert "No decision of the rules is stored with this case." in window.text


def test_a_golden_case_is_changed_and_keeps_what_no_rule_goes_by(app: Flask) -> None:
    facts = {"topic": "INV-ADJ", "impact": "me", "base_priority": "P2", "channel": "phone", "shoe_size": "9"}
    window = with_cases(app, {**A_CASE, "facts": facts, "case": "NCV-000007"}, path="/1")
    assert texts(window, "details dt") == ["Channel"]

    window.press(SAVE, name="Renamed", team="INV", priority="P2")
    assert drafted().golden == [
        {"name": "Renamed", "facts": facts, "team": "INV", "priority": "P2", "case": "NCV-000007"},
    ]
    window.follow("Renamed").press(SAVE, **{"fact-topic": "INV-WAST"})

    kept = {name: value for name, value in facts.items() if name != "base_priority"}
    assert drafted().golden[0]["facts"] == {**kept, "topic": "INV-WAST"}


def test_a_golden_case_is_removed_and_taken_back(app: Flask) -> None:
    window = with_cases(app, A_CASE, ELSEWHERE, path="/1").press("Take it out of the draft")
    assert [case["name"] for case in drafted().golden] == ["Goes elsewhere"]

    window.open(f"{RULES}/draft").press("Take the last change back")

    assert [case["name"] for case in drafted().golden] == [A_CASE["name"], "Goes elsewhere"]


def test_what_is_there_no_longer_is_named_and_has_to_be_chosen_anew(app: Flask) -> None:
    facts = {"topic": "OLD-ONE", "system": "ncir"}
    window = with_cases(app, {**A_CASE, "facts": facts, "team": "GONE"}, path="/1")

    assert ("OLD-ONE (no longer there)" in window.text, "GONE (no such team)" in window.text) == (True, True)
    window.press(SAVE, team="NCIR", **{"fact-topic": ""})
    assert (drafted().golden[0]["team"], drafted().golden[0]["facts"]) == ("NCIR", {"system": "ncir"})


def test_a_stale_save_keeps_what_was_typed(app: Flask) -> None:
    window = with_cases(app, A_CASE, path="/1")
    save(drafted().rules, cases=[], by=drafted().editor)

    window.press(SAVE, name="Typed here")

    assert (window.status, "The draft has been saved since" in window.text) == (409, True)
    window.press(SAVE)
    assert [case["name"] for case in drafted().golden] == ["Typed here"]


@pytest.mark.both_databases
def test_whoever_takes_the_draft_over_keeps_what_is_typed_elsewhere_out(app: Flask) -> None:
    window, other = with_cases(app, A_CASE, path="/1"), an_admin()
    with transaction():
        drafting.take_over(by=other)

    window.press(SAVE, name="Typed here")

    assert (window.status, f"{other.name} edits the draft by now" in window.text) == (409, True)
    window.press("Take the draft over, and save")
    assert drafted().golden[0]["name"] == "Typed here"


def test_many_golden_cases_have_pages(app: Flask) -> None:
    cases = [{**A_CASE, "name": f"Case {number}"} for number in range(1, 121)]
    publish_with([a_rule(), TRIAGE], cases)
    window = at_the_desk(app, a_lead(), GOLDEN)

    window.follow("Golden cases behind these").follow("Golden cases behind these")

    assert texts(window, ".sentence") == [f"Case {number}" for number in range(101, 121)]
    assert len(window.follow("Golden cases before these").html) < 60_000
