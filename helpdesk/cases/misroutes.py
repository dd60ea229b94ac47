"""Which rules send cases where agents move them away by hand: by rule and by what was answered, in some days."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..extensions import db
from ..routing.models import RoutingDecision
from .models import Case, Event
from .moved_by_hand import by_an_agent
from .past_cases import Span


class Pattern(StrEnum):
    """The answer by which the cases of a rule are told apart."""

    TOPIC = "topic"
    SYSTEM = "system"
    ROLE = "role"
    IMPACT = "impact"
    URGENCY = "urgency"
    CHANNEL = "channel"


_ANSWERS: dict[Pattern, Any] = {  # as plain texts
    Pattern.TOPIC: Case.topic_code,
    Pattern.SYSTEM: sa.type_coerce(Case.system, sa.Text),
    Pattern.ROLE: sa.type_coerce(Case.provider_role, sa.Text),
    Pattern.IMPACT: sa.type_coerce(Case.impact, sa.Text),
    Pattern.URGENCY: sa.type_coerce(Case.urgency, sa.Text),
    Pattern.CHANNEL: sa.type_coerce(Case.channel, sa.Text),
}


@dataclass(frozen=True)
class Away:
    """Cases that agents moved to one team for one reason."""

    team: str  # its code
    reason: str
    cases: int


@dataclass
class Misroute:
    """What one rule did with the cases of one answer."""

    rule: str  # its key
    answer: str
    sent: int = 0
    away: list[Away] = field(default_factory=list)  # the most cases first

    @property
    def moved(self) -> int:
        """How many of the cases agents moved elsewhere."""
        return sum(some.cases for some in self.away)


@dataclass(frozen=True)
class MisroutedCase:
    """A case that agents moved away from where a rule had sent it."""

    decision_id: int
    case_id: int
    decided_at: datetime
    decided: str  # codes of teams
    team: str
    reason: str


def misroutes(span: Span, by: Pattern) -> list[Misroute]:
    """Every rule and answer of the cases that were decided then, those with the most cases moved away first: one statement."""
    moves = _moves(span)
    answer, team, reason = _ANSWERS[by], Event.new["code"].as_string(), Event.new["reason"].as_string()
    decided = sa.case((Event.id.is_not(None), RoutingDecision.outcome["team"].as_string()))
    groups = (
        RoutingDecision.winner,
        answer.label("answer"),
        team.label("team"),
        reason.label("reason"),
        decided.label("decided"),
    )
    counted = (
        sa.select(*groups, sa.func.count().label("cases"))
        .select_from(RoutingDecision)
        .join(Case, Case.id == RoutingDecision.case_id)
        .outerjoin(moves, moves.c.case_id == RoutingDecision.case_id)
        .outerjoin(Event, sa.and_(*_is_that(moves)))
        .where(*_within(span))
        .group_by(*(sa.literal_column(str(number)) for number in range(1, len(groups) + 1)))
    )
    return _together(db.session.execute(counted))


def misrouted_cases(span: Span, by: Pattern, *, rule: str, answer: str, before: int | None = None) -> sa.Select[Any]:
    """The cases of one rule and answer that agents moved elsewhere, the latest decision first; the rows of a MisroutedCase."""
    moves = _moves(span)
    team, decided = Event.new["code"].as_string(), RoutingDecision.outcome["team"].as_string()
    found = (
        sa.select(
            RoutingDecision.id.label("decision_id"),
            RoutingDecision.case_id,
            RoutingDecision.decided_at,
            decided.label("decided"),
            team.label("team"),
            Event.new["reason"].as_string().label("reason"),
        )
        .join(moves, moves.c.case_id == RoutingDecision.case_id)
        .join(Event, sa.and_(*_is_that(moves)))
        .join(Case, Case.id == RoutingDecision.case_id)
        .where(*_within(span), RoutingDecision.winner == rule, _ANSWERS[by] == answer, team != decided)
        .order_by(RoutingDecision.id.desc())
    )
    return found.where(RoutingDecision.id < before) if before else found


def _moves(span: Span) -> sa.Subquery:
    """The last move of each case that agents have moved by hand; what was decided in these days was moved after they began."""
    last = sa.select(Event.case_id, sa.func.max(Event.id).label("id")).where(*by_an_agent(), Event.at >= span.since)
    return last.group_by(Event.case_id).subquery()


def _is_that(moves: sa.Subquery) -> tuple[sa.ColumnElement[bool], ...]:
    """That an entry is the last move of a case, and says something of a decision: a case can be decided once more after it."""
    return (Event.id == moves.c.id, Event.at >= RoutingDecision.decided_at)


def _within(span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    return (RoutingDecision.decided_at >= span.since, RoutingDecision.decided_at < span.until)


def _together(rows: Iterable[Any]) -> list[Misroute]:
    """Rows of one rule and answer as one; a case that was moved back is where the rule wanted it."""
    found: dict[tuple[str, str], Misroute] = {}
    away: dict[tuple[str, str], list[Away]] = defaultdict(list)
    for row in rows:
        key = (row.winner, row.answer)
        found.setdefault(key, Misroute(*key)).sent += row.cases
        if row.team and row.team != row.decided:
            away[key].append(Away(row.team, row.reason, row.cases))
    for key, some in away.items():
        found[key].away = sorted(some, key=lambda one: (-one.cases, one.team, one.reason))
    return sorted(found.values(), key=lambda one: (-one.moved, -one.sent, one.rule, one.answer))
