"""The routing rules as a table: read by leads, put in order, copied and removed by whoever edits the draft."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.routing import drafting
from helpdesk.routing.queries import current_rule_set
from helpdesk.transaction import transaction
from tests.admin.rule_drafts import RULES, editing, texts
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_once, at_the_desk, statements
from tests.routing.drafts import FIRST, SECOND, begun, drafted, entries, keys, publish_with, save
from tests.routing.examples import MONDAY, TRIAGE, a_rule, a_ticket, routed

THREE = (FIRST, SECOND, a_rule("third"))
LONG_TITLE = "Everything about inventory, transfers and waste in this system, but for {number}"


def many(number: int) -> list[dict]:
    """So many rules, as long as rules are, and the last."""
    when = {
        "all": [
            {"fact": "topic", "is_one_of": ["INV-ADJ", "INV-XFER"]},
            {"fact": "role", "is_one_of": ["coordinator_primary", "coordinator_backup"]},
        ]
    }
    rules = [a_rule(f"rule-number-{n}", title=LONG_TITLE.format(number=n), when=when) for n in range(1, number)]
    return [*rules, TRIAGE]


def test_leads_read_each_rule_as_a_sentence_with_how_many_cases_it_caught(app: Flask) -> None:
    with clock.at(MONDAY):
        for _case in range(2):
            routed(a_ticket("TMP-EXC", language="es"))
        window = at_the_desk(app, a_lead(), RULES)

        rows = texts(window, ".rule-table tbody tr")
        assert rows[0].startswith("1 Vaccine out of temperature, or the equipment failed When the topic is")
        assert rows[0].endswith("make it at least P1, attach the macro M2 and tell the lead of Vaccine Management. 2")
        spanish = next(row for row in rows if "The answer is wanted in Spanish" in row)
        assert ("also" in texts(window, ".tag"), spanish.endswith("2")) == (True, True)
        assert (rows[-1].startswith("26 Everything else"), rows[-1].endswith("0")) == (True, True)
        assert not window.has_button("Begin a draft")
    with clock.at(MONDAY + timedelta(days=31)):
        window = at_the_desk(app, a_lead(), RULES)
        assert texts(window, ".rule-table tbody tr")[0].endswith("Management. 0")


def test_a_rule_is_read_taken_apart(app: Flask) -> None:
    window = at_the_desk(app, a_lead(), RULES).follow("Change of system with doses on hand or open transfers")

    assert window.path == f"{RULES}/rules/moving-with-stock"
    assert [item.split(" The ")[0] for item in texts(window, ".facts dd ul li")][:1] == [
        "The topic is “Choosing or switching between CVMS and NCIR” or Moving data from CVMS to NCIR"
    ]
    assert "At least one of these “Doses on hand” is more than 0 “Are transfers open” is Yes" in window.text
    assert "Let Inventory and Accountability watch it" in window.text
    assert "Caught 0 cases in the last 30 days" in window.text
    assert window.open(f"{RULES}/rules/no-such").status == 404


def test_agents_do_not_see_the_pages_and_leads_change_nothing(app: Flask) -> None:
    assert at_the_desk(app, an_agent(), RULES).status == 403
    begun(*THREE)
    window = at_the_desk(app, a_lead(), f"{RULES}/draft")
    assert (window.status, window.has_button("Put in this order"), window.has_button("Remove")) == (200, False, False)
    token = window.values("Sign out")["csrf_token"]

    assert window.post(f"{RULES}/draft/order", {"csrf_token": token, "version": "1", "remove": "1"}).status == 403
    assert keys() == ["first", "second", "third", "triage"]


def test_a_draft_is_begun_once_and_whoever_comes_later_is_told_whose_it_is(app: Flask) -> None:
    admin = an_admin()
    window = at_the_desk(app, admin, RULES).press("Begin a draft")
    assert ("The draft is yours." in window.text, window.path) == (True, f"{RULES}/draft")

    other = at_the_desk(app, an_admin(), RULES)
    assert not other.has_button("Begin a draft")
    other.post(f"{RULES}/draft", {"csrf_token": other.values("Sign out")["csrf_token"]})
    assert "Somebody has begun a draft already" in other.text
    assert f"{admin.name} edits a draft since" in other.text
    assert other.open(f"{RULES}/draft").has_button("Up") is False


def test_without_a_draft_its_page_leads_to_what_is_in_force(app: Flask) -> None:
    assert at_the_desk(app, an_admin(), f"{RULES}/draft").path == RULES


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"up": "2"}, "second first third triage"),
        ({"down": "1"}, "second first third triage"),
        ({"remove": "2"}, "first third triage"),
        ({"copy": "1"}, "first copy-of-a-rule second third triage"),
        ({"copy": "4"}, "first second third copy-of-everything-else triage"),
        ({"order": "1", "n1": "3", "n2": "2", "n3": "3"}, "second third first triage"),
        ({"order": "1", "n3": "1"}, "third first second triage"),
        ({"order": "1", "n1": "x", "n2": "", "n3": "-1"}, "first second third triage"),
        ({"up": "1"}, "first second third triage"),
        ({"remove": "4"}, "first second third triage"),
        ({"remove": "9"}, "first second third triage"),
    ],
)
def test_rules_are_moved_numbered_copied_and_removed(app: Flask, fields: dict[str, str], expected: str) -> None:
    editor = begun(*THREE)
    window = at_the_desk(app, editor, f"{RULES}/draft")

    window.post(f"{RULES}/draft/order", {**window.values("Sign out"), "version": "1", **fields})

    assert (window.status, window.path, " ".join(keys())) == (200, f"{RULES}/draft", expected)


def test_buttons_say_which_rule_they_move(app: Flask) -> None:
    window = at_the_desk(app, begun(*THREE), f"{RULES}/draft")

    up = window.page.find("button", attrs={"name": "up"})
    named = " ".join(window.page.find(id=part).get_text() for part in up["aria-labelledby"].split())
    assert (named, up["value"]) == ("Up A rule", "2")
    assert [b.get_text() for b in window.page.select("#rule-4 button")] == ["Duplicate"]
    assert [b.get_text() for b in window.page.select("#rule-3 button")] == ["Up", "Duplicate", "Remove"]
    assert window.press("Up").page.select_one("#rule-1 a")["href"].endswith("/second")


def test_what_was_removed_is_taken_back(app: Flask) -> None:
    window = at_the_desk(app, begun(*THREE), f"{RULES}/draft").press("Remove")
    assert ("You can take that back below." in window.text, keys()) == (True, ["second", "third", "triage"])

    window.press("Take the last change back")

    assert keys() == ["first", "second", "third", "triage"]
    assert [entry.act.value for entry in entries()] == ["draft_saved", "draft_saved", "draft_started"]


def test_the_draft_says_what_is_other_than_in_force(app: Flask) -> None:
    editor = begun(*THREE)
    save([SECOND, {**FIRST, "title": "Other"}, a_rule("new"), a_rule("third"), TRIAGE], by=editor)

    window = at_the_desk(app, editor, f"{RULES}/draft")

    assert texts(window, ".rule-table .tag") == ["moved", "changed", "new"]
    assert [row[-1] for row in texts(window, ".rule-table tbody tr")].count("–") == 1


def test_a_stale_table_and_a_table_of_somebody_else_change_nothing(app: Flask) -> None:
    editor, other = begun(*THREE), an_admin()
    window = at_the_desk(app, editor, f"{RULES}/draft")
    save([SECOND, FIRST, a_rule("third"), TRIAGE], by=editor)
    window.press("Remove")
    assert ("Nothing was done: the draft has changed" in window.text, len(keys())) == (True, 4)
    with transaction():
        drafting.take_over(by=other)

    window.press("Remove")

    assert ("or is not yours any more" in window.text, len(keys())) == (True, 4)
    assert not window.has_button("Remove")


@pytest.mark.both_databases
def test_of_two_windows_that_move_at_once_one_is_told(app: Flask) -> None:
    editor = begun(*THREE)
    one, two = (at_the_desk(app, editor, f"{RULES}/draft") for _window in range(2))

    at_once(lambda: one.press("Up"), lambda: two.press("Duplicate"))

    told = ["Nothing was done" in window.text for window in (one, two)]
    assert (sorted(told), drafted().version) == ([False, True], 2)


def test_the_draft_changes_hands_after_a_question(app: Flask) -> None:
    editor, other = begun(*THREE), an_admin()
    window = at_the_desk(app, other, f"{RULES}/draft").follow("Take the draft over")
    assert (window.h1, drafted().editor_id) == ("Take the draft over?", editor.id)

    window.press("Take it over")

    assert ("The draft is yours now." in window.text, drafted().editor_id) == (True, other.id)
    assert "You edit the draft yourself." in window.open(f"{RULES}/take-over").text


def test_the_draft_is_thrown_away_after_a_question_that_shows_what_is_lost(app: Flask) -> None:
    window = at_the_desk(app, begun(*THREE), f"{RULES}/draft").press("Remove").follow("Throw the draft away")
    assert "Rule 1 is gone: “A rule” (first)" in texts(window, "h3")

    window.press("Throw it away")

    assert (window.path, "stays in the history" in window.text, entries()[0].act.value) == (RULES, True, "draft_discarded")
    assert [rule.key for rule in current_rule_set().rules] == ["first", "second", "third", "triage"]


def test_long_lists_of_rules_have_pages(app: Flask) -> None:
    publish_with(many(120), [])
    window = editing(app, "/draft")
    assert len(texts(window, ".rule-table tbody tr")) == 50
    window.follow("Rules behind these").follow("Rules behind these")
    assert (len(texts(window, ".rule-table tbody tr")), texts(window, "#rule-120 a")) == (20, ["Everything else"])

    window.press("Up")

    assert (window.page.select_one("#rule-100 a")["href"].endswith("rule-number-101"), keys()[99]) == (True, "rule-number-101")
    assert len(texts(window.open(f"{RULES}?start=9999"), ".rule-table tbody tr")) == 50


def test_forty_rules_fit_a_light_page_and_are_read_with_few_statements(app: Flask) -> None:
    publish_with(many(40), [])
    window = editing(app, "/draft")
    assert len(window.html.encode()) < 50_000
    with statements() as asked:
        window.open(f"{RULES}/draft")
    few = len(asked)
    publish_with(many(200), [])
    with statements() as asked:
        window.open(RULES)

    assert (len(window.html.encode()) < 60_000, len(asked) <= few <= 12) == (True, True)
