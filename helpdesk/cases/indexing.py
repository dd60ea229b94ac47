"""Which texts of a case the index of the search holds, and how it is kept: by the verbs of a case, in their transactions.

A message is added to what is there; what is taken back, told in other words or erased is written anew. The name and the address
of a requester are those they had when the case was last written whole: `flask search reindex` brings them up to date.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..accounts.models import User
from ..extensions import db
from ..search import index
from ..search.kinds import Kind
from .attachment_models import Attachment
from .models import PUBLIC_KINDS, Case, Message
from .numbers import number_of
from .tombstones import TOMBSTONE

AT_ONCE = 200  # cases that are held in memory
IS_HIDDEN = sa.or_(Message.kind.not_in(PUBLIC_KINDS), Message.withdrawn_at.is_not(None))  # from whoever asks

_HEAD = (Case.id, Case.subject, Case.organization, Case.location, Case.answers, User.first_name, User.last_name, User.email)


@dataclass(frozen=True)
class _Head:
    """What a case is called, by whom it was asked, and the answers that came with it."""

    case_id: int
    subject: str
    organization: str
    location: str
    answers: list[dict[str, Any]]
    first_name: str
    last_name: str
    address: str


def add_case(case: Case, *, question: str) -> None:
    """Let a case that was just opened be found."""
    asker = case.requester
    head = _Head(
        case.id,
        case.subject,
        case.organization,
        case.location,
        case.answers,
        asker.first_name,
        asker.last_name,
        asker.email,
    )
    index.write({case.id: _texts(head, [(False, question)], [])})


def add_message(message: Message) -> None:
    """Let a case be found by what was just said on it."""
    index.add(_kind(is_hidden=message.is_internal), message.case.id, [message.body])


def add_files(files: Iterable[Attachment], *, message: Message) -> None:
    """Let a case be found by the names of files that came with a message."""
    index.add(_kind_of_file(is_hidden=message.is_internal), message.case.id, [file.name for file in files])


def write(case: Case) -> None:
    """Write all that stands on a case anew: something was taken back, changed or erased."""
    db.session.flush()
    write_by_ids([case.id])


def write_cases_of(requester: User) -> None:
    """Write the cases of a requester anew, whose name has changed."""
    db.session.flush()
    ids = db.session.scalars(sa.select(Case.id).where(Case.requester_id == requester.id).order_by(Case.id)).all()
    for start in range(0, len(ids), AT_ONCE):
        write_by_ids(ids[start : start + AT_ONCE])


def write_by_ids(ids: Collection[int]) -> None:
    """Write these cases anew, in four statements however many they are. Needs an open transaction."""
    said, named = (defaultdict[int, list[tuple[bool, str]]](list) for _each in range(2))
    messages = sa.select(Message.case_id, IS_HIDDEN, Message.body).where(Message.case_id.in_(ids)).order_by(Message.id)
    for case_id, is_hidden, body in db.session.execute(messages):
        said[case_id].append((is_hidden, body))
    files = sa.select(Message.case_id, IS_HIDDEN, Attachment.name).join(Attachment.message).order_by(Attachment.id)
    for case_id, is_hidden, name in db.session.execute(files.where(Message.case_id.in_(ids))):
        named[case_id].append((is_hidden, name))
    heads = [_Head(*row) for row in db.session.execute(sa.select(*_HEAD).join(Case.requester).where(Case.id.in_(ids)))]
    index.write({head.case_id: _texts(head, said[head.case_id], named[head.case_id]) for head in heads})


def missing(*, newest: int | None = None) -> sa.Select[int]:
    """The ids of the cases that the search does not know, or of those among so many of the newest."""
    if newest is None:
        return index.missing(sa.select(Case.id))
    last = sa.select(Case.id).order_by(Case.id.desc()).limit(newest).subquery()
    return index.missing(sa.select(last.c.id))


def is_typed(answer: dict[str, Any]) -> bool:
    """Whether an answer was typed rather than chosen, and is not a part of the head."""
    return not answer.get("value") and answer.get("key") not in ("organization", "location")


def _texts(head: _Head, said: Iterable[tuple[bool, str]], files: Iterable[tuple[bool, str]]) -> index.Texts:
    """The texts of a case by their kinds; of its answers those that were typed, as choices stand in too many cases."""
    texts: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    name = f"{head.first_name} {head.last_name}"
    texts[Kind.HEAD] = [number_of(head.case_id), head.subject, name, head.organization, head.location]
    texts[Kind.STAFF].append(head.address)
    texts[Kind.SAID] += [row["answer"] for row in head.answers if is_typed(row)]
    for is_hidden, body in said:
        texts[_kind(is_hidden=is_hidden)].append(body)
    for is_hidden, file_name in files:
        texts[_kind_of_file(is_hidden=is_hidden)].append(file_name)
    return {kind: [text.replace(TOMBSTONE, " ") for text in several] for kind, several in texts.items()}


def _kind(*, is_hidden: bool) -> Kind:
    return Kind.STAFF if is_hidden else Kind.SAID


def _kind_of_file(*, is_hidden: bool) -> Kind:
    return Kind.STAFF if is_hidden else Kind.FILES
