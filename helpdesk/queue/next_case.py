"""Which case is the next for somebody, and why none is."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..accounts.models import TeamMember, User
from ..cases import needed_skills
from ..cases.models import WAITS, Case, Event, EventKind, Status
from ..cases.needed_skills import CaseSkill
from ..extensions import db
from .conditions import IS_UNFINISHED
from .queries import MOST_URGENT_FIRST

TWO_PRESSES = timedelta(seconds=5)  # of one button lie no further apart


def own_team_ids(user: User, seen: Collection[int]) -> list[int]:
    """The teams this person works in; all those they see if they work in none."""
    own = list(db.session.scalars(sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)))
    return own or list(seen)


def unassigned(team_ids: Collection[int], *, skills: Collection[str]) -> sa.Select[Case]:
    """The most urgent case of these teams that nobody has and that needs no other skills, locked.

    One that somebody else is taking right now is passed over.
    """
    fitting = sa.select(Case).where(*_waits(team_ids), needed_skills.are_among(skills))
    return fitting.order_by(*MOST_URGENT_FIRST).limit(1).with_for_update(of=Case, skip_locked=True, key_share=True)


def lacking(team_ids: Collection[int], *, skills: Collection[str]) -> dict[str, int]:
    """How many cases of these teams wait for somebody with each skill that is not among these, the most first."""
    missing = sa.select(CaseSkill.skill, sa.func.count()).join(Case, Case.id == CaseSkill.case_id)
    missing = missing.where(*_waits(team_ids), CaseSkill.skill.not_in(skills)).group_by(CaseSkill.skill)
    rows = db.session.execute(missing.order_by(sa.func.count().desc(), CaseSkill.skill))
    return {row.skill: row[1] for row in rows}


def held_up(team_ids: Collection[int]) -> int:
    """How many cases of these teams that nobody has wait for somebody outside of the desk."""
    nobodys = Case.team_id.in_(team_ids), Case.assignee_id.is_(None), IS_UNFINISHED
    return db.session.scalars(sa.select(sa.func.count()).where(*nobodys, Case.status.in_(WAITS))).one()


def just_taken(user: User, *, at: datetime) -> sa.Select[Case]:
    """The case that this person took a few seconds ago and has not touched since: taking the next one now is a second press."""
    later = aliased(Event)
    touched = sa.exists().where(
        later.case_id == Event.case_id, later.version > Event.version, later.kind != EventKind.STATUS_CHANGED
    )
    taken = sa.select(Event.case_id).where(
        Event.case_id == Case.id, Event.kind == EventKind.TAKEN, Event.actor_id == user.id, Event.at > at - TWO_PRESSES, ~touched
    )
    mine = sa.select(Case).where(Case.assignee_id == user.id, IS_UNFINISHED, Case.status == Status.OPEN)
    return mine.where(taken.exists()).order_by(Case.updated_at.desc()).limit(1)


def _waits(team_ids: Collection[int]) -> tuple[sa.ColumnElement[bool], ...]:
    """That a case waits for somebody of these teams to take it, and not for its provider."""
    ready = Case.status.in_((Status.NEW, Status.OPEN))
    return Case.team_id.in_(team_ids), Case.assignee_id.is_(None), IS_UNFINISHED, ready
