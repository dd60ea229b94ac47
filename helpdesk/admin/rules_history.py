"""The history of the rules in words: what somebody did, and what it changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import ngettext

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing import differences, golden, reading
from ..routing.differences import About, Change, Kind
from ..routing.draft_changes import ORDER
from ..routing.golden import GoldenCase
from ..routing.models import RuleAct, RuleEvent
from ..routing.rules import ALWAYS, Actions, Rule, RuleSet
from ..routing.vocabulary import Vocabulary

Side = Mapping[str, Any]  # what was, or what is, as an entry keeps it
ACTS: dict[RuleAct, Any] = {
    RuleAct.DRAFT_STARTED: _l("Began a draft"),
    RuleAct.DRAFT_SAVED: _l("Saved the draft"),
    RuleAct.DRAFT_TAKEN_OVER: _l("Took the draft over"),
    RuleAct.DRAFT_DISCARDED: _l("Threw the draft away"),
    RuleAct.CHECKED: _l("Checked"),
    RuleAct.BACKTESTED: _l("Replayed past cases"),
    RuleAct.PUBLISHED: _l("Published"),
}


HEADINGS: dict[tuple[About, Kind], Any] = {
    (About.RULE, Kind.ADDED): _l("New rule “%(title)s”"),
    (About.RULE, Kind.REMOVED): _l("Removed rule “%(title)s”"),
    (About.RULE, Kind.MOVED): _l("Moved rule “%(title)s”"),
    (About.RULE, Kind.CHANGED): _l("Changed rule “%(title)s”"),
    (About.GOLDEN, Kind.ADDED): _l("New golden case “%(title)s”"),
    (About.GOLDEN, Kind.REMOVED): _l("Removed golden case “%(title)s”"),
    (About.GOLDEN, Kind.MOVED): _l("Moved golden case “%(title)s”"),
    (About.GOLDEN, Kind.CHANGED): _l("Changed golden case “%(title)s”"),
}


@dataclass(frozen=True)
class Changed:
    """A rule or a golden case that an entry changed."""

    heading: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Entry:
    """One entry as it is read."""

    act: str
    who: str  # empty: the command line
    at: datetime
    about: tuple[str, ...]  # sentences
    differences: tuple[Changed, ...]
    version: int | None = None  # that was published


def entry_of(event: RuleEvent, known: Vocabulary, titles: Mapping[str, str]) -> Entry:
    """An entry of the history in words; `titles` has those of the rules that are known now, by their keys."""
    sides = (event.new, event.old) if event.act is RuleAct.DRAFT_DISCARDED else (event.old, event.new)
    is_of_rules = event.act in (RuleAct.DRAFT_SAVED, RuleAct.DRAFT_DISCARDED)
    return Entry(
        act=str(ACTS[event.act]),
        who=event.actor.name if event.actor else "",
        at=event.at,
        about=tuple(_ABOUT[event.act](event.old, event.new)) if event.act in _ABOUT else (),
        differences=tuple(_changed(*sides, known, titles)) if is_of_rules else (),
        version=event.new.get("version") if event.act is RuleAct.PUBLISHED else None,
    )


def _started(_old: Side, new: Side) -> Iterator[str]:
    yield _("Begun from version %(number)s.", number=new["base_version"])
    if "restored_from" in new:
        yield _("It has the rules of version %(number)s.", number=new["restored_from"])


def _taken_over(old: Side, _new: Side) -> Iterator[str]:
    yield _("%(old)s edited it before.", old=old["editor"])


def _published(_old: Side, new: Side) -> Iterator[str]:
    yield _("Version %(number)s: %(reason)s", number=new["version"], reason=new["reason"])
    for accepted in new.get("accepted", []):
        yield _("Accepted: %(finding)s", finding=accepted)


def _checked(_old: Side, new: Side) -> Iterator[str]:
    words = {
        "blocks": ngettext("%(num)s finding has to be mended", "%(num)s findings have to be mended", new.get("blocks", 0)),
        "asks": ngettext("%(num)s asks for a word", "%(num)s ask for a word", new.get("asks", 0)),
        "warns": ngettext("%(num)s warns", "%(num)s warn", new.get("warns", 0)),
    }
    said = _("%(blocks)s, %(asks)s, %(warns)s.", **words)
    yield _("The file %(file)s: %(said)s", file=new["file"], said=said) if "file" in new else said


def _backtested(_old: Side, new: Side) -> Iterator[str]:
    yield _("%(moved)s of %(cases)s cases would have gone elsewhere.", moved=new["moved"], cases=new["cases"])


_ABOUT: dict[RuleAct, Callable[[Side, Side], Iterator[str]]] = {
    RuleAct.DRAFT_STARTED: _started,
    RuleAct.DRAFT_TAKEN_OVER: _taken_over,
    RuleAct.PUBLISHED: _published,
    RuleAct.CHECKED: _checked,
    RuleAct.BACKTESTED: _backtested,
}


def _changed(old: Side, new: Side, known: Vocabulary, titles: Mapping[str, str]) -> Iterator[Changed]:
    """What two sides of an entry differ in."""
    before, after = (RuleSet(_rules(side, titles)) for side in (old, new))
    for found in differences.between(before, after, _cases(old), _cases(new), known):
        yield Changed(str(HEADINGS[found.about, found.kind] % {"title": found.title}), found.changes)


def _rules(side: Side, titles: Mapping[str, str]) -> tuple[Rule, ...]:
    """The rules that differ and, where the order does, something in place of those that do not."""
    rules = {key: reading.read_rule(raw, number=1) for key, raw in side.get("rules", {}).items() if raw is not None}
    order = side.get(ORDER["rules"])
    if order is None:
        return tuple(rules.values())
    return tuple(rules.get(key) or Rule(key, titles.get(key, key), ALWAYS, Actions()) for key in order)


def _cases(side: Side) -> tuple[GoldenCase, ...]:
    return golden.read([raw for raw in side.get("golden", {}).values() if raw is not None])
