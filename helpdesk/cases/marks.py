"""What rules add to a case beside its team: tags, and other teams that watch it."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.models import Team
from ..extensions import db


class CaseTag(db.Model):  # type: ignore[name-defined, misc]
    """A word that a case is found by."""

    __tablename__ = "case_tags"
    __table_args__ = (sa.Index("ix_case_tags_tag_case_id", "tag", "case_id"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class CaseWatcher(db.Model):  # type: ignore[name-defined, misc]
    """A team whose members see a case that is another team's."""

    __tablename__ = "case_watchers"
    __table_args__ = (sa.Index("ix_case_watchers_team_id_case_id", "team_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("teams.id"), primary_key=True)


def tag(case_id: int, tags: Iterable[str]) -> list[str]:
    """Give a case tags; returns those that it did not have."""
    had = set(db.session.scalars(sa.select(CaseTag.tag).where(CaseTag.case_id == case_id)))
    new = [one for one in dict.fromkeys(tags) if one not in had]
    db.session.add_all(CaseTag(case_id=case_id, tag=one) for one in new)
    return new


def let_watch(case_id: int, teams: Iterable[Team]) -> list[Team]:
    """Let teams watch a case; returns those that did not."""
    had = set(db.session.scalars(sa.select(CaseWatcher.team_id).where(CaseWatcher.case_id == case_id)))
    new = [team for team in teams if team.id not in had]
    db.session.add_all(CaseWatcher(case_id=case_id, team_id=team.id) for team in new)
    return new


def watched_by(team_ids: sa.Select[int] | Collection[int]) -> sa.Select[int]:
    """The ids of the cases that any of these teams watches."""
    return sa.select(CaseWatcher.case_id).where(CaseWatcher.team_id.in_(team_ids))
