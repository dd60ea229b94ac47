"""Whoever looks: what is asked for everybody alike is put together once, and only their id is filled in when it is asked.

To put a large statement together takes several times as long as to ask it.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..permissions import Permission, Role, may
from .models import User

_ID = sa.bindparam("me", type_=sa.Integer())


@dataclass(frozen=True)
class Anybody:
    """Any person of the staff with these rights, in place of a `User` where a statement is put together."""

    role: Role
    sees_every_team: bool  # as the desk is set up
    is_authenticated = is_staff = True

    @property
    def id(self) -> Any:
        """A place in the statement for the id of the person."""
        return _ID


def anybody_like(user: User) -> Anybody:
    """Anybody with the rights of this person of the staff."""
    return Anybody(user.role, sees_every_team=may(user, Permission.SEE_EVERY_TEAM))


def filled_in(user: User) -> dict[str, int]:
    """The person, as a parameter of a statement for anybody like them."""
    return {"me": user.id}
