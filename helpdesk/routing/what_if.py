"""What would have to be different for a case to go elsewhere: the least that changes its team or its priority. Pure.

Only facts that somebody can answer differently are changed, over what the vocabulary says that they can be; what follows from
them (the group and the team of a topic, the base priority, answers to questions that are asked no more) changes along. How long
ago a day was is taken for itself: other counts of the same day stay as they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from .decide import Facts, ask, decide
from .models import Priority
from .priorities import base_priority
from .proof_cells import Cell, of_choice, of_number, suits
from .rules import TOPIC_TEAM, Condition, Operator, Rule, RuleSet
from .vocabulary import Fact, FactKind, Vocabulary
from .words import plain, plain_phrase

TOPIC, IMPACT, URGENCY, BASE = "topic", "impact", "urgency", "base_priority"
LEADS_ON = frozenset({TOPIC, IMPACT, URGENCY})
FOLLOWS = frozenset({"topic_group", TOPIC_TEAM, BASE})  # from what can be answered
NOT_ANSWERED = ""
MOST_PAIRS = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What one fact would have to be: any of these values, or numbers in these ranges; of a text, which words it would have."""

    fact: str
    values: tuple[str, ...] = ()  # NOT_ANSWERED among them
    ranges: tuple[Cell, ...] = ()
    words: tuple[str, ...] = ()  # any of them would stand in it
    without: tuple[str, ...] = ()  # any of them would not


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Where a case would go, how urgent, and by which rule, if one fact were something else, or two."""

    changes: tuple[Change, ...]
    team: str
    priority: Priority
    rule: str


def changes(rule_set: RuleSet, facts: Facts, known: Vocabulary) -> list[WhatIf]:
    """Every change of a single fact that leads to another team or priority: other teams first, in the order of the vocabulary.

    Values that lead to the same are taken together.
    """
    case = _Case(rule_set, facts, known)
    found = [if_so for fact in case.changeable() for if_so in _together(case.outcomes(fact))]
    return sorted(found, key=lambda one: one.team == case.team)


def pairs(rule_set: RuleSet, facts: Facts, known: Vocabulary, *, team: str) -> list[WhatIf]:
    """Changes of two facts that lead to a team to which neither leads alone; at most MOST_PAIRS of them."""
    case, found = _Case(rule_set, facts, known), list[WhatIf]()
    targets = [rule for rule in rule_set.rules if not rule.also and rule.then.team in (team, TOPIC_TEAM)]
    singles = [option for fact in case.changeable() for option in case.options(fact)]
    to_team = {option.change for option in singles if _leads_to(option.facts, team, targets, rule_set)}
    for first in singles:
        if first.change in to_team:
            continue
        both = _Case(rule_set, first.facts, known)
        later = [fact for fact in both.changeable() if case.comes_after(fact.key, first.change.fact)]
        options = (option for fact in later for option in both.options(fact) if option.change not in to_team)
        reached = [_outcome(o, rule_set) for o in options if _leads_to(o.facts, team, targets, rule_set)]
        found += [replace(one, changes=(first.change, *one.changes)) for one in _together(reached)]
        if len(found) >= MOST_PAIRS:
            break
    return _with_the_same_second(found[:MOST_PAIRS])


@dataclass(frozen=True, slots=True)
class _Option:
    """One other answer, and the facts as they would be."""

    change: Change
    facts: Facts


class _Case:
    """A case as it is, and what could be answered differently."""

    def __init__(self, rule_set: RuleSet, facts: Facts, known: Vocabulary) -> None:
        self.rule_set, self.facts, self.known = rule_set, facts, known
        made = decide(rule_set, facts)
        self.team, self.priority = made.team, made.priority
        self._compared: dict[str, list[Condition]] = {}
        for condition in dict.fromkeys(c for rule in rule_set.rules for c in rule.conditions):
            self._compared.setdefault(condition.fact, []).append(condition)
        self._asked_for = {key for fact in known.facts.values() if fact.asked for key, _values in fact.asked.when}
        self._order = {key: number for number, key in enumerate(known.facts)}

    def changeable(self) -> Iterator[Fact]:
        """The facts that matter and that somebody could answer differently, in the order of the vocabulary."""
        for fact in self.known.facts.values():
            matters = fact.key in self._compared or fact.key in LEADS_ON or fact.key in self._asked_for
            if matters and fact.key not in FOLLOWS and _is_asked(fact, self.facts):
                yield fact

    def comes_after(self, key: str, other: str) -> bool:
        """Whether a fact stands behind another in the vocabulary."""
        return self._order[key] > self._order[other]

    def options(self, fact: Fact) -> Iterator[_Option]:
        """Every other answer to this one, those that no rule tells apart as one."""
        if fact.kind is FactKind.TEXT:
            yield from self._words(fact)
            return
        current = self.facts.get(fact.key, NOT_ANSWERED)
        for cell in self._cells(fact, current):
            change = Change(fact.key, ranges=(cell,)) if fact.kind is FactKind.NUMBER else Change(fact.key, values=cell.values)
            if (changed := self._with(fact.key, cell.values[0])) is not None:
                yield _Option(change, changed)
        may_be_left_out = fact.asked is not None and not fact.asked.is_required and fact.key not in LEADS_ON
        if current and may_be_left_out and (changed := self._with(fact.key, NOT_ANSWERED)) is not None:
            yield _Option(Change(fact.key, values=(NOT_ANSWERED,)), changed)

    def outcomes(self, fact: Fact) -> list[WhatIf]:
        """What each other answer leads to, where that is another team or priority."""
        made = (_outcome(option, self.rule_set) for option in self.options(fact))
        return [one for one in made if (one.team, one.priority) != (self.team, self.priority)]

    def _cells(self, fact: Fact, current: str) -> Iterator[Cell]:
        """The answers but for the present one and those that are alike to it."""
        compared = self._compared.get(fact.key, [])
        if fact.kind is FactKind.NUMBER:
            yield from (cell for cell in of_number(fact, [c for c in compared if suits(c, fact)]) if not _holds(cell, current))
            return
        offered = [value for value in fact.values if value not in fact.retired and value != current]
        if fact.key in LEADS_ON or fact.key in self._asked_for:
            yield from (Cell((value,)) for value in offered)
            return
        marks: dict[str, set[int]] = {}
        for number, condition in enumerate(compared):
            for value in condition.values:
                marks.setdefault(value, set()).add(number)
        for cell in of_choice(offered, marks):  # type: ignore[arg-type]
            if marks.get(cell.values[0], set()) != marks.get(current, set()):
                yield cell

    def _words(self, fact: Fact) -> Iterator[_Option]:
        text = self.facts.get(fact.key, "")
        here = plain(text)
        for condition in self._compared.get(fact.key, []):
            if condition.operator is not Operator.HAS_WORD:
                continue
            word = condition.values[0]
            if plain_phrase(word) in here:
                changed = {**self.facts, fact.key: here.replace(plain_phrase(word), " ")}
                yield _Option(Change(fact.key, without=(word,)), changed)
            else:
                yield _Option(Change(fact.key, words=(word,)), {**self.facts, fact.key: f"{text} {word}"})

    def _with(self, key: str, value: str) -> Facts | None:
        """The facts if this one were so, with all that follows; none where that is not known, as of a topic no more on offer."""
        changed = {name: old for name, old in self.facts.items() if name != key}
        if value:
            changed[key] = value
        if key in LEADS_ON and not self._follow(changed):
            return None
        _forget_what_is_not_asked(changed, self.known)
        return changed

    def _follow(self, changed: Facts) -> bool:
        topic = self.known.topics.get(changed.get(TOPIC, ""))
        if topic is None:
            return False
        changed |= {"topic_group": topic.group, TOPIC_TEAM: topic.team}
        try:
            changed[BASE] = base_priority(topic.priority, changed[IMPACT], changed[URGENCY]).value
        except KeyError:
            return False
        return True


def _is_asked(fact: Fact, facts: Mapping[str, str]) -> bool:
    if fact.asked is None:
        return False
    is_about_it = not fact.asked.topics or facts.get(TOPIC) in fact.asked.topics
    return is_about_it and all(facts.get(question) in values for question, values in fact.asked.when)


def _forget_what_is_not_asked(facts: Facts, known: Vocabulary) -> None:
    """Answers to questions that are not asked then are not there; nor are those that were asked because of these."""
    while gone := [key for key in facts if (fact := known.facts.get(key)) and fact.asked and not _is_asked(fact, facts)]:
        for key in gone:
            del facts[key]


def _holds(cell: Cell, answer: str) -> bool:
    """Whether a number lies in a range; ranges of numbers with decimals are open, but for single ones."""
    if not answer:
        return False
    number = Decimal(answer)
    if cell.low == cell.high and cell.low is not None:
        return number == cell.low
    return (cell.low is None or number >= cell.low) and (cell.high is None or number <= cell.high)


def _outcome(option: _Option, rule_set: RuleSet) -> WhatIf:
    made = decide(rule_set, option.facts)
    return WhatIf((option.change,), made.team, made.priority, made.winner)


def _leads_to(facts: Facts, team: str, targets: Iterable[Rule], rule_set: RuleSet) -> bool:
    """Whether a case goes to a team; rules that lead there are asked first, for that is soon said."""
    leading = (rule for rule in targets if rule.then.team == team or facts.get(TOPIC_TEAM) == team)
    return any(ask(rule, facts)[0] for rule in leading) and decide(rule_set, facts).team == team


def _together(found: Iterable[WhatIf]) -> list[WhatIf]:
    """Answers to one question that lead to the same, as one."""
    by_fact = groupby(found, key=lambda one: one.changes[0].fact)
    return [merged for _fact, several in by_fact for merged in _merged(several)]


def _merged(several: Iterable[WhatIf]) -> Iterator[WhatIf]:
    alike: dict[tuple[str, Priority, str], list[Change]] = {}
    for one in several:
        alike.setdefault((one.team, one.priority, one.rule), []).append(one.changes[0])
    for (team, priority, rule), changed in alike.items():
        yield WhatIf((_any_of(changed),), team, priority, rule)


def _with_the_same_second(found: list[WhatIf]) -> list[WhatIf]:
    """Pairs that differ in the answer to their first question alone, as one."""
    alike: dict[tuple[object, ...], list[WhatIf]] = {}
    for one in found:
        first, second = one.changes
        alike.setdefault((first.fact, second, one.team, one.priority, one.rule), []).append(one)
    return [
        replace(several[0], changes=(_any_of([one.changes[0] for one in several]), several[0].changes[1]))
        for several in alike.values()
    ]


def _any_of(changed: list[Change]) -> Change:
    return Change(
        changed[0].fact,
        values=tuple(value for one in changed for value in one.values),
        ranges=_joined([cell for one in changed for cell in one.ranges]),
        words=tuple(word for one in changed for word in one.words),
        without=tuple(word for one in changed for word in one.without),
    )


def _joined(cells: list[Cell]) -> tuple[Cell, ...]:
    """Ranges of whole numbers that touch are one."""
    joined: list[Cell] = []
    for cell in cells:
        last = joined[-1] if joined else None
        if last is not None and None not in (last.high, cell.low) and cell.low == last.high + 1:  # type: ignore[operator]
            joined[-1] = replace(last, high=cell.high)
        else:
            joined.append(cell)
    return tuple(joined)
