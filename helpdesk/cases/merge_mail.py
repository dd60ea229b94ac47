"""Mail follows its case: what has not left about a merged case leads to the one that goes on, and back again."""

import sqlalchemy as sa

from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import acts, outbox, states
from ..notifications.models import OutboxMessage
from . import attachments, copy_mail, mail, moving, queries
from .merge_marks import shares_readers
from .models import Case, Message, MessageKind

REPLIES = {mail.MAIL_OF[MessageKind.REPLY]: mail.facts, mail.COPY_OF[MessageKind.REPLY]: copy_mail.facts}
RESOLUTIONS = frozenset({"case_resolved", "copy_resolved"})


def follow(case: Case, *, to: Case, by: User) -> None:
    """Let replies that wait to be mailed lead to the other case, where their readers can read it; notices to staff end."""
    reason = _("the case was merged into %(number)s before this mail left", number=to.number)
    outbox.cancel_unsent(case.id, kinds=moving.FOR_WHO_HAD_IT, reason=reason)
    if case.requester_id == to.requester_id:
        _lead(case, to=to, by=by, reason=reason, with_copies=shares_readers(case, to))


def come_back(case: Case, message: Message, *, off: Case, by: User) -> bool:
    """Let them lead to the case itself again, and stop the mail that says that it was merged; whether that has left."""
    reason = _("the merge was taken back before this mail left")
    sent = mail.mail_of(case, message)
    outbox.cancel_unsent(case.id, kinds=RESOLUTIONS, reason=reason)
    if case.requester_id == off.requester_id:
        _lead(case, to=case, by=by, reason=reason, with_copies=True)
    return sent is not None and acts.may_have_left(sent)


def _lead(case: Case, *, to: Case, by: User, reason: str, with_copies: bool) -> None:
    said = {message.id: message for message in queries.messages_of(case)}
    waiting = sa.select(OutboxMessage).where(OutboxMessage.case_id == case.id, OutboxMessage.kind.in_(REPLIES))
    locked = waiting.where(states.NOT_GONE).order_by(OutboxMessage.id).with_for_update()  # what is claimed at this moment leaves
    for held in db.session.scalars(locked.execution_options(populate_existing=True)).all():
        message = said.get(mail.carries(held) or 0)
        is_copy = held.kind in mail.COPY_OF.values()
        if message is None or not acts.can_be_taken_back(held) or (is_copy and not with_copies):
            continue
        files = attachments.number_on(message)
        about = {**mail.said(case, message, files=files), **REPLIES[held.kind](to)}
        about["left_out"] = REPLIES[held.kind](case)["left_out"] or about["left_out"]
        reader = db.session.get_one(User, held.user_id)
        key = f"{case.number}/{case.version}/{message.id}"  # a word of its own: the same reply is told again
        following = mail.write(held.kind, case, to=reader, about=about, key=key)
        acts.supersede(held, following=following, by=by.id, reason=reason)
