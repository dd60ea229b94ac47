"""Past cases as routing met them, read some at a time for a back-test: no lock is held, and none is waited for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ..extensions import db
from ..hours.queries import calendar
from ..routing.backtesting import PastCase
from ..routing.models import Priority, RoutingDecision
from . import moved_by_hand
from .models import Case

AT_ONCE = 500  # cases
LAST_DAY = date(9999, 12, 30)  # there must be a day after it
_IN_ORDER = (RoutingDecision.decided_at, RoutingDecision.id)


@dataclass(frozen=True)
class Span:
    """The cases that were decided from one moment on and before another."""

    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, first: date, last: date) -> "Span":
        """From the beginning of a day at the desk to the end of another."""
        zone = ZoneInfo(calendar().zone)
        return cls(*(datetime.combine(day, time(), zone) for day in (first, min(last, LAST_DAY) + timedelta(days=1))))


def count(span: Span) -> int:
    """How many decisions there are, and so about how many cases: hardly one is decided twice."""
    found = db.session.scalar(sa.select(sa.func.count(RoutingDecision.id)).where(*_within(span))) or 0
    db.session.rollback()
    return found


def some_at_a_time(span: Span) -> Iterator[list[PastCase]]:
    """The cases, in the order in which they were decided; the database is let go of before each handful is given out."""
    after: tuple[datetime, int] | None = None
    while True:
        rows = db.session.execute(_page(span, after)).all()
        first = _first_decisions([row.case_id for row in rows])
        db.session.rollback()
        if rows:
            yield [_past_case(row) for row in rows if row.id in first]
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].decided_at, rows[-1].id


def _page(span: Span, after: tuple[datetime, int] | None) -> sa.Select[Any]:
    """Decisions with what became of their cases; which ones is found by the index alone, whatever the database expects."""
    further = [sa.tuple_(*_IN_ORDER) > sa.tuple_(*after)] if after else []
    some = sa.select(RoutingDecision.id).where(*_within(span), *further).order_by(*_IN_ORDER).limit(AT_ONCE).subquery()
    columns = (
        *_IN_ORDER,
        RoutingDecision.case_id,
        RoutingDecision.facts["values"].label("facts"),
        RoutingDecision.outcome["team"].as_string().label("team"),
        RoutingDecision.outcome["priority"].as_string().label("priority"),
        RoutingDecision.winner,
        Case.priority.label("priority_today"),
        moved_by_hand.latest_move(RoutingDecision).label("move"),
    )
    cases = sa.select(*columns).join(some, some.c.id == RoutingDecision.id)
    return cases.join(Case, Case.id == RoutingDecision.case_id).order_by(*_IN_ORDER)


def _first_decisions(case_ids: Sequence[int]) -> set[int]:
    """A case can be decided once more; what was known when it came is in its first decision."""
    first = sa.select(sa.func.min(RoutingDecision.id)).where(RoutingDecision.case_id.in_(case_ids))
    return set(db.session.scalars(first.group_by(RoutingDecision.case_id)))


def _within(span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    return (RoutingDecision.decided_at >= span.since, RoutingDecision.decided_at < span.until)


def _past_case(row: Any) -> PastCase:
    return PastCase(
        case_id=row.case_id,
        facts=row.facts,
        decided_at=row.decided_at,
        team=row.team,
        priority=Priority(row.priority),
        rule=row.winner,
        priority_today=row.priority_today,
        moved_to=moved_by_hand.team_moved_to(row.move, decided=row.team),
    )
