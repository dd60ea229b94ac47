"""What is too hard to prove is left undecided, in good time, and never guessed."""

import random
import time
from typing import Any

import pytest

from benchmarks.rule_sets import known
from helpdesk.routing import reading
from helpdesk.routing.proof import BY_THE_SOLVER, prove
from helpdesk.routing.proof_findings import Budget, Kind, Severity
from helpdesk.routing.reading import MOST_RULES
from tests.routing.examples import TRIAGE, a_rule

COUNTIES = list(known().facts["county"].values)
SECONDS = 2.0
SLACK = 3.0  # for the question that is being asked when the time is over, and for taking in the rules


def a_puzzle(*, words: int, rules: int) -> list[dict[str, Any]]:
    """Rules of three words each, there or not, of which it is as hard as can be to say whether they leave anything out."""
    chance = random.Random(26)

    def part(number: int) -> dict[str, Any]:
        word = {"fact": "text", "has_word": f"word{number}"}
        return word if chance.random() < 0.5 else {"none": [word]}

    return [
        a_rule(f"rule-{number}", when={"all": [part(word) for word in chance.sample(range(words), 3)]}) for number in range(rules)
    ]


def deep_rules() -> list[dict[str, Any]]:
    """Groups of groups of comparisons, as many as there can be rules."""
    chance = random.Random(26)

    def inner(kind: str) -> dict[str, Any]:
        return {
            kind: [{"fact": "county", "is": county} for county in chance.sample(COUNTIES, 5)]
            + [{"fact": "text", "has_word": "x"}]
        }

    whens = ({"all": [inner("any"), inner("none"), inner("all")]} for _number in range(MOST_RULES - 1))
    return [a_rule(f"rule-{number}", when=when) for number, when in enumerate(whens)]


def long_lists() -> list[dict[str, Any]]:
    """Rules with 500 values each."""
    chance = random.Random(26)
    towns = [f"Town {number}" for number in range(2_000)]
    lists = (chance.sample(towns, 500) for _number in range(300))
    return [a_rule(f"rule-{number}", when={"fact": "county", "is_one_of": values}) for number, values in enumerate(lists)]


def disagreeing() -> list[dict[str, Any]]:
    """As many rules as there can be, all of which fit together and disagree."""
    return [
        a_rule(f"rule-{number}", also=True, then={"priority_exactly": f"P{1 + number % 4}"}) for number in range(MOST_RULES - 1)
    ]


def test_what_is_too_hard_is_undecided_and_nothing_is_said_about_it():
    rules = reading.read([*a_puzzle(words=100, rules=430), TRIAGE])

    proof = prove(rules, known(), budget=Budget(conflicts=5, seconds=60))

    assert Kind.ONLY_LAST_RULE in {question.kind for question in proof.undecided}
    assert not {finding.kind for finding in proof.findings} & {Kind.ONLY_LAST_RULE}
    assert not proof.is_complete


@pytest.mark.parametrize("rules", [a_puzzle(words=230, rules=985), deep_rules(), long_lists(), disagreeing()])
def test_the_worst_rules_are_answered_in_good_time(rules):
    rule_set = reading.read([*rules, TRIAGE])

    began = time.thread_time()
    proof = prove(rule_set, known(), budget=Budget(seconds=SECONDS))

    assert time.thread_time() - began < SECONDS + SLACK
    assert proof.findings or proof.undecided


def test_without_time_only_what_needs_no_solver_is_found():
    rules = reading.read([a_rule("dead", then={"team": "QQ"}), TRIAGE])

    proof = prove(rules, known(), budget=Budget(seconds=-1))

    assert [(finding.kind, finding.example) for finding in proof.of(Severity.BLOCKS)] == [(Kind.UNKNOWN_TEAM, None)]
    assert [question.kind for question in proof.undecided] == list(BY_THE_SOLVER)


def test_more_pairs_than_can_be_listed_are_said_to_be_more():
    proof = prove(reading.read([*disagreeing(), TRIAGE]), known(), budget=Budget(seconds=60))

    assert Kind.ORDER_DECIDES in proof.more
    assert len([finding for finding in proof.findings if finding.kind is Kind.ORDER_DECIDES]) == 50
