"""The history of people and teams: every change leaves one entry, in the transaction that makes the change."""

from collections.abc import Mapping
from typing import Any

from .. import clock
from ..extensions import db
from .models import AccountAct, AccountEvent, Team, User


def record(  # noqa: PLR0913  (what an entry of a history is made of)
    act: AccountAct,
    *,
    user: User | None = None,
    team: Team | None = None,
    by: User | None,
    reason: str = "",
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> AccountEvent:
    """Append an entry about a person, a team, or both; by nobody means the desk itself or its command line."""
    event = AccountEvent(
        at=clock.now(),
        act=act,
        user=user,
        team=team,
        actor=by,
        reason=reason,
        old=dict(old or {}),
        new=dict(new or {}),
    )
    db.session.add(event)
    return event
