"""The draft of the rules is checked, compared and published with a reason; what blocks it and what asks for a word is said."""

import pytest
from flask import Flask

from helpdesk.accounts.models import Team
from helpdesk.extensions import db
from helpdesk.routing import drafting
from helpdesk.routing.queries import current_rule_set, versions
from helpdesk.transaction import transaction
from tests.admin.rule_drafts import RULES, texts
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_once, at_the_desk
from tests.routing.drafts import A_CASE, FIRST, SECOND, WHY, begun, drafted, entries, keys, publish_with, save
from tests.routing.examples import TRIAGE, a_rule, known
from tests.visitor import Visitor

SHADOWED = a_rule("late", title="Comes too late", then={"team": "ENR"})


def with_a_draft(app: Flask, *rules: dict, cases: tuple = (), path: str = "/publish", **others: str) -> Visitor:
    """Somebody who has the seeded rules in the draft, with these before them, on a page about it."""
    editor = begun()
    save([*rules, *drafted().rules], cases=list(cases), by=editor)
    return at_the_desk(app, editor, f"{RULES}{path}")


def number_in_force() -> int:
    """The version in force."""
    db.session.rollback()
    return current_rule_set().version


def test_a_draft_is_checked_and_published_with_a_reason(app: Flask) -> None:
    window = with_a_draft(app, {**FIRST, "when": {"fact": "topic", "is": "DAT-HL7"}, "title": "Interfaces"})
    assert ("can be published once it is" in window.text, window.has_button("Publish it")) == (True, False)
    assert texts(window, "#differences h3") == ["New rule 1: “Interfaces” (first)"]

    window.press("Check it")
    assert (window.path, "Checked" in window.text) == (f"{RULES}/publish", True)
    window.press("Publish it", reason="Because")
    assert (window.status, "Say why in 10 to 300 characters." in window.text) == (422, True)
    window.press("Publish it", reason=WHY)

    assert "Version 2 is in force: every new case is routed by it from now on." in window.text
    newest = db.session.scalars(versions()).first()
    assert (newest.version, newest.reason, newest.rules[0]["key"]) == (2, WHY, "first")
    assert [entry.act.value for entry in entries()] == ["published", "checked", "draft_saved", "draft_started"]
    window.open(f"{RULES}/versions/2")
    assert (WHY in window.text, texts(window, "#differences h3")) == (True, ["New rule 1: “Interfaces” (first)"])


def test_what_asks_for_a_word_is_published_only_with_a_tick_which_is_kept(app: Flask) -> None:
    failing = {**A_CASE, "team": "SD"}
    window = with_a_draft(app, FIRST, SHADOWED, cases=(failing,)).press("Check it")
    asked = texts(window, ".notice-warn li")
    assert any("“Comes too late” never decides: rules before it fit whatever it fits, namely “A rule”." in text for text in asked)
    assert any(
        "The golden case “Inventory in NCIR” goes to NCIR Support, P3, by rule 1; it has to go to Service Desk" in text
        for text in asked
    )

    window.press("Publish it", reason=WHY)
    assert (window.status, "Read what the check asks about, and tick this box." in window.text) == (422, True)
    window.press("Publish it", despite="y")

    assert number_in_force() == 2
    assert len(entries()[0].new["accepted"]) == len(asked)


def test_a_flood_of_findings_stays_on_a_light_page(app: Flask) -> None:
    window = with_a_draft(app, FIRST, *({**SHADOWED, "key": f"late-{number}"} for number in range(200))).press("Check it")

    shown = texts(window, ".notice-warn .findings li")
    assert (len(shown), shown[-1].startswith("and "), len(window.html) < 60_000) == (51, True, True)


def test_that_there_is_more_than_is_listed_is_said(app: Flask) -> None:
    disagreeing = [a_rule(f"rule-{n}", also=True, then={"priority_exactly": f"P{1 + n % 4}"}) for n in range(30)]

    window = with_a_draft(app, *disagreeing, path="/check").press("Check")

    assert "There are more rules between whose priorities their order decides." in window.text


def test_each_finding_leads_to_its_rules_and_to_an_example(app: Flask) -> None:
    window = with_a_draft(app, FIRST, SHADOWED, path="/check").press("Check")
    shown = next(item for item in window.page.select(".notice-warn li") if "Comes too late" in item.get_text())
    assert [link.get_text() for link in shown.select("a")] == ["Rule 2", "Rule 1", "Try the example"]
    links = [link["href"] for link in shown.select("a")]

    window.open(links[2])

    assert (window.status, window.path) == (200, f"{RULES}/try")
    decided = next(text for text in texts(window, ".tried > li") if "Decided" in text)
    assert decided.startswith("A rule : Decided The system is NCIR: true")
    assert window.open(links[0]).h1 == "Comes too late"


def test_dead_targets_keep_a_draft_from_being_published(app: Flask) -> None:
    with transaction():
        db.session.query(Team).filter_by(code="TRN").one().is_active = False
    window = with_a_draft(app, {**FIRST, "then": {"team": "TRN"}}, {**SECOND, "then": {"team": "NOBODY"}}).press("Check it")

    blocks = " ".join(texts(window, ".notice-danger li"))
    assert "The team Training and Communications is closed." in blocks
    assert "There is no team “NOBODY”." in blocks
    assert not window.has_button("Publish it")
    fields = {"csrf_token": window.values("Sign out")["csrf_token"], "version": "2", "upon": "1", "reason": WHY, "despite": "y"}
    window.post(f"{RULES}/publish", fields)
    assert (window.status, number_in_force()) == (422, 1)


def test_a_check_holds_only_for_what_was_checked(app: Flask) -> None:
    window = with_a_draft(app, FIRST).press("Check it")
    assert window.has_button("Publish it")
    with transaction():
        db.session.query(Team).filter_by(code="TRN").one().is_active = False

    window.press("Publish it", reason=WHY, **({"despite": "y"} if "despite" in window.values("Publish it") else {}))

    assert (window.status, "The draft has not been checked as it is now." in window.text) == (422, True)
    assert (number_in_force(), WHY in window.text) == (1, True)


def test_leads_check_what_is_in_force(app: Flask) -> None:
    for code in known().teams:
        an_agent(code)
    window = at_the_desk(app, a_lead(), f"{RULES}/check")
    assert "The rules in force have not been checked" in window.text

    window.press("Check")

    assert ("Nothing was found" in window.text, entries()[0].act.value) == (True, "checked")


def test_a_draft_that_changes_nothing_publishes_nothing(app: Flask) -> None:
    window = at_the_desk(app, begun(), f"{RULES}/publish").press("Check it")
    assert ("Nothing: the draft says what is in force." in window.text, window.has_button("Publish it")) == (True, False)
    fields = {"csrf_token": window.values("Sign out")["csrf_token"], "version": "1", "upon": "1", "reason": WHY, "despite": "y"}

    window.post(f"{RULES}/publish", fields)

    assert ("there is nothing to publish" in window.text, number_in_force()) == (True, 1)


@pytest.mark.both_databases
def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    window = with_a_draft(app, FIRST).press("Check it")
    other = at_the_desk(app, drafted().editor, f"{RULES}/publish")
    tick = {"despite": "y"} if "despite" in window.html else {}

    at_once(
        lambda: window.press("Publish it", reason=f"{WHY} 1", **tick),
        lambda: other.press("Publish it", reason=f"{WHY} 2", **tick),
    )

    told = sorted((window.text, other.text), key=lambda text: "is in force: every" not in text)
    assert "Version 2 is in force: every new case" in told[0]
    assert "Somebody has published the draft, or thrown it away, a moment ago." in told[1]
    assert number_in_force() == 2


@pytest.mark.both_databases
def test_a_version_that_came_between_is_shown_before_it_is_taken_back(app: Flask) -> None:
    window = with_a_draft(app, FIRST).press("Check it")
    tick = {"despite": "y"} if "despite" in window.html else {}
    publish_with([SECOND, *current_rules()], [])

    window.press("Publish it", reason=WHY, **tick)

    assert (window.status, "Somebody has published version 2 meanwhile." in window.text) == (409, True)
    assert any("is gone" in text for text in texts(window, "#differences h3"))
    window.press("Take in what was changed")
    assert (keys()[:2], texts(window, "#differences h3")) == (["first", "second"], ["New rule 1: “A rule” (first)"])
    window.press("Check it").press("Publish it", reason=WHY, despite="y")
    assert (number_in_force(), {"first", "second"} <= {rule["key"] for rule in current_rules()}) == (3, True)


def current_rules() -> list[dict]:
    """The rules in force as they are stored."""
    db.session.rollback()
    newest = db.session.scalars(versions()).first()
    assert newest is not None
    return list(newest.rules)


def test_what_both_have_changed_stays_as_the_draft_has_it_and_is_said(app: Flask) -> None:
    publish_with([FIRST, TRIAGE], [])
    editor = begun()
    save([{**FIRST, "title": "Mine"}, TRIAGE], by=editor)
    publish_with([{**FIRST, "title": "Theirs"}, TRIAGE], [])

    window = at_the_desk(app, editor, f"{RULES}/publish").press("Take in what was changed")

    assert "left as the draft has it: “first”." in window.text
    assert drafted().rules[0]["title"] == "Mine"


def test_what_cannot_be_taken_in_is_said(app: Flask) -> None:
    always = a_rule("always", when="always", then={"team": "SD"})
    publish_with([always, TRIAGE], [])
    editor = begun()
    save([always, FIRST, TRIAGE], by=editor)
    publish_with([always], [])

    window = at_the_desk(app, editor, f"{RULES}/publish").press("Take in what was changed")

    assert "It could not be taken in: The last rule, first, has to fit everything" in window.text
    assert (keys(), drafted().base_version) == (["always", "first", "triage"], 2)


def test_whoever_publishes_after_the_draft_was_taken_over_is_told_whose_it_is(app: Flask) -> None:
    window, other = with_a_draft(app, FIRST).press("Check it"), an_admin(first_name="Grace")
    with transaction():
        drafting.take_over(by=other)

    window.press("Publish it", reason=WHY, **({"despite": "y"} if "despite" in window.html else {}))

    assert (window.status, f"{other.name} edits the draft by now." in window.text) == (409, True)
    assert (number_in_force(), WHY in window.text, window.has_button("Publish it")) == (1, True, False)


def test_a_reason_typed_when_the_draft_is_stale_is_kept(app: Flask) -> None:
    window = with_a_draft(app, FIRST).press("Check it")
    save([SECOND, *drafted().rules], by=drafted().editor)

    window.press("Publish it", reason=WHY, **({"despite": "y"} if "despite" in window.html else {}))

    assert (window.status, "The draft has been saved since you looked." in window.text, WHY in window.text) == (409, True, True)
