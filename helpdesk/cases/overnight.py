"""What a digest tells: what came, what left, what failed and what is due, for all teams of the desk in a statement each.

Of each team only the first rows are read, and how many there are in all; a digest puts those of its teams together.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..accounts.models import Team
from ..extensions import db
from ..hours.service_days import ServiceDay
from ..notifications.models import MailState, OutboxMessage
from ..notifications.wording import KINDS as KIND_WORDS
from ..providers import queries
from ..providers.joining import place_asked_for
from .models import IN_THE_QUEUE, Case, Status
from .numbers import number_of
from .untold import STUCK, TO_PROVIDERS
from .wording import LABELS

LONGEST_LIST = 10  # rows; beyond them a number and a link do
LONGEST_WAY = timedelta(days=7)  # mail that was due longer ago than this before it left is not counted as held for the opening


class Section(StrEnum):
    """The parts of a digest, the most pressing first."""

    DUE = "due"
    FAILED = "failed"
    NEW = "new"
    REQUESTS = "requests"  # to join an organization, for those who read about triage
    LEFT = "left"


@dataclass(frozen=True)
class Listed:
    """The first rows of a section, each a positive list of facts, and how many there are in all."""

    rows: tuple[dict[str, Any], ...] = ()
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


Found = dict[Section, dict[int, list[sa.Row[Any]]]]  # the first rows of each team, by its id


def found_on(day: ServiceDay, *, at: datetime) -> Found:
    """What there is to tell on a day at this time of it, in five statements."""
    team_ids = db.session.scalars(sa.select(Team.id)).all()
    return {
        Section.DUE: _by_team(_due(day, team_ids, at=at), Case.due_at, Case.id),
        Section.FAILED: _by_team(_failed(), OutboxMessage.id.desc()),
        Section.NEW: _by_team(_new(day, team_ids), Case.priority, Case.due_at.is_(None), Case.due_at, Case.id),
        Section.LEFT: _by_team(_left(day), OutboxMessage.sent_at, OutboxMessage.id),
    }


def requests_to_join(*, at: datetime) -> Listed:
    """The requests to join that nobody but staff can decide, the oldest first."""
    found = queries.left_to_staff(at=at)
    total = db.session.scalar(found.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)) or 0
    some = db.session.scalars(found.limit(LONGEST_LIST)) if total else ()
    rows = ({"person": r.user.name, "place": place_asked_for(r), "made_at": r.made_at, "request_id": r.id} for r in some)
    return Listed(tuple(rows), total)


def of_teams(found: Found, team_ids: Collection[int]) -> dict[Section, Listed]:
    """The part of it that concerns these teams."""
    return {section: _put_together(by_team, team_ids) for section, by_team in found.items()}


def _put_together(by_team: dict[int, list[sa.Row[Any]]], team_ids: Collection[int]) -> Listed:
    runs = [by_team[team_id] for team_id in team_ids if team_id in by_team]
    rows = sorted((row for run in runs for row in run), key=lambda row: row.rank)
    return Listed(tuple(_facts(row) for row in rows[:LONGEST_LIST]), sum(run[0].total for run in runs))


def _facts(row: sa.Row[Any]) -> dict[str, Any]:
    """What may stand in the mail about a row: what was selected and nothing else, in words where there are some."""
    facts = {name: value for name, value in row._mapping.items() if name not in ("case_id", "team_id", "rank", "total", "place")}
    facts["number"] = number_of(row.case_id)
    if "kind" in facts:
        facts["kind"] = KIND_WORDS[facts["kind"]].name
    if "status" in facts:
        facts["status"] = LABELS[facts["status"]]
    return facts


def _due(day: ServiceDay, team_ids: Collection[int], *, at: datetime) -> sa.Select[Any]:
    """Cases with a running clock that is due before the desk closes, or over already."""
    is_over = (Case.due_at <= at).label("is_over")
    cases = _cases(team_ids, Case.due_at, is_over)
    return cases.where(sa.text(IN_THE_QUEUE), Case.due_at <= day.closes_at)


def _new(day: ServiceDay, team_ids: Collection[int]) -> sa.Select[Any]:
    """Cases opened since the desk was last open; the index knows when a case last changed, which is not before it was opened."""
    cases = _cases(team_ids, Case.due_at, Case.status)
    return cases.where(Case.updated_at >= day.closed_since, Case.opened_at >= day.closed_since, Case.status != Status.CANCELED)


def _left(day: ServiceDay) -> sa.Select[Any]:
    """Mail to providers that was held for service hours and accepted since they began."""
    since = sa.and_(OutboxMessage.due_at >= day.opens_at - LONGEST_WAY, OutboxMessage.sent_at >= day.opens_at)
    mail = _mail(OutboxMessage.sent_at)
    return mail.where(OutboxMessage.state == MailState.SENT, since, OutboxMessage.is_windowed)


def _failed() -> sa.Select[Any]:
    """Mail to providers about which a person has to decide."""
    mail = _mail(OutboxMessage.to_address, (OutboxMessage.state == MailState.DOUBTFUL).label("is_doubtful"))
    return mail.where(STUCK)


def _cases(team_ids: Collection[int], *columns: Any) -> sa.Select[Any]:
    title = sa.case((Case.patient_data_suspected_at.is_not(None), Case.topic_name), else_=Case.subject)  # for a mail
    shown = sa.select(Case.id.label("case_id"), Case.team_id, title.label("subject"), Case.priority, *columns)
    return shown.where(Case.team_id.in_(team_ids))


def _mail(*columns: Any) -> sa.Select[Any]:
    shown = sa.select(OutboxMessage.case_id, Case.team_id, OutboxMessage.kind, OutboxMessage.to_name, *columns)
    return shown.join(Case, Case.id == OutboxMessage.case_id).where(OutboxMessage.kind.in_(TO_PROVIDERS))


def _by_team(found: sa.Select[Any], *order: Any) -> dict[int, list[sa.Row[Any]]]:
    """The first rows of each team, with their rank in the whole desk and how many the team has in all."""
    count = sa.func.count().over(partition_by=Case.team_id).label("total")
    place = sa.func.row_number().over(partition_by=Case.team_id, order_by=order).label("place")
    rank = sa.func.row_number().over(order_by=order).label("rank")
    ranked = found.add_columns(count, place, rank).subquery()
    by_team: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in db.session.execute(sa.select(ranked).where(ranked.c.place <= LONGEST_LIST).order_by(ranked.c.rank)):
        by_team[row.team_id].append(row)
    return dict(by_team)
