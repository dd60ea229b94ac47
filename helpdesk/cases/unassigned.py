"""An urgent case that nobody has: its leads and whoever runs the desk are told, once."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from ..accounts import people
from ..accounts.models import TeamMember, User
from ..extensions import db
from ..hours.queries import calendar
from ..permissions import Role
from . import queries, staff_mail
from .models import Case, Event, EventKind
from .waits import URGENT_AND_FREE

PATIENCE = timedelta(minutes=15)  # of service time
BEGINS_ANEW = (
    EventKind.OPENED,
    EventKind.ROUTED,
    EventKind.CORRECTED,
    EventKind.HANDED_BACK,
    EventKind.REJECTED,
    EventKind.TAKEN_BACK,
    EventKind.STATUS_CHANGED,
    EventKind.LOOK_AGAIN,
    EventKind.UNMERGED,
)


def to_tell(*, at: datetime) -> sa.Select[int]:
    """The ids of the urgent cases that nobody has had for too long; none while the desk is closed."""
    hours = calendar()
    if not hours.is_open(at):
        return sa.select(Case.id).where(sa.false())
    since = hours.subtract(at, PATIENCE)
    later = sa.exists().where(Event.case_id == Case.id, Event.kind.in_(BEGINS_ANEW), Event.at > since)
    return sa.select(Case.id).where(sa.text(URGENT_AND_FREE), Case.opened_at <= since, ~later)


def tell(case_id: int, *, at: datetime) -> bool:
    """Tell of an urgent case that nobody has; says whether that was still due."""
    case = queries.held_if_still(case_id, due=to_tell(at=at))
    if case is None:
        return False
    case.unassigned_told_at = at
    leads = sa.select(TeamMember.user_id).where(TeamMember.team_id == case.team_id, TeamMember.is_lead)
    chosen = sa.or_(User.id.in_(leads), User.role == Role.ADMIN)
    who = list(db.session.scalars(sa.select(User).where(chosen, people.active()).order_by(User.id)))
    told = {"teams": [case.team.name], "people": [person.name for person in who], "instead": False, "is_unassigned": True}
    case.record(EventKind.LEADS_TOLD, by=None, at=at, new=told)
    staff_mail.tell_that_nobody_has_it(case, who)
    return True
