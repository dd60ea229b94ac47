"""What a case has to do with others: where it goes on, what was merged into it, what it follows, what it is linked to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..accounts.models import User
from ..cases import links, merging
from ..cases import problems as known
from ..cases import queries as cases
from ..cases.models import UNFINISHED, Case, Status
from ..cases.numbers import number_of
from ..cases.problems import KnownProblem
from ..extensions import db
from .case_values import CASE_ID, FOLLOWS_ID, MERGED_INTO_ID, PROBLEM_ID, READER_ID, Shape
from .columns import columns

MOST_SHOWN = 20
KINDS = ("root", "merged", "before", "after", "linked")
PROBLEM = "problem"
MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Other:
    """Another case that has to do with this one."""

    number: str
    subject: str
    status: Status


@dataclass(frozen=True)
class Problem:
    """A known problem."""

    id: int
    title: str


@dataclass(frozen=True)
class Related:
    """The other cases that the reader may see."""

    root: Other | None  # where a merged case goes on
    merged: tuple[Other, ...]  # into this one
    before: Other | None  # the closed case that it goes on with
    after: tuple[Other, ...]  # that go on with it
    linked: tuple[Other, ...]
    problem: Problem | None  # that it is tied to
    alike: tuple[Problem, ...]  # open ones that it may be about


def parts(shape: Shape) -> Iterable[sa.Select[Any]]:
    """Parts of the statement that asks who is asking."""
    seen = cases.visible_to_staff(READER_ID, every_team=shape.every_team)
    yield _part("merged", seen.where(Case.merged_into_id == CASE_ID))
    if shape.follows:
        yield _part("before", seen.where(Case.id == FOLLOWS_ID))
    yield _part("after", seen.where(Case.follows_id == CASE_ID))
    yield _part("linked", seen.where(Case.id.in_(links.linked_to(CASE_ID))))
    if shape.is_tied or shape.may_be_tied:
        yield _problems(is_tied=shape.is_tied)
    if shape.is_merged:
        chain = merging.chain_of(MERGED_INTO_ID)
        yield _part("root", seen.where(Case.id.in_(sa.select(chain.c.id)), Case.merged_into_id.is_(None)))


def related(case: Case, rows: Sequence[Any]) -> Related:
    """What those parts have found."""
    problems = [row for row in rows if row.kind == PROBLEM]
    tied = next((Problem(row.number, row.name) for row in problems if row.number == case.problem_id), None)
    concerning = [
        row for row in problems if known.concerns(json.loads(row.place), json.loads(row.role), case.topic_code, case.system)
    ]
    found: dict[str, list[Other]] = {kind: [] for kind in KINDS}
    for row in sorted((row for row in rows if row.kind in KINDS), key=lambda row: row.number):
        found[row.kind].append(Other(number_of(row.number), row.name, Status(row.role)))
    return Related(
        root=next(iter(found["root"]), None),
        merged=tuple(found["merged"]),
        before=next(iter(found["before"]), None),
        after=tuple(found["after"]),
        linked=tuple(found["linked"]),
        problem=tied,
        alike=tuple(Problem(row.number, row.name) for row in concerning) if case.problem_id is None else (),
    )


def linked(case: Case, reader: User) -> list[Case]:
    """The cases it is linked to."""
    found = cases.visible_to(reader).where(Case.id.in_(links.linked_to(case.id)))
    return list(db.session.scalars(found.order_by(Case.id.desc()).limit(MOST_SHOWN)))


def candidates(case: Case, reader: User) -> list[Case]:
    """Other open cases of the same requester, or about the same organization, the latest first."""
    same = [Case.requester_id == case.requester_id]
    if case.organization_id is not None:
        same.append(Case.organization_id == case.organization_id)
    ids = sa.union(*(_latest(case, condition) for condition in same)).subquery()
    found = cases.visible_to(reader).where(Case.id.in_(sa.select(ids.c.id))).options(sa.orm.joinedload(Case.requester))
    return list(db.session.scalars(found.order_by(Case.id.desc()).limit(MOST_CANDIDATES)))


def _latest(case: Case, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Along the index of that column."""
    found = sa.select(Case.id).where(condition, Case.id != case.id, Case.status.in_(UNFINISHED))
    return sa.select(found.order_by(Case.id.desc()).limit(MOST_SHOWN).subquery().c.id)


def _problems(*, is_tied: bool) -> sa.Select[Any]:
    """The one that it is tied to, or those that are not over."""
    topics, systems = (sa.cast(column, sa.Text) for column in (KnownProblem.topics, KnownProblem.systems))
    which = KnownProblem.id == PROBLEM_ID if is_tied else KnownProblem.ended_at.is_(None)
    named = columns(PROBLEM, number=KnownProblem.id, name=KnownProblem.title, place=topics, role=systems)
    return sa.select(*named).where(which).order_by(KnownProblem.id.desc()).limit(MOST_SHOWN)


def _part(kind: str, found: sa.Select[Any]) -> sa.Select[Any]:
    named = columns(kind, number=Case.id, name=Case.subject, role=sa.cast(Case.status, sa.Text))
    return found.with_only_columns(*named).order_by(Case.id.desc()).limit(MOST_SHOWN)
