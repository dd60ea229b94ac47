"""The history of people and teams: every change leaves one entry, in the transaction that makes the change."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..extensions import db
from .models import AccountAct, AccountEvent, Team, User

ERASED = "(erased)"
PERSONAL = frozenset({"email", "first_name", "last_name", "phone", "pin", "confirmed_by"})  # facts that name somebody
# Several times a day; no form about somebody or a team is filled in for that state.
COME_AND_GO = (
    AccountAct.ON_DUTY,
    AccountAct.OFF_DUTY,
    AccountAct.FILTER_SAVED,
    AccountAct.FILTER_RENAMED,
    AccountAct.FILTER_MOVED,
    AccountAct.FILTER_DELETED,
)


def record(
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


def erase(user: User) -> None:
    """Erase what the entries about this person say about them: the entries stay, as does what was done."""
    db.session.flush()
    for event in db.session.scalars(sa.select(AccountEvent).where(AccountEvent.user_id == user.id)):
        event.old, event.new = _erased(event.old), _erased(event.new)
        event.reason = event.reason and ERASED


def of_person(user_id: int) -> sa.Select[AccountEvent]:
    """What happened to a person, the newest first, with who did it and in which team."""
    return _told(AccountEvent.user_id == user_id)


def of_team(team_id: int) -> sa.Select[AccountEvent]:
    """What happened to a team, the newest first, with who did it and to whom."""
    return _told(AccountEvent.team_id == team_id)


def version_of(*, user_id: int | None = None, team_id: int | None = None) -> int:
    """The number of the newest entry about a person, or about a team: a page that shows it can tell whether it is stale."""
    about = AccountEvent.user_id == user_id if user_id is not None else AccountEvent.team_id == team_id
    counts = AccountEvent.act.not_in(COME_AND_GO)
    return db.session.scalar(sa.select(sa.func.max(AccountEvent.id)).where(about, counts)) or 0


def _erased(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: ERASED if name in PERSONAL and told else told for name, told in facts.items()}


def _told(about: sa.ColumnElement[bool]) -> sa.Select[AccountEvent]:
    beside = (joinedload(AccountEvent.actor), joinedload(AccountEvent.team), joinedload(AccountEvent.user))
    return sa.select(AccountEvent).where(about).order_by(AccountEvent.id.desc()).options(*beside)
