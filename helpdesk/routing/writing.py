"""Rules as they are stored: the opposite of reading.py, in one stable order, so that two that say the same look the same."""

from decimal import Decimal
from typing import Any

from .rules import ALWAYS, Actions, Condition, Group, GroupKind, Operator, Rule, RuleSet


def write(rules: RuleSet) -> list[dict[str, Any]]:
    """The rules as a list that JSON, TOML and YAML can hold; `reading.read` makes the same of it."""
    return [write_rule(rule) for rule in rules.rules]


def write_rule(rule: Rule) -> dict[str, Any]:
    """One rule."""
    also = {"also": True} if rule.also else {}
    return {"key": rule.key, "title": rule.title, **also, "when": _when(rule.when), "then": _then(rule.then)}


def _when(group: Group) -> str | dict[str, Any]:
    if group == ALWAYS:
        return "always"
    if group.kind is GroupKind.ALL and len(group.members) == 1 and isinstance(group.members[0], Condition):
        return _condition(group.members[0])
    return _group(group)


def _group(group: Group) -> dict[str, Any]:
    return {group.kind.value: [_group(m) if isinstance(m, Group) else _condition(m) for m in group.members]}


def _condition(condition: Condition) -> dict[str, Any]:
    return {"fact": condition.fact, condition.operator.value: _compared(condition)}


def _compared(condition: Condition) -> str | int | float | list[str]:
    if condition.number is not None:
        return _plain_number(condition.number)
    return list(condition.values) if condition.operator is Operator.IS_ONE_OF else condition.values[0]


def _plain_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _then(then: Actions) -> dict[str, Any]:
    without = then.without_skill
    parts: dict[str, Any] = {
        "team": then.team,
        "priority_at_least": then.priority_at_least and then.priority_at_least.value,
        "priority_exactly": then.priority_exactly and then.priority_exactly.value,
        "tags": list(then.tags),
        "watchers": list(then.watchers),
        "skills": list(then.skills),
        "without_skill": without and {"team": without.team, **({"tags": list(without.tags)} if without.tags else {})},
        "macro": then.macro,
        "status": "pending" if then.is_pending else "",
        "notify": list(then.notify),
    }
    return {name: part for name, part in parts.items() if part}
