"""Why a case is where it is, and what rules have added to it: tags, teams that watch it, a text for the answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Language, Team, User
from ..cases import marks
from ..cases.macros import Macro
from ..cases.marks import CaseTag, CaseWatcher
from ..cases.models import Case, Event, EventKind
from ..extensions import db
from ..routing import queries as routing
from ..routing import wording
from ..routing.models import RoutingDecision


@dataclass(frozen=True)
class Ready:
    """A text that a rule has ready for the answer."""

    code: str
    title: str
    text: str


@dataclass(frozen=True)
class WhyHere:
    """What stands on the page of a case about its way here."""

    sentence: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()  # names of teams
    people_watching: tuple[str, ...] = ()
    is_watched_by_reader: bool = False
    ready: Ready | None = None


def why_here(case: Case, events: Iterable[Event], *, reader: User) -> WhyHere:
    """By the latest decision on a case, in two statements."""
    decision = db.session.scalars(routing.decision_of(case.id).limit(1)).first()
    routed_to = [event.new["team"] for event in events if event.kind is EventKind.ROUTED]
    rows = db.session.execute(_added(case, decision)).all()
    by_kind: dict[str, list[Any]] = {
        kind: [row for row in rows if row.kind == kind] for kind in ("tag", "watcher", "person", "macro")
    }
    return WhyHere(
        sentence=wording.sentence(decision, routed_to[-1] if routed_to else case.team.name) if decision else "",
        priority=wording.priority_sentence(decision) if decision else "",
        tags=tuple(sorted(row.name for row in by_kind["tag"])),
        watchers=tuple(sorted(row.name for row in by_kind["watcher"])),
        people_watching=tuple(sorted(row.name for row in by_kind["person"])),
        is_watched_by_reader=str(reader.id) in {row.code for row in by_kind["person"]},
        ready=next((_ready(row, case, decision) for row in by_kind["macro"]), None),
    )


def language_of(decision: RoutingDecision | None, case: Case) -> Language:
    """The language in which the answer is wanted."""
    known = decision.facts["values"].get("language") if decision else None
    return Language(known) if known in set(Language) else case.requester.language


def _added(case: Case, decision: RoutingDecision | None) -> sa.CompoundSelect[Any]:
    tags = _columns("tag", CaseTag.tag).where(CaseTag.case_id == case.id)
    watchers = _columns("watcher", Team.name).join(CaseWatcher).where(CaseWatcher.case_id == case.id)
    name = User.first_name + " " + User.last_name
    people = _columns("person", name, sa.cast(User.id, sa.Text)).where(User.id.in_(marks.people_on(case.id)))
    return sa.union_all(tags, watchers, people, _macro(case, decision))


def _macro(case: Case, decision: RoutingDecision | None) -> sa.Select[Any]:
    """The text of the rules, until somebody has answered; what the desk has sent by itself is not offered again."""
    outcome = decision.outcome if decision else {"macro": ""}
    is_wanted = outcome["macro"] and not outcome.get("is_pending") and case.answered_at is None
    named = _columns("macro", Macro.title, Macro.code, Macro.body, Macro.body_es).where(Macro.is_active)
    return named.where(Macro.code == outcome["macro"] if is_wanted else sa.false())


def _columns(kind: str, *given: Any) -> sa.Select[Any]:
    """The columns of a part of the statement, which all parts have alike."""
    filled = [*given, *(sa.literal("") for _ in range(4 - len(given)))]
    named = (column.label(name) for column, name in zip(filled, ("name", "code", "body", "body_es"), strict=True))
    return sa.select(sa.literal(kind).label("kind"), *named)


def _ready(row: Any, case: Case, decision: RoutingDecision | None) -> Ready:
    macro = Macro(code=row.code, title=row.name, body=row.body, body_es=row.body_es)
    return Ready(macro.code, macro.title, macro.text(case, language_of(decision, case)))
