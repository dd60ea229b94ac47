"""How much there is to do in the teams that somebody leads, and for whom: a few statements, whatever the data.

Of each team so many unfinished cases are counted, which is all of them but in a flood; each count is that of the queue behind it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Team, TeamMember, User
from ..accounts.people import active
from ..cases import untold
from ..cases.models import IN_THE_QUEUE, UNFINISHED, Case, Status
from ..extensions import db
from ..permissions import Permission, may
from . import conditions
from .asked import ME, NOBODY, Asked, DueIn, Facet, Filter, Flag

MOST_COUNTED = 5000  # unfinished cases of a team
STATUSES = tuple(status for status in Status if status in UNFINISHED)
Measure = Status | DueIn | Flag | Filter


@dataclass
class Load:
    """How many cases there are of each measure, and the address of the queue that shows them."""

    values: dict[Facet, str]  # what narrows the queue to them
    counts: Counter[Measure] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All that is unfinished."""
        return sum(self.counts[status] for status in STATUSES)

    def address(self, measure: Measure | None = None) -> dict[str, str]:
        """The queue with what is counted by a measure; without one, with all of it."""
        match measure:
            case Status():
                return Asked(values={**self.values, Facet.STATUS: measure.value}).address
            case DueIn():
                return Asked(values={**self.values, Facet.DUE: measure.value}).address
            case Flag():
                return Asked(values={**self.values, Facet.FLAG: measure.value}).address
            case Filter.UNASSIGNED:
                return Asked(values={**self.values, Facet.ASSIGNEE: NOBODY}).address
            case Filter():
                return Asked(measure, self.values).address
            case _:
                return Asked(values=self.values).address


@dataclass
class Person(Load):
    """What one person has in a team."""

    name: str = ""
    on_duty: bool = False
    works_there: bool = True


@dataclass
class TeamLoad(Load):
    """What there is in a team, its oldest unfinished case, and who has what; those with most first."""

    team: Team | None = None
    oldest: tuple[int, datetime] | None = None  # its id, since when
    people: list[Person] = field(default_factory=list)

    @property
    def is_capped(self) -> bool:
        """Whether there are more cases than were counted."""
        return self.total >= MOST_COUNTED


def of_teams_led_by(user: User) -> list[TeamLoad]:
    """The teams that somebody leads, or all for whoever leads every team, by name."""
    led = sa.select(Team).order_by(Team.name)
    if not may(user, Permission.LEAD_EVERY_TEAM):
        led = led.where(Team.id.in_(sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id, TeamMember.is_lead)))
    teams = list(db.session.scalars(led))
    if not teams:
        return []
    loads = {team.id: TeamLoad({Facet.TEAM: team.code}, team=team) for team in teams}
    rows = db.session.execute(_counted(list(loads))).all()
    people = _people(loads, {(row.team_id, row.assignee_id) for row in rows if row.assignee_id}, reader=user)
    for row in rows:
        _add(loads[row.team_id], people.get((row.team_id, row.assignee_id)), row)
    for row in db.session.execute(_rare(list(loads))):
        loads[row.team_id].counts[Filter.UNTOLD if row.is_untold else Flag.MOVED_BY_HAND] = row.cases
    for (team_id, _user_id), person in people.items():
        loads[team_id].people.append(person)
    for load in loads.values():
        load.people.sort(key=lambda person: (-person.total, person.name.casefold()))
    return [load for load in loads.values() if load.team and (load.team.is_active or load.total)]


def _people(loads: dict[int, TeamLoad], have: set[tuple[int, int]], *, reader: User) -> dict[tuple[int, int], Person]:
    """Who works in the teams, and who has cases there without (`have`: team and person), by both ids."""
    works = sa.and_(TeamMember.user_id == User.id, TeamMember.team_id.in_(loads))
    shown = sa.or_(User.id.in_({user_id for _team_id, user_id in have}), sa.and_(TeamMember.team_id.is_not(None), active()))
    rows = db.session.execute(sa.select(User, TeamMember.team_id).outerjoin(TeamMember, works).where(shown)).all()
    by_id = {row.User.id: row.User for row in rows}
    there = {(row.team_id, row.User.id) for row in rows if row.team_id and row.User.is_active}
    found = {}
    for team_id, user_id in there | have:
        narrowed = {**loads[team_id].values, Facet.ASSIGNEE: ME if user_id == reader.id else str(user_id)}
        person = by_id[user_id]
        is_on_duty = person.on_duty_since is not None
        works_there = (team_id, user_id) in there
        found[team_id, user_id] = Person(narrowed, name=person.name, on_duty=is_on_duty, works_there=works_there)
    return found


def _counted(team_ids: list[int]) -> sa.Select[Any]:
    """The unfinished cases by team, assignee and status, and how many of them are due when."""
    shown = sa.select(
        Case.team_id,
        Case.assignee_id,
        Case.status,
        Case.id,
        Case.opened_at,
        sa.case((conditions.is_due(DueIn.OVERDUE), 1), else_=0).label("overdue"),
        sa.case((conditions.is_due(DueIn.LATER_TODAY), 1), else_=0).label("today"),
    ).where(sa.text(IN_THE_QUEUE))
    runs = [sa.select(shown.where(Case.team_id == team_id).limit(MOST_COUNTED).subquery()) for team_id in team_ids]
    rows = sa.union_all(*runs).subquery()
    keys = (rows.c.team_id, rows.c.assignee_id, rows.c.status)
    sums = (sa.func.sum(rows.c.overdue).label("overdue"), sa.func.sum(rows.c.today).label("today"))
    oldest = (sa.func.min(rows.c.id).label("oldest"), sa.func.min(rows.c.opened_at).label("since"))
    return sa.select(*keys, sa.func.count().label("cases"), *sums, *oldest).group_by(*keys)


def _rare(team_ids: list[int]) -> sa.Select[Any]:
    """Cases of which somebody could not be told, and those that somebody has moved there lately, by team."""
    in_teams = (Case.team_id + 0).in_(team_ids)  # something else finds them
    of_team = sa.select(Case.team_id, sa.func.count().label("cases")).where(in_teams).group_by(Case.team_id)
    told = of_team.where(untold.is_untold()).add_columns(sa.literal(1).label("is_untold"))
    moved = of_team.where(sa.text(IN_THE_QUEUE), conditions.was_moved_by_hand()).add_columns(sa.literal(0))
    return sa.select(sa.union_all(told, moved).subquery())


def _add(load: TeamLoad, person: Person | None, row: Any) -> None:
    for one in _both(load, person):
        one.counts[row.status] += row.cases
        one.counts[DueIn.OVERDUE] += row.overdue
        one.counts[DueIn.LATER_TODAY] += row.today
    if row.assignee_id is None:
        load.counts[Filter.UNASSIGNED] += row.cases
    if load.oldest is None or row.oldest < load.oldest[0]:
        load.oldest = (row.oldest, row.since)


def _both(load: TeamLoad, person: Person | None) -> Iterator[Load]:
    yield load
    if person is not None:
        yield person
