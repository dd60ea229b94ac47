"""Checks of rules that were made, as the history keeps them: what they found, and of which rules and golden cases.

A check holds for what was checked and for what rules could speak of then. Where either has changed, there is none.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ..accounts.models import User
from ..extensions import db
from . import history
from .draft_changes import Content
from .models import RuleAct, RuleEvent
from .proof_findings import Severity
from .vocabulary import Vocabulary

RECENT = 20  # checks that are looked through


@dataclass(frozen=True)
class Item:
    """One thing that a check has found, in words."""

    severity: Severity
    text: str
    rules: tuple[str, ...] = ()  # keys of the rules that it is about
    golden: str = ""  # the name of the golden case that it is about
    example: dict[str, str] | None = None  # facts of a case that shows it


@dataclass(frozen=True)
class Check:
    """A check that holds."""

    items: tuple[Item, ...]
    golden: int  # cases that were decided
    by: str
    at: datetime

    def of(self, severity: Severity) -> list[Item]:
        """What was found of this severity."""
        return [item for item in self.items if item.severity is severity]

    @property
    def blocks(self) -> list[Item]:
        """What has to be mended first."""
        return self.of(Severity.BLOCKS)

    @property
    def asks(self) -> list[Item]:
        """What somebody has to say yes to."""
        return self.of(Severity.ASKS)

    @property
    def warns(self) -> list[Item]:
        """What somebody should know."""
        return self.of(Severity.WARNS)


def keep(items: Iterable[Item], content: Content, known: Vocabulary, *, by: User | None, file: str = "") -> RuleEvent:
    """Write down what a check of these rules and golden cases has found; by nobody: the command line, which names its file."""
    kept = [asdict(item) | {"severity": item.severity.value, "rules": list(item.rules)} for item in items]
    counts = {severity.value: sum(item["severity"] == severity for item in kept) for severity in Severity}
    found = {
        "of": fingerprint(content, known),
        "items": kept,
        "golden": len(content.golden),
        **counts,
        **({"file": file} if file else {}),
    }
    return history.record(RuleAct.CHECKED, by=by, new=found)


def last(content: Content, known: Vocabulary) -> Check | None:
    """The last check of just these rules and golden cases, made when rules could speak of the same."""
    wanted, recent = fingerprint(content, known), history.entries().where(RuleEvent.act == RuleAct.CHECKED).limit(RECENT)
    event = next((event for event in db.session.scalars(recent) if event.new.get("of") == wanted), None)
    if event is None:
        return None
    items = tuple(_item(raw) for raw in event.new["items"])
    return Check(items, event.new["golden"], event.actor.name if event.actor else "", event.at)


def fingerprint(content: Content, known: Vocabulary) -> str:
    """The same for the same rules, golden cases and vocabulary, however names read."""
    said = {"rules": list(content.rules), "golden": list(content.golden), "known": _known(known)}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain).encode()).hexdigest()


def _known(known: Vocabulary) -> dict[str, Any]:
    facts = [
        [fact.key, fact.kind, list(fact.values), fact.retired, fact.is_open, fact.least, fact.most, fact.is_whole, _asked(fact)]
        for fact in known.facts.values()
    ]
    topics = {code: [topic.group, topic.team, topic.priority] for code, topic in known.topics.items()}
    teams = {code: [team.is_active, team.has_member] for code, team in known.teams.items()}
    return {"facts": facts, "topics": topics, "teams": teams, "macros": list(known.macros), "skills": known.skills}


def _asked(fact: Any) -> Sequence[Any] | None:
    return None if fact.asked is None else [fact.asked.topics, fact.asked.when, fact.asked.is_required]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _item(raw: dict[str, Any]) -> Item:
    return Item(Severity(raw["severity"]), raw["text"], tuple(raw["rules"]), raw["golden"], raw["example"])
