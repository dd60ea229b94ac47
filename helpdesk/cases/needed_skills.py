"""What an agent must be able to do to be given a case."""

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts import skills
from ..extensions import db
from .models import Case


class CaseSkill(db.Model):  # type: ignore[name-defined, misc]
    """A skill that a case needs."""

    __tablename__ = "case_skills"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    skill: Mapped[str] = mapped_column(primary_key=True)


def need(case: Case, needed: Collection[str]) -> None:
    """Say which skills a case needs, instead of those that were said before."""
    db.session.execute(sa.delete(CaseSkill).where(CaseSkill.case_id == case.id))
    db.session.add_all(CaseSkill(case_id=case.id, skill=skill) for skill in skills.normalized(needed))


def needed_by(case_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The skills that each of these cases needs; none is an empty set."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = sa.select(CaseSkill.case_id, CaseSkill.skill).where(CaseSkill.case_id.in_(case_ids))
    for case_id, skill in db.session.execute(rows):
        found[case_id].add(skill)
    return {case_id: frozenset(found[case_id]) for case_id in case_ids}


def are_among(skills_there: Collection[str]) -> sa.ColumnElement[bool]:
    """That a case needs nothing but these skills."""
    other = sa.exists().where(CaseSkill.case_id == Case.id, CaseSkill.skill.not_in(skills_there))
    return ~other
