"""The ledger: every message, newest first, narrowed by what one looks for.

A page costs the same however many messages there are. What an index knows (days, a whole address, a case, what needs a person,
what has not been accepted) narrows the list by itself; everything else is looked for in the next LOOKED_AT messages of that
list, and the page says how far back it has looked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from ..database import UtcDateTime
from ..extensions import db
from .models import NOT_ACCEPTED, UNSETTLED, MailState, OutboxMessage

ROWS = 25
LOOKED_AT = 5_000  # messages that one page may look at to find its rows
EXPORTED_AT_ONCE = 500
MOST_EXPORTED = 50_000

NEWEST_FIRST = (OutboxMessage.made_at.desc(), OutboxMessage.id.desc())
WHOLE_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PLACE = sa.tuple_(OutboxMessage.made_at, OutboxMessage.id)
_STATE = sa.func.coalesce(OutboxMessage.state, "")  # so that no index of states is taken, whose rows would have to be sorted
_SHOWN = load_only(
    OutboxMessage.kind,
    OutboxMessage.state,
    OutboxMessage.reason,
    OutboxMessage.case_id,
    OutboxMessage.to_address,
    OutboxMessage.to_name,
    OutboxMessage.subject,
    OutboxMessage.message_id,
    OutboxMessage.made_at,
    OutboxMessage.due_at,
    OutboxMessage.sent_at,
    OutboxMessage.tries,
    OutboxMessage.doubts,
    OutboxMessage.settlement,
)


Readable = tuple[sa.ColumnElement[bool], ...]  # what a message must be for its reader
ALL_OF_IT: Readable = ()


@dataclass(frozen=True)
class Place:
    """Where a page ends: the next one begins behind it."""

    made_at: datetime
    id: int


@dataclass(frozen=True)
class Search:
    """What one looks for; what is empty narrows nothing."""

    states: frozenset[MailState] = frozenset()
    needs_a_person: bool = False  # failed or in doubt, and not settled
    kind: str = ""
    to: str = ""  # a whole address, or a part of a name or an address
    case_id: int | None = None
    made_from: datetime | None = None
    made_before: datetime | None = None
    subject: str = ""  # a part of it

    @property
    def is_for_one_address(self) -> bool:
        """Whether `to` is a whole address, which is looked up as it is."""
        return bool(WHOLE_ADDRESS.fullmatch(self.to))

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != Search()


@dataclass(frozen=True)
class Page:
    """Some rows, where the next page begins if there may be more, and how far back this one looked if that was its end."""

    rows: list[OutboxMessage]
    following: Place | None
    looked_back_to: datetime | None = None


def page(search: Search, *, after: Place | None = None, readable: Readable = ALL_OF_IT) -> Page:
    """The messages behind a place that are looked for and may be read, in at most two statements."""
    return _page(search, after=after, rows=ROWS, readable=readable)


def batches(search: Search, *, at_most: int = MOST_EXPORTED, readable: Readable = ALL_OF_IT) -> Iterator[list[OutboxMessage]]:
    """All messages that are looked for, newest first, some at a time and with their attempts; nothing is kept open in between."""
    after, left = None, at_most
    while left > 0:
        loading, rows = selectinload(OutboxMessage.attempts), min(EXPORTED_AT_ONCE, left)
        found = _page(search, after=after, rows=rows, loading=loading, readable=readable)
        yield found.rows
        db.session.rollback()
        after, left = found.following, left - len(found.rows)
        if after is None:
            return


def _page(
    search: Search,
    *,
    after: Place | None,
    rows: int,
    readable: Readable,
    loading: ExecutableOption | None = None,
) -> Page:
    known, others = _known_to_an_index(search, after), [*_others(search), *readable]
    is_short = search.case_id is not None or search.needs_a_person
    end = None if is_short or not others else _end_of_the_look(known)
    if end is not None:
        known.append(_bound(end) <= _PLACE)
    wanted = sa.select(OutboxMessage).where(*known, *others).order_by(*NEWEST_FIRST).limit(rows + 1).options(_SHOWN)
    found = list(db.session.scalars(wanted.options(loading) if loading else wanted))
    if len(found) > rows:
        return Page(found[:rows], Place(found[rows - 1].made_at, found[rows - 1].id))
    return Page(found, end, looked_back_to=end.made_at if end else None)


def _known_to_an_index(search: Search, after: Place | None) -> list[sa.ColumnElement[bool]]:
    known: list[sa.ColumnElement[bool]] = []
    if search.case_id is not None:
        known.append(OutboxMessage.case_id == search.case_id)
    if search.needs_a_person:
        known.append(OutboxMessage.id.in_(sa.select(OutboxMessage.id).where(sa.text(UNSETTLED))))
    if search.is_for_one_address:
        known.append(OutboxMessage.to_address.in_({search.to, search.to.lower()}))
    if search.states and MailState.SENT not in search.states:
        known.append(sa.text(NOT_ACCEPTED))  # type: ignore[arg-type]
    if search.made_from is not None:
        known.append(OutboxMessage.made_at >= search.made_from)
    if search.made_before is not None:
        known.append(OutboxMessage.made_at < search.made_before)
    return [*known, _bound(after) > _PLACE] if after is not None else known


def _others(search: Search) -> list[sa.ColumnElement[bool]]:
    others: list[sa.ColumnElement[bool]] = []
    if search.states:
        others.append(_STATE.in_(search.states))
    if search.kind:
        others.append(OutboxMessage.kind == search.kind)
    if search.to and not search.is_for_one_address:
        in_name, in_address = (
            column.icontains(search.to, autoescape=True) for column in (OutboxMessage.to_name, OutboxMessage.to_address)
        )
        others.append(sa.or_(in_name, in_address))
    if search.subject:
        others.append(OutboxMessage.subject.icontains(search.subject, autoescape=True))
    return others


def _end_of_the_look(known: list[sa.ColumnElement[bool]]) -> Place | None:
    """The last message that a page may look at; none if the list ends before."""
    places = sa.select(OutboxMessage.made_at, OutboxMessage.id).where(*known).order_by(*NEWEST_FIRST)
    row = db.session.execute(places.offset(LOOKED_AT - 1).limit(1)).first()
    return Place(*row) if row else None


def _bound(place: Place) -> sa.Tuple:
    return sa.tuple_(sa.literal(place.made_at, UtcDateTime()), sa.literal(place.id, sa.BigInteger()))
