"""Mail to those whom a case is copied to: what its requester is told, each in a mail and a language of their own."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from ..accounts.models import User
from ..extensions import db
from ..languages import lazy_gettext as _l
from ..notifications import acts, outbox
from ..notifications.models import OutboxMessage
from ..notifications.obstacles import TO_COPIED
from . import copies, mail
from .models import Case, Message

RECEIPT = "copy_received"
LEFT_OUT = _l(
    "This e-mail leaves the text out, because it may hold information about a patient. The text is on the page of the case."
)


def tell_that_copied(case: Case, person: User, *, by: User) -> None:
    """Tell somebody that the case is copied to them; call it after the event is recorded. Being copied again is told again."""
    mail.write(RECEIPT, case, to=person, about={**facts(case), "by": by.name}, key=f"{case.number}/{case.version}")


def tell(case: Case, message: Message, *, files: int = 0) -> list[OutboxMessage]:
    """Send a public message of staff, within service hours, to everybody who has a copy, can see the case and wants mail."""
    about = {**mail.said(case, message, files=files), **facts(case)}
    key, people = mail.occasion(case, message), copies.mailed(case.id, case.organization_id)
    return [mail.write(mail.COPY_OF[message.kind], case, to=person, about=about, key=key) for person in people]


def telling(case: Case, message: Message) -> list[OutboxMessage]:
    """The copies that tell a message of a case, oldest first, as everybody locks several."""
    kind = mail.COPY_OF.get(message.kind)
    found = sa.select(OutboxMessage).where(OutboxMessage.case_id == case.id, OutboxMessage.kind == kind)
    rows = db.session.scalars(found.order_by(OutboxMessage.id))
    return [row for row in rows if mail.carries(row) == message.id]


def take_back(sent: Iterable[OutboxMessage], *, by: User, reason: str) -> None:
    """Stop these copies. Raises HasLeft if one of them may have left."""
    for row in sent:
        acts.call_off(row, by=by.id, reason=reason)


def replace(sent: Iterable[OutboxMessage], *, following: Sequence[OutboxMessage], by: User, reason: str) -> None:
    """Let newer copies take the place of these; who is told no more is not told. Raises HasLeft if one of them may have left."""
    newer = {row.user_id: row for row in following}
    for row in sent:
        if row.user_id in newer and acts.can_be_taken_back(row):
            acts.supersede(row, following=newer[row.user_id], by=by.id, reason=reason)
        else:
            acts.call_off(row, by=by.id, reason=reason)


def stop(case: Case, person: User, *, reason: str) -> list[str]:
    """Stop what has not left for somebody about the case; returns the kinds of mail that are stopped now."""
    return [kind for kind in TO_COPIED if outbox.cancel_unsent(case.id, kinds={kind}, reason=reason, user_id=person.id)]


def facts(case: Case) -> dict[str, Any]:
    """What every mail to somebody with a copy may tell of a case."""
    left_out = LEFT_OUT if case.patient_data_suspected_at else ""
    return {**mail.facts(case), "requester": case.requester.name, "left_out": left_out}
