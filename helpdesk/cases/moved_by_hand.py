"""Cases that an agent has moved to another team, one at a time and with a reason: what that says about the rules.

A team that is closed hands its cases on all at once, also by somebody; that says nothing, and is told apart by its reason, which
is a sentence. The reasons that agents choose from are codes, single words.
"""

from typing import Any

import sqlalchemy as sa

from ..accounts.models import Team
from ..extensions import db
from .models import Event


def by_an_agent() -> tuple[sa.ColumnElement[bool], ...]:
    """That an entry of the timeline is such a move; written so that the index of moves is used."""
    reason = Event.new["why"].as_string()
    return (Event.kind == sa.literal_column("'moved'"), Event.actor_id.is_not(None), sa.not_(reason.contains(" ")))


def latest_team(of: type[Any]) -> sa.ScalarSelect[str]:
    """The name of the team to which an agent has moved the case last that `of` is about; none where nobody has."""
    moves = sa.select(Event.new["team"].as_string()).where(Event.case_id == of.case_id, *by_an_agent())
    return moves.order_by(Event.id.desc()).limit(1).correlate(of).scalar_subquery()


def codes_by_name() -> dict[str, str]:
    """The code of each team by what the timeline calls it."""
    return {name: code for code, name in db.session.execute(sa.select(Team.code, Team.name))}
