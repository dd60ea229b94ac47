"""What a case is marked with, by rules or by hand: tags, which its team then knows, and who watches it beside its team."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.models import Team, User
from ..database import Id, insert_or_leave
from ..extensions import db
from .models import Case


class CaseTag(db.Model):  # type: ignore[name-defined, misc]
    """A word that a case is found by."""

    __tablename__ = "case_tags"
    __table_args__ = (sa.Index("ix_case_tags_tag_case_id", "tag", "case_id"),)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class TeamTag(db.Model):  # type: ignore[name-defined, misc]
    """A word that a case of this team has or had; it is offered to whoever sees the team.

    It stays when a case loses it, as long as any case has it: whether one of this team does would take reading them all.
    """

    __tablename__ = "team_tags"

    team_id: Mapped[int] = mapped_column(sa.ForeignKey("teams.id"), primary_key=True)
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


def tag(case_id: int, tags: Iterable[str], *, team_id: int) -> list[str]:
    """Give a case of this team tags; returns those that it did not have. No statement where there are none to give."""
    wanted = dict.fromkeys(tags)
    had = set(tags_of(case_id)) if wanted else set()
    new = [one for one in wanted if one not in had]
    db.session.add_all(CaseTag(case_id=case_id, tag=one) for one in new)
    if new:
        learn(team_id, {*had, *new})
    return new


def untag(case_id: int, tags: Collection[str]) -> list[str]:
    """Take tags off a case; returns those that it had. A word that no case has any more is known to no team."""
    had = [one for one in tags_of(case_id) if one in tags]
    db.session.execute(sa.delete(CaseTag).where(CaseTag.case_id == case_id, CaseTag.tag.in_(had)))
    if had:
        _forget(had, unless=sa.select(CaseTag.tag).where(CaseTag.tag == TeamTag.tag))
    return had


def learn(team_id: int, tags: Collection[str]) -> None:
    """Let a team know the tags of a case that is tagged, or comes to it. Always all of them in one order: no deadlock."""
    if tags:
        rows = [{"team_id": team_id, "tag": one} for one in sorted(tags)]
        db.session.execute(insert_or_leave(db.engine.dialect, TeamTag), rows)


def forget(tags: Collection[str]) -> None:
    """Let each team forget words that are removed, unless a case of its own still has them."""
    own = sa.select(CaseTag.tag).join(Case, Case.id == CaseTag.case_id)
    _forget(tags, unless=own.where(CaseTag.tag == TeamTag.tag, Case.team_id == TeamTag.team_id))


def _forget(tags: Collection[str], *, unless: sa.Select[str]) -> None:
    gone = sa.delete(TeamTag).where(TeamTag.tag.in_(tags), ~unless.correlate(TeamTag).exists())
    db.session.execute(gone.execution_options(synchronize_session=False))


def known_anywhere() -> list[str]:
    """Every word that any team knows."""
    return list(db.session.scalars(sa.select(TeamTag.tag).distinct()))


def in_use(*, most: int) -> sa.Select[str]:
    """The first tags that cases have, in order, each found by a step along their index."""
    least = sa.select(sa.func.min(CaseTag.tag).label("tag"))
    words = least.add_columns(sa.literal(1).label("place")).cte("words", recursive=True)
    following = least.where(CaseTag.tag > words.c.tag).scalar_subquery()
    has_more = sa.and_(words.c.tag.is_not(None), words.c.place < most)
    words = words.union_all(sa.select(following, words.c.place + 1).where(has_more))
    return sa.select(words.c.tag).where(words.c.tag.is_not(None)).order_by(words.c.tag)


def known_to(teams: sa.Select[int], *, most: int) -> sa.Select[str]:
    """The first tags that any of these teams, by their ids, knows, in order: so many of each are found in the same way."""
    least = sa.select(sa.func.min(TeamTag.tag))
    of_team = least.where(TeamTag.team_id == Team.id).scalar_subquery().label("tag")
    first = sa.select(Team.id, of_team, sa.literal(1).label("place")).where(Team.id.in_(teams))
    words = first.cte("words", recursive=True)
    following = least.where(TeamTag.team_id == words.c.id, TeamTag.tag > words.c.tag).scalar_subquery()
    has_more = sa.and_(words.c.tag.is_not(None), words.c.place < most)
    words = words.union_all(sa.select(words.c.id, following, words.c.place + 1).where(has_more))
    return sa.select(words.c.tag).where(words.c.tag.is_not(None)).distinct().order_by(words.c.tag).limit(most)


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
