"""Where each case of a provider's list stands, in one sentence."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup, escape

from ..accounts.models import User
from ..extensions import db
from ..hours.wording import on_day, when
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..notifications.models import MailState, OutboxMessage
from . import mail_queries
from .models import PUBLIC_KINDS, Case, Message, MessageKind, Status

WAITING = frozenset({MailState.HELD, MailState.DUE, MailState.SENDING, MailState.RETRY})

SENTENCES = {
    Status.NEW: _l("We have received it"),
    Status.OPEN: _l("We are working on it"),
    Status.PENDING: _l("We need something from you"),
    Status.ON_HOLD: _l("We are waiting for someone outside the help desk"),
    Status.CANCELED: _l("Canceled by you"),
}
OF_A_COLLEAGUE = {
    Status.PENDING: _l("We need something from %(name)s"),
    Status.CANCELED: _l("Canceled by %(name)s"),
}
TAKEN_BACK = _l("We have withdrawn our resolution and are working on it")


def of(cases: Collection[Case], *, reader: User) -> dict[int, str]:
    """For each case (by id) where it stands for the person who reads: theirs, or a colleague's. At most two statements."""
    mail = mail_queries.resolution_mail([case for case in cases if case.status is Status.RESOLVED])
    taken_back = _with_resolution_taken_back([case.id for case in cases if case.status is Status.OPEN])
    return {
        case.id: str(TAKEN_BACK)
        if case.id in taken_back
        else _state(case, mail.get(case.id), is_theirs=case.requester_id == reader.id)
        for case in cases
    }


def _state(case: Case, mail: OutboxMessage | None, *, is_theirs: bool) -> str:
    match case.status:
        case Status.RESOLVED:
            return _resolved(case, mail)
        case Status.CLOSED:
            return _on(_("Closed on %(day)s"), case.closed_at)
        case Status.PENDING | Status.CANCELED if not is_theirs:
            return str(OF_A_COLLEAGUE[case.status] % {"name": case.requester.name})
        case _:
            return str(SENTENCES[case.status])


def _resolved(case: Case, mail: OutboxMessage | None) -> str:
    if mail is not None and mail.state in WAITING:
        return escape(_("Resolved; the e-mail leaves %(when)s")) % {"when": when(mail.due_at)}
    return _on(_("Resolved on %(day)s"), case.resolved_at)


def _on(said: str, at: datetime | None) -> Markup:
    return escape(said) % {"day": on_day(at) if at else ""}


def _with_resolution_taken_back(case_ids: Collection[int]) -> set[int]:
    """Those of these cases in which nothing has been said in public since a resolution that was taken back."""
    if not case_ids:
        return set()
    said = sa.select(sa.func.max(Message.id)).where(Message.case_id.in_(case_ids), Message.kind.in_(PUBLIC_KINDS))
    last = Message.id.in_(said.group_by(Message.case_id))
    taken_back = Message.kind == MessageKind.RESOLUTION, Message.withdrawn_at.is_not(None)
    return set(db.session.scalars(sa.select(Message.case_id).where(last, *taken_back)))
