"""What people of the desk can do beside what all of them can: words such as "es", by which cases find somebody."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from ..extensions import db
from ..typed_text import one_line
from . import history
from .duty_models import UserSkill
from .errors import NotStaff
from .models import AccountAct, Team, TeamMember, User
from .people import active

LONGEST = 40  # characters of a skill
MOST = 20  # skills of a person
_BETWEEN = "\n"  # stands in no skill


def normalized(words: Iterable[str]) -> tuple[str, ...]:
    """Skills as they are stored and compared: in lower case, each once, in order; empty ones are left out."""
    plain = (one_line(unicodedata.normalize("NFKC", word)).lower() for word in words)
    return tuple(sorted({word for word in plain if word}))


def of_people(user_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The skills of each of these people, in one statement."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = sa.select(UserSkill.user_id, UserSkill.skill).where(UserSkill.user_id.in_(user_ids))
    for user_id, skill in db.session.execute(rows):
        found[user_id].add(skill)
    return {user_id: frozenset(found[user_id]) for user_id in user_ids}


def of(user: User) -> tuple[str, ...]:
    """The skills of a person, in order."""
    return tuple(sorted(of_people([user.id])[user.id]))


def together(user_id: int) -> sa.ScalarSelect[str]:
    """The skills of a person as one text, for a statement that asks for other things, too."""
    return sa.select(sa.func.aggregate_strings(UserSkill.skill, _BETWEEN)).where(UserSkill.user_id == user_id).scalar_subquery()


def apart(text: str | None) -> tuple[str, ...]:
    """The skills in such a text, in order."""
    return tuple(sorted(text.split(_BETWEEN))) if text else ()


def change(user: User, words: Iterable[str], *, by: User | None, reason: str = "") -> bool:
    """Give somebody of the staff these skills instead of those they have; says whether anything changed. Raises NotStaff."""
    if not user.is_staff:
        raise NotStaff(user.name)
    before, after = of(user), normalized(words)
    if before == after:
        return False
    db.session.execute(sa.delete(UserSkill).where(UserSkill.user_id == user.id))
    db.session.add_all(UserSkill(user_id=user.id, skill=skill) for skill in after)
    old, new = {"skills": list(before)}, {"skills": list(after)}
    history.record(AccountAct.SKILLS_CHANGED, user=user, by=by, reason=reason, old=old, new=new)
    return True


def anybody_has(team: Team, words: Iterable[str]) -> bool:
    """Whether somebody active in the team, on duty or not, has all of these skills."""
    somebody = sa.select(User.id).join(TeamMember).where(TeamMember.team_id == team.id, active())
    for skill in normalized(words):
        somebody = somebody.where(sa.exists().where(UserSkill.user_id == User.id, UserSkill.skill == skill))
    return db.session.scalar(somebody.limit(1)) is not None


def known() -> list[str]:
    """Every skill that somebody has, in order."""
    return list(db.session.scalars(sa.select(UserSkill.skill).distinct().order_by(UserSkill.skill)))
