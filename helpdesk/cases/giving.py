"""Somebody gives a case to a colleague who works in its team, or puts it back into the queue."""

from dataclasses import dataclass

import sqlalchemy as sa

from ..accounts.models import TeamMember, User
from ..accounts.people import active
from ..extensions import db
from . import commands, moving, whose
from .errors import CaseClosed, CaseResolved, WorksElsewhere
from .models import IN_THE_QUEUE, UNFINISHED, Case


@dataclass(frozen=True)
class Colleague:
    """Somebody who can have a case, and how many unfinished ones they have, in all teams."""

    user: User
    cases: int


def assign(case: Case, to: User | None, *, seen: int, by: User) -> bool:
    """Give a case to somebody whose it can be, or to nobody: back into the queue; its status stays. False where it is so already.

    The people are locked before the case, as everybody does. Raises WorksElsewhere, which names them, CaseClosed, CaseResolved,
    and StaleCase where something has happened since the version that was `seen`.
    """
    for person in sorted({by, to or by}, key=lambda held: held.id):
        moving.hold_person(person)
    case.hold()
    if case.assignee_id == (to.id if to else None):
        return False
    case.expect_version(seen)
    if case.is_final:
        raise CaseClosed(case.number)
    if case.status not in UNFINISHED:
        raise CaseResolved(case.number)
    if to is not None and not whose.may_have(to, case.team):
        raise WorksElsewhere(to.name, case.team.name)
    commands.give(case, to, by=by)
    return True


def colleagues(case: Case, *, reader: User) -> list[Colleague]:
    """Who works in the team of a case and does not have it, those on duty first; with the reader, if it can be theirs."""
    here = sa.select(TeamMember.user_id).where(TeamMember.team_id == case.team_id)
    has = sa.select(sa.func.count()).where(Case.assignee_id == User.id, sa.text(IN_THE_QUEUE)).scalar_subquery()
    is_offered: sa.ColumnElement[bool] = User.id.in_(here)
    if whose.may_have(reader, case.team):
        is_offered = sa.or_(is_offered, User.id == reader.id)
    found = sa.select(User, has).where(is_offered, active(), User.id.is_distinct_from(case.assignee_id))
    rows = db.session.execute(found.order_by(User.on_duty_since.is_(None), User.first_name, User.last_name, User.id))
    return [Colleague(user, cases) for user, cases in rows]
