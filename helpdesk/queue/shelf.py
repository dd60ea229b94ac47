"""What stands around the queue of one person: teams, what can be chosen to narrow it, saved filters, alarms; in one statement."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from ..accounts.anybody import Anybody, anybody_like, filled_in
from ..accounts.duty_models import Distribution
from ..accounts.models import Team, TeamMember, User
from ..accounts.people import active
from ..cases import marks
from ..cases import queries as cases
from ..cases.marks import CaseTag, TeamTag
from ..database import UtcDateTime
from ..extensions import db
from ..notifications import alarms
from ..notifications.models import Alarm
from ..permissions import Permission, Role, may
from ..providers.models import Location, Organization
from ..providers.names import name_key
from ..typed_text import number_in
from .asked import Asked, Facet, read
from .conditions import TOPICS, is_called
from .models import SavedFilter

LEADS = "lead"
MOST_TAGS = 100  # that are offered
MOST_PLACES = 6  # that begin like what was typed
_LOOKED_UP = (Facet.TEAM, Facet.ASSIGNEE, Facet.TOPIC, Facet.TAG, Facet.ORGANIZATION, Facet.LOCATION)  # where they are asked for
_COLUMNS: dict[str, TypeEngine[Any]] = {
    "kind": sa.Text(),
    "number": sa.Integer(),
    "code": sa.Text(),
    "name": sa.Text(),
    "more": sa.Text(),
    "place": sa.Integer(),
    "at": UtcDateTime(),
}


@dataclass(frozen=True)
class Choice:
    """Something to narrow by: its value in the address, its name, and perhaps the group it belongs to."""

    value: str
    name: str
    group: str = ""


@dataclass(frozen=True)
class Saved:
    """A saved filter: of a team (by its id) or of the person who looks, and what it asks for."""

    id: int
    name: str
    asked: Asked
    team_id: int | None


@dataclass(frozen=True)
class SeenTeam:
    """A team whose queue the person sees, and whether they lead it."""

    id: int
    code: str
    name: str
    is_led: bool


@dataclass(frozen=True)
class Shelf:
    """All of it. Of organizations and locations only those that begin like what was typed."""

    teams: tuple[SeenTeam, ...]
    giving_out: tuple[str, ...]  # the names of those that give their cases to whoever is on duty
    choices: dict[Facet, list[Choice]]
    saved: tuple[Saved, ...]
    alarms: tuple[alarms.Notice, ...]

    def named(self, facet: Facet, value: str) -> str:
        """What the value of a facet is called; empty where there is no such thing."""
        wanted = name_key(value) if facet is Facet.ORGANIZATION else value
        return next((choice.name for choice in self.choices[facet] if choice.value == wanted), "")


def read_for(user: User, asked: Asked) -> Shelf:
    """What stands around what this person asks for."""
    by_kind: dict[str, list[Any]] = defaultdict(list)
    given = tuple((facet, asked.values[facet]) for facet in _LOOKED_UP if facet in asked.values)
    for row in db.session.execute(_statement(anybody_like(user), given), filled_in(user)):
        by_kind[row.kind].append(row)
    every = may(user, Permission.LEAD_EVERY_TEAM)
    return Shelf(
        teams=tuple(SeenTeam(row.number, row.code, row.name, every or row.more == LEADS) for row in by_kind["team"]),
        giving_out=tuple(row.name for row in by_kind["giving"]),
        choices=_choices(by_kind, asked),
        saved=tuple(_saved(row) for row in by_kind["saved"]),
        alarms=tuple(alarms.in_words(Alarm(name=r.name, detail=r.more, raised_at=r.at)) for r in by_kind["alarm"]),
    )


@lru_cache(maxsize=32)  # of some 200 kB
def _statement(who: Anybody, given: tuple[tuple[Facet, str], ...]) -> sa.Select[Any]:
    rows = sa.union_all(*_parts(who, dict(given))).subquery()
    return sa.select(rows).order_by(rows.c.kind, rows.c.place, rows.c.name, rows.c.number)


def _choices(by_kind: dict[str, list[Any]], asked: Asked) -> dict[Facet, list[Choice]]:
    groups = [Choice(row.code, row.name) for row in by_kind["group"]]
    called = {group.value: group.name for group in groups}
    location = asked.values.get(Facet.LOCATION, "")
    return {
        Facet.TEAM: [Choice(row.code, row.name) for row in by_kind["team"]],
        Facet.TOPIC: [*groups, *(Choice(row.code, row.name, called[row.more]) for row in by_kind["topic"])],
        Facet.ASSIGNEE: [Choice(str(row.number), row.name) for row in by_kind["person"]],
        Facet.TAG: [Choice(row.name, row.name) for row in by_kind["tag"]],
        Facet.ORGANIZATION: [Choice(row.code, row.name) for row in by_kind["organization"]],
        Facet.LOCATION: [Choice(location if row.place == 0 else row.code, row.name) for row in by_kind["location"]],
    }


def _saved(row: Any) -> Saved:
    return Saved(row.number, row.name, read(json.loads(row.more)), number_in(row.code))


def _parts(who: Anybody, values: Mapping[Facet, str]) -> list[sa.Select[Any]]:
    teams = team_ids(who)
    is_member = sa.and_(TeamMember.team_id == Team.id, TeamMember.user_id == who.id)
    works = sa.case((TeamMember.is_lead, LEADS), else_="")
    gives_out = sa.and_(Team.is_active, Team.distribution == Distribution.ROUND_ROBIN)
    parts = [
        _part("team", number=Team.id, code=Team.code, name=Team.name, more=works)
        .select_from(Team)
        .outerjoin(TeamMember, is_member)
        .where(Team.id.in_(teams)),
        _part("giving", name=Team.name).where(Team.id.in_(teams), gives_out),
        _part("group", code=TOPICS.c.group_code, name=sa.func.min(TOPICS.c.group_name), place=sa.func.min(TOPICS.c.position))
        .select_from(TOPICS)
        .group_by(TOPICS.c.group_code),
        _part("topic", code=TOPICS.c.code, name=TOPICS.c.name, more=TOPICS.c.group_code, place=TOPICS.c.position).where(
            sa.or_(TOPICS.c.is_active, TOPICS.c.code == values.get(Facet.TOPIC, ""))
        ),
        _people(teams, values.get(Facet.ASSIGNEE, "")),
        _tags(who, teams, values.get(Facet.TAG, "")),
        _filters(who, values.get(Facet.TEAM, "")),
        _part("alarm", name=Alarm.name, more=Alarm.detail, at=Alarm.raised_at).where(Alarm.cleared_at.is_(None)),
    ]
    return [*parts, *_places(values)]


def _part(kind: str, **columns: Any) -> sa.Select[Any]:
    """One kind of row, with all the columns that any kind has."""
    given = {"kind": sa.literal(kind, sa.Text()), **columns}
    others = {name: sa.cast(given.get(name, sa.null()), kind_of) for name, kind_of in _COLUMNS.items() if name != "at"}
    at = given.get("at", sa.cast(sa.null(), UtcDateTime()))  # SQLite knows no instants and would make a number of one
    return sa.select(*(column.label(name) for name, column in {**others, "at": at}.items()))


def team_ids(user: User | Anybody) -> sa.Select[int]:
    """The ids of the teams whose queue this person sees: their own and triage; administrators every team."""
    if may(user, Permission.SEE_EVERY_TEAM):
        return sa.select(Team.id)
    own = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    return sa.select(Team.id).where(sa.or_(Team.code == cases.TRIAGE, Team.id.in_(own)))


def tags_for(who: Anybody, *, most: int) -> sa.Select[str]:
    """The first tags that these people can choose from: those that their teams know, or all where they see every team."""
    return marks.in_use(most=most) if may(who, Permission.SEE_EVERY_TEAM) else marks.known_to(team_ids(who), most=most)


def _people(teams: sa.Select[int], asked: str) -> sa.Select[Any]:
    """Who works in the teams, and whoever is asked for, if they work or worked at the desk."""
    here = sa.select(TeamMember.user_id).where(TeamMember.team_id.in_(teams))
    is_asked = sa.and_(User.id == (number_in(asked) or 0), User.role.in_([role for role in Role if role.is_staff]))
    name = User.first_name + " " + User.last_name
    return _part("person", number=User.id, name=name).where(sa.or_(sa.and_(User.id.in_(here), active()), is_asked))


def _tags(who: Anybody, teams: sa.Select[int], asked: str) -> sa.Select[Any]:
    """The first tags, and the one that is asked for, if the teams know it or a case has it that the person watches."""
    first = tags_for(who, most=MOST_TAGS).subquery()
    tags = [sa.select(first.c.tag)]
    if asked:
        own = sa.select(TeamMember.team_id).where(TeamMember.user_id == who.id)
        is_watched = CaseTag.case_id.in_(marks.watched_by(who.id, own))
        tags.append(sa.select(TeamTag.tag).where(TeamTag.tag == asked, TeamTag.team_id.in_(teams)))
        tags.append(sa.select(CaseTag.tag).where(CaseTag.tag == asked, is_watched))
    found = sa.union(*tags).subquery()
    return _part("tag", name=found.c.tag)


def _filters(who: Anybody, asked_team: str) -> sa.Select[Any]:
    """One's own saved filters, then those of one's teams; whoever sees every team gets those of the one asked for, too."""
    kept: dict[str, Any] = {
        "number": SavedFilter.id,
        "name": SavedFilter.name,
        "code": SavedFilter.team_id,
        "more": SavedFilter.query,
    }
    kept["place"] = sa.func.coalesce(SavedFilter.team_id, 0) * 1000 + SavedFilter.position
    own = sa.select(TeamMember.team_id).where(TeamMember.user_id == who.id)
    whose = [SavedFilter.owner_id == who.id, SavedFilter.team_id.in_(own)]
    if may(who, Permission.SEE_EVERY_TEAM):
        whose.append(SavedFilter.team_id.in_(sa.select(Team.id).where(Team.code == asked_team)))
    return _part("saved", **kept).where(sa.or_(*whose))


def _places(values: Mapping[Facet, str]) -> list[sa.Select[Any]]:
    """The organization and the locations that are asked for, and those whose names begin alike."""
    parts = []
    if asked := values.get(Facet.ORGANIZATION):
        alike = Organization.name_key.startswith(name_key(asked), autoescape=True)
        some = sa.select(Organization).where(alike).order_by(Organization.name_key).limit(MOST_PLACES).subquery()
        parts.append(_part("organization", code=some.c.name_key, name=some.c.legal_name))
    if asked := values.get(Facet.LOCATION):
        is_it = sa.case((is_called(asked), 0), else_=1)
        alike = sa.or_(is_called(asked), Location.name_key.startswith(name_key(asked), autoescape=True))
        listed = sa.select(Location.name, is_it.label("place")).where(alike).distinct()
        some = listed.order_by(is_it, Location.name).limit(MOST_PLACES).subquery()
        parts.append(_part("location", code=some.c.name, name=some.c.name, place=some.c.place))
    return parts
