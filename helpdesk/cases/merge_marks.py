"""What a merged case takes along to the one that goes on: tags, a known problem, watchers, people copied who may see it."""

from typing import Any

import sqlalchemy as sa

from ..accounts.models import Team, User
from ..extensions import db
from . import copies, copying, marks, problems
from .copies import MOST_COPIED
from .models import Case


def carry(case: Case, *, to: Case, by: User) -> dict[str, Any]:
    """Let the other case have what this one has; returns what is new there, as an entry keeps it."""
    tags = marks.tag(to.id, marks.tags_of(case.id), team_id=to.team_id)
    teams = marks.let_watch(to.id, marks.teams_watching(case.id))
    people = marks.let_people_watch(to.id, marks.people_watching(case.id))
    copied = _copy(case, to, by) if shares_readers(case, to) else []
    ids = {"teams": [team.id for team in teams], "people": [one.id for one in people], "copied": [one.id for one in copied]}
    return {"tags": tags, "problem_id": problems.tie_like(to, case, by=by), **ids}


def take_back(carried: dict[str, Any], *, off: Case, by: User) -> None:
    """Take what came with a merge off the other case again."""
    marks.untag(off.id, carried["tags"])
    if carried["problem_id"] is not None and off.problem_id == carried["problem_id"]:
        problems.untie(off, by=by)
    marks.end_watching(off.id, team_ids=carried["teams"], user_ids=carried["people"])
    for person in db.session.scalars(sa.select(User).where(User.id.in_(carried["copied"])).order_by(User.id)):
        copying.take_off(off, person, by=by)


def shares_readers(case: Case, other: Case) -> bool:
    """Whether whoever has a copy of the one may read the other: the same person asks at the same place, and does not hide it."""
    is_same = (case.requester_id, case.organization_id) == (other.requester_id, other.organization_id)
    return is_same and case.organization_id is not None and not other.is_private


def _copy(case: Case, to: Case, by: User) -> list[User]:
    """As many of the people copied as a case can have."""
    there = {copied.user_id for copied in copies.of(to.id, to.organization_id)}
    ids = [one.user_id for one in copies.of(case.id, case.organization_id) if one.can_see and one.user_id not in there]
    people = copying.people_with(ids[: MOST_COPIED - len(there)])
    return copying.add(to, people, by=by)


def teams_open_to_watch(case: Case) -> list[Team]:
    """The teams that can be let watch a case: open ones but its own, by name; those that watch it already are left out."""
    there = sa.select(marks.CaseWatcher.team_id).where(marks.CaseWatcher.case_id == case.id)
    found = sa.select(Team).where(Team.is_active, Team.id != case.team_id, Team.id.not_in(there))
    return list(db.session.scalars(found.order_by(Team.name)))
