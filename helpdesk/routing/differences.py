"""What differs between two rule sets and their golden cases, rule by rule and part by part, as people read it."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from . import golden, sentences, writing
from .golden import GoldenCase
from .rules import ALWAYS, Condition, Group, Rule, RuleSet
from .vocabulary import Vocabulary
from .wording import fact_name


class About(StrEnum):
    """What differs."""

    RULE = "rule"
    GOLDEN = "golden"


class Kind(StrEnum):
    """In what way it differs."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"  # and perhaps moved, too


_HEADINGS: dict[tuple[About, Kind], Any] = {
    (About.RULE, Kind.ADDED): _l("New rule %(place)s: “%(title)s” (%(key)s)"),
    (About.RULE, Kind.REMOVED): _l("Rule %(place)s is gone: “%(title)s” (%(key)s)"),
    (About.RULE, Kind.MOVED): _l("Moved rule “%(title)s” (%(key)s)"),
    (About.RULE, Kind.CHANGED): _l("Changed rule %(place)s: “%(title)s” (%(key)s)"),
    (About.GOLDEN, Kind.ADDED): _l("New golden case: “%(title)s”"),
    (About.GOLDEN, Kind.REMOVED): _l("Golden case is gone: “%(title)s”"),
    (About.GOLDEN, Kind.MOVED): _l("Moved golden case “%(title)s”"),
    (About.GOLDEN, Kind.CHANGED): _l("Changed golden case “%(title)s”"),
}


@dataclass(frozen=True)
class Change:
    """A part that says something else: before, or after, is empty where there was nothing, or is nothing any more."""

    part: str
    old: str
    new: str


@dataclass(frozen=True)
class Difference:
    """A rule or a golden case that is new, gone, elsewhere, or says something else."""

    about: About
    kind: Kind
    key: str  # of the rule; of a golden case its name
    title: str
    place: int  # where it stands, counted from 1; where it stood, if it is gone
    changes: tuple[Change, ...]

    @property
    def heading(self) -> str:
        """What differs, in a line."""
        return str(_HEADINGS[self.about, self.kind] % {"place": self.place, "title": self.title, "key": self.key})


def between(
    old: RuleSet, new: RuleSet, old_golden: Sequence[GoldenCase], new_golden: Sequence[GoldenCase], known: Vocabulary
) -> list[Difference]:
    """Every difference, in the order of what is newer, each thing that is gone after all that are there.

    A rule has moved only if it has overtaken another one; one that stands elsewhere because others came or went has not.
    """
    rules = _Sides(About.RULE, {rule.key: rule for rule in old.rules}, {rule.key: rule for rule in new.rules}, known)
    cases = _Sides(About.GOLDEN, {case.name: case for case in old_golden}, {case.name: case for case in new_golden}, known)
    return [*rules.differences(), *cases.differences()]


def in_lines(found: Iterable[Difference]) -> Iterator[str]:
    """Differences for a terminal: what each is about, then lines that begin with - (old) or + (new)."""
    for difference in found:
        yield difference.heading
        for change in difference.changes:
            if change.old:
                yield f"  - {change.part}: {change.old}"
            if change.new:
                yield f"  + {change.part}: {change.new}"


@dataclass(frozen=True)
class _Sides:
    """The same kind of thing before and after, each in its order and by its key."""

    about: About
    old: dict[str, Any]
    new: dict[str, Any]
    known: Vocabulary

    def differences(self) -> Iterator[Difference]:
        """What differs between the two."""
        old_places, new_places = _places(self.old), _places(self.new)
        moved = _moved([old_places[key] for key in self.new if key in self.old])
        for key, after in self.new.items():
            if key not in self.old:
                yield self._one(Kind.ADDED, key, after, new_places[key], _changes({}, self._parts(after)))
                continue
            before, place = self.old[key], new_places[key]
            where = Change(_("Place"), str(old_places[key]), str(place)) if old_places[key] in moved else None
            says = self._changed(before, after) if before != after else []
            if where or says:
                kind = Kind.CHANGED if says else Kind.MOVED
                yield self._one(kind, key, after, place, [*([where] if where else []), *says])
        for key, before in self.old.items():
            if key not in self.new:
                yield self._one(Kind.REMOVED, key, before, old_places[key], _changes(self._parts(before), {}))

    def _one(self, kind: Kind, key: str, thing: Any, place: int, changes: Iterable[Change]) -> Difference:
        title = thing.title if isinstance(thing, Rule) else thing.name
        return Difference(self.about, kind, key, title, place, tuple(changes))

    def _parts(self, thing: Any) -> "_Parts":
        if isinstance(thing, Rule):
            when = (_("When"), sentences.in_words(thing.when, self.known))
            return {"when": when, **_then(thing, self.known)}
        return _golden_parts(thing, self.known)

    def _changed(self, before: Any, after: Any) -> list[Change]:
        if isinstance(before, Rule):
            titles = _changes({"title": (_("Title"), before.title)}, {"title": (_("Title"), after.title)})
            actions = _changes(_then(before, self.known), _then(after, self.known))
            found = [*titles, *_whens(before.when, after.when, self.known), *actions]
        else:
            found = list(_changes(self._parts(before), self._parts(after)))
        return found or [Change(_("As it is stored"), _stored(before), _stored(after))]  # it reads the same


def _stored(thing: Any) -> str:
    return json.dumps(writing.write_rule(thing) if isinstance(thing, Rule) else golden.write([thing])[0], ensure_ascii=False)


_Parts = dict[str, tuple[str, str]]  # what each part is called, and what it says


def _places(things: Iterable[str]) -> dict[str, int]:
    return {key: place for place, key in enumerate(things, start=1)}


def _moved(old_places: list[int]) -> set[int]:
    """Which of the places, given in their new order, are out of order: all but a longest row of them that still rises."""
    ends: list[int] = []  # the lowest place with which a row of each length can end
    lengths = []
    for place in old_places:
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        lengths.append(length)
    kept, wanted = set(), len(ends) - 1
    for place, length in zip(reversed(old_places), reversed(lengths), strict=True):
        if length == wanted:
            kept.add(place)
            wanted -= 1
    return set(old_places) - kept


def _changes(before: _Parts, after: _Parts) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        part = (after.get(key) or before[key])[0]
        old, new = (side.get(key, (part, ""))[1] for side in (before, after))
        if old != new:
            yield Change(part, old, new)


def _then(rule: Rule, known: Vocabulary) -> _Parts:
    also = {"also": (_("Also"), _("Adds to what another rule decides"))} if rule.also else {}
    return also | {part: (part, text) for part, text in sentences.actions_by_part(rule.then, known)}


def _whens(old: Group, new: Group, known: Vocabulary) -> Iterator[Change]:
    """Two groups of the same kind that share something differ by their members; any others differ as a whole."""
    if old == new:
        return
    gone = [member for member in old.members if member not in new.members]
    added = [member for member in new.members if member not in old.members]
    shares = len(gone) < len(old.members) and ALWAYS not in (old, new)
    if old.kind is not new.kind or not shares or not (gone or added):
        yield Change(_("When"), sentences.in_words(old, known), sentences.in_words(new, known))
        return
    for member in gone:
        instead = next((other for other in added if _is_about_the_same(member, other)), None)
        if instead is not None:
            added.remove(instead)
        yield Change(_("Condition"), sentences.in_words(member, known), sentences.in_words(instead, known) if instead else "")
    for member in added:
        yield Change(_("Condition"), "", sentences.in_words(member, known))


def _is_about_the_same(one: Condition | Group, other: Condition | Group) -> bool:
    if isinstance(one, Condition) and isinstance(other, Condition):
        return one.fact == other.fact
    return isinstance(one, Group) and isinstance(other, Group)


def _golden_parts(case: GoldenCase, known: Vocabulary) -> _Parts:
    parts = {f"facts.{fact}": (_fact_name(fact, known), _label(fact, value, known)) for fact, value in sorted(case.facts.items())}
    parts |= {"team": (_("Team"), sentences.team_name(case.team, known)), "priority": (_("Priority"), case.priority.value)}
    return parts | ({"case": (_("Case"), case.case)} if case.case else {})


def _fact_name(fact: str, known: Vocabulary) -> str:
    name = known.facts[fact].name if fact in known.facts else fact_name(fact, {})
    return sentences.capitalized(name)


def _label(fact: str, value: str, known: Vocabulary) -> str:
    return known.facts[fact].values.get(value, value) if fact in known.facts else value
