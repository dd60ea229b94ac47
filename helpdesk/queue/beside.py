"""What belongs to the page of a case beside what was said on it, read in one statement.

Tags, teams and people that watch it, macros that can be used, what its reader is writing on it, who else has it open, and
whether the reader works in its team and leads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..accounts import teams as account_teams
from ..accounts.models import Team, User
from ..cases import case_drafts, macros, marks, presence, whose
from ..cases import queries as cases
from ..cases.case_drafts import CaseDraft
from ..cases.kinds import HoldReason
from ..cases.macros import Macro
from ..cases.marks import CaseTag, CaseWatcher
from ..cases.models import Case, MessageKind, ResolutionCode, Status
from ..cases.presence import CasePresence
from ..database import Json, UtcDateTime
from ..extensions import db
from ..routing.models import RoutingDecision
from . import case_values
from .case_values import BELIEVED_SINCE, CASE_ID, KEPT_SINCE, MACRO, READER_ID, TEAM_ID

# The columns that all parts of the statement have, and what a part has that says nothing in one.
COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("name", "code", "body", "body_es", "status", "resolution_code", "hold_reason", "to_team"), sa.Text()),
    "tags": Json,
    **dict.fromkeys(("version", "hold_days"), sa.Integer()),
    "at": UtcDateTime(),
    "is_staffed": sa.Boolean(),
}


@dataclass(frozen=True)
class Beside:
    """What stands there."""

    tags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()  # names of teams, then of people
    is_watched_by_reader: bool = False
    macros: Mapping[str, Any] = field(default_factory=dict)  # that can be used on the case: rows by code, in order of their names
    ready: Macro | None = None  # the one that a rule has ready for the answer, and its text
    ready_text: str = ""
    drafts: Mapping[MessageKind, CaseDraft] = field(default_factory=dict)
    others: tuple[tuple[str, MessageKind | None], ...] = ()  # who has it open, and what they write
    is_led_by_reader: bool = False  # its team
    is_readers_team: bool = False  # in which they work

    def macro(self, code: str) -> Macro | None:
        """The macro with this code, if it can be used."""
        return _macro(self.macros[code]) if code in self.macros else None

    def can_move(self, macro: Macro, case: Case) -> bool:
        """Whether the case can go where one of these macros moves it: it is there, or somebody works there."""
        is_there = macro.to_team is None or macro.to_team.name == case.team.name
        return is_there or bool(self.macros[macro.code].is_staffed)


def of(case: Case, decision: RoutingDecision | None, *, reader: User) -> Beside:
    """What stands beside a case for somebody of the staff."""
    wanted = _wanted(case, decision)
    rows = db.session.execute(_statement(), {**case_values.values(case, reader), MACRO.key: wanted}).all()
    usable = {row.code: row for row in sorted(_of_kind(rows, "macro"), key=lambda row: row.name.casefold())}
    watching = _of_kind(rows, "watching person")
    ready = _macro(usable[wanted]) if wanted in usable else None
    return Beside(
        tags=tuple(sorted(row.name for row in _of_kind(rows, "tag"))),
        watchers=(*sorted(row.name for row in _of_kind(rows, "watcher")), *sorted(row.name for row in watching)),
        is_watched_by_reader=str(reader.id) in {row.code for row in watching},
        macros=usable,
        ready=ready,
        ready_text=ready.text(case, macros.language_of(decision, case), by=reader) if ready else "",
        drafts={draft.kind: draft for draft in map(_draft, _of_kind(rows, "draft"))},
        others=tuple(presence.in_order(map(_other, _of_kind(rows, "present")))),
        is_led_by_reader=bool(_of_kind(rows, "leads")),
        is_readers_team=bool(_of_kind(rows, "works")),
    )


def _wanted(case: Case, decision: RoutingDecision | None) -> str:
    """The macro of the rules, until somebody has answered; what the desk has sent by itself is not offered again."""
    if decision is None or case.answered_at is not None or decision.outcome.get("is_pending"):
        return ""
    return str(decision.outcome["macro"])


@cache
def _statement() -> sa.CompoundSelect[Any]:
    to_team = aliased(Team)
    columns = "code", "status", "resolution_code", "hold_reason", "hold_days", "tags", "version"
    named = {name: getattr(Macro, name) for name in columns}
    # Only one of the texts is read here: there may be many, and long ones.
    texts = {name: sa.case((Macro.code == MACRO, getattr(Macro, name)), else_="") for name in ("body", "body_es")}
    is_staffed = Macro.to_team_id.in_(sa.select(Team.id).where(account_teams.is_staffed()))
    mine = case_drafts.is_kept(KEPT_SINCE), CaseDraft.case_id == CASE_ID, CaseDraft.owner_id == READER_ID
    kept = {"code": CaseDraft.macro, "body": CaseDraft.body, "resolution_code": CaseDraft.code, "at": CaseDraft.saved_at}
    there = {"body": User.last_name, "status": CasePresence.writing, "at": CasePresence.wrote_at}
    return sa.union_all(
        _part("tag", name=CaseTag.tag).where(CaseTag.case_id == CASE_ID),
        _part("watcher", name=Team.name).join(CaseWatcher).where(CaseWatcher.case_id == CASE_ID),
        _part("watching person", name=User.first_name + " " + User.last_name, code=sa.cast(User.id, sa.Text)).where(
            User.id.in_(marks.people_on(CASE_ID))
        ),
        _part("macro", name=Macro.title, to_team=to_team.name, is_staffed=is_staffed, **named, **texts)
        .outerjoin(to_team, Macro.to_team_id == to_team.id)
        .where(macros.is_for(TEAM_ID)),
        _part("draft", name=CaseDraft.kind, **kept).where(*mine),
        _part("present", name=User.first_name, **there)
        .join(CasePresence, CasePresence.user_id == User.id)
        .where(*presence.is_there(CASE_ID, reader_id=READER_ID, since=BELIEVED_SINCE)),
        _part("leads").where(cases.leads_team(TEAM_ID, READER_ID).exists()),
        _part("works").where(whose.works_in(TEAM_ID, READER_ID).exists()),
    )


def _part(kind: str, **given: Any) -> sa.Select[Any]:
    """One part of the statement; the first of them says of what type its columns are."""
    named = (given[name] if name in given else sa.cast(sa.null(), shape) for name, shape in COLUMNS.items())
    columns = (sa.type_coerce(part, shape).label(name) for part, (name, shape) in zip(named, COLUMNS.items(), strict=True))
    return sa.select(sa.literal(kind).label("kind"), *columns)


def _of_kind(rows: Iterable[Any], kind: str) -> list[Any]:
    return [row for row in rows if row.kind == kind]


def _macro(row: Any) -> Macro:
    """A macro as it was read; it belongs to no session."""
    macro = Macro(code=row.code, title=row.name, body=row.body, body_es=row.body_es, tags=row.tags, version=row.version)
    macro.status = Status(row.status) if row.status else None
    macro.resolution_code = ResolutionCode(row.resolution_code) if row.resolution_code else None
    macro.hold_reason = HoldReason(row.hold_reason) if row.hold_reason else None
    macro.hold_days = row.hold_days
    macro.to_team = Team(name=row.to_team) if row.to_team else None
    return macro


def _draft(row: Any) -> CaseDraft:
    kept = {"body": row.body, "code": row.resolution_code, "macro": row.code}
    return CaseDraft(kind=MessageKind(row.name), saved_at=row.at, **kept)


def _other(row: Any) -> tuple[str, MessageKind | None]:
    writing = MessageKind(row.status) if row.status else None
    return f"{row.name} {row.body}", presence.writing_now(writing, row.at)
