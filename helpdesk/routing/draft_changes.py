"""What one save of a draft changes: kept in the history small enough to be read, and whole enough to be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Stored = dict[str, Any]
ONE_OF = {"rules": "key", "golden": "name"}  # what each kind of part is known by
ORDER = {"rules": "order", "golden": "golden_order"}


@dataclass(frozen=True)
class Content:
    """Rules and golden cases as they are stored."""

    rules: Sequence[Stored]
    golden: Sequence[Stored]

    def by_name(self, kind: str) -> dict[str, Stored]:
        """The rules by their keys, or the golden cases by their names, in their order."""
        parts: Sequence[Stored] = getattr(self, kind)
        return {part[ONE_OF[kind]]: part for part in parts}


def sides(before: Content, after: Content) -> tuple[Stored, Stored]:
    """What was and what is: each rule and golden case that differs (none where it is not there), and their order if it does."""
    old: Stored = {}
    new: Stored = {}
    for kind in ONE_OF:
        was, now = before.by_name(kind), after.by_name(kind)
        differ = [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
        if differ:
            old[kind], new[kind] = ({name: side.get(name) for name in differ} for side in (was, now))
        if list(was) != list(now):
            old[ORDER[kind]], new[ORDER[kind]] = list(was), list(now)
    return old, new


def with_side(content: Content, side: Mapping[str, Any]) -> Content:
    """The content with what one side says put into it."""
    found: dict[str, list[Stored]] = {}
    for kind in ONE_OF:
        parts: dict[str, Stored | None] = {**content.by_name(kind), **side.get(kind, {})}
        order = side.get(ORDER[kind], list(parts))
        found[kind] = [part for name in order if (part := parts.get(name)) is not None]
    return Content(found["rules"], found["golden"])


@dataclass(frozen=True)
class Merged:
    """What a draft and what was published meanwhile say together, and what both have changed: there the draft's words stand."""

    content: Content
    clashes: tuple[str, ...]  # keys of rules, names of golden cases


def merged(base: Content, mine: Content, theirs: Content) -> Merged:
    """Take into mine what theirs has changed since base."""
    found: dict[str, list[Stored]] = {}
    clashes: list[str] = []
    for kind in ONE_OF:
        sides_of = [content.by_name(kind) for content in (base, mine, theirs)]
        parts, both = _merged_parts(*sides_of)
        clashes += both
        found[kind] = [part for name in _merged_order(*map(list, sides_of)) if (part := parts[name]) is not None]
    return Merged(Content(found["rules"], found["golden"]), tuple(clashes))


def _merged_parts(
    base: Mapping[str, Stored], mine: Mapping[str, Stored], theirs: Mapping[str, Stored]
) -> tuple[dict[str, Stored | None], list[str]]:
    parts: dict[str, Stored | None] = {}
    both = []
    for name in dict.fromkeys([*mine, *theirs, *base]):
        was, ours, other = base.get(name), mine.get(name), theirs.get(name)
        parts[name] = other if ours == was else ours
        if ours != was and other not in (was, ours):
            both.append(name)
    return parts, both


def _merged_order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """The order of whoever has changed it, mine before theirs; what only the other side knows stays behind its neighbor."""
    is_as_before = [name for name in mine if name in base] == [name for name in base if name in mine]
    order, other = (list(theirs), mine) if is_as_before else (list(mine), theirs)
    for place, name in enumerate(other):
        if name not in order:
            before = next((order.index(known) + 1 for known in reversed(other[:place]) if known in order), 0)
            order.insert(before, name)
    return order
