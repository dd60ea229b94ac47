"""Files that people send: they wait with what is being written, then belong to its message.

Whoever removes a row removes its file once that is committed, and not before: a transaction that is rolled back loses no file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..transaction import after_commit
from . import attachment_store as store
from . import attachment_types as types
from . import indexing, suspicion
from .arrivals import MOST_FILES, Arrival, Problem
from .attachment_models import Attachment
from .models import PUBLIC_KINDS, Case, Message, MessageKind

KEPT_REDACTED = "-"  # in place of the hash of a file whose content is gone
_OF_CASE = (
    sa.select(Attachment)
    .where(Attachment.case_id == sa.bindparam("case_id"))
    .where(sa.or_(Attachment.message_id.is_not(None), Attachment.owner_id == sa.bindparam("owner_id")))
    .order_by(Attachment.id)
)


@dataclass(frozen=True)
class Refused:
    """A file that is not kept, under the name that people read, and why."""

    name: str
    problem: Problem


@dataclass(frozen=True)
class Shelf:
    """Where files wait for what somebody is writing: with a draft, or on a case for one kind of message."""

    owner_id: int
    draft_id: int | None = None
    case_id: int | None = None
    waits_for: MessageKind | None = None

    def waiting(self, *, is_locked: bool = False) -> list[Attachment]:
        """The files on it, in the order in which they came; perhaps locked until the transaction ends."""
        here = {name: value for name, value in vars(self).items() if value is not None}
        return list(db.session.scalars(_on_shelf(tuple(here), is_locked=is_locked), here))


@cache
def _on_shelf(names: tuple[str, ...], *, is_locked: bool) -> sa.Select[Attachment]:
    """What waits on a shelf of which these things are known."""
    here = [getattr(Attachment, name) == sa.bindparam(name) for name in names]
    waiting = sa.select(Attachment).where(*here, Attachment.message_id.is_(None)).order_by(Attachment.id)
    return waiting.with_for_update(of=Attachment) if is_locked else waiting


@dataclass(frozen=True)
class OnCase:
    """The files of a case as one reader needs them: what was said with each message, and what waits for what they write."""

    said: Mapping[int, Sequence[Attachment]]  # by the id of the message
    waiting: Mapping[MessageKind, Sequence[Attachment]]


def with_draft(owner: User, draft_id: int) -> Shelf:
    """Where the files of a draft wait."""
    return Shelf(owner.id, draft_id=draft_id)


def on_case(owner: User, case: Case, kind: MessageKind) -> Shelf:
    """Where files wait for a message of this kind that somebody writes; what waits for a note leaves with no reply."""
    return Shelf(owner.id, case_id=case.id, waits_for=kind)


def receive(files: Iterable[FileStorage], *, on: Shelf) -> tuple[list[Attachment], list[Refused]]:
    """Let files that have arrived wait; which do, and which do not and why. Needs an open transaction.

    There are never more than MOST_FILES on a shelf, however many requests bring some at once. The same file twice is one.
    """
    db.session.execute(sa.select(User.id).where(User.id == on.owner_id).with_for_update(key_share=True))
    there = on.waiting()
    accepted: list[Attachment] = []
    refused: list[Refused] = []
    for file in files:
        arrival, name = _arrival(file), types.safe_name(file.filename or "")
        if arrival.problem is not None or arrival.media_type is None:
            refused.append(Refused(name, arrival.problem or Problem.NOT_KEPT))
            continue
        name = types.safe_name(file.filename or "", arrival.media_type)
        same = next((known for known in there if (known.name, known.sha256) == (name, arrival.sha256)), None)
        if same is None and len(there) >= MOST_FILES:
            refused.append(Refused(name, Problem.TOO_MANY))
            continue
        if same is None:
            there.append(same := _row(arrival, name, on))
        if same not in accepted:
            accepted.append(same)
    db.session.flush()
    return accepted, refused


def take(shelf: Shelf) -> list[Attachment]:
    """What waits there, locked until the transaction ends: to be attached or removed."""
    return shelf.waiting(is_locked=True)


def attach(files: Iterable[Attachment], *, to: Message) -> None:
    """Let files that waited belong to a message, in the transaction that stores it; what their names tell marks the case."""
    if not (files := list(files)):
        return
    db.session.flush()  # so that the message has its id
    case_id, message_id = to.case_id, to.id
    for file in files:
        file.draft_id = file.waits_for = None
        file.case_id, file.message_id = case_id, message_id
    indexing.add_files(files, message=to)
    if not to.is_internal:
        suspicion.flag(to.case, [file.name for file in files], by=to.author, at=clock.now())


def move(message: Message, *, to: Message) -> int:
    """Let the files of a message belong to the one that takes its place; says how many."""
    moved = sa.update(Attachment).where(Attachment.message_id == message.id).values(message_id=to.id)
    return int(db.session.execute(moved).rowcount)  # type: ignore[attr-defined]


def are_all_on(message: Message, files: Sequence[Attachment]) -> bool:
    """Whether a message holds all of these already: they were sent twice."""
    if not files:
        return True
    known = {(file.name, file.sha256) for file in db.session.scalars(_of_message(message))}
    return all((file.name, file.sha256) in known for file in files)


def number_on(message: Message) -> int:
    """How many files a message has."""
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(_of_message(message).subquery())) or 0)


def remove(files: Iterable[Attachment]) -> None:
    """Delete rows, and once that is committed the files. Needs an open transaction."""
    for file in files:
        after_commit(partial(store.remove, file.stored_as))
        db.session.delete(file)


def redact(file: Attachment, *, name: str, at: datetime) -> None:
    """Erase content, hash and name of a file for good; its row stays and says when. Needs an open transaction."""
    file.redacted_at, file.name, file.sha256, file.missing_at = at, name, KEPT_REDACTED, None
    after_commit(partial(store.remove, file.stored_as))


def remove_what_waits(owner: User) -> None:
    """Delete whatever waits for something that this person was writing. Needs an open transaction."""
    remove(take(Shelf(owner.id)))


def of_case(case: Case, *, reader: User) -> OnCase:
    """The files of a case, in one statement; which messages their reader may see is for the caller to say."""
    said: dict[int, list[Attachment]] = {}
    waiting: dict[MessageKind, list[Attachment]] = {}
    for file in db.session.scalars(_OF_CASE, {"case_id": case.id, "owner_id": reader.id}):
        if file.message_id is not None:
            said.setdefault(file.message_id, []).append(file)
        elif file.waits_for is not None:
            waiting.setdefault(file.waits_for, []).append(file)
    return OnCase(said, waiting)


def said_on(case: Case, file_id: int) -> sa.Select[Attachment]:
    """The file with this id, if it belongs to a message of the case."""
    found = sa.select(Attachment).join(Attachment.message)
    return found.where(Attachment.id == file_id, Attachment.case_id == case.id)


def shown_to_requester(found: sa.Select[Attachment]) -> sa.Select[Attachment]:
    """Of these, what requesters may read: by a positive list of kinds of messages, and nothing that was taken back."""
    return found.where(Message.kind.in_(PUBLIC_KINDS), Message.withdrawn_at.is_(None))


def sweep(*, before: datetime) -> int:
    """Delete what has waited on cases since before this instant, and its files; says how many. Needs an open transaction.

    What waits with a draft goes with it.
    """
    waits_on_a_case = sa.and_(Attachment.message_id.is_(None), Attachment.draft_id.is_(None))
    old = sa.select(Attachment).where(waits_on_a_case, Attachment.uploaded_at < before)
    rows = list(db.session.scalars(old.order_by(Attachment.id).with_for_update(of=Attachment)))
    remove(rows)
    return len(rows)


def _of_message(message: Message) -> sa.Select[Attachment]:
    return sa.select(Attachment).where(Attachment.message_id == message.id)


def _arrival(file: FileStorage) -> Arrival:
    if not isinstance(file.stream, Arrival):
        raise TypeError("mark the view with @takes_files, so that its files go into the store")
    return file.stream


def _row(arrival: Arrival, name: str, on: Shelf) -> Attachment:
    arrival.take()
    row = Attachment(
        **vars(on),
        name=name,
        media_type=str(arrival.media_type),
        size=arrival.size,
        sha256=arrival.sha256,
        stored_as=arrival.stored_as,
        uploaded_at=clock.now(),
    )
    db.session.add(row)
    return row
