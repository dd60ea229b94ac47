"""Decisions in plain words, from what was stored when they were made: the sentence on the case and the table behind it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from . import reading
from .day_counts import DAYS, HOURS, WORKING_DAYS
from .decide import Truth, Verdict
from .models import RoutingDecision
from .rules import TOPIC_TEAM, Condition, Group, GroupKind, Operator, Rule

FACT_NAMES: dict[str, Any] = {
    "topic": _l("topic"),
    "topic_group": _l("topic group"),
    "topic_team": _l("team of the topic"),
    "system": _l("system"),
    "role": _l("role"),
    "impact": _l("impact"),
    "urgency": _l("urgency"),
    "base_priority": _l("priority before the rules"),
    "language": _l("language"),
    "channel": _l("channel"),
    "subject": _l("the subject"),
    "text": _l("the description"),
    "patient_data": _l("patient data"),
    "organization_type": _l("kind of organization"),
    "county": _l("county"),
}
COUNTS: dict[str, Any] = {
    DAYS: _l("days since %(what)s"),
    WORKING_DAYS: _l("working days since %(what)s"),
    HOURS: _l("hours since %(what)s"),
}
COMPARED: dict[Operator, Any] = {
    Operator.AT_LEAST: _l("%(fact)s is at least %(value)s"),
    Operator.AT_MOST: _l("%(fact)s is at most %(value)s"),
    Operator.MORE_THAN: _l("%(fact)s is more than %(value)s"),
    Operator.LESS_THAN: _l("%(fact)s is less than %(value)s"),
    Operator.EQUALS: _l("%(fact)s is %(value)s"),
}
TRUTHS: dict[Truth, Any] = {Truth.TRUE: _l("true"), Truth.FALSE: _l("false"), Truth.NOT_ASKED: _l("not asked")}
VERDICTS: dict[Verdict, Any] = {
    Verdict.DECIDED: _l("Decided"),
    Verdict.ADDED: _l("Added to it"),
    Verdict.NO_FIT: _l("Did not fit"),
    Verdict.NO_TEAM: _l("Fitted, but the topic has no team"),
    Verdict.NOT_ASKED: _l("Not asked"),
}
GROUPS: dict[GroupKind, Any] = {GroupKind.ALL: _l("all of"), GroupKind.ANY: _l("any of"), GroupKind.NONE: _l("none of")}

Texts = Mapping[str, Mapping[str, str]]  # fact -> value -> what people read for it


@dataclass(frozen=True)
class ConditionRow:
    """A comparison as the table shows it; `answer` is what the case said."""

    text: str
    answer: str
    truth: Truth
    truth_text: str
    group: str  # "all of", "any of", "none of" where the comparison stands in a group


@dataclass(frozen=True)
class RuleRow:
    """A rule as the table shows it, and what became of it."""

    key: str
    title: str
    also: bool
    verdict: Verdict
    verdict_text: str
    conditions: tuple[ConditionRow, ...]


def sentence(decision: RoutingDecision, team_name: str) -> str:
    """Where the case went and why: "To NCIR Support, because system is NCIR and topic group is Inventory."."""
    rule = _rule(decision, decision.winner)
    if rule.then.team == TOPIC_TEAM:
        return _("To %(team)s, because that is the team of the topic %(topic)s.", team=team_name, topic=_label(decision, "topic"))
    if not rule.when.members:
        return _("To %(team)s, because no other rule fits.", team=team_name)
    return _("To %(team)s, because %(reasons)s.", team=team_name, reasons=_reasons(decision, rule))


def priority_sentence(decision: RoutingDecision) -> str:
    """How urgent and why: "P1 instead of P3, because urgency is Vaccine is at risk right now."."""
    outcome = decision.outcome
    if not outcome["changes"]:
        return _("%(priority)s, from its topic, impact and urgency.", priority=outcome["priority"])
    rule = _rule(decision, outcome["changes"][-1]["rule"])
    return _(
        "%(priority)s instead of %(before)s, because %(reasons)s.",
        priority=outcome["priority"],
        before=outcome["base_priority"],
        reasons=_reasons(decision, rule) if rule.when.members else _("the rule “%(title)s” says so", title=rule.title),
    )


def table(decision: RoutingDecision, texts: Texts | None = None, names: Mapping[str, str] | None = None) -> list[RuleRow]:
    """Every rule in order with each of its comparisons.

    `texts` has what people read for the values that rules name, `names` what they read for facts, where these are known.
    """
    rules = {rule.key: rule for rule in reading.read(decision.rule_set.rules).rules}
    known = {**decision.facts.get("names", {}), **(names or {})}
    return [_row(decision, rules[entry["rule"]], entry, texts or {}, known) for entry in decision.trace]


def _rule(decision: RoutingDecision, key: str) -> Rule:
    """One rule of the version that decided; the others need not be read for a sentence."""
    return next(
        reading.read_rule(raw, number=n) for n, raw in enumerate(decision.rule_set.rules, start=1) if raw["key"].strip() == key
    )


def _row(decision: RoutingDecision, rule: Rule, entry: Mapping[str, Any], texts: Texts, names: Mapping[str, str]) -> RuleRow:
    verdict = Verdict(entry["verdict"])
    conditions = tuple(
        ConditionRow(
            text=condition_in_words(condition, texts, names),
            answer=_answer(decision, condition),
            truth=truth,
            truth_text=str(TRUTHS[truth]),
            group=str(GROUPS[group.kind]) if len(group.members) > 1 or group.kind is GroupKind.NONE else "",
        )
        for (condition, group), truth in zip(_in_groups(rule.when), map(Truth, entry["truths"]), strict=True)
    )
    return RuleRow(rule.key, rule.title, rule.also, verdict, str(VERDICTS[verdict]), conditions)


def _in_groups(group: Group) -> Iterator[tuple[Condition, Group]]:
    for member in group.members:
        if isinstance(member, Group):
            yield from _in_groups(member)
        else:
            yield member, group


def _reasons(decision: RoutingDecision, rule: Rule) -> str:
    """What made the rule fit, by the truths that were stored."""
    stored = next(entry for entry in decision.trace if entry["rule"] == rule.key)
    explained = _explain(rule.when, decision, map(Truth, stored["truths"]))
    return _(" and ").join(dict.fromkeys(explained.why))


@dataclass(frozen=True)
class _Explained:
    """Whether something holds, what speaks for it and what speaks against it."""

    holds: bool
    why: tuple[str, ...]
    why_not: tuple[str, ...]


def _explain(group: Group, decision: RoutingDecision, truths: Iterator[Truth]) -> _Explained:
    parts = [
        _explain(m, decision, truths) if isinstance(m, Group) else _explain_one(m, decision, next(truths)) for m in group.members
    ]
    holding, failing = [part for part in parts if part.holds], [part for part in parts if not part.holds]
    if group.kind is GroupKind.ALL:
        return _Explained(not failing, _joined(p.why for p in parts), _joined(p.why_not for p in failing))
    if group.kind is GroupKind.ANY:
        return _Explained(bool(holding), _joined(p.why for p in holding), _joined(p.why_not for p in parts))
    return _Explained(not holding, _joined(p.why_not for p in parts), _joined(p.why for p in holding))


def _explain_one(condition: Condition, decision: RoutingDecision, truth: Truth) -> _Explained:
    """A choice speaks for itself by what was answered, whether or not that is what the rule looks for."""
    name = fact_name(condition.fact, decision.facts.get("names", {}))
    if condition.operator is Operator.HAS_WORD:
        has, has_not = _("%(fact)s has “%(word)s”"), _("%(fact)s does not have “%(word)s”")
        words = {"fact": name, "word": condition.values[0]}
        return _Explained(truth is Truth.TRUE, (has % words,), (has_not % words,))
    answer = _label(decision, condition.fact) or _("not given")
    said = (_("%(fact)s is %(answer)s", fact=name, answer=answer),)
    return _Explained(truth is Truth.TRUE, said, said)


def _joined(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(reason for reasons in several for reason in reasons)


def condition_in_words(condition: Condition, texts: Texts, names: Mapping[str, str]) -> str:
    """A comparison as the rule has it: "topic group is Inventory or Recipients and doses"."""
    known = texts.get(condition.fact, {})
    values = _(" or ").join(known.get(value, value) for value in condition.values)
    fact = fact_name(condition.fact, names)
    if condition.number is not None:
        return str(COMPARED[condition.operator] % {"fact": fact, "value": values})
    if condition.operator is Operator.HAS_WORD:
        return _("%(fact)s has “%(word)s”", fact=fact, word=values)
    if condition.operator is Operator.AT_LEAST:
        return _("%(fact)s is %(value)s or more urgent", fact=fact, value=values)
    return _("%(fact)s is %(value)s", fact=fact, value=values)


def fact_name(fact: str, names: Mapping[str, str]) -> str:
    """What people read for a fact: a name of its own, or the question that it answers."""
    if fact in FACT_NAMES:
        return str(FACT_NAMES[fact])
    if fact in names:
        return names[fact]
    question, _dot, count = fact.rpartition(".")
    if count in COUNTS and question:
        return str(COUNTS[count] % {"what": fact_name(question, names)})
    return _("“%(question)s”", question=fact.replace("_", " "))


def _answer(decision: RoutingDecision, condition: Condition) -> str:
    """What the case said; of a text nothing, since it stands on the case."""
    return "" if condition.operator is Operator.HAS_WORD else _label(decision, condition.fact)


def _label(decision: RoutingDecision, fact: str) -> str:
    value = str(decision.facts["values"].get(fact, ""))
    return str(decision.facts["labels"].get(fact, value))
