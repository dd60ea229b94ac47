"""What administrators look for among people."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ..accounts import people
from ..accounts.models import Team, TeamMember, User
from ..extensions import db
from ..permissions import Role

ROWS = 25
LONGEST = 100  # of what is typed


class State(StrEnum):
    """Where an account stands."""

    ACTIVE = "active"
    INVITED = "invited"  # or registered: the address is not confirmed yet
    DEACTIVATED = "deactivated"


CONDITIONS: dict[State, sa.ColumnElement[bool]] = {
    State.ACTIVE: people.active(),
    State.INVITED: sa.and_(User.verified_at.is_(None), User.deactivated_at.is_(None)),
    State.DEACTIVATED: User.deactivated_at.is_not(None),
}


@dataclass(frozen=True)
class Search:
    """What one looks for; what is empty narrows nothing."""

    text: str = ""  # a part of a name or of an address
    role: Role | None = None
    team: Team | None = None
    state: State | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != Search()

    @property
    def asked(self) -> dict[str, str]:
        """This search as the parameters of an address."""
        given = {"q": self.text, "role": self.role or "", "team": self.team.code if self.team else "", "state": self.state or ""}
        return {name: str(value) for name, value in given.items() if value}


def state_of(person: User) -> State:
    """Where somebody's account stands."""
    if person.deactivated_at is not None:
        return State.DEACTIVATED
    return State.ACTIVE if person.verified_at is not None else State.INVITED


def page(search: Search, *, before: int | None = None) -> tuple[list[User], int | None]:
    """One page of people, the newest first, with their teams, and the id that the next one begins below."""
    found = sa.select(User).order_by(User.id.desc()).limit(ROWS + 1)
    found = found.options(selectinload(User.memberships).joinedload(TeamMember.team))
    for condition in _conditions(search):
        found = found.where(condition)
    rows = list(db.session.scalars(found.where(User.id < before) if before else found))
    return rows[:ROWS], rows[ROWS - 1].id if len(rows) > ROWS else None


def _conditions(search: Search) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    for word in search.text.split():
        names = (User.first_name, User.last_name, User.email)
        conditions.append(sa.or_(*[name.icontains(word, autoescape=True) for name in names]))
    if search.role is not None:
        conditions.append(User.role == search.role)
    if search.team is not None:
        conditions.append(User.id.in_(sa.select(TeamMember.user_id).where(TeamMember.team_id == search.team.id)))
    if search.state is not None:
        conditions.append(CONDITIONS[search.state])
    return conditions
