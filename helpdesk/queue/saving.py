"""What is done with saved filters: kept, renamed, moved and deleted, each with an entry in the history of its person or team."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from ..accounts import history
from ..accounts.models import AccountAct, Team, TeamMember, User
from ..extensions import db
from ..permissions import Permission, may
from .asked import Asked
from .errors import NameInUse, NotOneToMove, TooManyFilters
from .models import SavedFilter
from .shelf import SeenTeam, Shelf

MOST = 20  # filters of a person, and of a team
LONGEST_NAME = 40  # characters


def may_save_for(shelf: Shelf) -> list[SeenTeam]:
    """The teams for which this person may save filters: those they lead."""
    return [team for team in shelf.teams if team.is_led]


def kept_by(user: User) -> sa.Select[SavedFilter]:
    """The saved filters that this person may change: their own, and those of teams they lead; in order."""
    led = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id, TeamMember.is_lead)
    of_teams = SavedFilter.team_id.is_not(None) if may(user, Permission.LEAD_EVERY_TEAM) else SavedFilter.team_id.in_(led)
    found = sa.select(SavedFilter).where(sa.or_(SavedFilter.owner_id == user.id, of_teams))
    return found.order_by(SavedFilter.team_id.is_not(None), SavedFilter.team_id, SavedFilter.position, SavedFilter.id)


def save(asked: Asked, *, name: str, by: User, team: Team | None) -> SavedFilter:
    """Keep what is asked for under a name, as the last of one's own or of a team. Raises NameInUse and TooManyFilters."""
    _hold(by, team)
    kept = SavedFilter(owner=None if team else by, team=team, name=name, query=asked.address)
    others = _list_of(kept)
    _expect_new_name(name, others)
    if len(others) >= MOST:
        raise TooManyFilters(name)
    kept.position = max((other.position for other in others), default=0) + 1
    db.session.add(kept)
    _record(AccountAct.FILTER_SAVED, kept, by=by, new={"filter": name, "query": urlencode(kept.query)})
    return kept


def rename(kept: SavedFilter, name: str, *, by: User) -> bool:
    """Give a filter another name; says whether it is another one. Raises NameInUse."""
    _hold(by, kept.team)
    if kept.name == name:
        return False
    _expect_new_name(name, [other for other in _list_of(kept) if other is not kept])
    old, kept.name = kept.name, name
    _record(AccountAct.FILTER_RENAMED, kept, by=by, old={"filter": old}, new={"filter": name})
    return True


def move(kept: SavedFilter, *, up: bool, by: User) -> None:
    """Let a filter change places with the one before it, or after it. Raises NotOneToMove at the end of the list."""
    _hold(by, kept.team)
    others = _list_of(kept)
    here = others.index(kept)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(others):
        raise NotOneToMove(kept.name)
    others[here], others[there] = others[there], others[here]
    for position, other in enumerate(others, start=1):
        other.position = position
    place = {"filter": kept.name, "place": here + 1}
    _record(AccountAct.FILTER_MOVED, kept, by=by, old=place, new={"filter": kept.name, "place": there + 1})


def delete(kept: SavedFilter, *, by: User) -> None:
    """Take a filter away; the cases it showed stay where they are."""
    _hold(by, kept.team)
    _record(AccountAct.FILTER_DELETED, kept, by=by, old={"filter": kept.name, "query": urlencode(kept.query)})
    db.session.delete(kept)


def _hold(by: User, team: Team | None) -> None:
    """Lock the person or the team until the transaction ends, so that two people never number a list at once."""
    locked = sa.select(Team.id).where(Team.id == team.id) if team else sa.select(User.id).where(User.id == by.id)
    db.session.execute(locked.with_for_update(key_share=True))


def _list_of(kept: SavedFilter) -> list[SavedFilter]:
    """The stored filters of the same person or team, in order."""
    team, owner = kept.team, kept.owner
    same = SavedFilter.team_id == team.id if team else SavedFilter.owner_id == (owner.id if owner else None)
    return list(db.session.scalars(sa.select(SavedFilter).where(same).order_by(SavedFilter.position, SavedFilter.id)))


def _expect_new_name(name: str, others: list[SavedFilter]) -> None:
    if name.casefold() in {other.name.casefold() for other in others}:
        raise NameInUse(name)


def _record(
    act: AccountAct,
    kept: SavedFilter,
    *,
    by: User,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> None:
    history.record(act, user=kept.owner, team=kept.team, by=by, old=old, new=new)
