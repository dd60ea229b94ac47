"""Taking a patient's data out of a case: every copy of a passage is erased, and an entry says who did it, when and why.

What has been handed to a mail server is in somebody's mailbox, or on its way there, and cannot be taken back: `plan` names it.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..errors import HelpDeskError
from ..extensions import db
from ..knowledge import editing
from ..knowledge.models import Article
from ..notifications import acts
from ..notifications.models import MailAct, MailState, OutboxMessage
from . import attachments, indexing, marks, suspicion
from .attachment_models import Attachment
from .erasing import Eraser
from .kinds import PlaceKind
from .models import Case, EventKind, Message
from .redaction_places import Holding, holdings
from .tombstones import TOMBSTONE

SHORTEST = 3  # characters of a passage: shorter ones stand in half of all words
MAY_HAVE_LEFT = frozenset({MailState.SENT, MailState.DOUBTFUL, MailState.SENDING})


class NothingToRedact(HelpDeskError):
    """None of the passages stands anywhere (any more)."""


class ReasonTells(HelpDeskError):
    """The reason holds what is to be removed: it would stay in the history."""


@dataclass(frozen=True)
class Wanted:
    """What is to be removed: passages wherever they stand, and whole files, by their ids."""

    passages: tuple[str, ...] = ()
    files: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Plan:
    """Where it stands."""

    places: list[Holding]
    files: list[Attachment]
    not_found: list[str] = field(default_factory=list)  # passages that stand nowhere

    @property
    def out_of_reach(self) -> list[OutboxMessage]:
        """Mail that has left, or may have: the copy here is erased, the one in the mailbox is not."""
        return [
            m for place in self.places if isinstance(m := place.row, OutboxMessage) and (m.state in MAY_HAVE_LEFT or m.doubts)
        ]

    @property
    def named(self) -> list[tuple[str, int]]:
        """Every place as people call it, and how many there are that are called so."""
        return list(Counter(place.called for place in self.places).items())


def plan(case: Case, wanted: Wanted) -> Plan:
    """Where this stands now; changes nothing and holds up nobody. What was typed and not sent is left out: nobody may read it."""
    everything = [place for place in holdings(case) if not place.is_unsent]
    alone = {passage: Eraser([passage]) for passage in wanted.passages}
    not_found = [p for p, eraser in alone.items() if not any(place.erase(eraser, really=False) for place in everything)]
    together = Eraser(wanted.passages)
    return Plan([place for place in everything if place.erase(together, really=False)], _files(case, wanted), not_found)


def redact(case: Case, wanted: Wanted, *, by: User, reason: str) -> Plan:
    """Erase it wherever it stands, and say on the case who did so, in what kinds of places and why; never what it was.

    What stands on the case goes from what was typed and not sent as well, and nobody is told whether it stood there. The case
    stays marked until somebody has looked (`suspicion.clear`): a half of a name is no longer found. Raises NothingToRedact, and
    ReasonTells.
    """
    case.hold()
    eraser, at = Eraser(wanted.passages), clock.now()
    if eraser.text(reason) != reason or suspicion.look([("", reason)]):
        raise ReasonTells(case.number)
    files = _files(case, wanted)
    everything = list(holdings(case, locked=True))
    sent = [place for place in everything if not place.is_unsent]
    standing = [p for p in wanted.passages if any(place.erase(Eraser([p]), really=False) for place in sent)]
    places = [place for place in sent if place.erase(eraser, really=True)]
    if not places and not files:
        raise NothingToRedact(case.number)
    for place in everything:
        if place.is_unsent:
            place.erase(Eraser(standing), really=True)
    marks.forget([tag for tag in marks.known_anywhere() if Eraser(standing).text(tag) != tag])
    for place in places:
        _mark(place, eraser, by=by)
    for file in files:
        attachments.redact(file, name=TOMBSTONE, at=at)
    kinds = Counter([*(place.kind.value for place in places), *(PlaceKind.FILE.value for _file in files)])
    told: dict[str, Any] = {"places": dict(kinds), "reason": reason}
    indexing.write(case)
    case.form_digest = ""  # a hash of the whole ticket: whoever has it could try what is gone
    case.record(EventKind.REDACTED, by=by, at=at, new=told)
    return Plan(places, files)


def _files(case: Case, wanted: Wanted) -> list[Attachment]:
    """Those of the files that belong to a message of the case and still have their content."""
    of_case = sa.select(Attachment).where(Attachment.case_id == case.id, Attachment.message_id.is_not(None))
    found = of_case.where(Attachment.id.in_(wanted.files), Attachment.redacted_at.is_(None)).order_by(Attachment.id)
    return list(db.session.scalars(found)) if wanted.files else []


def _mark(place: Holding, eraser: Eraser, *, by: User) -> None:
    """Say where it can be seen that something was removed."""
    match place.row:
        case Case() | Message() as row if place.kind is not PlaceKind.HISTORY:
            row.redacted_at = clock.now()
        case OutboxMessage() as mail:
            acts.record(mail, MailAct.REDACTED, by=by.id)
        case Article() as article if eraser.address(article.slug):
            article.slug = editing.free_slug(article.title)
