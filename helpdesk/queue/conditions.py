"""What each part of an address asks of a case, in the words of the database. Each is true for no case where it makes no sense."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

import sqlalchemy as sa

from .. import clock
from ..accounts.anybody import Anybody
from ..accounts.models import Team, TeamMember, User
from ..cases import marks, moved_by_hand, untold
from ..cases.marks import CaseTag
from ..cases.models import UNFINISHED, Case, Status, System
from ..cases.needed_skills import CaseSkill
from ..database import UtcDateTime
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
RARE = frozenset({Facet.TEXT, Facet.FLAG, Facet.TAG})  # few cases meet these, and an index finds them
PLACES = frozenset({Facet.ORGANIZATION, Facet.LOCATION})  # their cases of all years: an index finds those, too
OF_LATE = timedelta(days=30)
Person = User | Anybody


def shown(chosen: Filter, user: Person) -> sa.ColumnElement[bool]:
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


def _whose(chosen: Filter, user: Person) -> sa.ColumnElement[bool]:
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


def narrowed(asked: Asked, user: Person) -> list[sa.ColumnElement[bool]]:
    """What the cases that are asked for have in common beside filter, team, place and text."""
    return [_CONDITIONS[facet](value, user) for facet, value in asked.values.items() if facet in _CONDITIONS]


def of_places(asked: Asked, *, alone: bool) -> list[sa.ColumnElement[bool]]:
    """That a case is of the organization and location that are asked for; `alone` if nothing else is to find it.

    Otherwise a sum keeps their indexes out of it: the queue knows the places of its cases.
    """
    found: list[sa.ColumnElement[bool]] = []
    if name := asked.values.get(Facet.ORGANIZATION):
        ids = sa.select(Organization.id).where(Organization.name_key == name_key(name))
        found.append((Case.organization_id if alone else Case.organization_id + 0).in_(ids))
    if name := asked.values.get(Facet.LOCATION):
        ids = sa.select(Location.id).where(is_called(name))
        found.append((Case.location_id if alone else Case.location_id + 0).in_(ids))
    return found


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


def _has_status(value: str, _user: Person) -> sa.ColumnElement[bool]:
    return Case.status == Status(value) if value in set(Status) else sa.false()


def _has_priority(value: str, _user: Person) -> sa.ColumnElement[bool]:
    if value not in set(Priority):
        return sa.false()
    return IS_URGENT if Priority(value) is Priority.P1 else Case.priority == Priority(value)


def _is_with(value: str, user: Person) -> sa.ColumnElement[bool]:
    if value == NOBODY:
        return Case.assignee_id.is_(None)
    return Case.assignee_id == (user.id if value == ME else number_in(value) or 0)


def _is_about(value: str, _user: Person) -> sa.ColumnElement[bool]:
    return Case.topic_code.in_(sa.select(TOPICS.c.code).where(sa.or_(TOPICS.c.group_code == value, TOPICS.c.code == value)))


def _is_in(value: str, _user: Person) -> sa.ColumnElement[bool]:
    return Case.system == System(value) if value in set(System) else sa.false()


def is_due(value: str) -> sa.ColumnElement[bool]:
    """That the nearest target of a case is to be met then."""
    if value == DueIn.OVERDUE:
        return Case.due_at < _NOW
    if value not in set(DueIn):
        return sa.false()
    first, last = _THIS_WEEK if value == DueIn.THIS_WEEK else _TODAY
    return sa.and_(Case.due_at >= (_NOW if value == DueIn.LATER_TODAY else first), Case.due_at < last)


def was_moved_by_hand() -> sa.ColumnElement[bool]:
    """That somebody has moved a case of late to where the rules had not sent it, and nobody has brought it back."""
    return Case.id.in_(moved_by_hand.away_from_the_rules(_OF_LATE))


def _is_due(value: str, _user: Person) -> sa.ColumnElement[bool]:
    return is_due(value)


def _midnight(days: int, *, of_week: bool) -> datetime:
    """When so many days after today, or after this Monday, begin where the desk is."""
    today = calendar().wall(clock.now())
    day = today.date() - timedelta(days=today.weekday() if of_week else 0) + timedelta(days=days)
    return datetime.combine(day, time(), today.tzinfo)


def _instant(find: Callable[[], datetime]) -> sa.BindParameter[datetime]:
    """An instant that is found when a statement is asked, which may be long after it was put together."""
    return sa.bindparam(None, type_=UtcDateTime(), callable_=find, unique=True)


_NOW, _OF_LATE = _instant(clock.now), _instant(lambda: clock.now() - OF_LATE)
_TODAY = tuple(_instant(partial(_midnight, days, of_week=False)) for days in (0, 1))
_THIS_WEEK = tuple(_instant(partial(_midnight, days, of_week=True)) for days in (0, 7))


def _is_flagged(value: str, _user: Person) -> sa.ColumnElement[bool]:
    match value:
        case Flag.PATIENT_DATA:
            return Case.id.in_(sa.select(Case.id).where(Case.patient_data_suspected_at.is_not(None)).correlate(None))
        case Flag.NOT_TOLD:
            return untold.is_untold()
        case Flag.NEEDS_SKILL:
            return Case.id.in_(sa.select(CaseSkill.case_id))
        case Flag.MOVED_BY_HAND:
            return was_moved_by_hand()
        case _:
            return sa.false()


def _has_tag(value: str, _user: Person) -> sa.ColumnElement[bool]:
    return Case.id.in_(sa.select(CaseTag.case_id).where(CaseTag.tag == value))


def _watched_for(user: Person) -> sa.Select[int]:
    teams = sa.select(Team.id)
    if not may(user, Permission.SEE_EVERY_TEAM):
        teams = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    return marks.watched_by(user.id, teams)


_CONDITIONS: dict[Facet, Callable[[str, Person], sa.ColumnElement[bool]]] = {
    Facet.STATUS: _has_status,
    Facet.PRIORITY: _has_priority,
    Facet.ASSIGNEE: _is_with,
    Facet.TOPIC: _is_about,
    Facet.SYSTEM: _is_in,
    Facet.DUE: _is_due,
    Facet.FLAG: _is_flagged,
    Facet.TAG: _has_tag,
}
