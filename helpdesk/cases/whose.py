"""Whose a case can be: of whoever works where it is. Who sees it because they watch it answers, but does not have it."""

import sqlalchemy as sa

from ..accounts.models import Team, TeamMember, User
from ..accounts.people import active
from ..database import Id
from ..extensions import db
from ..permissions import Permission, Role, may, permissions_of
from .models import Case
from .queries import TRIAGE


def may_have(person: User, team: Team, *, works_there: bool | None = None) -> bool:
    """Whether the cases of a team can be this person's: they work in it, or its cases are everybody's or all are theirs to see.

    `works_there`: whether they work in it, where that has been read already.
    """
    if not (person.is_active and may(person, Permission.WORK_ON_CASES)):
        return False
    if team.code == TRIAGE or may(person, Permission.SEE_EVERY_TEAM):
        return True
    return db.session.scalar(works_in(team.id, person.id)) is not None if works_there is None else works_there


def works_in(team_id: Id, user_id: Id) -> sa.Select[int]:
    """A row if this person works in the team."""
    return sa.select(TeamMember.team_id).where(TeamMember.user_id == user_id, TeamMember.team_id == team_id)


def teams_for(person: User) -> sa.Select[int]:
    """The ids of the teams whose cases can be this person's."""
    teams = sa.select(Team.id)
    if not (person.is_active and may(person, Permission.WORK_ON_CASES)):
        return teams.where(sa.false())
    if may(person, Permission.SEE_EVERY_TEAM):
        return teams
    own = sa.select(TeamMember.team_id).where(TeamMember.user_id == person.id)
    return teams.where(sa.or_(Team.code == TRIAGE, Team.id.in_(own)))


def is_a_strangers() -> sa.ColumnElement[bool]:
    """That a case cannot be theirs who has it, in a statement about cases with their team and their assignee (User)."""
    works = {role for role in Role if Permission.WORK_ON_CASES in permissions_of(role)}
    everywhere = {role for role in works if Permission.SEE_EVERY_TEAM in permissions_of(role)}
    member = sa.exists().where(TeamMember.team_id == Case.team_id, TeamMember.user_id == Case.assignee_id)
    sees = sa.or_(User.role.in_(everywhere), Team.code == TRIAGE, member)
    return sa.not_(sa.and_(active(), User.role.in_(works), sees))
