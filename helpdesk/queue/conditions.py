"""What each part of an address asks of a case, in the words of the database. Each is true for no case where it makes no sense."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from .. import clock
from ..accounts.models import Team, TeamMember, User
from ..cases import marks, moved_by_hand, untold
from ..cases.marks import CaseTag
from ..cases.models import UNFINISHED, Case, Event, Status, System
from ..cases.needed_skills import CaseSkill
from ..hours.queries import calendar
from ..permissions import Permission, may
from ..providers.models import Location, Organization
from ..providers.names import name_key
from ..routing.models import Priority
from ..search import index, query
from ..typed_text import number_in
from .asked import ME, NOBODY, Asked, DueIn, Facet, Filter, Flag

# Written into the statement as they stand in the partial indexes; a parameter would keep the database from using those.
IS_UNFINISHED = Case.status.in_(
    sa.bindparam("unfinished", [s for s in Status if s in UNFINISHED], expanding=True, literal_execute=True)
)
IS_RESOLVED = Case.status == sa.bindparam("resolved", Status.RESOLVED, literal_execute=True)
IS_URGENT = Case.priority == sa.bindparam("urgent", Priority.P1, literal_execute=True)
TOPICS = sa.table("topics", *map(sa.column, ("code", "name", "group_code", "group_name", "position", "is_active")))
# Few cases meet these, and an index finds them.
RARE = frozenset({Facet.TEXT, Facet.FLAG, Facet.TAG, Facet.ORGANIZATION, Facet.LOCATION})
_WEEK = timedelta(days=7)
OF_LATE = timedelta(days=30)


def shown(chosen: Filter, user: User) -> sa.ColumnElement[bool]:
    """That a case is one of those that a filter shows to this person, whatever its team."""
    match chosen:
        case Filter.RESOLVED:
            return IS_RESOLVED
        case Filter.UNTOLD:
            return untold.is_untold()
        case Filter.ALL:
            return sa.true()
        case _:
            return sa.and_(IS_UNFINISHED, _whose(chosen, user))


def _whose(chosen: Filter, user: User) -> sa.ColumnElement[bool]:
    """Which of the unfinished cases are shown."""
    match chosen:
        case Filter.MINE:
            return Case.assignee_id == user.id
        case Filter.UNASSIGNED:
            return Case.assignee_id.is_(None)
        case Filter.WATCHED:
            return Case.id.in_(_watched_for(user))
        case _:
            return sa.true()


def narrowed(asked: Asked, user: User) -> list[sa.ColumnElement[bool]]:
    """What the cases that are asked for have in common beside filter, team and text."""
    return [_CONDITIONS[facet](value, user) for facet, value in asked.values.items() if facet in _CONDITIONS]


def of_team(code: str) -> sa.ColumnElement[bool]:
    """That a case is of the team with this code."""
    return Case.team_id.in_(sa.select(Team.id).where(Team.code == code))


def holds(text: str) -> sa.ColumnElement[bool]:
    """That the words of a text stand on a case."""
    asked = query.read(text)
    return Case.id.in_(index.matching(asked)) if asked else sa.false()


def is_called(value: str) -> sa.ColumnElement[bool]:
    """That a location has this name or PIN."""
    return sa.or_(Location.pin == value, Location.name_key == name_key(value))


def _has_status(value: str, _user: User) -> sa.ColumnElement[bool]:
    return Case.status == Status(value) if value in set(Status) else sa.false()


def _has_priority(value: str, _user: User) -> sa.ColumnElement[bool]:
    if value not in set(Priority):
        return sa.false()
    return IS_URGENT if Priority(value) is Priority.P1 else Case.priority == Priority(value)


def _is_with(value: str, user: User) -> sa.ColumnElement[bool]:
    if value == NOBODY:
        return Case.assignee_id.is_(None)
    return Case.assignee_id == (user.id if value == ME else number_in(value) or 0)


def _is_about(value: str, _user: User) -> sa.ColumnElement[bool]:
    return Case.topic_code.in_(sa.select(TOPICS.c.code).where(sa.or_(TOPICS.c.group_code == value, TOPICS.c.code == value)))


def _is_in(value: str, _user: User) -> sa.ColumnElement[bool]:
    return Case.system == System(value) if value in set(System) else sa.false()


def is_due(value: str) -> sa.ColumnElement[bool]:
    """That the nearest target of a case is to be met then."""
    now = clock.now()
    if value == DueIn.OVERDUE:
        return Case.due_at < now
    if value not in set(DueIn):
        return sa.false()
    within = _within(calendar().wall(now), of_week=value == DueIn.THIS_WEEK)
    return sa.and_(Case.due_at >= now, within) if value == DueIn.LATER_TODAY else within


def was_moved_by_hand() -> sa.ColumnElement[bool]:
    """That somebody has moved a case of late, and nobody has taken that back."""
    of_late = sa.select(Event.case_id).where(Event.at >= clock.now() - OF_LATE, *moved_by_hand.by_an_agent())
    reason = Event.new["reason"].as_string()
    moved = of_late.where(reason != moved_by_hand.UNDONE)
    return sa.and_(Case.id.in_(moved), Case.id.not_in(of_late.where(reason == moved_by_hand.UNDONE)))


def _is_due(value: str, _user: User) -> sa.ColumnElement[bool]:
    return is_due(value)


def _within(today: datetime, *, of_week: bool) -> sa.ColumnElement[bool]:
    """Due on the day, or in the week from Monday on, where the desk is."""
    first = today.date() - timedelta(days=today.weekday() if of_week else 0)
    begins, ends = (datetime.combine(day, time(), today.tzinfo) for day in (first, first + (_WEEK if of_week else timedelta(1))))
    return sa.and_(Case.due_at >= begins, Case.due_at < ends)


def _is_flagged(value: str, _user: User) -> sa.ColumnElement[bool]:
    match value:
        case Flag.PATIENT_DATA:
            return Case.patient_data_suspected_at.is_not(None)
        case Flag.NOT_TOLD:
            return untold.is_untold()
        case Flag.NEEDS_SKILL:
            return Case.id.in_(sa.select(CaseSkill.case_id))
        case Flag.MOVED_BY_HAND:
            return was_moved_by_hand()
        case _:
            return sa.false()


def _has_tag(value: str, _user: User) -> sa.ColumnElement[bool]:
    return Case.id.in_(sa.select(CaseTag.case_id).where(CaseTag.tag == value))


def _is_of_organization(value: str, _user: User) -> sa.ColumnElement[bool]:
    return Case.organization_id.in_(sa.select(Organization.id).where(Organization.name_key == name_key(value)))


def _is_at(value: str, _user: User) -> sa.ColumnElement[bool]:
    return Case.location_id.in_(sa.select(Location.id).where(is_called(value)))


def _watched_for(user: User) -> sa.Select[int]:
    teams = sa.select(Team.id)
    if not may(user, Permission.SEE_EVERY_TEAM):
        teams = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    return marks.watched_by(user.id, teams)


_CONDITIONS: dict[Facet, Callable[[str, User], sa.ColumnElement[bool]]] = {
    Facet.STATUS: _has_status,
    Facet.PRIORITY: _has_priority,
    Facet.ASSIGNEE: _is_with,
    Facet.TOPIC: _is_about,
    Facet.SYSTEM: _is_in,
    Facet.DUE: _is_due,
    Facet.FLAG: _is_flagged,
    Facet.TAG: _has_tag,
    Facet.ORGANIZATION: _is_of_organization,
    Facet.LOCATION: _is_at,
}
