"""The switch of each agent: on duty the desk may give them cases, off duty they have only those they have."""

import sqlalchemy as sa

from .. import clock
from ..extensions import db
from ..permissions import Permission, Role, may
from . import history
from .duty_models import Turn
from .errors import WorksInNoTeam
from .models import AccountAct, TeamMember, User


def start(user: User, *, by: User | None) -> bool:
    """Put a person, whom the caller has locked, on duty; says whether they were not. Raises WorksInNoTeam.

    An account that has ended is never on duty.
    """
    if user.on_duty_since is not None or not user.is_active:
        return False
    if not user.memberships:
        raise WorksInNoTeam(user.name)
    user.on_duty_since = clock.now()
    if db.session.get(Turn, user.id) is None:
        db.session.add(Turn(user_id=user.id))
    history.record(AccountAct.ON_DUTY, user=user, by=by)
    return True


def end(user: User, *, by: User | None, reason: str = "") -> bool:
    """Put a person, whom the caller has locked, off duty; says whether they were on. Their cases stay theirs."""
    if user.on_duty_since is None:
        return False
    user.on_duty_since = None
    history.record(AccountAct.OFF_DUTY, user=user, by=by, reason=reason)
    return True


def led_by(user: User) -> sa.Select[User]:
    """The people of the desk whose duty and skills a person sees to: in the teams they lead, or in all."""
    staff = sa.select(User).where(User.role.in_([role for role in Role if role.is_staff]))
    if may(user, Permission.LEAD_EVERY_TEAM):
        return staff
    led = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id, TeamMember.is_lead)
    return staff.where(User.id.in_(sa.select(TeamMember.user_id).where(TeamMember.team_id.in_(led))))
