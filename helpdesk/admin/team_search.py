"""Finding teams: those that match, in order, a page at a time."""

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from ..accounts.models import Team, TeamMember, User
from ..extensions import db

ROWS = 50


def page(text: str, *, start: int = 0) -> tuple[list[Team], int | None]:
    """One page of teams with their members, those that are closed last, and where the next page starts.

    Each word of the text is a part of a team's name, code or purpose, or of the name of somebody who works there.
    """
    found = sa.select(Team).order_by(Team.is_active.desc(), Team.name).offset(start).limit(ROWS + 1)
    for word in text.split():
        theirs = sa.or_(*[name.icontains(word, autoescape=True) for name in (User.first_name, User.last_name)])
        of_team = [part.icontains(word, autoescape=True) for part in (Team.name, Team.code, Team.purpose)]
        found = found.where(sa.or_(*of_team, Team.members.any(TeamMember.user.has(theirs))))
    rows = list(db.session.scalars(found.options(selectinload(Team.members).joinedload(TeamMember.user))))
    return rows[:ROWS], start + ROWS if len(rows) > ROWS else None
