"""Cases that an agent has moved to another team, one at a time and with a reason: what that says about the rules.

What the desk does by itself, and a team that hands all its cases on because it is closed, say nothing: there is no reason of an
agent. A move that was undone at once is none.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from ..database import Instant, Json
from ..routing.models import RoutingDecision
from .models import Event

UNDONE = "undone"  # the reason of the move that takes another one back


def by_an_agent() -> tuple[sa.ColumnElement[bool], ...]:
    """That an entry of the timeline is such a move; written so that the index of moves is used."""
    has_reason = Event.new["reason"].as_string().is_not(None)
    return (Event.kind == sa.literal_column("'moved'"), Event.actor_id.is_not(None), has_reason)


def latest_move(of: type[Any]) -> sa.ScalarSelect[Mapping[str, str]]:
    """What the timeline says of the last move of the case that `of` is about; none where nobody has moved it."""
    moves = sa.select(sa.type_coerce(Event.new, Json)).where(Event.case_id == of.case_id, *by_an_agent())
    return moves.order_by(Event.id.desc()).limit(1).correlate(of).scalar_subquery()


def away_from_the_rules(since: Instant) -> sa.Select[int]:
    """Ids of cases whose last move by hand, after `since` and after the last decision, led where that had not sent them."""
    case_id = Event.case_id + sa.literal_column("0")  # a sum, lest the moves of all years are read in the order of their cases
    of_late = sa.select(case_id.label("case_id"), sa.func.max(Event.id).label("id")).where(Event.at >= since, *by_an_agent())
    last = of_late.group_by(case_id).subquery()
    decided = aliased(RoutingDecision)
    latest = sa.select(sa.func.max(decided.id)).where(decided.case_id == last.c.case_id).scalar_subquery()
    moved = sa.select(last.c.case_id).join(Event, Event.id == last.c.id).join(RoutingDecision, RoutingDecision.id == latest)
    return moved.where(
        Event.at >= RoutingDecision.decided_at, Event.new["code"].as_string() != RoutingDecision.outcome["team"].as_string()
    )


def team_moved_to(move: Mapping[str, str] | None, *, decided: str) -> str:
    """The code of the team to which agents took a case that was decided for another; empty where they left it."""
    if move is None or (move["reason"] == UNDONE and move["code"] == decided):
        return ""
    return move["code"]
