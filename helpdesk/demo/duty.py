"""Who of the demo is on duty, and what they can do: one team gives out its cases, the others take theirs."""

import sqlalchemy as sa

from ..accounts import duty, skills
from ..accounts import teams as account_teams
from ..accounts.duty_models import Distribution
from ..accounts.models import Team, User
from ..cases import distribution
from ..extensions import db

TEAM, CAP = "INV", 8
ON_DUTY = ("Osei", "Zhao", "Reyes")
SKILLS = {"Reyes": ("es",)}


def come(staff: tuple[int, ...], *, by: int) -> None:
    """Let them come on duty, the staff with these ids, by an administrator; what waits in the team is given out."""
    people = {user.last_name: user for user in db.session.scalars(sa.select(User).where(User.id.in_(staff)))}
    admin = db.session.get_one(User, by)
    team = db.session.scalars(sa.select(Team).where(Team.code == TEAM)).one()
    account_teams.distribute(team, Distribution.ROUND_ROBIN, cap=CAP, by=admin, reason="Everybody gets the same share")
    for name, words in SKILLS.items():
        skills.change(people[name], words, by=admin)
    for name in ON_DUTY:
        duty.start(people[name], by=people[name])
    db.session.flush()
    distribution.offer([team.id])
