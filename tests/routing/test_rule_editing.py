"""Rules in their order: each change makes other rules, and the last one, which fits everything, stays the last."""

import pytest

from helpdesk.routing import rule_editing as edit
from helpdesk.routing.rules import Rule
from tests.routing.examples import a_rule, a_rule_set

RULES = a_rule_set(*(a_rule(key) for key in "abcd")).rules


def order(rules: tuple[Rule, ...]) -> str:
    """The keys in a row."""
    return " ".join(rule.key for rule in rules)


def one(key: str) -> Rule:
    """Another rule."""
    return a_rule_set(a_rule(key)).rules[0]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (None, "a b c d new triage"),
        (1, "new a b c d triage"),
        (2, "a new b c d triage"),
        (99, "a b c d new triage"),
        (-3, "new a b c d triage"),
    ],
)
def test_a_new_rule_stands_where_it_is_put_but_never_behind_the_last(place, expected):
    assert order(edit.put(RULES, one("new"), place=place)) == expected


def test_a_rule_that_is_there_stays_where_it_is_unless_it_is_put_elsewhere():
    assert order(edit.put(RULES, one("b"))) == "a b c d triage"
    assert order(edit.put(RULES, one("b"), place=4)) == "a c d b triage"
    assert order(edit.put(RULES, RULES[-1], place=1)) == "a b c d triage"


@pytest.mark.parametrize(
    ("key", "up", "expected"),
    [
        ("b", True, "b a c d triage"),
        ("b", False, "a c b d triage"),
        ("a", True, "a b c d triage"),
        ("d", False, "a b c d triage"),
        ("triage", True, "a b c d triage"),
    ],
)
def test_a_rule_moves_one_step(key, up, expected):
    assert order(edit.move(RULES, key, up=up)) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "a b c d triage"),
        ({"a": 1, "b": 2}, "a b c d triage"),
        ({"d": 1}, "d a b c triage"),
        ({"a": 3}, "b c a d triage"),
        ({"a": 3, "d": 1}, "d b a c triage"),
        ({"a": 2, "b": 1}, "b a c d triage"),
        ({"a": 99, "b": -1}, "b c d a triage"),
        ({"triage": 1}, "a b c d triage"),
    ],
)
def test_rules_go_to_the_numbers_that_are_typed(wanted, expected):
    assert order(edit.renumbered(RULES, wanted)) == expected


def test_a_copy_stands_behind_what_it_was_made_of_and_has_a_key_of_its_own():
    copied = edit.duplicate(RULES, "b", title="Copy of A")

    assert order(copied) == "a b copy-of-a c d triage"
    assert (copied[2].title, copied[2].when, copied[2].then) == ("Copy of A", RULES[1].when, RULES[1].then)
    assert order(edit.duplicate(copied, "triage", title="Copy of A")) == "a b copy-of-a c d copy-of-a-2 triage"


def test_any_rule_but_the_last_is_removed():
    assert order(edit.remove(RULES, "b")) == "a c d triage"
    for key in ("triage", "none"):
        with pytest.raises(LookupError):
            edit.remove(RULES, key)


@pytest.mark.parametrize(
    ("title", "key"),
    [("Press, or court", "press-or-court"), ("¡Educación!", "educacion"), ("日本", "rule"), ("a", "a-2"), ("x" * 90, "x" * 40)],
)
def test_keys_are_made_of_titles(title, key):
    assert edit.key_from(title, taken=["a"]) == key
