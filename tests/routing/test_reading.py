"""Rules that routing cannot follow are refused, with the rule and the place in it."""

import pytest

from helpdesk.routing import reading, writing
from helpdesk.routing.errors import BadRule, BadRuleSet
from tests.routing.examples import TRIAGE, a_rule, known, seeded

NCIR = {"fact": "system", "is": "ncir"}

BROKEN = [
    (a_rule(when={"fact": "sistem", "is": "ncir"}), "when", "unknown fact sistem"),
    (a_rule(when={"fact": "system", "is": "nicr"}), "when", "system is never nicr; known: enrollment_portal, cvms, ncir"),
    (a_rule(when={"fact": ["system"], "is": "ncir"}), "when", "cannot be the name of a fact"),
    (a_rule(when={"fact": "doses", "is": "7"}), "when", "doses cannot be compared with is"),
    (a_rule(when={"fact": "doses", "at_least": "7"}), "when.at_least", "7 is none of P1, P2, P3, P4"),
    (a_rule(when={"fact": "doses", "at_least": "P1"}), "when", "doses cannot be compared with at_least"),
    (a_rule(when={"fact": "base_priority", "at_least": 1}), "when", "base_priority cannot be compared with at_least"),
    (a_rule(when={"fact": "doses", "more_than": "7"}), "when.more_than", "has to be a number"),
    (a_rule(when={"fact": "doses", "more_than": True}), "when.more_than", "has to be a number"),
    (a_rule(when={"fact": "doses", "more_than": float("nan")}), "when.more_than", "too large"),
    (a_rule(when={"fact": "doses", "more_than": 10**400}), "when.more_than", "too large"),
    (a_rule(when={"fact": "system", "equals": "ncir"}), "when.equals", "has to be a number"),
    (a_rule(when={"fact": "system", "is": "x" * 201}), "when.is", "longer than 200 characters"),
    (a_rule(when={"any": [NCIR] * 501}), "when.any", "more than 500 values"),
    (a_rule(when={"fact": "system", "matches": ".*"}), "when", "unknown operator matches"),
    (a_rule(when={"fact": "system"}), "when", "exactly one operator"),
    (a_rule(when={"fact": "system", "is": "ncir", "is_one_of": ["cvms"]}), "when", "exactly one operator"),
    (a_rule(when={"fact": "system", "has_word": "ncir"}), "when", "system cannot be compared with has_word"),
    (a_rule(when={"fact": "text", "is": "ncir"}), "when", "text cannot be compared with is"),
    (a_rule(when={"fact": "impact", "at_least": "P1"}), "when", "impact cannot be compared with at_least"),
    (a_rule(when={"fact": "base_priority", "at_least": "P5"}), "when.at_least", "P5 is none of P1, P2, P3, P4"),
    (a_rule(when={"fact": "text", "has_word": "?!"}), "when.has_word", "no word"),
    (a_rule(when={"fact": "system", "is": 7}), "when.is", "has to be a text"),
    (a_rule(when={"fact": "system", "is_one_of": "ncir"}), "when.is_one_of", "list of texts"),
    (a_rule(when={"fact": "system", "is_one_of": []}), "when.is_one_of", "empty"),
    (
        a_rule(when={"all": [NCIR, {"fact": "role", "is_one_of": ["other", None]}]}),
        "when.all[2].is_one_of[2]",
        "has to be a text",
    ),
    (a_rule(when={"some": [NCIR]}), "when", "unknown group some"),
    (a_rule(when={"all": [NCIR], "any": [NCIR]}), "when", "exactly one of all, any and none"),
    (a_rule(when={"all": []}), "when.all", "something in it"),
    (a_rule(when={"all": ["ncir"]}), "when.all[1]", "comparison or a group"),
    (a_rule(when={"all": [{"any": [{"none": [NCIR]}]}]}), "when.all[1].any[1]", "nested only once"),
    (a_rule(when="sometimes"), "when", "always"),
    (a_rule(when=None), "when", "always"),
    (a_rule(then={"team": "SD", "tema": "SD"}), "then", "unknown name tema"),
    (a_rule(then={"team": ""}), "then.team", "has to be a text"),
    (a_rule(then={"macro": "M3"}), "then", "sets a team, or is marked also"),
    (a_rule(then={"team": "SD", "priority_exactly": "urgent"}), "then.priority_exactly", "urgent is none of"),
    (a_rule(then={"team": "SD", "priority_exactly": "P1", "priority_at_least": "P2"}), "then", "not both"),
    (a_rule(then={"team": "SD", "watchers": "REC"}), "then.watchers", "list of texts"),
    (a_rule(then=["SD"]), "then", "table of names and values"),
    (a_rule(then={"team": "SD", "status": "pending"}), "then.status", "needs a macro"),
    (a_rule(then={"team": "SD", "macro": "M3", "status": "closed"}), "then.status", "closed is none of pending"),
    (a_rule(then={"team": "SD", "without_skill": {"team": "SD"}}), "then.without_skill", "no skill is named"),
    (
        a_rule(then={"team": "SD", "skills": ["es"], "without_skill": {"team": "topic_team"}}),
        "then.without_skill.team",
        "has to be a team",
    ),
    (a_rule(then={"team": "SD", "tags": ["a"], "flags": ["b"]}), "then", "tags and flags are the same"),
    (a_rule(title="Two\nlines"), "title", "single line"),
    (a_rule(also=True, then={"team": "SD"}), "then.team", "cannot set the team"),
    (a_rule(also=True, then={}), "then", "does nothing"),
    (a_rule(also="yes"), "also", "true or false"),
    (a_rule(title=" "), "title", "has to be a text"),
    (a_rule(stop=True), "rule", "unknown name stop"),
]


@pytest.mark.parametrize(("rule", "place", "problem"), BROKEN)
def test_a_broken_rule_is_refused_with_its_name_and_place(rule, place, problem):
    with pytest.raises(BadRule) as error:
        reading.read([a_rule("fine"), rule, TRIAGE], known=known())

    assert (error.value.rule, error.value.place) == ("a-rule", place)
    assert problem in error.value.problem
    assert str(error.value) == f"Rule a-rule, {place}: {error.value.problem}"


def test_a_rule_without_a_key_is_named_by_its_number():
    with pytest.raises(BadRule, match="Rule number 2, key"):
        reading.read([a_rule(), a_rule(key=""), TRIAGE])


def test_something_that_is_no_rule_is_named_by_its_number():
    with pytest.raises(BadRule, match="Rule number 1, rule"):
        reading.read(["a rule", TRIAGE])


def test_a_key_is_used_once():
    with pytest.raises(BadRule, match="same key"):
        reading.read([a_rule("twice"), a_rule("twice"), TRIAGE])


@pytest.mark.parametrize("rules", [[], "rules", None, {"rules": []}])
def test_a_set_is_a_list_with_something_in_it(rules):
    with pytest.raises(BadRuleSet):
        reading.read(rules)


@pytest.mark.parametrize(
    "last",
    [
        a_rule("last"),
        a_rule("last", when="always", also=True, then={"flags": ["x"]}),
        a_rule("last", when="always", then={"team": "topic_team"}),
    ],
)
def test_the_last_rule_fits_everything_and_names_its_team(last):
    with pytest.raises(BadRuleSet, match="The last rule, last"):
        reading.read([TRIAGE, last])


def test_a_single_comparison_means_the_same_as_a_group_of_one():
    alone = reading.read([a_rule(when=NCIR), TRIAGE])
    grouped = reading.read([a_rule(when={"all": [NCIR]}), TRIAGE])

    assert alone == grouped


def test_more_rules_than_anybody_could_read_are_refused():
    with pytest.raises(BadRuleSet, match="10000 rules"):
        reading.read([a_rule(f"rule-{number}") for number in range(9_999)] + [TRIAGE])


def test_rules_of_an_older_version_may_compare_what_is_no_longer_asked():
    rules = reading.read([a_rule(when={"fact": "color", "is": "red"}), TRIAGE])

    assert rules.rules[0].conditions[0].fact == "color"


def test_what_is_written_is_read_again_as_the_same():
    assert reading.read(writing.write(seeded())).rules == seeded().rules


def test_the_same_rules_are_written_alike_whatever_the_order_of_their_parts():
    one = a_rule(then={"team": "SD", "macro": "M3", "tags": ["x"]})
    other = dict(reversed(a_rule(then={"flags": ["x"], "macro": "M3", "team": "SD"}).items()))

    assert list(writing.write(reading.read([one, TRIAGE]))[0].items()) == list(
        writing.write(reading.read([other, TRIAGE]))[0].items()
    )
