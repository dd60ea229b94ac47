"""Golden cases: named examples that are kept with the rules, each with the team and the priority that it has to get."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ..languages import gettext as _
from .decide import Facts, decide
from .errors import BadGolden, BadRule
from .models import Priority
from .priorities import base_priority
from .reading_conditions import FACT
from .reading_places import LONGEST_TEXT, Reader
from .rules import Operator, RuleSet
from .vocabulary import KnownTopic, Vocabulary
from .words import plain, plain_phrase

MOST_GOLDEN, MOST_FACTS = 500, 200
LONGEST_FACT = 2000  # characters of a value
FREE_TEXTS = frozenset({"subject", "text"})  # what a provider wrote: of it only words that rules look for are kept
_PARTS = frozenset({"name", "facts", "team", "priority", "case"})


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """What is known of a case, and where it has to go."""

    name: str
    facts: Facts = field(hash=False)
    team: str
    priority: Priority
    case: str = ""  # the number of the real case that it was made from


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """What rules made of a golden case."""

    golden: GoldenCase
    team: str  # what it got
    priority: Priority
    rule: str  # the key of the rule that sent it there

    @property
    def has_team(self) -> bool:
        """Whether it got the team that it has to get."""
        return self.team == self.golden.team

    @property
    def has_priority(self) -> bool:
        """Whether it got the priority that it has to get."""
        return self.priority is self.golden.priority

    @property
    def passes(self) -> bool:
        """Whether it went where it has to go, as urgent as it has to be."""
        return self.has_team and self.has_priority


def read(stored: Any) -> tuple[GoldenCase, ...]:
    """Make the golden cases of stored ones. Raises BadGolden, with the name and the place."""
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise BadGolden("1", "golden", _("has to be a list"))
    if len(stored) > MOST_GOLDEN:
        name = str(MOST_GOLDEN + 1)
        raise BadGolden(
            name, "golden", _("there are %(number)s; at most %(most)s are kept", number=len(stored), most=MOST_GOLDEN)
        )
    cases = tuple(read_one(raw, number=number) for number, raw in enumerate(stored, start=1))
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise BadGolden(case.name, "name", _("another golden case has the same name"))
        seen.add(case.name)
    return cases


def read_one(raw: Any, *, number: int) -> GoldenCase:
    """Make one golden case; the number names it in BadGolden where it has no name."""
    return _GoldenReader(raw, number).case()


def write(cases: Iterable[GoldenCase]) -> list[dict[str, Any]]:
    """Golden cases as they are stored, facts in the order of the alphabet; `read` makes the same of it."""
    return [
        {
            "name": case.name,
            "facts": dict(sorted(case.facts.items())),
            "team": case.team,
            "priority": case.priority.value,
            **({"case": case.case} if case.case else {}),
        }
        for case in cases
    ]


def run(rule_set: RuleSet, golden: Iterable[GoldenCase], *, known: Vocabulary | None = None) -> list[GoldenResult]:
    """Decide each golden case by the rules.

    With what is `known`, what follows from the topic of a case need not be among its facts.
    """
    results = []
    for case in golden:
        decision = decide(rule_set, completed(case.facts, known) if known else case.facts)
        results.append(GoldenResult(case, decision.team, decision.priority, decision.winner))
    return results


def completed(facts: Facts, known: Vocabulary) -> Facts:
    """The facts, with what follows from the topic where it is not among them: its group, its team, the priority to begin with."""
    topic = known.topics.get(facts.get("topic", ""))
    if topic is None:
        return facts
    following = {"topic_group": topic.group, "topic_team": topic.team, "base_priority": _base(topic, facts).value}
    return {**following, **facts}


def from_decision(
    facts: Mapping[str, str], rule_sets: Iterable[RuleSet], *, name: str, team: str, priority: Priority, case: str = ""
) -> GoldenCase:
    """The golden case made of the facts that a decision was made by.

    Of what the provider wrote only those words stay that a rule of any of these sets looks for: what the sets look for is found
    in the golden case exactly where it was found in the real one.
    """
    looked_for: dict[str, list[str]] = {fact: [] for fact in sorted(FREE_TEXTS)}
    for condition in (condition for rule_set in rule_sets for rule in rule_set.rules for condition in rule.conditions):
        if condition.operator is Operator.HAS_WORD and condition.fact in looked_for:
            looked_for[condition.fact].append(condition.values[0])
    kept = {fact: value for fact, value in facts.items() if fact not in FREE_TEXTS and _is_plain(value)}
    words = {fact: _words(facts.get(fact, ""), phrases) for fact, phrases in looked_for.items()}
    return GoldenCase(name, kept | {fact: text for fact, text in words.items() if text}, team, priority, case)


def _base(topic: KnownTopic, facts: Facts) -> Priority:
    try:
        return base_priority(topic.priority, facts.get("impact", ""), facts.get("urgency", ""))
    except KeyError:
        return topic.priority


def _is_plain(value: str) -> bool:
    return bool(value.strip()) and value.isprintable() and len(value) <= LONGEST_TEXT


def _words(text: str, phrases: list[str]) -> str:
    """The phrases that are in a text, with something between them that none looks for, lest two make a third."""
    there = plain(text)
    found = {plain_phrase(phrase): phrase for phrase in phrases if plain_phrase(phrase) in there}
    words = {word for phrase in phrases for word in plain(phrase).split()}
    between = next(mark for mark in ("_" * length for length in count(1)) if mark not in words)
    return f" {between} ".join(found.values())


class _GoldenReader(Reader):
    """Reads one golden case, and knows which one it is when something is wrong."""

    def __init__(self, raw: Any, number: int) -> None:
        name = raw.get("name") if isinstance(raw, Mapping) else None
        named = name.strip()[:LONGEST_TEXT] if isinstance(name, str) else ""
        super().__init__(named or _("number %(number)s", number=number))
        self.raw = raw

    def case(self) -> GoldenCase:
        """The golden case itself."""
        raw = self.table(self.raw, "golden", allowed=_PARTS)
        return GoldenCase(
            name=self.text(raw.get("name"), "name"),
            facts=self._facts(raw.get("facts")),
            team=self.text(raw.get("team"), "team"),
            priority=Priority(self.one_of(raw.get("priority"), tuple(Priority), "priority")),
            case=self.text(raw["case"], "case") if "case" in raw else "",
        )

    def _facts(self, raw: Any) -> Facts:
        if not isinstance(raw, Mapping) or not raw:
            raise self.bad("facts", _("has to be a table of facts and their values"))
        if len(raw) > MOST_FACTS:
            raise self.bad("facts", _("has more than %(most)s values", most=MOST_FACTS))
        facts = {}
        for fact, value in raw.items():
            if not isinstance(fact, str) or not FACT.fullmatch(fact):
                raise self.bad("facts", _("%(name)s cannot be the name of a fact", name=str(fact)[:100]))
            facts[fact] = self.text(value, f"facts.{fact}", longest=LONGEST_FACT)
        if "base_priority" in facts:
            self.one_of(facts["base_priority"], tuple(Priority), "facts.base_priority")
        return facts

    def bad(self, place: str, problem: str) -> BadRule:
        return BadGolden(self.name, place, problem)
