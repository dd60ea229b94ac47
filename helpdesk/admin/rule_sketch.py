"""The conditions of a rule as a form sends them; its buttons take them apart and put them together, without scripts.

A comparison stands at a place: `3`, or `2-1` for the first of the group at 2. Its fields carry the place in their names.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from ..languages import lazy_gettext as _l
from ..routing import sentences
from ..routing.rules import Condition, Group, GroupKind, Operator, conditions_in
from ..routing.vocabulary import FactKind, Vocabulary

Sent = MultiDict[str, str]
Place = tuple[int, ...]
MOST_LINES = 60  # comparisons and groups in a form; a rule that has more is edited as a file
PART = re.compile(r"(fact|kind)-([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?", re.ASCII)
NUMBERS: dict[Operator, Any] = {
    Operator.AT_LEAST: _l("is at least"),
    Operator.AT_MOST: _l("is at most"),
    Operator.MORE_THAN: _l("is more than"),
    Operator.LESS_THAN: _l("is less than"),
    Operator.EQUALS: _l("is exactly"),
}
TICKED = ""  # as the operator of a priority: it is one of those that are ticked
ADD, GROUP, REMOVE = "add", "group", "remove"  # what buttons do; to be removed is named behind a colon


@dataclass(frozen=True)
class Line:
    """A comparison, or with members a group of them."""

    place: Place
    fact: str = ""
    members: "tuple[Line, ...]" = ()

    @property
    def end(self) -> str:
        """What stands behind the name of each of its fields."""
        return "-".join(map(str, self.place))


def lines(sent: Mapping[str, Any]) -> tuple[Line, ...]:
    """The comparisons and groups of a form, in order."""
    found: dict[Place, str] = {}
    for name in sent:
        if part := PART.fullmatch(name):
            place = tuple(int(number) for number in part.groups()[1:] if number)
            if part[1] == "fact" or len(place) == 1:
                found[place] = sent[name] if part[1] == "fact" else ""
    top = sorted({place[:1] for place in found})
    return tuple(
        Line(place, found.get(place, ""), tuple(Line(p, found[p]) for p in sorted(found) if len(p) > 1 and p[:1] == place))
        for place in top
    )


def is_group(line: Line) -> bool:
    """Whether it is a group, perhaps an empty one."""
    return not line.fact


def sent_for(group: Group, known: Vocabulary) -> dict[str, list[str]]:
    """What a form would send that says what this group says."""
    sent = {"when": [group.kind.value]}
    for number, member in enumerate(group.members, start=1):
        if isinstance(member, Condition):
            sent |= _sent_for_one(member, str(number), known)
            continue
        sent[f"kind-{number}"] = [member.kind.value]
        for inner, condition in enumerate(member.members, start=1):
            if isinstance(condition, Condition):
                sent |= _sent_for_one(condition, f"{number}-{inner}", known)
    return sent


def _sent_for_one(condition: Condition, end: str, known: Vocabulary) -> dict[str, list[str]]:
    fact = known.facts.get(condition.fact)
    sent = {f"fact-{end}": [condition.fact]}
    if fact is None:
        return {**sent, f"text-{end}": [sentences.in_words(condition, known)]}
    if condition.operator in NUMBERS:
        sent[f"operator-{end}"] = [condition.operator.value]
    if fact.kind in (FactKind.TEXT, FactKind.NUMBER):
        return {**sent, f"value-{end}": [condition.values[0]]}
    others = [value for value in condition.values if value not in fact.values]
    if fact.is_open and others:
        sent[f"other-{end}"] = [", ".join(others)]
    return {**sent, f"values-{end}": [value for value in condition.values if not fact.is_open or value in fact.values]}


def pressed(sent: Sent, known: Vocabulary) -> Sent | None:
    """What the form holds after a button that adds or removes a part of it; none for another button."""
    button, _colon, end = sent.get("then", "").partition(":")
    changed, shown = MultiDict(sent), lines(sent)
    if button == REMOVE and end:
        for name in list(changed):
            if re.fullmatch(rf"[a-z]+-{re.escape(end)}(-\d+)?", name):
                changed.poplist(name)
        return changed
    if button not in (ADD, GROUP):
        return None
    if sum(1 + len(line.members) for line in shown) >= MOST_LINES:
        return changed
    if button == GROUP:
        changed[f"kind-{_next(shown)}"] = GroupKind.ANY.value
    elif sent.get("new_fact", "") in known.facts:
        box = next((line for line in shown if is_group(line) and line.end == sent.get("new_place")), None)
        changed[f"fact-{box.end}-{_next(box.members)}" if box else f"fact-{_next(shown)}"] = sent["new_fact"]
        for chosen in ("new_fact", "new_place"):
            changed.poplist(chosen)
    return changed


def steady(now: Group, before: Group) -> Group:
    """The same, its values in the order in which they stood before: that they are ticked in another one changes nothing."""
    known = {_unordered(condition): condition for condition in conditions_in(before)}

    def one(member: Condition | Group) -> Condition | Group:
        if isinstance(member, Group):
            return replace(member, members=tuple(map(one, member.members)))
        return known.get(_unordered(member), member)

    return replace(now, members=tuple(map(one, now.members)))


def _unordered(condition: Condition) -> tuple[Any, ...]:
    operator = Operator.IS_ONE_OF if condition.operator is Operator.IS else condition.operator
    return condition.fact, operator, frozenset(condition.values), condition.number


def added(before: Sent, after: Sent) -> str:
    """The place of the part that was added; empty where none was."""
    new = next((name for name in after if name not in before and PART.fullmatch(name)), "")
    return new.partition("-")[2]


def _next(shown: Sequence[Line]) -> int:
    return max((line.place[-1] for line in shown), default=0) + 1
