"""The rules are tried on a case that is there, or on one that is typed in: the draft beside what is in force."""

import pytest
from flask import Flask

from helpdesk.cases.models import System
from helpdesk.extensions import db
from helpdesk.routing.models import RoutingDecision, RuleAddition
from helpdesk.transaction import transaction
from tests.admin.rule_drafts import RULES, editing, texts
from tests.case_factories import a_case
from tests.factories import a_lead, an_admin
from tests.queue.cases import at_the_desk, statements
from tests.routing.drafts import drafted, save
from tests.visitor import Visitor

TRY = f"{RULES}/try"


def outcome(window: Visitor) -> dict[str, list[str]]:
    """What each part of the outcome says, in force and in the draft."""
    rows = (row.select("th, td") for row in window.page.select(".outcome tbody tr"))
    return {row[0].get_text(): [" ".join(cell.get_text().split()) for cell in row[1:]] for row in rows}


def with_everything_to_training(app: Flask) -> Visitor:
    """Somebody whose draft sends what is about NCIR inventory to Training."""
    window = editing(app)
    rules = [{**rule, "then": {"team": "TRN"}} if rule["key"] == "ncir-records" else rule for rule in drafted().rules]
    save(rules, by=drafted().editor)
    return window


def test_a_case_that_is_there_is_decided_by_the_facts_that_were_stored(app: Flask) -> None:
    case = a_case(topic="INV-ADJ", system=System.NCIR, description="Please call the press.")
    window = with_everything_to_training(app).open(TRY).press("Try this case", number=case.number.removeprefix("NCV-000"))

    found = outcome(window)
    assert found["Team"] == ["Send to NCIR Support", "Send to Training and Communications differs"]
    assert found["Decided by"] == ["“Recipients, doses and inventory in NCIR”"] * 2
    assert found["Watchers"] == ["Let Service Desk watch it"] * 2
    assert f"Case {case.number} , as it was asked" in window.text
    rules = texts(window, ".tried > li")
    decided = next(text for text in rules if "Decided" in text)
    assert decided.startswith("Recipients, doses and inventory in NCIR : Decided The system is NCIR: true")
    assert any("The description has “press”: true" in text for text in rules)
    assert "Please call the press." not in window.text
    assert "rules were not asked, since another had decided." in window.text


def test_a_case_that_is_typed_in_is_decided_and_nothing_is_kept(app: Flask) -> None:
    window = with_everything_to_training(app).open(TRY)
    with statements() as asked:
        window.press("Try it", **{"fact-topic": "INV-ADJ", "fact-system": "ncir", "fact-subject": "We ask the media"})

    assert not [one for one in asked if not one.startswith("SELECT")]
    assert outcome(window)["Team"] == ["Send to NCIR Support", "Send to Training and Communications differs"]
    assert outcome(window)["Notify"] == ["Tell the lead of Service Desk"] * 2
    assert window.values("Try it")["fact-subject"] == "We ask the media"
    window.press("Try it", **{"fact-topic": "TMP-EXC"})
    assert outcome(window)["Priority"][0] == "P1, from its topic, impact and urgency"


def test_without_a_draft_only_what_is_in_force_is_shown(app: Flask) -> None:
    window = at_the_desk(app, a_lead(), TRY).press("Try it", **{"fact-topic": "REC-BULK", "fact-rows_failed": "501"})

    assert (outcome(window)["Team"], texts(window, ".outcome thead th")) == (
        ["Send to Recipient Records and Data Quality"],
        ["In force"],
    )
    assert outcome(window)["Priority"] == ["P2 instead of P3, by “More than 500 rows of an upload failed”"]
    assert not window.has_button("Make this a golden case")


def test_only_what_some_rule_goes_by_is_asked(app: Flask) -> None:
    fields = set(at_the_desk(app, an_admin(), TRY).values("Try it"))

    assert {"fact-topic", "fact-impact", "fact-urgency", "fact-given_on.days_ago"} <= fields
    assert not {"fact-topic_team", "fact-base_priority", "fact-county", "fact-lot"} & fields


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"fact-rows_failed": "many"}, "Enter a number, such as 10 or 2.5."),
        ({"fact-subject": "x" * 2001}, "Up to 2000 characters"),
    ],
)
def test_what_no_case_could_say_is_refused_and_kept(app: Flask, typed: dict[str, str], told: str) -> None:
    window = at_the_desk(app, an_admin(), TRY)

    window.post(TRY, {**window.values("Try it"), **typed})

    assert (window.status, told in window.text) == (422, True)
    assert typed.items() <= window.values("Try it").items()


def test_an_example_is_tried_by_its_address(app: Flask) -> None:
    address = f"{TRY}?fact-topic=SYS-DOWN&fact-impact=everyone&fact-no_such=1&fact-base_priority=P9"
    window = at_the_desk(app, a_lead(), address)

    assert (window.status, outcome(window)["Team"]) == (200, ["Send to CVMS Application Support"])
    assert window.values("Try it")["fact-topic"] == "SYS-DOWN"


def test_cases_that_somebody_may_not_see_do_not_exist(app: Flask) -> None:
    case = a_case(topic="DAT-HL7")
    window = at_the_desk(app, a_lead("ENR"), TRY)

    for number in (case.number, "NCV-999999", "nonsense"):
        window.press("Try this case", number=number)
        assert (window.status, "There is no case with this number" in window.text) == (404, True)
        assert window.values("Try this case")["number"] == number


def test_a_case_without_a_decision_cannot_be_tried(app: Flask) -> None:
    case = a_case()
    with transaction():
        db.session.execute(db.delete(RuleAddition))
        db.session.execute(db.delete(RoutingDecision))

    assert at_the_desk(app, an_admin(), f"{TRY}?number={case.number}").status == 404
