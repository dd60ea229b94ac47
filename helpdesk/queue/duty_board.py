"""Who is on duty in which team, and how much each has: a few statements, however many teams and people there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..accounts import skills
from ..accounts.duty_models import Distribution, Turn
from ..accounts.models import Team, TeamMember, User
from ..accounts.people import active
from ..cases.models import IN_THE_QUEUE, Case
from ..extensions import db
from ..permissions import Permission, may

TEAMS = 10  # on a page


@dataclass(frozen=True)
class Member:
    """Somebody active in a team: how many unfinished cases they have, what they can do, when the desk gave them the last."""

    user: User
    is_lead: bool
    turn: Turn | None
    cases: int
    skills: tuple[str, ...]


@dataclass
class Row:
    """A team, those in it, and whether the reader sees to their duty and skills."""

    team: Team
    is_led: bool
    members: list[Member] = field(default_factory=list)

    @property
    def on_duty(self) -> int:
        """How many of them are on duty."""
        return sum(member.user.on_duty_since is not None for member in self.members)


def page(reader: User, *, start: int = 0) -> tuple[list[Row], int | None]:
    """A page of the teams that this person works in, or of all, those that give out their cases first; and where the next starts.

    Of each team: those on duty, whoever is next first, then the others by name.
    """
    sees_all = may(reader, Permission.LEAD_EVERY_TEAM)
    found = sa.select(Team).where(Team.is_active).order_by(Team.distribution != Distribution.ROUND_ROBIN, Team.name)
    if not sees_all:
        found = found.where(Team.id.in_(sa.select(TeamMember.team_id).where(TeamMember.user_id == reader.id)))
    teams = list(db.session.scalars(found.offset(start).limit(TEAMS + 1)))
    rows = {team.id: Row(team, sees_all) for team in teams[:TEAMS]}
    people = _people(rows)
    known = skills.of_people({user.id for _membership, user, _turn, _cases in people})
    for membership, user, turn, cases in people:
        row = rows[membership.team_id]
        row.members.append(Member(user, membership.is_lead, turn, cases, tuple(sorted(known[user.id]))))
        row.is_led = row.is_led or (user.id == reader.id and membership.is_lead)
    return list(rows.values()), start + TEAMS if len(teams) > TEAMS else None


def _people(team_ids: Iterable[int]) -> Sequence[Any]:
    """Membership, person, turn and number of cases of everybody active in these teams, in the order in which they are shown."""
    has = sa.select(sa.func.count()).select_from(Case).where(Case.assignee_id == User.id, sa.text(IN_THE_QUEUE))
    found = sa.select(TeamMember, User, Turn, has.scalar_subquery()).join(TeamMember.user).outerjoin(Turn)
    is_off = User.on_duty_since.is_(None)
    in_turn = (sa.case((is_off, 0), else_=Turn.place), User.on_duty_since, sa.case((is_off, User.first_name), else_=""), User.id)
    return db.session.execute(found.where(TeamMember.team_id.in_(team_ids), active()).order_by(is_off, *in_turn)).all()
