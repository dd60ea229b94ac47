"""The cases that somebody finds by words: the best first, each with the passage in which the words stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload, load_only

from ..accounts.models import Team, User
from ..extensions import db
from ..permissions import Permission, may
from ..search import index, marks
from ..search.kinds import ALL, PUBLIC
from ..search.marks import Piece
from ..search.query import Query
from . import queries, visibility
from .attachment_models import Attachment
from .indexing import IS_HIDDEN, is_typed
from .models import Case, Message, MessageKind
from .tombstones import TOMBSTONE

ROWS = 20
MOST_TEXTS = 40  # messages of a case, the newest, in which a passage is looked for
LONGEST_TEXT = 10_000  # characters of one
_CASE_IDS: sa.BindParameter[Any] = sa.bindparam("case_ids", expanding=True)
_STONE = "\ue000"  # a tombstone while words are looked for: it is none
_SHOWN = (Case.status, Case.priority, Case.subject, Case.organization, Case.location, Case.answers, Case.opened_at)
_ALSO_SHOWN = (
    Case.requester_id,
    Case.topic_name,
    Case.patient_data_suspected_at,
    Case.updated_at,
    Case.resolved_at,
    Case.closed_at,
)


class Where(StrEnum):
    """In what kind of text a passage stands."""

    QUESTION = "question"
    REPLY = "reply"
    NOTE = "note"
    RESOLUTION = "resolution"
    NOT_SOLVED = "not_solved"
    WITHDRAWN = "withdrawn"
    ANSWER = "answer"
    FILE = "file"


@dataclass(frozen=True)
class Text:
    """A text of a case in which the words may stand; who said it, or to which question it is the answer."""

    where: Where
    who: str
    body: str


@dataclass(frozen=True)
class Row:
    """A case that was found, as it is shown."""

    case: Case
    subject: list[Piece]
    people: list[Piece]  # who asked, and where they work
    text: Text  # where the passage stands
    passage: list[Piece]


@dataclass(frozen=True)
class Page:
    """Some of the cases that were found."""

    rows: list[Row]
    total: int  # that were ranked
    has_older: bool  # that match and were not ranked
    number: int  # from 1 on
    pages: int


def page(user: User, query: Query, *, number: int, among: sa.Select[int] | None = None) -> Page:
    """A page of the cases that this person may see and in which all words stand; the statements do not grow with the cases.

    With `among` only those with these ids, of cases that they may see. Whoever does not work here finds nothing by what only
    staff read.
    """
    found = _found(user, query, among)
    pages = max(-(-len(found.ids) // ROWS), 1)
    number = min(max(number, 1), pages)
    rows = _rows(found.ids[(number - 1) * ROWS : number * ROWS], query, reader=user)
    return Page(rows, len(found.ids), found.has_older, number, pages)


def _found(user: User, query: Query, among: sa.Select[int] | None) -> index.Found:
    """Among the cases that somebody may see; those of a provider along the indexes of their places."""
    if user.is_staff and among is None:
        seen = _ids_seen_by_staff(every_team=may(user, Permission.SEE_EVERY_TEAM))
        return index.find(query, visible=seen, values={"user_id": user.id})
    ids = visibility.ids(user, visibility.places_of(user)) if among is None else among
    return index.find(query, visible=ids, kinds=ALL if user.is_staff else PUBLIC, few=not user.is_staff)


@cache
def _ids_seen_by_staff(*, every_team: bool) -> sa.Select[int]:
    return queries.visible_to_staff(sa.bindparam("user_id"), every_team=every_team).with_only_columns(Case.id)


def _rows(ids: Collection[int], query: Query, *, reader: User) -> list[Row]:
    """These cases in this order; what somebody has just hidden is gone."""
    if not ids:
        return []
    known = {case.id: case for case in _cases(ids, reader)}
    texts = _texts(known, with_hidden=reader.is_staff)
    return [_row(known[case_id], texts[case_id], query) for case_id in ids if case_id in known]


def _cases(ids: Collection[int], reader: User) -> Iterable[Case]:
    if not reader.is_staff:
        return db.session.scalars(_with_what_is_shown(queries.visible_to(reader).where(Case.id.in_(ids))))
    seen = _seen_by_staff(every_team=may(reader, Permission.SEE_EVERY_TEAM))
    return db.session.scalars(seen, {"user_id": reader.id, "case_ids": list(ids)})


@cache
def _seen_by_staff(*, every_team: bool) -> sa.Select[Case]:
    seen = queries.visible_to_staff(sa.bindparam("user_id"), every_team=every_team)
    return _with_what_is_shown(seen.where(Case.id.in_(_CASE_IDS)))


def _with_what_is_shown(cases: sa.Select[Case]) -> sa.Select[Case]:
    names = joinedload(Case.assignee).load_only(User.first_name, User.last_name)
    asker = joinedload(Case.requester).load_only(User.first_name, User.last_name)
    team = joinedload(Case.team).load_only(Team.name)
    return cases.options(names, asker, team, load_only(*_SHOWN, *_ALSO_SHOWN))


def _texts(cases: dict[int, Case], *, with_hidden: bool) -> dict[int, list[Text]]:
    """What is said on these cases, by the id of each: messages, answers that were typed, names of files; in two statements."""
    values = {"case_ids": list(cases), "desk": current_app.config["DESK_NAME"]}
    texts: dict[int, list[Text]] = defaultdict(list)
    for case_id, kind, withdrawn_at, who, text in db.session.execute(_messages(with_hidden=with_hidden), values):
        texts[case_id].append(Text(_where(kind, is_withdrawn=withdrawn_at is not None), who, text))
    for case_id, case in cases.items():
        texts[case_id] += [Text(Where.ANSWER, row["question"], row["answer"]) for row in case.answers if is_typed(row)]
    for case_id, name in db.session.execute(_files(with_hidden=with_hidden), values):
        texts[case_id].append(Text(Where.FILE, "", name))
    return texts


@cache
def _messages(*, with_hidden: bool) -> sa.Select[Any]:
    newest = sa.func.row_number().over(partition_by=Message.case_id, order_by=Message.id.desc())
    said = sa.select(Message.id, newest.label("newest")).where(Message.case_id.in_(_CASE_IDS)).subquery()
    body = sa.func.substr(Message.body, 1, LONGEST_TEXT)
    who = sa.func.coalesce(User.first_name + " " + User.last_name, sa.bindparam("desk", type_=sa.Text))
    messages = (
        sa.select(Message.case_id, Message.kind, Message.withdrawn_at, who, body)
        .join(said, sa.and_(said.c.id == Message.id, said.c.newest <= MOST_TEXTS))
        .outerjoin(Message.author)
        .order_by(Message.id)
    )
    return messages if with_hidden else messages.where(~IS_HIDDEN)


@cache
def _files(*, with_hidden: bool) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Message.case_id, Attachment.name)
    files = sa.select(*columns).join(Attachment.message).where(Message.case_id.in_(_CASE_IDS))
    return (files if with_hidden else files.where(~IS_HIDDEN)).order_by(Attachment.id)


def _where(kind: MessageKind, *, is_withdrawn: bool) -> Where:
    return Where.WITHDRAWN if is_withdrawn else Where(kind.value)


def _row(case: Case, texts: Iterable[Text], query: Query) -> Row:
    """A case with the text in which most words stand, or else with the beginning of its first one."""
    texts = list(texts) or [Text(Where.QUESTION, "", "")]
    passages = [(text, found) for text in texts if (found := marks.passage(_without_stones(text.body), query))]
    subject, people = _marked(case.subject, query), _marked(_people(case), query)
    if not passages:
        return Row(case, subject, people, texts[0], list(_with_stones(marks.beginning(_without_stones(texts[0].body)))))
    text, best = max(passages, key=lambda pair: pair[1].terms)
    return Row(case, subject, people, text, list(_with_stones(best.pieces)))


def _people(case: Case) -> str:
    return " · ".join(part for part in (case.requester.name, case.organization, case.location) if part)


def _marked(text: str, query: Query) -> list[Piece]:
    return list(_with_stones(marks.marked(_without_stones(text), query)))


def _without_stones(text: str) -> str:
    return text.replace(TOMBSTONE, _STONE)


def _with_stones(pieces: Iterable[Piece]) -> Iterator[Piece]:
    return (replace(one, text=one.text.replace(_STONE, TOMBSTONE)) if _STONE in one.text else one for one in pieces)
