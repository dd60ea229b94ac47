"""Changes of rules in their order: each makes other rules, and leaves those it is given as they were.

The last rule, which fits everything, stays the last.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..typed_text import folded
from .reading import LONGEST_KEY, LONGEST_TITLE
from .rules import Rule

Rules = tuple[Rule, ...]
LONGEST_NEW_KEY = 40  # so that a number can stand behind it


def put(rules: Sequence[Rule], rule: Rule, *, place: int | None = None) -> Rules:
    """With this rule in place of the one of its key; a new one stands before the last. A place is counted from 1."""
    others = [other for other in rules if other.key != rule.key]
    known = [other.key for other in rules]
    before = known.index(rule.key) if rule.key in known else len(rules) - 1
    if rule.key == rules[-1].key:
        return (*others, rule)
    at = before if place is None else place - 1
    at = min(max(at, 0), len(others) - 1)
    return (*others[:at], rule, *others[at:])


def move(rules: Sequence[Rule], key: str, *, up: bool) -> Rules:
    """One step up or down. Raises LookupError for a key that is not there."""
    rule = of_key(rules, key)
    return put(rules, rule, place=rules.index(rule) + (0 if up else 2))


def renumbered(rules: Sequence[Rule], wanted: Mapping[str, int]) -> Rules:
    """Each rule at the number that is wanted for it, counted from 1; the others stay in their order."""
    numbers = {rule.key: number for number, rule in enumerate(rules, start=1)}
    moved = [rule for rule in rules[:-1] if wanted.get(rule.key, numbers[rule.key]) != numbers[rule.key]]
    ordered = [rule for rule in rules[:-1] if rule not in moved]
    for rule in sorted(moved, key=lambda rule: wanted[rule.key]):
        ordered.insert(max(wanted[rule.key] - 1, 0), rule)
    return (*ordered, rules[-1])


def duplicate(rules: Sequence[Rule], key: str, *, title: str) -> Rules:
    """With a copy of a rule behind it, or before it if it is the last; the copy has a key of its own, made from its title."""
    rule = of_key(rules, key)
    copy = replace(rule, key=key_from(title, taken=(other.key for other in rules)), title=title[:LONGEST_TITLE])
    is_last = rule == rules[-1]
    return put(rules, copy, place=rules.index(rule) + (1 if is_last else 2))


def remove(rules: Sequence[Rule], key: str) -> Rules:
    """Without a rule. Raises LookupError for one that is not there, and for the last."""
    rule = of_key(rules[:-1], key)
    return tuple(other for other in rules if other != rule)


def of_key(rules: Sequence[Rule], key: str) -> Rule:
    """The rule of this key. Raises LookupError."""
    found = next((rule for rule in rules if rule.key == key), None)
    if found is None:
        raise LookupError(key)
    return found


def key_from(title: str, *, taken: Iterable[str]) -> str:
    """A key made of a title, which no rule has yet: "Press, or court" -> "press-or-court"."""
    known = set(taken)
    key = "-".join(re.findall(r"[a-z0-9]+", folded(title)))[:LONGEST_NEW_KEY].strip("-") or "rule"
    keys = (key, *(f"{key}-{number}"[:LONGEST_KEY] for number in range(2, len(known) + 3)))
    return next(name for name in keys if name not in known)
