"""Which cases stand in whose queue, and in which order.

A page costs the same however many cases there are. Every team has its own short run along an index, at most a page
long; the runs are put together and sorted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from ..accounts.anybody import Anybody, filled_in
from ..accounts.models import User, short_name
from ..cases import queries as cases
from ..cases.kinds import HoldReason
from ..cases.models import Case, Event, EventKind, Status
from ..cases.numbers import number_of
from ..database import UtcDateTime, at_most
from ..extensions import db
from ..notifications.models import MailState, OutboxMessage
from ..routing.models import Priority
from ..sla.models import ClockState, Run, SlaClock, read_runs
from . import conditions
from .asked import NOBODY, Asked, Facet, Filter
from .paging import Place

MOST_URGENT_FIRST = (Case.due_at.is_(None), Case.due_at, Case.id)  # breached, nearest target, oldest
_Column = sa.SQLColumnExpression[Any]
_Run = sa.Select[*tuple[Any, ...]]
_FOUND = sa.bindparam("found", type_=sa.Integer(), expanding=True)
_BEHIND = sa.tuple_(sa.bindparam("at", type_=UtcDateTime()), sa.bindparam("case_id", type_=sa.BigInteger()))


@dataclass(frozen=True)
class Look:
    """What anybody looks at: what they ask for, among these teams (code and id); of a text perhaps the cases that hold it."""

    who: Anybody
    teams: tuple[tuple[str, int], ...]
    asked: Asked
    is_found: bool = False

    @property
    def team_ids(self) -> tuple[int, ...]:
        """The teams whose cases are shown."""
        wanted = self.asked.values.get(Facet.TEAM)
        return tuple(team_id for code, team_id in self.teams if wanted in (None, code))

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What the shown cases have in common, beside their team."""
        found: list[sa.ColumnElement[bool]] = [Case.id.in_(_FOUND)] if self.is_found else []
        if not self.is_found and (text := self.asked.values.get(Facet.TEXT)):
            found.append(conditions.holds(text))
        places = conditions.of_places(self.asked, alone=_is_found_without_teams(self.asked))
        return [conditions.shown(self.asked.filter, self.who), *conditions.narrowed(self.asked, self.who), *places, *found]


@dataclass(frozen=True)
class Mail:
    """What a row says of the mail about a resolution."""

    state: MailState
    due_at: datetime
    sent_at: datetime | None


class RanOn(NamedTuple):
    """The stretches of a clock that was due before it stood still, and since when it runs again."""

    ended: tuple[Run, ...]
    since: datetime


class Row(NamedTuple):
    """A case of a page: since when it waits for the provider if it does, and the mail about its resolution if there is one.

    It is due when its clock came to what is promised; `ran_on` tells how much has counted since, if that stood still meanwhile.
    """

    id: int
    version: int
    status: Status
    priority: Priority
    subject: str
    organization: str
    topic_name: str
    due_at: datetime | None
    updated_at: datetime
    closed_at: datetime | None
    patient_data_suspected_at: datetime | None
    hold_reason: HoldReason | None
    look_again_on: date | None
    assignee: str
    waits_since: datetime | None
    mail: Mail | None
    ran_on: RanOn | None

    @property
    def number(self) -> str:
        """The number of the case."""
        return number_of(self.id)


def page(look: Look, user: User, *, found: Sequence[int] = (), after: Place | None = None) -> tuple[list[Row], Place | None]:
    """The rows of one page, and where the next one begins if there is one; in one statement."""
    if not look.team_ids:
        return [], None
    most, is_work = look.asked.rows, look.asked.filter.is_work
    behind = _Behind.START if after is None else _Behind.UNDUE if after.at is None else _Behind.INSTANT
    place = {} if after is None else {"at": after.at, "case_id": after.case_id}
    statement = _statement(look, behind, db.engine.dialect.name)
    given = {**filled_in(user), **place, **({"found": found} if look.is_found else {})}
    rows = [_row(*row) for row in db.session.execute(statement, given)]
    if len(rows) <= most:
        return rows, None
    last = rows[most - 1]
    return rows[:most], Place(last.due_at if is_work else last.updated_at, last.id)


class _Behind(Enum):
    """Where a page begins: with the first case, behind one on which nothing runs, or behind one with an instant."""

    START = auto()
    UNDUE = auto()
    INSTANT = auto()


def _row(*columns: Any) -> Row:
    *case, first_name, last_name, waits_since, state, due_at, sent_at, runs, running_since = columns
    mail = None if state is None else Mail(state, due_at, sent_at)
    ran_on = None if running_since is None else RanOn(tuple(read_runs(runs)), running_since)
    return Row._make([*case, "" if first_name is None else short_name(first_name, last_name), waits_since, mail, ran_on])


@lru_cache(maxsize=128)  # of some 100 kB
def _statement(look: Look, behind: _Behind, _dialect: str) -> _Run:
    """What a page is read with; texts are looked for in the way of the dialect."""
    runs = sa.union_all(*(sa.select(run.subquery()) for run in _runs(look, behind))).subquery()
    of_runs = _in_order(look, runs.c.at, runs.c.id)
    first = sa.select(runs.c.id).order_by(*of_runs).limit(at_most(look.asked.rows + 1))
    shown = cases.visible_to(look.who).where(Case.id.in_(first)).outerjoin(User, User.id == Case.assignee_id)
    shown = shown.outerjoin(OutboxMessage, OutboxMessage.id == _resolution_mail()).outerjoin(SlaClock, SlaClock.id == _ran_on())
    shown = shown.order_by(*_in_order(look, Case.due_at if look.asked.filter.is_work else Case.updated_at, Case.id))
    return shown.with_only_columns(*_SHOWN, User.first_name, User.last_name, _waits_since(), *_OF_MAIL, *_OF_CLOCK)


_SHOWN = (
    Case.id,
    Case.version,
    Case.status,
    Case.priority,
    Case.subject,
    Case.organization,
    Case.topic_name,
    Case.due_at,
    Case.updated_at,
    Case.closed_at,
    Case.patient_data_suspected_at,
    Case.hold_reason,
    Case.look_again_on,
)
_OF_MAIL = (OutboxMessage.state, OutboxMessage.due_at, OutboxMessage.sent_at)
_OF_CLOCK = (SlaClock.runs, SlaClock.running_since)


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


def _ran_on() -> sa.ScalarSelect[int]:
    """The clock that makes a case due, if it was due before it stood still: then not all of the time since has counted."""
    nearest = SlaClock.case_id == Case.id, SlaClock.state == ClockState.RUNNING, SlaClock.due_at == Case.due_at
    one = sa.select(sa.func.min(SlaClock.id)).where(*nearest, SlaClock.running_since > SlaClock.due_at)
    return one.correlate(Case).scalar_subquery()


def _in_order(look: Look, at: _Column, case_id: _Column) -> tuple[_Column, ...]:
    """Breached, nearest target, oldest where there is work to do; what changed last first elsewhere."""
    return (at.is_(None), at, case_id) if look.asked.filter.is_work else (at.desc(), case_id.desc())


def _runs(look: Look, behind: _Behind) -> Iterator[_Run]:
    """The first rows behind the place, each run along one index: one for each team, or few cases found otherwise."""
    at, in_order = (Case.due_at, _urgent_runs) if look.asked.filter.is_work else (Case.updated_at, _latest_run)
    shown = sa.select(Case.id, at.label("at")).where(*look.conditions).limit(at_most(look.asked.rows + 1))
    if _is_found_without_teams(look.asked):
        yield from in_order(shown.where(in_teams(look)), behind)
        return
    for team_id in look.team_ids:
        yield from in_order(shown.where(Case.team_id == team_id), behind)


def _is_found_without_teams(asked: Asked) -> bool:
    """Whether the cases are found by something else than their team: an assignee, watchers, mail, or what few cases have."""
    somebody = asked.values.get(Facet.ASSIGNEE, NOBODY) != NOBODY
    by_itself = asked.filter in (Filter.MINE, Filter.WATCHED, Filter.UNTOLD) or (somebody and asked.filter.is_work)
    is_rare = conditions.RARE if asked.filter.is_work else conditions.RARE | conditions.PLACES
    return by_itself or not is_rare.isdisjoint(asked.values)


def in_teams(look: Look) -> sa.ColumnElement[bool]:
    """That a case is in the teams that are shown; watched ones are in any, unless one team is asked for.

    Where something else finds the cases, the sum keeps the teams' index out of it.
    """
    if look.asked.filter is Filter.WATCHED and Facet.TEAM not in look.asked.values:
        return sa.true()
    return (Case.team_id + 0 if _is_found_without_teams(look.asked) else Case.team_id).in_(look.team_ids)


def _urgent_runs(run: _Run, behind: _Behind) -> Iterator[_Run]:
    """Cases that are due, then those on which nothing runs."""
    run = run.order_by(Case.due_at, Case.id)  # also where all are none: so PostgreSQL sees that the index has this order
    due, not_due = run.where(Case.due_at.is_not(None)), run.where(Case.due_at.is_(None))
    match behind:
        case _Behind.START:
            yield from (due, not_due)
        case _Behind.UNDUE:
            yield not_due.where(Case.id > sa.bindparam("case_id", type_=sa.BigInteger()))
        case _Behind.INSTANT:
            yield due.where(sa.tuple_(Case.due_at, Case.id) > _BEHIND)
            yield not_due


def _latest_run(run: _Run, behind: _Behind) -> Iterator[_Run]:
    latest = run.order_by(Case.updated_at.desc(), Case.id.desc())
    yield latest.where(sa.tuple_(Case.updated_at, Case.id) < _BEHIND) if behind is _Behind.INSTANT else latest
