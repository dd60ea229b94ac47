"""The one function that decides where a case goes: pure, without database or clock, the same for every use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from operator import eq, ge, gt, le, lt

from .models import Priority
from .priorities import at_least, more_urgent
from .rules import TOPIC_TEAM, Condition, Group, GroupKind, Operator, Rule, RuleSet, WithoutSkill
from .words import plain, plain_phrase

Facts = dict[str, str]
USUAL_PRIORITY = Priority.P3  # where no base priority is among the facts


class Truth(StrEnum):
    """Whether a comparison held; one letter, because every case stores one per comparison."""

    TRUE = "t"
    FALSE = "f"
    NOT_ASKED = "-"


class Verdict(StrEnum):
    """What became of a rule."""

    DECIDED = "decided"  # it set the team
    ADDED = "added"  # an also rule that fitted
    NO_FIT = "no_fit"
    NO_TEAM = "no_team"  # it fitted, but the topic names no team
    NOT_ASKED = "not_asked"  # an earlier rule had decided


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What became of one rule, and of each of its comparisons in the order in which they are written."""

    rule: str
    verdict: Verdict
    truths: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A priority that a rule changed."""

    rule: str
    old: Priority
    new: Priority


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a case goes, how urgent it is, and why."""

    team: str
    priority: Priority
    winner: str
    base_priority: Priority
    changes: tuple[Change, ...]
    tags: tuple[str, ...]
    watchers: tuple[str, ...]
    notify: tuple[str, ...]
    skills: tuple[str, ...]
    without_skill: WithoutSkill | None
    macro: str
    is_pending: bool
    trace: tuple[RuleTrace, ...]


def decide(rule_set: RuleSet, facts: Facts) -> Decision:
    """Decide by the first rule that fits and has a team; every `also` rule that fits adds to it, wherever it stands.

    A fact that is missing or empty makes each comparison with it false. The last rule always decides (reading.py sees to it).
    """
    known = _Known(facts)
    trace: list[RuleTrace] = []
    fitting: list[Rule] = []
    winner, team = "", ""
    for rule in rule_set.rules:
        verdict, truths = _ask(rule, known, is_decided=bool(winner))
        trace.append(RuleTrace(rule.key, verdict, truths))
        if verdict in (Verdict.DECIDED, Verdict.ADDED):
            fitting.append(rule)
        if verdict is Verdict.DECIDED:
            winner, team = rule.key, _team_of(rule, facts)
    base = Priority(facts.get("base_priority") or USUAL_PRIORITY)
    changes = _changes(fitting, base)
    macro_rule = next((rule for rule in fitting if rule.then.macro), None)
    return Decision(
        team=team,
        priority=changes[-1].new if changes else base,
        winner=winner,
        base_priority=base,
        changes=changes,
        tags=_together(rule.then.tags for rule in fitting),
        watchers=_together(rule.then.watchers for rule in fitting),
        notify=_together(rule.then.notify for rule in fitting),
        skills=_together(rule.then.skills for rule in fitting),
        without_skill=next((rule.then.without_skill for rule in fitting if rule.then.without_skill), None),
        macro=macro_rule.then.macro if macro_rule else "",
        is_pending=bool(macro_rule and macro_rule.then.is_pending),
        trace=tuple(trace),
    )


def ask(rule: Rule, facts: Facts) -> tuple[bool, tuple[Truth, ...]]:
    """Whether one rule fits, whatever rules stand before it, and the truth of each of its comparisons."""
    truths: list[Truth] = []
    fits = _group_holds(rule.when, _Known(facts), truths)
    return fits, tuple(truths)


class _Known:
    """The facts, and the words and numbers among them, found once."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._words: dict[str, str] = {}
        self._numbers: dict[str, Decimal | None] = {}

    def number(self, fact: str) -> Decimal | None:
        if fact not in self._numbers:
            self._numbers[fact] = _number(self.facts.get(fact, ""))
        return self._numbers[fact]

    def words(self, fact: str) -> str:
        if fact not in self._words:
            self._words[fact] = plain(self.facts.get(fact, ""))
        return self._words[fact]


def _ask(rule: Rule, known: _Known, *, is_decided: bool) -> tuple[Verdict, tuple[Truth, ...]]:
    if is_decided and not rule.also:
        return Verdict.NOT_ASKED, (Truth.NOT_ASKED,) * rule.size
    truths: list[Truth] = []
    fits = _group_holds(rule.when, known, truths)
    if not fits:
        return Verdict.NO_FIT, tuple(truths)
    if rule.also:
        return Verdict.ADDED, tuple(truths)
    return Verdict.DECIDED if _team_of(rule, known.facts) else Verdict.NO_TEAM, tuple(truths)


def _group_holds(group: Group, known: _Known, truths: list[Truth]) -> bool:
    """Ask every member, also where the answer is clear before the last: the table that explains shows them all."""
    held = 0
    for member in group.members:
        if isinstance(member, Group):
            holds = _group_holds(member, known, truths)
        else:
            holds = _holds(member, known)
            truths.append(Truth.TRUE if holds else Truth.FALSE)
        held += holds
    if group.kind is GroupKind.ALL:
        return held == len(group.members)
    return held > 0 if group.kind is GroupKind.ANY else held == 0


def _holds(condition: Condition, known: _Known) -> bool:
    answer = known.facts.get(condition.fact, "")
    if not answer:
        return False
    if condition.number is not None:
        number = known.number(condition.fact)
        return number is not None and _COMPARED[condition.operator](number, condition.number)
    if condition.operator is Operator.HAS_WORD:
        return plain_phrase(condition.values[0]) in known.words(condition.fact)
    if condition.operator is Operator.AT_LEAST:
        return at_least(Priority(answer), Priority(condition.values[0]))
    return answer in condition.values


_COMPARED: dict[Operator, Callable[[Decimal, Decimal], bool]] = {
    Operator.AT_LEAST: ge,
    Operator.AT_MOST: le,
    Operator.MORE_THAN: gt,
    Operator.LESS_THAN: lt,
    Operator.EQUALS: eq,
}


def _number(answer: str) -> Decimal | None:
    try:
        number = Decimal(answer)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _team_of(rule: Rule, facts: Facts) -> str:
    return facts.get(TOPIC_TEAM, "") if rule.then.team == TOPIC_TEAM else rule.then.team


def _changes(rules: Iterable[Rule], base: Priority) -> tuple[Change, ...]:
    changes: list[Change] = []
    priority = base
    for rule in rules:
        wanted = rule.then.priority_exactly or priority
        if rule.then.priority_at_least is not None:
            wanted = more_urgent(wanted, rule.then.priority_at_least)
        if wanted is not priority:
            changes.append(Change(rule.key, old=priority, new=wanted))
        priority = wanted
    return tuple(changes)


def _together(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for values in several for value in values))
