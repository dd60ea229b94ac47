"""A rule is written by its form: its conditions are put together by buttons, and bad input stays on the page."""

from typing import Any

import pytest
from flask import Flask

from helpdesk.accounts.models import Team
from helpdesk.extensions import db
from helpdesk.routing import drafting
from helpdesk.transaction import transaction
from tests.admin.rule_drafts import RULES, editing, texts
from tests.factories import an_admin
from tests.queue.cases import at_the_desk
from tests.routing.drafts import FIRST, SECOND, begun, drafted, keys, publish_with, save
from tests.routing.examples import TRIAGE, a_rule, seeded
from tests.visitor import Visitor

SAVE = "Save in the draft"


def stored(key: str) -> dict[str, Any]:
    """A rule of the draft as it is stored."""
    return next(rule for rule in drafted().rules if rule["key"] == key)


def opened(app: Flask, rule: dict[str, Any]) -> Visitor:
    """The page of this rule in the draft."""
    rules = [rule] if rule is TRIAGE else [rule, TRIAGE]
    publish_with(rules, [])
    return at_the_desk(app, begun(), f"{RULES}/draft/rules/{rule['key']}")


@pytest.mark.parametrize("key", [rule.key for rule in seeded().rules])
def test_every_seeded_rule_is_what_its_form_says(app: Flask, key: str) -> None:
    window = editing(app, f"/draft/rules/{key}")
    before = stored(key)

    window.press(SAVE)

    assert ("Nothing has been changed." in window.text, stored(key)) == (True, before)


def test_a_rule_is_put_together_from_nothing(app: Flask) -> None:
    window = editing(app, "/draft").follow("Add a rule")
    window.press("Add a comparison", title="Doses spoiled on a weekend", new_fact="topic")
    window.press("Add a comparison", **{"values-1": ["INV-WAST", "TMP-EXC"]}, new_fact="doses")
    window.press("Add a group", **{"operator-2": "more_than", "value-2": "1,000"})
    window.press("Add a comparison", new_fact="subject", new_place="3", **{"kind-3": "none"})
    window.press("Add a comparison", new_fact="base_priority", **{"value-3-1": "weekend"})
    fields = {"operator-4": "at_least", "values-4": ["P2"], "team": "VMGT", "priority": "priority_at_least:P1", "place": "2"}
    fields |= {"tags": "weekend,  spoiled ", "watchers": ["ALLOC", "INV"], "notify": ["VMGT"], "macro": "M2", "is_pending": "y"}
    fields |= {"skills": "ES", "without_team": "SD", "without_tags": "interpreter"}

    window.press(SAVE, **fields)

    assert ("Saved in the draft." in window.text, keys()[1]) == (True, "doses-spoiled-on-a-weekend")
    assert stored("doses-spoiled-on-a-weekend") == {
        "key": "doses-spoiled-on-a-weekend",
        "title": "Doses spoiled on a weekend",
        "when": {
            "all": [
                {"fact": "topic", "is_one_of": ["INV-WAST", "TMP-EXC"]},
                {"fact": "doses", "more_than": 1000},
                {"none": [{"fact": "subject", "has_word": "weekend"}]},
                {"fact": "base_priority", "at_least": "P2"},
            ]
        },
        "then": {
            "team": "VMGT",
            "priority_at_least": "P1",
            "tags": ["weekend", "spoiled"],
            "watchers": ["ALLOC", "INV"],
            "skills": ["es"],
            "without_skill": {"team": "SD", "tags": ["interpreter"]},
            "macro": "M2",
            "status": "pending",
            "notify": ["VMGT"],
        },
    }


def test_parts_are_taken_away_and_what_is_typed_stays(app: Flask) -> None:
    window = editing(app, "/draft/rules/moving-with-stock")
    assert texts(window, ".comparison > legend")[1] == "2. A group"

    window.press("Remove the group", title="Typed before", **{"values-1": ["ENR-SYS"]})

    assert (window.values(SAVE)["title"], texts(window, ".comparison > legend")) == ("Typed before", ["1. Topic"])
    assert drafted().version == 1
    window.press("Remove").press(SAVE)
    assert stored("moving-with-stock")["when"] == "always"


def test_a_comparison_can_be_taken_out_of_a_group(app: Flask) -> None:
    window = editing(app, "/draft/rules/moving-with-stock")
    button = next(b for b in window.page.select("button[name=then]") if b["value"] == "remove:2-1")
    assert button["aria-label"] == "Remove: 2.1. “Doses on hand”"

    window.post(window.path, {**window.values(SAVE), "then": "remove:2-1"}).press(SAVE)

    assert stored("moving-with-stock")["when"]["all"][1] == {"any": [{"fact": "open_transfers", "is": "yes"}]}


def test_a_rule_that_adds_has_no_team(app: Flask) -> None:
    window = opened(app, FIRST).press(SAVE, role="adds")
    assert "A rule that adds leaves the team alone" in texts(window, ".error-summary")[0]
    window.press(SAVE, team="")
    assert "It does nothing yet: choose a priority" in texts(window, ".error-summary")[0]

    window.press(SAVE, tags="seen")

    assert (stored("first")["also"], stored("first")["then"]) == (True, {"tags": ["seen"]})


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": " "}, "Enter a title."),
        ({"title": "x" * 201}, "Up to 200 characters, please."),
        ({"place": "0"}, "Enter a number from 1 on."),
        ({"team": ""}, "Choose the team that the case goes to."),
        ({"team": "NONE"}, "Not a valid choice."),
        ({"values-1": []}, "Tick what it has to be: system."),
        ({"macro": "", "is_pending": "y"}, "Name the macro that says what the case waits for."),
        ({"without_team": "SD"}, "Name the skill that could be missing"),
        ({"without_tags": "late"}, "Choose the team that the case goes to then."),
        ({"tags": "x" * 201}, "Is longer than 200 characters"),
        ({"kind-2": "any"}, "This group is empty. Add a comparison to it, or remove it."),
        ({"fact-2": "subject", "value-2": "¡!"}, "Enter a word or a phrase."),
        ({"fact-2": "doses", "operator-2": "at_least", "value-2": "many"}, "Enter a number, such as 10 or 2.5."),
        ({"fact-2": "doses", "operator-2": "at_least", "value-2": "1e99"}, "Enter a number, such as 10 or 2.5."),
        ({"fact-2": "base_priority", "operator-2": "at_least", "values-2": ["P1", "P2"]}, "Tick one: that, or more urgent."),
        ({"fact-2": "shoe_size"}, "Nobody is asked “shoe_size” any more: remove that comparison."),
        ({"values-1": ["abacus"]}, "There is no “abacus” any more: untick it."),
    ],
)
def test_what_cannot_be_is_refused_with_everything_typed_kept(app: Flask, typed: dict[str, Any], told: str) -> None:
    window = opened(app, FIRST)
    fields = {**window.values(SAVE), "notify": "TRN", **typed}

    window.post(window.path, fields)

    assert (window.status, told in " ".join(texts(window, ".error-summary li"))) == (422, True)
    assert (window.values(SAVE)["notify"], drafted().version) == ("TRN", 1)
    for link in window.page.select(".error-summary a"):
        assert window.page.select_one(f'[id="{link["href"][1:]}"]') is not None


def test_counties_that_no_list_has_can_be_typed(app: Flask) -> None:
    rule = a_rule("far", when={"fact": "county", "is_one_of": ["Wake", ["Albemarle", " Virginia"][0]]})
    window = opened(app, rule)
    assert (window.values(SAVE)["values-1"], window.values(SAVE)["other-1"]) == ("Wake", "Albemarle")

    window.press(SAVE, **{"other-1": "Albemarle, York"})

    assert stored("far")["when"] == {"fact": "county", "is_one_of": ["Wake", "Albemarle", "York"]}


def test_what_is_asked_no_longer_is_named_and_has_to_go(app: Flask) -> None:
    window = opened(app, a_rule("old", when={"all": [{"fact": "shoe_size", "at_least": 9}, {"fact": "system", "is": "abacus"}]}))
    assert "Nobody is asked this any more. The rule says: “shoe size” is at least 9." in window.text
    assert "abacus (no longer there)" in window.text
    window.press(SAVE)
    assert window.status == 422

    window.press("Remove").press(SAVE, **{"values-2": ["ncir"]})

    assert stored("old")["when"] == {"fact": "system", "is": "ncir"}


def test_a_closed_team_stays_named_until_another_is_chosen(app: Flask) -> None:
    with transaction():
        db.session.query(Team).filter_by(code="NCIR").one().is_active = False
    window = editing(app, "/draft/rules/ncir-records")

    assert "NCIR Support (closed)" in window.text
    assert window.press(SAVE, title="Other").status == 200
    assert stored("ncir-records")["then"] == {"team": "NCIR"}


def test_the_last_rule_keeps_its_place_and_names_its_team(app: Flask) -> None:
    window = opened(app, TRIAGE)
    assert not {"place", "role", "when", "new_fact"} & set(window.values(SAVE))

    window.press(SAVE, team="topic_team")
    assert "The last rule names a team: some topics have none." in texts(window, ".error-summary")[0]
    window.press(SAVE, team="ENR", title="All the rest")

    assert (stored("triage")["then"], stored("triage")["when"], keys()[-1]) == ({"team": "ENR"}, "always", "triage")


def test_a_form_has_only_so_many_parts(app: Flask) -> None:
    window = opened(app, FIRST)
    fields = {**window.values(SAVE), **{f"kind-{n}": "any" for n in range(2, 61)}}

    window.post(window.path, {**fields, "then": "group"})

    assert (window.status, len(texts(window, ".comparison"))) == (200, 60)


def test_a_stale_save_shows_what_differs_and_keeps_what_was_typed(app: Flask) -> None:
    window = opened(app, FIRST)
    save([{**FIRST, "title": "Saved elsewhere"}, TRIAGE], by=drafted().editor)

    window.press(SAVE, title="Typed here")

    assert (window.status, "The draft has been saved since you opened this page" in window.text) == (409, True)
    assert (texts(window, ".notice del"), texts(window, ".notice ins")) == (["Saved elsewhere"], ["Typed here"])
    window.press(SAVE)
    assert stored("first")["title"] == "Typed here"


def test_what_is_typed_after_the_draft_changed_hands_can_take_it_over(app: Flask) -> None:
    window, other = opened(app, FIRST), an_admin(first_name="Grace")
    with transaction():
        drafting.take_over(by=other)

    window.press(SAVE, title="Typed here")
    assert (window.status, f"{other.name} edits the draft by now" in window.text) == (409, True)
    window.press("Take the draft over, and save")

    assert (stored("first")["title"], drafted().editor_id == other.id) == ("Typed here", False)


def test_what_is_typed_after_the_draft_is_gone_begins_another(app: Flask) -> None:
    window = opened(app, FIRST)
    with transaction():
        drafting.discard(seen=1, by=drafted_editor())

    window.press(SAVE, title="Typed here")
    assert (window.status, "There is no draft any more" in window.text) == (409, True)
    window.press("Begin another draft, and save")

    assert (stored("first")["title"], drafted().base_version) == ("Typed here", 2)


def drafted_editor() -> Any:
    """Who edits the draft, read inside a transaction."""
    draft = drafting.the_draft()
    assert draft is not None
    return draft.editor


def test_a_rule_that_was_removed_meanwhile_comes_back_with_what_was_typed(app: Flask) -> None:
    window = at_the_desk(app, begun(FIRST, SECOND), f"{RULES}/draft/rules/first")
    save([SECOND, TRIAGE], by=drafted().editor)

    window.press(SAVE, title="Typed here", place="")
    assert (window.status, window.h1) == (409, "Typed here")
    window.press(SAVE)

    assert keys() == ["second", "first", "triage"]


def test_two_new_rules_of_one_title_have_keys_of_their_own(app: Flask) -> None:
    publish_with([a_rule("late-mail"), TRIAGE], [])
    window = editing(app, "/draft/add").press(SAVE, title="Late mail", team="SD")

    assert keys() == ["late-mail", "late-mail-2", "triage"]
    assert window.open(f"{RULES}/draft/rules/late-mail-2").h1 == "Late mail"


def test_a_key_with_slashes_has_a_page(app: Flask) -> None:
    publish_with([a_rule("mail/late 100%?"), TRIAGE], [])
    window = editing(app, "/draft").follow("A rule")

    assert window.press(SAVE, title="Other").status == 200
    assert stored("mail/late 100%?")["title"] == "Other"


def test_rules_that_are_not_there_do_not_exist(app: Flask) -> None:
    assert editing(app, "/draft/rules/no-such").status == 404


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(app: Flask) -> None:
    admin = begun(FIRST)
    window = at_the_desk(app, admin, f"{RULES}/draft/rules/first")
    fields = {**window.values(SAVE), "title": "Typed here", "kind-2": "any"}
    window.client.delete_cookie("session")
    window.post(f"{RULES}/draft/rules/first", fields)

    window.sign_in(admin).open(f"{RULES}/draft/rules/first")

    assert (window.values(SAVE)["title"], texts(window, ".comparison > legend")) == ("Typed here", ["1. System", "2. A group"])
