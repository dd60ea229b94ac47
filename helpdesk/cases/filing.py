"""Cases that staff files for somebody, and cases that somebody asks for a colleague: who stands beside the requester."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import LazyString

from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import outbox
from ..notifications.models import MailState
from ..permissions import Permission, may
from . import queries
from .models import Case, Channel, Event, EventKind
from .numbers import id_of


@dataclass(frozen=True)
class Colleague:
    """Somebody for whom a case was asked, and who need not have an account."""

    name: str
    email: str


def colleague_of(case: Case) -> Colleague | None:
    """The colleague whom a case is about, as its answers name them; none where its requester asked for themselves."""
    given = {row["key"]: row for row in case.answers if "key" in row}
    if given.get("for_self", {}).get("value") != "no":
        return None
    name, email = (given.get(key, {}).get("answer", "") for key in ("affected_name", "affected_email"))
    return Colleague(name, email) if name else None


def filer_of(case: Case) -> User | None:
    """Who of the staff filed the case for its requester; nobody, and no statement, where they asked on the web."""
    if case.channel is Channel.WEB:
        return None
    opened = sa.select(User).join(Event, Event.actor_id == User.id)
    return db.session.scalar(opened.where(Event.case_id == case.id, Event.kind == EventKind.OPENED))


def filed_in_words(case: Case, *, by: str, is_theirs: bool = True) -> str:
    """How a case was filed, for its requester or a colleague of theirs: "Luis Whitfield of our staff filed this ..."."""
    words = {"who": by, "name": case.requester.name}
    if case.channel is Channel.WALK_IN:
        if is_theirs:
            return _("%(who)s of our staff filed this case for you when you came to us.", **words)
        return _("%(who)s of our staff filed this case for %(name)s, who came to us.", **words)
    if is_theirs:
        return _("%(who)s of our staff filed this case for you by phone.", **words)
    return _("%(who)s of our staff filed this case by phone for %(name)s.", **words)


def receipt_facts(case: Case, *, filed_by: User | None) -> dict[str, object]:
    """What the receipt tells, in the language of its reader, of a case that staff has filed; nothing about any other."""
    if filed_by is None:
        return {}
    return {"filed": LazyString(filed_in_words, case, by=filed_by.name), "is_invited": case.requester.is_invited}


def is_told(case: Case) -> bool:
    """Whether the receipt has left or will: not where the address refuses our mail."""
    receipt = outbox.written_for(case.id, kind="case_received", key=case.number)
    return receipt is not None and receipt.state not in (MailState.FAILED, MailState.CANCELLED)


def beside(case: Case, *, reader: User) -> list[str]:
    """What a requester, or a colleague who reads along, is told of the others: who filed the case, and for whom it was asked."""
    is_theirs, told = case.requester_id == reader.id, []
    if filer := filer_of(case):
        told.append(filed_in_words(case, by=filer.name, is_theirs=is_theirs))
    if colleague := colleague_of(case):
        words = {"name": case.requester.name, "colleague": colleague.name, "email": colleague.email}
        told.append(
            _("You asked for a colleague: %(colleague)s, %(email)s.", **words)
            if is_theirs
            else _("%(name)s asked for a colleague: %(colleague)s, %(email)s.", **words)
        )
    return told


def filed_or_seen(user: User, number: str) -> sa.Select[Case]:
    """The case with this number if this person has filed it, whichever team has it now, or may see it anyhow."""
    mine = sa.exists().where(Event.case_id == Case.id, Event.kind == EventKind.OPENED, Event.actor_id == user.id)
    filed = mine if may(user, Permission.FILE_FOR_OTHERS) else sa.false()
    seen = queries.visible_to(user).with_only_columns(Case.id)
    return sa.select(Case).where(Case.id == id_of(number), sa.or_(filed, Case.id.in_(seen)))
