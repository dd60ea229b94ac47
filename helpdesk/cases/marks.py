"""What a case is marked with, by rules or by hand: tags, and who watches it beside its team."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.models import Team, User
from ..database import Id
from ..extensions import db

RECENT = 1000  # marks of cases, among which the tags in use are looked for
MOST_OFFERED = 50


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


class CasePersonWatcher(db.Model):  # type: ignore[name-defined, misc]
    """Somebody of the staff who sees a case, whoever has it, and is mailed about it if they want."""

    __tablename__ = "case_person_watchers"
    __table_args__ = (sa.Index("ix_case_person_watchers_user_id_case_id", "user_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)


def tags_of(case_id: int) -> list[str]:
    """The tags of a case, in order."""
    return list(db.session.scalars(sa.select(CaseTag.tag).where(CaseTag.case_id == case_id).order_by(CaseTag.tag)))


def tag(case_id: int, tags: Iterable[str]) -> list[str]:
    """Give a case tags; returns those that it did not have. No statement where there are none to give."""
    wanted = dict.fromkeys(tags)
    had = set(tags_of(case_id)) if wanted else set()
    new = [one for one in wanted if one not in had]
    db.session.add_all(CaseTag(case_id=case_id, tag=one) for one in new)
    return new


def untag(case_id: int, tags: Collection[str]) -> list[str]:
    """Take tags off a case; returns those that it had."""
    had = [one for one in tags_of(case_id) if one in tags]
    db.session.execute(sa.delete(CaseTag).where(CaseTag.case_id == case_id, CaseTag.tag.in_(had)))
    return had


def in_use() -> list[str]:
    """Tags that cases of late have, in order, to choose from."""
    of_late = sa.select(CaseTag.tag).order_by(CaseTag.case_id.desc()).limit(RECENT).subquery()
    return list(db.session.scalars(sa.select(of_late.c.tag).distinct().order_by(of_late.c.tag).limit(MOST_OFFERED)))


def let_watch(case_id: int, teams: Collection[Team]) -> list[Team]:
    """Let teams watch a case; returns those that did not. No statement where there are none."""
    if not teams:
        return []
    had = set(db.session.scalars(sa.select(CaseWatcher.team_id).where(CaseWatcher.case_id == case_id)))
    new = [team for team in teams if team.id not in had]
    db.session.add_all(CaseWatcher(case_id=case_id, team_id=team.id) for team in new)
    return new


def let_people_watch(case_id: int, people: Iterable[User]) -> list[User]:
    """Let people of the staff watch a case; returns those who did not."""
    had = set(db.session.scalars(people_on(case_id)))
    new = [person for person in people if person.id not in had]
    db.session.add_all(CasePersonWatcher(case_id=case_id, user_id=person.id) for person in new)
    return new


def teams_watching(case_id: int) -> list[Team]:
    """The teams that watch a case, by name."""
    found = sa.select(Team).join(CaseWatcher, CaseWatcher.team_id == Team.id).where(CaseWatcher.case_id == case_id)
    return list(db.session.scalars(found.order_by(Team.name)))


def people_watching(case_id: int) -> list[User]:
    """The people who watch a case themselves, by name."""
    found = sa.select(User).where(User.id.in_(people_on(case_id)))
    return list(db.session.scalars(found.order_by(User.first_name, User.last_name, User.id)))


def people_on(case_id: Id) -> sa.Select[int]:
    """The ids of those people."""
    return sa.select(CasePersonWatcher.user_id).where(CasePersonWatcher.case_id == case_id)


def end_watching(case_id: int, *, team_ids: Collection[int] = (), user_ids: Collection[int] = ()) -> None:
    """Let these teams and people watch a case no more."""
    team_rows = (CaseWatcher.case_id == case_id, CaseWatcher.team_id.in_(team_ids))
    person_rows = (CasePersonWatcher.case_id == case_id, CasePersonWatcher.user_id.in_(user_ids))
    db.session.execute(sa.delete(CaseWatcher).where(*team_rows))
    db.session.execute(sa.delete(CasePersonWatcher).where(*person_rows))


def watched_by(user_id: Id, team_ids: sa.Select[int] | Collection[int]) -> sa.Select[int]:
    """The ids of the cases that somebody watches, or any of these teams."""
    by_teams = sa.select(CaseWatcher.case_id).where(CaseWatcher.team_id.in_(team_ids))
    by_themselves = sa.select(CasePersonWatcher.case_id).where(CasePersonWatcher.user_id == user_id)
    return sa.select(sa.union_all(by_teams, by_themselves).subquery().c.case_id)
