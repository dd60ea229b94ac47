"""Large sets of routing rules over the help ticket that comes with the desk: its own rules, and special cases before them."""

import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any

import helpdesk.reference
from helpdesk.intake.definition_reading import read as read_form
from helpdesk.intake.vocabulary import vocabulary
from helpdesk.routing.vocabulary import FactKind, KnownTeam, Vocabulary

Stored = dict[str, Any]
REFERENCE = Path(helpdesk.reference.__file__).parent
FEW = 15  # numbers that rules compare with
WORDS = ("recall", "inspection", "school", "jail", "pharmacy", "clinic", "nursing home", "mobile unit", "flu", "back to school")


@cache
def known() -> Vocabulary:
    """What rules can speak of at a new desk."""
    teams = {team["code"]: KnownTeam(team["name"]) for team in _reference("teams")["teams"]}
    return vocabulary(read_form(_reference("form")), teams=teams)


def many_rules(number: int) -> list[Stored]:
    """So many stored rules: special cases, each of which decides or adds something, and then those of a new desk."""
    own: list[Stored] = _reference("rules")["rules"]
    return [*islice(_special(), number - len(own)), *own]


def _special() -> Iterator[Stored]:
    """Special cases of five kinds in turn, no two of them the same."""
    facts, topics = known().facts, list(known().topics)
    counties, roles = list(facts["county"].values), list(facts["role"].values)
    numbers = [fact for fact in facts.values() if fact.kind is FactKind.NUMBER and fact.asked and fact.asked.topics]
    for turn in count():
        topic, other = topics[turn % len(topics)], topics[(turn + 1) % len(topics)]
        team = known().topics[topic].team
        county, role = _is("county", counties[turn % len(counties)]), _is("role", roles[turn % len(roles)])
        word = f"{WORDS[turn % len(WORDS)]} {turn // len(WORDS)}"
        in_text, in_subject = {"fact": "text", "has_word": word}, {"fact": "subject", "has_word": word}
        asked = numbers[turn % len(numbers)]
        least = {"fact": asked.key, "equals": int(asked.least or 0) + 1 + turn % FEW}
        yield _rule(f"county-{turn}", {"all": [_is("topic", topic), county]}, {"team": team})
        yield _rule(f"number-{turn}", {"all": [county, least]}, {"team": team, "priority_at_least": "P2"})
        yield _rule(f"word-{turn}", {"any": [in_subject, in_text]}, {"tags": [f"word-{turn}"]})
        nested = [{"any": [role, in_text]}, {"none": [_is("system", "ncir"), county]}, in_subject]
        yield _rule(f"nested-{turn}", {"all": [_is("topic", other), *nested]}, {"team": team})
        yield _rule(f"role-{turn}", {"all": [role, {"fact": "topic", "is_one_of": [topic, other]}]}, {"tags": [f"role-{turn}"]})


def _is(fact: str, value: str) -> Stored:
    return {"fact": fact, "is": value}


def _rule(key: str, when: Stored, then: Stored) -> Stored:
    return {"key": key, "title": f"Special case {key}", **({} if "team" in then else {"also": True}), "when": when, "then": then}


def _reference(name: str) -> dict[str, Any]:
    return tomllib.loads((REFERENCE / f"{name}.toml").read_text(encoding="utf-8"))
