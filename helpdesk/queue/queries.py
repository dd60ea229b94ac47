"""Which cases stand in whose queue, and in which order.

A page costs the same however many cases there are. Every team has its own short run along an index, at most a page
long; the runs are put together and sorted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from ..accounts.models import Team, User
from ..cases import queries as cases
from ..cases.models import Case, Event, EventKind, Status
from ..database import UtcDateTime
from ..extensions import db
from ..notifications.models import OutboxMessage
from . import conditions
from .asked import NOBODY, Asked, Facet, Filter
from .paging import Place

MOST_URGENT_FIRST = (Case.due_at.is_(None), Case.due_at, Case.id)  # breached, nearest target, oldest
LATEST_FIRST = (Case.updated_at.desc(), Case.id.desc())


@dataclass(frozen=True)
class Look:
    """What one person looks at: what they ask for, among these teams; of a text perhaps the cases in which it was found."""

    user: User
    teams: tuple[Team, ...]
    asked: Asked
    found: tuple[int, ...] | None = None

    @property
    def team_ids(self) -> tuple[int, ...]:
        """The teams whose cases are shown."""
        code = self.asked.values.get(Facet.TEAM)
        return tuple(team.id for team in self.teams if code in (None, team.code))

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What the shown cases have in common, beside their team."""
        found: list[sa.ColumnElement[bool]] = [] if self.found is None else [Case.id.in_(self.found)]
        if self.found is None and (text := self.asked.values.get(Facet.TEXT)):
            found.append(conditions.holds(text))
        return [conditions.shown(self.asked.filter, self.user), *conditions.narrowed(self.asked, self.user), *found]


@dataclass(frozen=True)
class Row:
    """A case of a page: since when it waits for the provider if it does, and the mail about its resolution if there is one."""

    case: Case
    waits_since: datetime | None
    mail: OutboxMessage | None


def page(look: Look, *, after: Place | None = None) -> tuple[list[Row], Place | None]:
    """The rows of one page, and where the next one begins if there is one; in one statement."""
    runs = list(_runs(look, after))
    if not runs:
        return [], None
    most, is_work = look.asked.rows, look.asked.filter.is_work
    ids = sa.union_all(*[sa.select(run.subquery()) for run in runs]).subquery()
    shown = cases.visible_to(look.user).where(Case.id.in_(sa.select(ids.c.id)))
    shown = shown.order_by(*(MOST_URGENT_FIRST if is_work else LATEST_FIRST)).limit(most + 1)
    names = joinedload(Case.assignee).load_only(User.first_name, User.last_name)
    shown = shown.add_columns(_waits_since(), OutboxMessage).outerjoin(OutboxMessage, OutboxMessage.id == _resolution_mail())
    shown = shown.options(names, load_only(*_SHOWN), load_only(OutboxMessage.state, OutboxMessage.due_at, OutboxMessage.sent_at))
    found = [Row(row[0], row[1], row[2]) for row in db.session.execute(shown)]  # type: ignore[misc]
    if len(found) <= most:
        return found, None
    last = found[most - 1].case
    return found[:most], Place(last.due_at if is_work else last.updated_at, last.id)


_SHOWN = (
    Case.version,
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
    Case.hold_reason,
    Case.look_again_on,
)


def _waits_since() -> sa.ColumnElement[datetime]:
    """Since when a pending case waits for the provider."""
    moved = sa.select(sa.func.max(Event.at, type_=UtcDateTime()))
    moved = moved.where(Event.case_id == Case.id, Event.kind == EventKind.STATUS_CHANGED)
    return sa.case((Case.status == Status.PENDING, moved.scalar_subquery()))


def _resolution_mail() -> sa.ColumnElement[int]:
    """The latest mail about the resolution of a resolved case."""
    latest = sa.select(sa.func.max(OutboxMessage.id))
    latest = latest.where(OutboxMessage.case_id == Case.id, OutboxMessage.kind == "case_resolved").correlate(Case)
    return sa.case((Case.status == Status.RESOLVED, latest.scalar_subquery()))


def _runs(look: Look, after: Place | None) -> Iterator[sa.Select[Any]]:
    """The first rows behind the place, each run along one index: one for each team, or few cases found otherwise."""
    shown = sa.select(Case.id).where(*look.conditions).limit(look.asked.rows + 1)
    in_order = _urgent_runs if look.asked.filter.is_work else _latest_run
    if not look.team_ids:
        return
    if _is_found_without_teams(look.asked):
        yield from in_order(shown.where(in_teams(look)), after)
        return
    for team_id in look.team_ids:
        yield from in_order(shown.where(Case.team_id == team_id), after)


def _is_found_without_teams(asked: Asked) -> bool:
    """Whether the cases are found by something else than their team: an assignee, watchers, mail, or what few cases have."""
    somebody = asked.values.get(Facet.ASSIGNEE, NOBODY) != NOBODY
    by_itself = asked.filter in (Filter.MINE, Filter.WATCHED, Filter.UNTOLD) or (somebody and asked.filter.is_work)
    return by_itself or bool(conditions.RARE & set(asked.values))


def in_teams(look: Look) -> sa.ColumnElement[bool]:
    """That a case is in the teams that are shown; watched ones are in any, unless one team is asked for.

    Where something else finds the cases, the sum keeps the teams' index out of it.
    """
    if look.asked.filter is Filter.WATCHED and Facet.TEAM not in look.asked.values:
        return sa.true()
    return (Case.team_id + 0 if _is_found_without_teams(look.asked) else Case.team_id).in_(look.team_ids)


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


def _latest_run(run: sa.Select[Any], after: Place | None) -> Iterator[sa.Select[Any]]:
    latest = run.order_by(*LATEST_FIRST)
    if after is not None and after.at is not None:
        latest = latest.where(sa.tuple_(Case.updated_at, Case.id) < _bound(after))
    yield latest


def _bound(after: Place) -> sa.Tuple:
    return sa.tuple_(sa.literal(after.at, UtcDateTime()), sa.literal(after.case_id, sa.BigInteger()))
