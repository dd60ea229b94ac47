"""What administrators do to teams. Who takes the cases of a team that closes is settled in admin/staffing.py."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..extensions import db
from ..typed_text import lines, one_line
from . import history
from .duty_models import Distribution
from .errors import NameTaken, StalePage
from .models import AccountAct, Team, TeamMember, User
from .people import active


def hold(teams: Collection[Team]) -> None:
    """Lock teams until the transaction ends and read them afresh, always in the same order.

    Meanwhile no case can go to any of them: routing waits for the row before it asks whether somebody works there.
    """
    ids = sorted({team.id for team in teams})
    locked = sa.select(Team).where(Team.id.in_(ids)).order_by(Team.id).with_for_update()
    db.session.scalars(locked.execution_options(populate_existing=True)).all()


def expect_version(team: Team, version: int) -> None:
    """Lock a team; raise StalePage if somebody has changed it since this version of its history was shown."""
    hold([team])
    if history.version_of(team_id=team.id) != version:
        raise StalePage


def active_members(team: Team) -> list[User]:
    """Who works in the team and can sign in, by name."""
    mine = sa.select(TeamMember.user_id).where(TeamMember.team_id == team.id)
    return list(db.session.scalars(sa.select(User).where(User.id.in_(mine), active()).order_by(User.first_name, User.id)))


def is_staffed() -> sa.ColumnElement[bool]:
    """That cases can go to a team, in a statement about teams: it is open and somebody active works in it."""
    somebody = sa.exists().where(TeamMember.team_id == Team.id, TeamMember.user_id == User.id, active())
    return sa.and_(Team.is_active, somebody)


def is_live(team: Team) -> bool:
    """Whether cases can go to the team: it is open and somebody active works in it."""
    works_there = sa.select(User.id).join(TeamMember).where(TeamMember.team_id == team.id, active())
    return team.is_active and db.session.scalar(works_there.limit(1)) is not None


def add(*, code: str, name: str, purpose: str, by: User) -> Team:
    """Make a team, which nobody works in yet. Raises NameTaken."""
    team = Team(code=code, is_active=True)
    _call(team, name=one_line(name), purpose=lines(purpose))
    history.record(AccountAct.CREATED, team=team, by=by, new={"code": code, "name": team.name, "purpose": team.purpose})
    return team


def describe(team: Team, *, name: str, purpose: str, by: User) -> None:
    """Give a team another name or purpose; its code stays. Raises NameTaken."""
    old = {"name": team.name, "purpose": team.purpose}
    new = {"name": one_line(name), "purpose": lines(purpose)}
    if old == new:
        return
    _call(team, name=new["name"], purpose=new["purpose"])
    changed = [key for key in old if old[key] != new[key]]
    history.record(
        AccountAct.DETAILS_CHANGED, team=team, by=by, old={k: old[k] for k in changed}, new={k: new[k] for k in changed}
    )


def distribute(team: Team, how: Distribution, *, cap: int, by: User, reason: str) -> bool:
    """Let a team, which the caller has locked, give out its cases in this way; says whether anything changed.

    `cap`: how many unfinished cases somebody has, in all teams, when the desk gives them no more of this one.
    """
    old, new = {"distribution": team.distribution.value, "cap": team.cap}, {"distribution": how.value, "cap": cap}
    if old == new:
        return False
    team.distribution, team.cap = how, cap
    history.record(AccountAct.DISTRIBUTION_CHANGED, team=team, by=by, reason=reason, old=old, new=new)
    return True


def reopen(team: Team, *, by: User, reason: str) -> None:
    """Open a closed team again."""
    if not team.is_active:
        team.is_active = True
        history.record(AccountAct.REOPENED, team=team, by=by, reason=reason)


def _call(team: Team, *, name: str, purpose: str) -> None:
    try:
        with db.session.begin_nested():
            team.name, team.purpose = name, purpose
            db.session.add(team)
    except IntegrityError:
        raise NameTaken(name) from None
