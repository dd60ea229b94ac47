"""Known problems: what many cases are about at once, such as a system that is down; and which cases are tied to one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from .. import clock
from ..accounts.models import Language, User
from ..database import Json, text_enum
from ..errors import HelpDeskError
from ..extensions import db
from . import moving
from .models import UNFINISHED, Case, EventKind

MOST_AT_ONCE = 200  # cases that are tied by one press


class ProblemEnded(HelpDeskError):
    """The problem is over: no case is tied to it any more, and it ends once."""


class ProblemNotEnded(HelpDeskError):
    """The problem is open: it cannot be opened again."""


class ProblemAct(StrEnum):
    """What somebody did with a problem that was known."""

    ENDED = "ended"
    REOPENED = "reopened"


class KnownProblem(db.Model):  # type: ignore[name-defined]
    """Something that is out of order, as the public reads it, the topics and systems it concerns, and until when it lasted."""

    __tablename__ = "known_problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    body_es: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]] = mapped_column(Json)  # codes; at least one
    systems: Mapped[list[str]] = mapped_column(Json)  # none: whatever the system
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))

    author: Mapped[User] = relationship()
    acts: Mapped[list["ProblemEvent"]] = relationship(order_by="ProblemEvent.id")

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.ended_at is None

    def text(self, language: str) -> str:
        """What it says to the public, in this language where there is such a text."""
        return self.body_es if language == Language.SPANISH and self.body_es else self.body


class ProblemEvent(db.Model):  # type: ignore[name-defined, misc]
    """That somebody said that a problem is over, or that it is not after all: append-only."""

    __tablename__ = "problem_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(sa.ForeignKey("known_problems.id"), index=True)
    act: Mapped[ProblemAct] = mapped_column(text_enum(ProblemAct, "act"))
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    at: Mapped[datetime]

    actor: Mapped[User] = relationship()


@dataclass(frozen=True)
class Draft:
    """What somebody says of a problem."""

    title: str
    body: str
    body_es: str
    topics: tuple[str, ...]
    systems: tuple[str, ...]
    started_at: datetime


def declare(draft: Draft, *, by: User) -> KnownProblem:
    """Say that a problem is known."""
    facts = {**vars(draft), "topics": list(draft.topics), "systems": list(draft.systems)}
    problem = KnownProblem(**facts, author=by)
    db.session.add(problem)
    db.session.flush()
    return problem


def end(problem: KnownProblem, *, by: User) -> None:
    """Say that it is over; the cases that are tied to it stay so. Raises ProblemEnded."""
    hold(problem)
    if not problem.is_open:
        raise ProblemEnded(problem.id)
    problem.ended_at = clock.now()
    problem.acts.append(ProblemEvent(act=ProblemAct.ENDED, actor=by, at=problem.ended_at))


def reopen(problem: KnownProblem, *, by: User) -> None:
    """Say that it is not over after all: the form tells of it again. Raises ProblemNotEnded."""
    hold(problem)
    if problem.is_open:
        raise ProblemNotEnded(problem.id)
    problem.ended_at = None
    problem.acts.append(ProblemEvent(act=ProblemAct.REOPENED, actor=by, at=clock.now()))


def tie(problem: KnownProblem, cases: Sequence[Case], *, by: User) -> int:
    """Tie cases to a problem; returns how many were not tied to any. Raises ProblemEnded."""
    moving.hold_person(by)
    hold(problem)
    if not problem.is_open:
        raise ProblemEnded(problem.id)
    tied = 0
    for case in sorted(cases, key=lambda one: one.id):
        case.hold()
        if case.problem_id is None and case.status in UNFINISHED:
            _tie(case, problem, by)
            tied += 1
    db.session.flush()
    return tied


def tie_like(case: Case, other: Case, *, by: User) -> int | None:
    """Tie a case that is held, and tied to nothing, to the problem of another, if that is not over; returns its id."""
    problem = db.session.get(KnownProblem, other.problem_id or 0)
    if problem is None or not problem.is_open or case.problem_id is not None:
        return None
    _tie(case, problem, by)
    return problem.id


def untie(case: Case, *, by: User) -> bool:
    """Tie a case to its problem no more; returns whether it was."""
    case.hold()
    if case.problem_id is None:
        return False
    problem = db.session.get_one(KnownProblem, case.problem_id)
    case.problem_id = None
    case.record(EventKind.UNTIED, by=by, at=clock.now(), old={"problem": problem.title, "problem_id": problem.id})
    return True


def open_ones() -> list[KnownProblem]:
    """The problems that are not over, the latest first."""
    found = sa.select(KnownProblem).where(KnownProblem.ended_at.is_(None))
    return list(db.session.scalars(found.order_by(KnownProblem.started_at.desc(), KnownProblem.id.desc())))


def latest(most: int) -> list[KnownProblem]:
    """The latest problems, those that are not over first."""
    order = KnownProblem.ended_at.is_not(None), KnownProblem.started_at.desc(), KnownProblem.id.desc()
    return list(db.session.scalars(sa.select(KnownProblem).order_by(*order).limit(most)))


def about(topic_code: str, *, system: str = "") -> list[KnownProblem]:
    """The open problems that concern a topic, and a system where one is known."""
    return [one for one in open_ones() if concerns(one.topics, one.systems, topic_code, system)]


def concerns(topics: Collection[str], systems: Collection[str], topic_code: str, system: str) -> bool:
    """Whether a problem with these topics and systems concerns a case with this topic and system."""
    return topic_code in topics and (not systems or not system or system in systems)


def tied_to(problem: KnownProblem, seen: sa.Select[Case]) -> sa.Select[Case]:
    """Of these cases those that are tied to the problem, the oldest first."""
    return seen.where(Case.problem_id == problem.id).order_by(Case.id).options(joinedload(Case.requester))


def alike(problem: KnownProblem, seen: sa.Select[Case]) -> sa.Select[Case]:
    """Of these cases those that look as if they were about the problem: open, opened since, of its topics and systems."""
    like_it = [Case.problem_id.is_(None), Case.status.in_(UNFINISHED), Case.topic_code.in_(problem.topics)]
    if problem.systems:
        like_it.append(Case.system.in_(problem.systems))
    found = seen.where(*like_it, Case.opened_at >= problem.started_at).order_by(Case.id).limit(MOST_AT_ONCE)
    return found.options(joinedload(Case.requester))


def hold(problem: KnownProblem) -> None:
    """Lock it until the transaction ends, and read it afresh; cases that are held can be tied to it meanwhile."""
    db.session.flush()
    db.session.refresh(problem, with_for_update={"of": KnownProblem, "key_share": True})


def _tie(case: Case, problem: KnownProblem, by: User) -> None:
    case.problem_id = problem.id
    case.record(EventKind.TIED, by=by, at=clock.now(), new={"problem": problem.title, "problem_id": problem.id})
