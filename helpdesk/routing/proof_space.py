"""What a case can say, as far as it matters to rules: for each fact the cell in which its answer lies, and the words of texts.

Facts that no rule compares, and that lead to none that a rule compares, are left out: whatever they are, the rules do the same.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from .models import Priority
from .priorities import base_priority
from .proof_axes import Axis
from .proof_cells import (
    ANSWERED,
    ANY_OTHER,
    Cell,
    numbers_that_hold,
    of_choice,
    of_number,
    suits,
    values_of,
    values_that_hold,
)
from .proof_solver import Solver
from .rules import TOPIC_TEAM, Condition, RuleSet
from .vocabulary import Asked, Fact, FactKind, Vocabulary
from .words import plain_phrase

TOPIC, GROUP, TEAM, BASE, IMPACT, URGENCY = "topic", "topic_group", TOPIC_TEAM, "base_priority", "impact", "urgency"
ON_OFFER = "on offer"
CHOSEN = (FactKind.CHOICE, FactKind.PRIORITY)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word or phrase that rules look for in a text: as it is written, as it is compared, and the literal of its being there."""

    written: str
    compared: str
    literal: int


@dataclass(frozen=True)
class Space:
    """The facts that matter, each with its axis, and the phrases of each text."""

    solver: Solver
    known: Vocabulary
    facts: Mapping[str, Fact]
    axes: dict[str, Axis] = field(default_factory=dict)
    phrases: dict[str, dict[str, Phrase]] = field(default_factory=dict)  # by fact, and by what is compared
    _literals: dict[Condition, int] = field(default_factory=dict)

    def literal(self, condition: Condition) -> int:
        """What holds where a comparison does."""
        if condition not in self._literals:
            self._literals[condition] = self._literal(condition)
        return self._literals[condition]

    def cells_of(self, condition: Condition) -> list[int]:
        """The cells of a choice, a priority or a number in which a comparison holds."""
        fact, axis = self.facts.get(condition.fact), self.axes.get(condition.fact)
        if fact is None or axis is None or fact.kind is FactKind.TEXT or not suits(condition, fact):
            return []
        if fact.kind is FactKind.NUMBER:
            return [1 + number for number in numbers_that_hold(condition, axis.cells[1:])]
        return sorted({axis.at(value) for value in values_that_hold(condition, axis.values)})

    def _literal(self, condition: Condition) -> int:
        phrase = self.phrases.get(condition.fact, {}).get(plain_phrase(condition.values[0])) if condition.values else None
        if phrase and suits(condition, self.facts[condition.fact]):
            return phrase.literal
        axis = self.axes.get(condition.fact)
        return axis.among(self.cells_of(condition)) if axis else self.solver.false


def space_of(solver: Solver, rule_set: RuleSet, known: Vocabulary) -> Space:
    """The facts that matter to these rules; what the form makes of them (proof_form.py) is not in it yet."""
    of_topic = {key: Fact(key, FactKind.CHOICE, key) for key in (GROUP, TEAM) if key not in known.facts}
    facts = {**known.facts, **of_topic}
    space = Space(solver, known, facts)
    compared = _compared(rule_set, facts)
    needed = {*compared, TOPIC, *([TEAM] if any(rule.then.team == TOPIC_TEAM for rule in rule_set.rules) else [])}
    mattering = _with_what_leads_there(needed, facts)
    for key in sorted(mattering, key=lambda key: key == TOPIC):  # the topic last: it is told apart by what follows from it
        solver.check_time()
        _add(space, facts[key], compared.get(key, []), mattering)
    return space


def _compared(rule_set: RuleSet, facts: Mapping[str, Fact]) -> dict[str, list[Condition]]:
    """The comparisons that can hold, by fact, each once."""
    found: dict[str, list[Condition]] = {}
    for condition in dict.fromkeys(condition for rule in rule_set.rules for condition in rule.conditions):
        fact = facts.get(condition.fact)
        if fact is not None and fact.asked is not None and suits(condition, fact):
            found.setdefault(fact.key, []).append(condition)
    return found


def _with_what_leads_there(keys: set[str], facts: Mapping[str, Fact]) -> list[str]:
    """These facts and those on which it depends whether and how they are answered, in the order of the form."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key in facts and key not in found:
            found.add(key)
            waiting += _leading_to(facts[key], facts)
    return [key for key in facts if key in found]


def _leading_to(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[str]:
    asked = fact.asked or Asked()
    yield from (question for question, _values in asked.when)
    yield from counted_with(fact.key, facts)
    if asked.topics or fact.key in (GROUP, TEAM, BASE):
        yield TOPIC
    if fact.key == BASE:
        yield from (IMPACT, URGENCY)


def counted_with(key: str, facts: Mapping[str, Fact]) -> list[str]:
    """All counts of the day or moment that a count is of; nothing for what is none."""
    question, dot, _count = key.rpartition(".")
    return [other for other in facts if dot and other.rpartition(".")[0] == question]


def _add(space: Space, fact: Fact, compared: list[Condition], mattering: list[str]) -> None:
    """Give a fact its axis, and a text its phrases."""
    named: dict[str, int] = {}
    if fact.kind is FactKind.TEXT:
        cells: tuple[Cell, ...] = (ANSWERED,)
        for condition in compared:
            words = plain_phrase(condition.values[0])
            space.phrases.setdefault(fact.key, {}).setdefault(words, Phrase(condition.values[0], words, space.solver.new()))
    elif fact.kind is FactKind.NUMBER:
        cells = of_number(fact, compared)
    else:
        values = _possible(space, fact, compared)
        marks: dict[str, set[Hashable]] = {value: set() for value in values}
        for number, condition in enumerate(compared):
            for value in values_that_hold(condition, marks.keys()):
                marks[value].add(number)
        named = {value: len(by_rules) for value, by_rules in marks.items()}
        _mark_by_form(space, fact, marks, mattering)
        cells = of_choice(values, marks)
    space.axes[fact.key] = Axis(space.solver, cells if fact.asked is not None else (), named)


def _possible(space: Space, fact: Fact, compared: list[Condition]) -> list[str]:
    """What a choice can be: what is offered; what topics make of it; what rules name, and something else, where it is open."""
    values = dict.fromkeys(values_of(fact))
    if fact.key == GROUP:
        values |= dict.fromkeys(topic.group for topic in space.known.topics.values() if topic.group)
    if fact.key == TEAM:
        values |= dict.fromkeys(topic.team for topic in space.known.topics.values() if topic.team)
    if fact.is_open:
        values |= dict.fromkeys(value for condition in compared for value in condition.values if value not in fact.retired)
        values[ANY_OTHER] = None
    return list(values)


def _mark_by_form(space: Space, fact: Fact, marks: dict[str, set[Hashable]], mattering: list[str]) -> None:
    """Tell values apart that lead to other questions, or to another group, team or base priority."""
    for key in mattering:
        asked = space.facts[key].asked or Asked()
        sets = [frozenset(values) for question, values in asked.when if question == fact.key]
        for values in [*sets, *([asked.topics] if fact.key == TOPIC else [])]:
            for value in marks.keys() & values:
                marks[value].add(values)
    for value, found in marks.items():
        if fact.key == TOPIC and value in space.known.topics:
            topic = space.known.topics[value]
            follows = [(key, code) for key, code in ((GROUP, topic.group), (TEAM, topic.team)) if key in space.axes]
            found.update((key, space.axes[key].at(code)) for key, code in follows)
            found.update((ON_OFFER, topic.priority) if BASE in mattering else (ON_OFFER,))
        if fact.key in (IMPACT, URGENCY) and BASE in mattering:
            found.add(_in_matrix(fact.key, value, space))


def _in_matrix(key: str, value: str, space: Space) -> Hashable:
    """What an impact or urgency makes of each of the other."""
    others = values_of(space.facts[URGENCY if key == IMPACT else IMPACT]) if {IMPACT, URGENCY} <= space.facts.keys() else ()
    return ("matrix", *(by_matrix(*((value, other) if key == IMPACT else (other, value))) for other in others))


def by_matrix(impact: str, urgency: str) -> Priority | None:
    """What impact and urgency make of a topic of the lowest priority; none where the matrix does not know them."""
    try:
        return base_priority(Priority.P4, impact, urgency)
    except KeyError:
        return None
