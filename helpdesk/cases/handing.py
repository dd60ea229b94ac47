"""Cases that change hands because people and teams do: back to the queue, on to another team, and back again."""

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts import teams as account_teams
from ..accounts.models import Team, TeamMember, User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import outbox
from ..permissions import Permission, may
from . import mail, marks, whose
from .models import UNFINISHED, Case, EventKind
from .queries import TRIAGE

FOR_WHO_HAS_IT = frozenset({"case_assigned", "case_came_back"})  # mail of theirs about it
AT_ONCE = 200  # cases that are held in memory


def open_cases() -> sa.Select[Case]:
    """The cases that wait for somebody to do something, the oldest first."""
    return sa.select(Case).where(Case.status.in_(UNFINISHED)).order_by(Case.id)


def hand_back(person: User, *, by: User, why: str, left: Collection[int] | None = None) -> list[int]:
    """Put the open cases that a person has back into the queues of their teams; returns the ids.

    With the teams that they have `left` (ids), only the cases of these and those that can be theirs no more.
    """
    mine = open_cases().where(Case.assignee_id == person.id)
    if left is not None:
        mine = mine.where(sa.or_(Case.team_id.in_(left), Case.team_id.not_in(whose.teams_for(person))))
    ids = []
    for case in _each(mine):
        let_go(case, by=by, why=why)
        ids.append(case.id)
    return ids


def hand_back_of_strangers() -> int:
    """Put the open cases that cannot be theirs who has them back into the queues of their teams; returns how many."""
    had = {}
    for case in _each(_of_strangers()):
        had[case.id] = case.assignee_id
        let_go(case, by=None, why=_why_not_theirs(case))
    for case_id, person_id in had.items():
        outbox.cancel_unsent(case_id, kinds=FOR_WHO_HAS_IT, reason=_("the case is not theirs any more"), user_id=person_id)
    return len(had)


def has_one_of_a_stranger() -> sa.ColumnElement[bool]:
    """That open cases of a team cannot be theirs who has them, in a statement about teams."""
    return _of_strangers().where(Case.team_id == Team.id).with_only_columns(Case.id).order_by(None).correlate(Team).exists()


def hand_over(person: User, ids: Collection[int], *, by: User) -> list[int]:
    """Give those of these cases back to a person that nobody has taken meanwhile and that can be theirs; returns the ids."""
    free = open_cases().where(Case.id.in_(ids), Case.assignee_id.is_(None), Case.team_id.in_(whose.teams_for(person)))
    given = []
    for case in _each(free):
        if case.assignee_id is not None:
            continue  # somebody was quicker
        case.assignee = person
        case.record(EventKind.HANDED_OVER, by=by, at=clock.now(), new={"assignee": person.name, "assignee_id": person.id})
        given.append(case.id)
    return given


def move_all(team: Team, *, to: Team, by: User | None, why: str) -> list[int]:
    """Move the open cases of a team to another, by somebody or by the desk itself; returns their ids.

    Who has one and does not work there has it no more.
    """
    works_there = set(db.session.scalars(sa.select(TeamMember.user_id).where(TeamMember.team_id == to.id)))
    moved = []
    for case in _each(open_cases().where(Case.team_id == team.id)):
        case.team = to
        case.record(EventKind.MOVED, by=by, at=clock.now(), old={"team": team.name}, new={"team": to.name, "why": why})
        holder = case.assignee
        if holder is not None and holder.id not in works_there and not may(holder, Permission.SEE_EVERY_TEAM):
            let_go(case, by=by, why=why)
        moved.append(case.id)
    marks.learn(to.id, _tags_of_open_cases(to))
    return moved


def hold_owners(case: Case) -> None:
    """Lock who has the case and its team, before the case itself is locked: neither ends while it is opened again."""
    holder = sa.select(User).where(User.id == case.assignee_id).with_for_update(read=True)
    team = sa.select(Team).where(Team.id == case.team_id).with_for_update(read=True, key_share=True)
    for owner in (holder, team):
        db.session.scalars(owner.execution_options(populate_existing=True)).all()


def find_an_owner(case: Case) -> None:
    """A case that is open again stays with its team and its agent (`hold_owners`); without them it is in triage or the queue.

    An agent who has left the team meanwhile is its agent no more.
    """
    if case.assignee is not None and not whose.may_have(case.assignee, case.team):
        let_go(case, by=None, why=_why_not_theirs(case))
    if case.team.code == TRIAGE or account_teams.is_live(case.team):
        return
    old = case.team.name
    go_to(case, db.session.scalars(sa.select(Team).where(Team.code == TRIAGE)).one())
    why = _("nobody works in that team")
    case.record(EventKind.MOVED, by=None, at=clock.now(), old={"team": old}, new={"team": case.team.name, "why": why})
    mail.tell_that_team_is_empty(case, team=old)


def take(case: Case, agent: User, at: datetime) -> None:
    """Make a case that nobody has an agent's, whom the caller has locked and whose it can be (`whose.may_have`)."""
    case.assignee = agent
    case.assignee_id = agent.id
    case.record(EventKind.TAKEN, by=agent, at=at, old={"assignee": ""}, new={"assignee": agent.name})


def go_to(case: Case, team: Team) -> None:
    """Let a case that is there be another team's, which knows its tags from then on."""
    case.team = team
    marks.learn(team.id, marks.tags_of(case.id))


def let_go(case: Case, *, by: User | None, why: str) -> None:
    """Put a case that somebody has back into the queue of its team."""
    holder = case.assignee
    assert holder is not None  # noqa: S101  (the caller has found the case by its assignee)
    case.assignee = None
    old = {"assignee": holder.name, "assignee_id": holder.id}
    case.record(EventKind.HANDED_BACK, by=by, at=clock.now(), old=old, new={"why": why})


def untake(case: Case) -> None:
    """Nobody has the case: whoever did had got it by an act that is taken back, which has its own entry."""
    case.assignee = None


def _of_strangers() -> sa.Select[Case]:
    return open_cases().join(User, User.id == Case.assignee_id).join(Case.team).where(whose.is_a_strangers())


def _why_not_theirs(case: Case) -> str:
    assert case.assignee is not None  # noqa: S101  (somebody has it, and cannot)
    if not case.assignee.is_active:
        return _("the account has ended")
    return _("%(who)s works in that team no more", who=case.assignee.name)


def _tags_of_open_cases(team: Team) -> list[str]:
    of_team = open_cases().with_only_columns(Case.id).where(Case.team_id == team.id).order_by(None)
    tags = sa.select(marks.CaseTag.tag).where(marks.CaseTag.case_id.in_(of_team))
    return list(db.session.scalars(tags.distinct()))


def _each(cases: sa.Select[Case]) -> Iterator[Case]:
    """Each of these cases, locked and read afresh, some at a time, always in the order of their ids."""
    after = 0
    while True:
        some = cases.where(Case.id > after).limit(AT_ONCE).with_for_update(of=Case, key_share=True)
        fresh = some.options(joinedload(Case.assignee)).execution_options(populate_existing=True)
        found = list(db.session.scalars(fresh))
        yield from found
        db.session.flush()
        if len(found) < AT_ONCE:
            return
        after = found[-1].id
