"""Questions about people and their teams."""

from typing import Any

import sqlalchemy as sa

from .addresses import key_of
from .errors import NotAnAddress
from .models import Team, TeamMember, User


def teams_of(user: User) -> sa.Select[Team]:
    """The active teams this person works in, by name."""
    mine = sa.select(TeamMember.team_id).where(TeamMember.user_id == user.id)
    return sa.select(Team).where(Team.id.in_(mine), Team.is_active).order_by(Team.name)


def by_address(address: str) -> sa.Select[User]:
    """The person with this address, however it is written; nobody for what is no address."""
    try:
        found: sa.ColumnElement[Any] = User.email_key == key_of(address)
    except NotAnAddress:
        found = sa.false()
    return sa.select(User).where(found)


def held(address: str) -> sa.Select[User]:
    """The same person, locked until the transaction ends and read afresh: nothing happens to their account meanwhile."""
    return by_address(address).with_for_update(key_share=True).execution_options(populate_existing=True)


def demo_people() -> sa.Select[User]:
    """The accounts of the demo data."""
    return sa.select(User).where(User.is_demo)
