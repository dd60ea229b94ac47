"""What a merged case takes along to the one that goes on: tags, a known problem, watchers, people copied who may see it."""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Team, User
from ..extensions import db
from . import copies, copying, marks, problems
from .copies import MOST_COPIED, CaseCopy
from .marks import CasePersonWatcher, CaseTag, CaseWatcher
from .models import Case, Event, EventKind
from .numbers import id_of

Mark = tuple[str, Any]  # what it is, as an entry names it, and a tag or an id
GIVEN = (EventKind.TAGGED, EventKind.WATCHED, EventKind.TIED, EventKind.COPIED)
_ROWS = (
    ("tags", CaseTag.tag, CaseTag.case_id),
    ("teams", CaseWatcher.team_id, CaseWatcher.case_id),
    ("people", CasePersonWatcher.user_id, CasePersonWatcher.case_id),
)


def carry(case: Case, *, to: Case, by: User) -> dict[str, Any]:
    """Let the other case have what this one has; returns what is new there, as an entry keeps it."""
    tags = marks.tag(to.id, marks.tags_of(case.id), team_id=to.team_id)
    teams = marks.let_watch(to.id, marks.teams_watching(case.id))
    people = marks.let_people_watch(to.id, marks.people_watching(case.id))
    copied = _copy(case, to, by) if shares_readers(case, to) else []
    ids = {"teams": [team.id for team in teams], "people": [one.id for one in people], "copied": [one.id for one in copied]}
    return {"tags": tags, "problem_id": problems.tie_like(to, case, by=by), **ids}


def take_back(carried: dict[str, Any], case: Case, *, off: Case, by: User) -> None:
    """A case is merged no more: what came with it leaves the other case, and those that this one was merged into in its turn.

    What a case that is still merged has stays, and what somebody has given the other one by hand. All of them are held.
    """
    brought, gone_on = _carried(carried) | _marks_of([case]), {case.id}
    here: Case | None = off
    while here is not None and here.id not in gone_on:
        lost = (brought & _came_by_merges(here)) - _marks_still_merged_into(here)
        _strip(here, lost, by=by)
        if lost and here is not off:
            here.record(EventKind.UNMERGED, by=by, at=clock.now(), old={"absorbed": case.number})
        gone_on.add(here.id)
        here = db.session.get(Case, here.merged_into_id or 0)


def shares_readers(case: Case, other: Case) -> bool:
    """Whether whoever has a copy of the one may read the other: the same person asks at the same place, and does not hide it."""
    is_same = (case.requester_id, case.organization_id) == (other.requester_id, other.organization_id)
    return is_same and case.organization_id is not None and not other.is_private


def teams_open_to_watch(case: Case) -> list[Team]:
    """The teams that can be let watch a case: open ones but its own, by name; those that watch it already are left out."""
    there = sa.select(marks.CaseWatcher.team_id).where(marks.CaseWatcher.case_id == case.id)
    found = sa.select(Team).where(Team.is_active, Team.id != case.team_id, Team.id.not_in(there))
    return list(db.session.scalars(found.order_by(Team.name)))


def _copy(case: Case, to: Case, by: User) -> list[User]:
    """As many of the people copied as a case can have."""
    there = {copied.user_id for copied in copies.of(to.id, to.organization_id)}
    ids = [one.user_id for one in copies.of(case.id, case.organization_id) if one.can_see and one.user_id not in there]
    people = copying.people_with(ids[: MOST_COPIED - len(there)])
    return copying.add(to, people, by=by)


def _came_by_merges(case: Case) -> set[Mark]:
    """What a case has because others were merged into it, now or before, and nobody has given it since."""
    entries = list(
        db.session.scalars(sa.select(Event).where(Event.case_id == case.id, Event.kind.in_((*GIVEN, EventKind.ABSORBED))))
    )
    absorbed = {id_of(entry.new["number"]) for entry in entries if entry.kind is EventKind.ABSORBED}
    merges = sa.select(Event).where(Event.case_id.in_(absorbed), Event.kind == EventKind.MERGED).order_by(Event.id)
    came = {
        mark: merged.id
        for merged in db.session.scalars(merges)
        if merged.new["number"] == case.number
        for mark in _carried(merged.new)
    }
    by_hand = {mark for entry in entries if entry.kind in GIVEN for mark in _given(entry) if entry.id > came.get(mark, entry.id)}
    return set(came) & _marks_of([case]) - by_hand


def _marks_still_merged_into(case: Case) -> set[Mark]:
    """What the cases have that are merged into this one; copies only where those may read it."""
    merged = list(db.session.scalars(sa.select(Case).where(Case.merged_into_id == case.id)))
    return _marks_of(merged, copied=[one for one in merged if shares_readers(one, case)])


def _marks_of(cases: Collection[Case], *, copied: Collection[Case] | None = None) -> set[Mark]:
    ids = [case.id for case in cases]
    found: set[Mark] = {("problem_id", case.problem_id) for case in cases if case.problem_id is not None}
    for name, column, of_case in _ROWS:
        found |= {(name, value) for value in db.session.scalars(sa.select(column).where(of_case.in_(ids)))}
    on = [case.id for case in (cases if copied is None else copied)]
    people = sa.select(CaseCopy.user_id).where(CaseCopy.case_id.in_(on), CaseCopy.ended_at.is_(None))
    return found | {("copied", user_id) for user_id in db.session.scalars(people)}


def _carried(new: dict[str, Any]) -> set[Mark]:
    """What the entry of a merge has kept of what was new on the other case."""
    found = {(name, value) for name in ("tags", "teams", "people", "copied") for value in new[name]}
    return found | ({("problem_id", new["problem_id"])} if new["problem_id"] is not None else set())


def _given(entry: Event) -> Iterator[Mark]:
    """What an entry of the case itself has given it."""
    match entry.kind:
        case EventKind.TAGGED:
            yield from (("tags", tag) for tag in entry.new["tags"])
        case EventKind.TIED:
            yield "problem_id", entry.new["problem_id"]
        case EventKind.COPIED:
            yield "copied", entry.new["person_id"]
        case _:
            yield from (("people", user_id) for user_id in entry.new.get("people_ids", ()))
            named = sa.select(Team.id).where(Team.name.in_(entry.new.get("teams", ())))
            yield from (("teams", team_id) for team_id in db.session.scalars(named))


def _strip(case: Case, lost: Collection[Mark], *, by: User) -> None:
    of: dict[str, list[Any]] = {name: [value for kind, value in lost if kind == name] for name, _value in lost}
    marks.untag(case.id, of.get("tags", []))
    if "problem_id" in of:
        problems.untie(case, by=by)
    marks.end_watching(case.id, team_ids=of.get("teams", []), user_ids=of.get("people", []))
    for person in db.session.scalars(sa.select(User).where(User.id.in_(of.get("copied", []))).order_by(User.id)):
        copying.take_off(case, person, by=by)
