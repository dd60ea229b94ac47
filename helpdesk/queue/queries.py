"""Which cases stand in whose queue, in which order, and how many.

A page costs the same however many cases there are. Every team has its own short run along an index, at most a page
long; the runs are put together and sorted.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, load_only

from ..accounts.models import Team, TeamMember, User
from ..cases import marks, untold
from ..cases import queries as cases
from ..cases.models import UNFINISHED, Case, Event, EventKind, Status
from ..database import UtcDateTime
from ..extensions import db
from ..notifications.models import OutboxMessage
from ..permissions import Permission, may
from ..providers import waiting
from .paging import ROWS, Place

COUNTED = 99  # a count beyond it reads "99+"
TWO_PRESSES = timedelta(seconds=5)  # of one button lie no further apart

# Written into the statement as they stand in the partial indexes; a parameter would keep the database from using those.
IS_UNFINISHED = Case.status.in_(
    sa.bindparam("unfinished", [s for s in Status if s in UNFINISHED], expanding=True, literal_execute=True)
)
IS_RESOLVED = Case.status == sa.bindparam("resolved", Status.RESOLVED, literal_execute=True)
MOST_URGENT_FIRST = (Case.due_at.is_(None), Case.due_at, Case.id)  # breached, nearest target, oldest
LATEST_FIRST = (Case.updated_at.desc(), Case.id.desc())


class Filter(StrEnum):
    """What the queue can show; the values stand in its address."""

    MY_TEAMS = "my-teams"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WATCHED = "watched"  # cases that one watches, or one's own teams do
    RESOLVED = "resolved"
    UNTOLD = "could-not-be-told"
    ALL = "all"

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses it shows, in the order of a case's life."""
        if self is Filter.RESOLVED:
            return (Status.RESOLVED,)
        return tuple(s for s in Status if self in (Filter.ALL, Filter.UNTOLD) or s in UNFINISHED)

    @property
    def is_work(self) -> bool:
        """Whether it shows work to be done, most urgent first, and not what happened lately."""
        return self not in (Filter.RESOLVED, Filter.UNTOLD, Filter.ALL)


@dataclass(frozen=True)
class Look:
    """What one person looks at: a filter, narrowed to one team or one status if they chose so."""

    user: User
    teams: tuple[Team, ...]
    filter: Filter = Filter.MY_TEAMS
    team: Team | None = None
    status: Status | None = None

    @property
    def team_ids(self) -> tuple[int, ...]:
        """The teams whose cases are shown."""
        return (self.team.id,) if self.team else tuple(team.id for team in self.teams)

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What the shown cases have in common, beside their team."""
        found = [_condition(self.filter, self.user)]
        return [*found, Case.status == self.status] if self.status else found


def teams_of_queue(user: User) -> tuple[Team, ...]:
    """The teams whose queue this person sees, by name: their own and triage; administrators every team."""
    teams = sa.select(Team).order_by(Team.name)
    if not may(user, Permission.SEE_EVERY_TEAM):
        own = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
        teams = teams.where(sa.or_(Team.code == cases.TRIAGE, Team.id.in_(own)))
    return tuple(db.session.scalars(teams))


def page(look: Look, *, after: Place | None = None) -> tuple[list[Case], Place | None]:
    """The rows of one page, and where the next one begins if there is one."""
    runs = sa.union_all(*[sa.select(run.subquery()) for run in _runs(look, after)]).subquery()
    order = MOST_URGENT_FIRST if look.filter.is_work else LATEST_FIRST
    rows = cases.visible_to(look.user).where(Case.id.in_(sa.select(runs.c.id))).order_by(*order).limit(ROWS + 1)
    names = joinedload(Case.assignee).load_only(User.first_name, User.last_name)
    found = list(db.session.scalars(rows.options(names, load_only(*_SHOWN))))
    if len(found) <= ROWS:
        return found, None
    last = found[ROWS - 1]
    return found[:ROWS], Place(last.due_at if look.filter.is_work else last.updated_at, last.id)


def counts(look: Look) -> dict[Filter, int]:
    """How many cases each filter holds, counted up to one more than COUNTED, in one statement.

    It counts the requests to join along with them, for the navigation.
    """
    team_ids = [team.id for team in look.teams]
    within = {Filter.WATCHED: list[int]()}
    columns = [_capped_count(_condition(f, look.user), _in_teams(f, within.get(f, team_ids))).label(f.name) for f in Filter]
    *row, requests = db.session.execute(sa.select(*columns, waiting.column())).one()
    waiting.note(requests)
    return dict(zip(Filter, row, strict=True))


def next_unassigned(team_ids: Collection[int]) -> sa.Select[Case]:
    """The most urgent case of these teams that nobody has, locked; one that somebody else is taking right now is passed over."""
    ready = Case.status.in_((Status.NEW, Status.OPEN))
    waiting = sa.select(Case).where(Case.team_id.in_(team_ids), Case.assignee_id.is_(None), IS_UNFINISHED, ready)
    return waiting.order_by(*MOST_URGENT_FIRST).limit(1).with_for_update(of=Case, skip_locked=True)


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


def own_team_ids(user: User, teams: Collection[Team]) -> list[int]:
    """The teams this person works in; all those they see if they work in none."""
    own = list(db.session.scalars(sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)))
    return own or [team.id for team in teams]


def waiting_since(shown: Collection[Case]) -> dict[int, datetime]:
    """Since when the pending cases among these wait for the provider; no statement when there are none."""
    ids = [case.id for case in shown if case.status is Status.PENDING]
    if not ids:
        return {}
    moved = sa.select(Event.case_id, sa.func.max(Event.at, type_=UtcDateTime()).label("moved_at")).group_by(Event.case_id)
    rows = db.session.execute(moved.where(Event.case_id.in_(ids), Event.kind == EventKind.STATUS_CHANGED))
    return {row.case_id: row.moved_at for row in rows}


def resolution_mail(shown: Collection[Case]) -> dict[int, OutboxMessage]:
    """The latest resolution mail of the resolved cases among these; no statement when there are none."""
    ids = [case.id for case in shown if case.status is Status.RESOLVED]
    if not ids:
        return {}
    mail = sa.select(OutboxMessage).where(OutboxMessage.case_id.in_(ids), OutboxMessage.kind == "case_resolved")
    light = load_only(OutboxMessage.case_id, OutboxMessage.state, OutboxMessage.due_at, OutboxMessage.sent_at)
    return {m.case_id: m for m in db.session.scalars(mail.order_by(OutboxMessage.id).options(light)) if m.case_id}


_SHOWN = (
    Case.status,
    Case.priority,
    Case.subject,
    Case.organization,
    Case.topic_name,
    Case.due_at,
    Case.updated_at,
    Case.closed_at,
    Case.assignee_id,
    Case.patient_data_suspected_at,
)


def _condition(chosen: Filter, user: User) -> sa.ColumnElement[bool]:
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


def _watched_for(user: User) -> sa.Select[int]:
    teams = sa.select(Team.id)
    if not may(user, Permission.SEE_EVERY_TEAM):
        teams = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    return marks.watched_by(user, teams)


def _runs(look: Look, after: Place | None) -> Iterator[sa.Select[Any]]:
    """The first rows behind the place, each run along one index: by assignee or by mail, else one for each team."""
    shown = sa.select(Case.id).where(*look.conditions).limit(ROWS + 1)
    if look.filter is Filter.MINE:
        yield from _urgent_runs(shown.where(Case.team_id.in_(look.team_ids)), after)
        return
    if look.filter is Filter.WATCHED:
        yield from _urgent_runs(shown.where(_in_teams(look.filter, [look.team.id] if look.team else [])), after)
        return
    if look.filter is Filter.UNTOLD:
        yield _latest_run(shown.where(_in_teams(look.filter, look.team_ids)), after)
        return
    for team_id in look.team_ids:
        if look.filter.is_work:
            yield from _urgent_runs(shown.where(Case.team_id == team_id), after)
        else:
            yield _latest_run(shown.where(Case.team_id == team_id), after)


def _in_teams(chosen: Filter, team_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """That a case is in these teams. Untold and watched cases are few: the sum keeps the teams' index out of it.

    Those that one's own teams watch are in any team.
    """
    if chosen is Filter.WATCHED and not team_ids:
        return sa.true()
    return (Case.team_id + 0 if chosen in (Filter.UNTOLD, Filter.WATCHED) else Case.team_id).in_(team_ids)


def _urgent_runs(run: sa.Select[Any], after: Place | None) -> Iterator[sa.Select[Any]]:
    """Cases that are due, then those on which nothing runs."""
    run = run.order_by(Case.due_at, Case.id)  # also where all are none: so PostgreSQL sees that the index has this order
    due, not_due = run.where(Case.due_at.is_not(None)), run.where(Case.due_at.is_(None))
    if after is None:
        yield from (due, not_due)
    elif after.at is None:
        yield not_due.where(Case.id > after.case_id)
    else:
        yield due.where(sa.tuple_(Case.due_at, Case.id) > _bound(after))
        yield not_due


def _latest_run(run: sa.Select[Any], after: Place | None) -> sa.Select[Any]:
    latest = run.order_by(*LATEST_FIRST)
    if after is None or after.at is None:
        return latest
    return latest.where(sa.tuple_(Case.updated_at, Case.id) < _bound(after))


def _bound(after: Place) -> sa.Tuple:
    return sa.tuple_(sa.literal(after.at, UtcDateTime()), sa.literal(after.case_id, sa.BigInteger()))


def _capped_count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    few = sa.select(sa.literal(1)).select_from(Case).where(*conditions).limit(COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(few).scalar_subquery()
