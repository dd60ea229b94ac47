"""When a rule fits: comparisons and groups as they are stored become values."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..languages import gettext as _
from .models import Priority
from .reading_places import MOST_VALUES, Reader
from .rules import ALWAYS, Condition, Group, GroupKind, Operator
from .vocabulary import OPERATORS, Fact, FactKind, Vocabulary
from .words import plain_phrase

DEEPEST = 2  # a group, and groups in it
FACT = re.compile(r"[a-z][a-z0-9_.]{0,99}", re.ASCII)
_OPERATORS = frozenset(operator.value for operator in Operator)
_OF_NUMBERS_ONLY = OPERATORS[FactKind.NUMBER] - OPERATORS[FactKind.PRIORITY]
LARGEST = Decimal(10) ** 15


class Conditions(Reader):
    """Reads what one rule compares."""

    def __init__(self, name: str, known: Vocabulary | None) -> None:
        super().__init__(name)
        self.known = known

    def when(self, raw: Any) -> Group:
        """When the rule fits: always, by one comparison, or by a group."""
        if raw == "always":
            return ALWAYS
        if not isinstance(raw, Mapping):
            raise self.bad("when", _('has to be "always", a comparison or a group'))
        if "fact" in raw:
            return Group(GroupKind.ALL, (self._condition(raw, "when"),))
        return self._group(raw, "when", depth=1)

    def _group(self, raw: Mapping[str, Any], place: str, *, depth: int) -> Group:
        if depth > DEEPEST:
            raise self.bad(place, _("groups can be nested only once"))
        if len(raw) != 1:
            raise self.bad(place, _("a group has exactly one of all, any and none"))
        name, members = next(iter(raw.items()))
        if name not in set(GroupKind):
            raise self.bad(place, _("unknown group %(name)s; known: all, any, none", name=name))
        place = f"{place}.{name}"
        if not isinstance(members, list) or not members:
            raise self.bad(place, _("has to be a list with something in it"))
        if len(members) > MOST_VALUES:
            raise self.bad(place, _("has more than %(most)s values", most=MOST_VALUES))
        return Group(GroupKind(name), tuple(self._member(m, f"{place}[{i}]", depth) for i, m in enumerate(members, start=1)))

    def _member(self, raw: Any, place: str, depth: int) -> Condition | Group:
        if not isinstance(raw, Mapping):
            raise self.bad(place, _("has to be a comparison or a group"))
        return self._condition(raw, place) if "fact" in raw else self._group(raw, place, depth=depth + 1)

    def _condition(self, raw: Mapping[str, Any], place: str) -> Condition:
        fact = raw["fact"]
        if not isinstance(fact, str) or not FACT.fullmatch(fact):
            raise self.bad(place, _("%(name)s cannot be the name of a fact", name=str(fact)[:100]))
        names = sorted(str(name) for name in raw if name != "fact")
        if len(names) != 1:
            raise self.bad(place, _("a comparison has a fact and exactly one operator"))
        if names[0] not in _OPERATORS:
            known = ", ".join(Operator)
            raise self.bad(place, _("unknown operator %(name)s; known: %(known)s", name=names[0], known=known))
        operator = Operator(names[0])
        condition = self._compared(fact, operator, raw[operator.value], f"{place}.{operator.value}")
        self._check_known(condition, place)
        return condition

    def _compared(self, fact: str, operator: Operator, raw: Any, place: str) -> Condition:
        is_number = isinstance(raw, int | float | Decimal) and not isinstance(raw, bool)
        if operator in _OF_NUMBERS_ONLY or (operator is Operator.AT_LEAST and is_number):
            number = self._number(raw, place) if is_number else None
            if number is None:
                raise self.bad(place, _("has to be a number"))
            return Condition(fact, operator, (format(number, "f"),), number)
        if operator is Operator.IS_ONE_OF:
            values = self.texts(raw, place)
            if not values:
                raise self.bad(place, _("the list is empty"))
            return Condition(fact, operator, values)
        value = self.text(raw, place)
        if operator is Operator.AT_LEAST:
            self.one_of(value, tuple(Priority), place)
        if operator is Operator.HAS_WORD and not plain_phrase(value).strip():
            raise self.bad(place, _('there is no word in "%(value)s"', value=value))
        return Condition(fact, operator, (value,))

    def _number(self, raw: float | Decimal, place: str) -> Decimal:
        number = Decimal(str(raw))
        if not number.is_finite() or abs(number) > LARGEST:
            raise self.bad(place, _("is too large a number"))
        if Decimal(str(float(number))) != number:  # rules are stored with numbers as JSON has them
            raise self.bad(place, _("has too many digits"))
        return number.normalize() + 0  # 5.0 is 5, and there is no -0

    def _check_known(self, condition: Condition, place: str) -> None:
        """Raise BadRule where there is no such fact, or it is of another kind or cannot have that value."""
        if self.known is None:
            return
        fact = self.known.facts.get(condition.fact)
        if fact is None:
            raise self.bad(place, _("unknown fact %(fact)s; known: %(known)s", fact=condition.fact, known=self._known_facts()))
        suits = condition.operator in OPERATORS[fact.kind] and (condition.number is not None) is (fact.kind is FactKind.NUMBER)
        if not suits:
            words = {"fact": fact.key, "operator": condition.operator.value, "known": ", ".join(sorted(OPERATORS[fact.kind]))}
            raise self.bad(place, _("%(fact)s cannot be compared with %(operator)s; with: %(known)s", **words))
        if fact.values and not fact.is_open:
            self._check_values(condition, fact, place)

    def _check_values(self, condition: Condition, fact: Fact, place: str) -> None:
        for value in condition.values:
            if value not in fact.values:
                known = ", ".join(fact.values)
                raise self.bad(place, _("%(fact)s is never %(value)s; known: %(known)s", fact=fact.key, value=value, known=known))

    def _known_facts(self) -> str:
        return ", ".join(self.known.facts) if self.known else ""
