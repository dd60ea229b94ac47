"""Rules as they are stored (JSON, TOML) become a RuleSet, or an error that names the rule and the place in it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from .errors import BadRule, BadRuleSet
from .models import Priority
from .rules import (
    ALWAYS,
    DRAFT,
    FACTS,
    OPERATORS,
    TOPIC_TEAM,
    Actions,
    Condition,
    FactKind,
    Group,
    GroupKind,
    Operator,
    Rule,
    RuleSet,
)
from .words import plain_phrase

DEEPEST = 2  # a group, and groups in it
_RULE_PARTS = frozenset({"key", "title", "when", "then", "also"})
_ACTIONS = frozenset({"team", "priority_at_least", "priority_exactly", "flags", "watchers", "macro", "notify"})
_OPERATORS = frozenset(operator.value for operator in Operator)


def read(stored: Sequence[Any], *, version: int = DRAFT) -> RuleSet:
    """Make the rule set of stored rules. Raises BadRule, or BadRuleSet when they do not make a set."""
    if not isinstance(stored, Sequence) or isinstance(stored, str):
        raise BadRuleSet(_("The rules have to be a list."))
    rules = tuple(read_rule(raw, number=number) for number, raw in enumerate(stored, start=1))
    _check_set(rules)
    return RuleSet(rules, version)


def read_rule(raw: Any, *, number: int) -> Rule:
    """Make one rule; the number names it in BadRule where it has no key."""
    return _Reader(raw, number).rule()


def _check_set(rules: tuple[Rule, ...]) -> None:
    keys = [rule.key for rule in rules]
    for rule in rules:
        if keys.count(rule.key) > 1:
            raise BadRule(rule.key, "key", _("another rule has the same key"))
    if not rules:
        raise BadRuleSet(_("There is no rule. The last rule has to fit everything."))
    last = rules[-1]
    if last.also or last.when != ALWAYS or last.then.team == TOPIC_TEAM:
        raise BadRuleSet(
            _('The last rule, %(rule)s, has to fit everything (when = "always") and to name its team.', rule=last.key)
        )


class _Reader:
    """Reads one rule, and knows which one it is when something is wrong."""

    def __init__(self, raw: Any, number: int) -> None:
        self.raw = raw
        key = raw.get("key") if isinstance(raw, Mapping) else None
        self.name = key if isinstance(key, str) and key else _("number %(number)s", number=number)

    def rule(self) -> Rule:
        """The rule itself, its parts checked against each other."""
        raw = self._table(self.raw, "rule", allowed=_RULE_PARTS)
        also = raw.get("also", False)
        if not isinstance(also, bool):
            raise self._bad("also", _("has to be true or false"))
        rule = Rule(
            key=self._text(raw.get("key"), "key"),
            title=self._text(raw.get("title"), "title"),
            when=self._when(raw.get("when")),
            then=self._actions(raw.get("then")),
            also=also,
        )
        if also and rule.then.team:
            raise self._bad("then.team", _("a rule marked also cannot set the team"))
        if not also and not rule.then.team:
            raise self._bad("then", _("a rule sets a team, or is marked also"))
        if also and rule.then == Actions():
            raise self._bad("then", _("the rule does nothing"))
        return rule

    def _when(self, raw: Any) -> Group:
        if raw == "always":
            return ALWAYS
        if not isinstance(raw, Mapping):
            raise self._bad("when", _('has to be "always", a comparison or a group'))
        if "fact" in raw:
            return Group(GroupKind.ALL, (self._condition(raw, "when"),))
        return self._group(raw, "when", depth=1)

    def _group(self, raw: Mapping[str, Any], place: str, *, depth: int) -> Group:
        if depth > DEEPEST:
            raise self._bad(place, _("groups can be nested only once"))
        if len(raw) != 1:
            raise self._bad(place, _("a group has exactly one of all, any and none"))
        name, members = next(iter(raw.items()))
        if name not in set(GroupKind):
            raise self._bad(place, _("unknown group %(name)s; known: all, any, none", name=name))
        place = f"{place}.{name}"
        if not isinstance(members, list) or not members:
            raise self._bad(place, _("has to be a list with something in it"))
        return Group(GroupKind(name), tuple(self._member(m, f"{place}[{i}]", depth) for i, m in enumerate(members, start=1)))

    def _member(self, raw: Any, place: str, depth: int) -> Condition | Group:
        if not isinstance(raw, Mapping):
            raise self._bad(place, _("has to be a comparison or a group"))
        return self._condition(raw, place) if "fact" in raw else self._group(raw, place, depth=depth + 1)

    def _condition(self, raw: Mapping[str, Any], place: str) -> Condition:
        fact = raw["fact"]
        if not isinstance(fact, str) or fact not in FACTS:
            raise self._bad(place, _("unknown fact %(fact)s; known: %(known)s", fact=fact, known=", ".join(FACTS)))
        names = sorted(str(name) for name in raw if name != "fact")
        if len(names) != 1:
            raise self._bad(place, _("a comparison has a fact and exactly one operator"))
        if names[0] not in _OPERATORS:
            known = ", ".join(Operator)
            raise self._bad(place, _("unknown operator %(name)s; known: %(known)s", name=names[0], known=known))
        operator, kind = Operator(names[0]), FACTS[fact]
        if operator not in OPERATORS[kind]:
            raise self._bad(place, _("%(fact)s cannot be compared with %(operator)s", fact=fact, operator=operator.value))
        values = self._values(raw[operator], operator, place)
        for value in values:
            self._check_value(value, kind, place)
        return Condition(fact, operator, values)

    def _values(self, raw: Any, operator: Operator, place: str) -> tuple[str, ...]:
        if operator is not Operator.IS_ONE_OF:
            return (self._text(raw, f"{place}.{operator.value}"),)
        values = self._texts(raw, f"{place}.{operator.value}")
        if not values:
            raise self._bad(f"{place}.{operator.value}", _("the list is empty"))
        return values

    def _check_value(self, value: str, kind: FactKind, place: str) -> None:
        if kind is FactKind.PRIORITY:
            self._priority(value, place)
        if kind is FactKind.TEXT and not plain_phrase(value).strip():
            raise self._bad(place, _('there is no word in "%(value)s"', value=value))

    def _actions(self, raw: Any) -> Actions:
        then = self._table(raw, "then", allowed=_ACTIONS)
        if "priority_at_least" in then and "priority_exactly" in then:
            raise self._bad("then", _("a priority is set at least or exactly, not both"))
        return Actions(
            team=self._text(then["team"], "then.team") if "team" in then else "",
            priority_at_least=self._priority_of(then, "priority_at_least"),
            priority_exactly=self._priority_of(then, "priority_exactly"),
            flags=self._texts(then.get("flags", []), "then.flags"),
            watchers=self._texts(then.get("watchers", []), "then.watchers"),
            macro=self._text(then["macro"], "then.macro") if "macro" in then else "",
            notify=self._texts(then.get("notify", []), "then.notify"),
        )

    def _priority_of(self, then: Mapping[str, Any], action: str) -> Priority | None:
        return self._priority(then[action], f"then.{action}") if action in then else None

    def _priority(self, raw: Any, place: str) -> Priority:
        return Priority(self._member_of(Priority, raw, place))

    def _member_of(self, kind: type[StrEnum], raw: Any, place: str) -> str:
        known = [member.value for member in kind]
        if raw not in known:
            raise self._bad(place, _("%(value)s is none of %(known)s", value=raw, known=", ".join(known)))
        return str(raw)

    def _table(self, raw: Any, place: str, *, allowed: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            raise self._bad(place, _("has to be a table of names and values"))
        unknown = sorted(str(name) for name in raw if name not in allowed)
        if unknown:
            known = ", ".join(sorted(allowed))
            raise self._bad(place, _("unknown name %(name)s; known: %(known)s", name=unknown[0], known=known))
        return raw

    def _texts(self, raw: Any, place: str) -> tuple[str, ...]:
        if not isinstance(raw, list):
            raise self._bad(place, _("has to be a list of texts"))
        return tuple(self._text(value, f"{place}[{number}]") for number, value in enumerate(raw, start=1))

    def _text(self, raw: Any, place: str) -> str:
        if not isinstance(raw, str) or not raw.strip():
            raise self._bad(place, _("has to be a text"))
        return raw.strip()

    def _bad(self, place: str, problem: str) -> BadRule:
        return BadRule(self.name, place, problem)
