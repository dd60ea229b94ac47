"""Questions about mail."""

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from ..hours.wording import moment
from .claim import MOST_DOUBTS
from .models import MailState, OutboxMessage


def mail_of_case(case_id: int) -> sa.Select[tuple[OutboxMessage]]:
    """Every message about a case, oldest first, with its attempts."""
    return (
        sa.select(OutboxMessage)
        .where(OutboxMessage.case_id == case_id)
        .options(selectinload(OutboxMessage.attempts))
        .order_by(OutboxMessage.id)
    )


def standing(message: OutboxMessage) -> str:
    """Where a message stands, in a sentence for staff. Never says "delivered": we know only what our mail server said."""
    match message.state:
        case MailState.HELD:
            return _("Held until %(moment)s, because %(reason)s", moment=moment(message.due_at), reason=message.reason)
        case MailState.DUE:
            return _("Waiting to be sent")
        case MailState.SENDING:
            return _("Being sent now")
        case MailState.SENT:
            assert message.sent_at is not None
            return _("Accepted by the mail server %(moment)s", moment=moment(message.sent_at, seconds=True))
        case MailState.RETRY:
            return _("Not taken yet (%(reason)s); we try again %(moment)s", reason=message.reason, moment=moment(message.due_at))
        case MailState.FAILED:
            return _("Could not be sent: %(reason)s", reason=message.reason)
        case MailState.DOUBTFUL:
            return _doubt(message)
        case MailState.CANCELLED if message.doubts:
            return _("Not sent again: %(reason)s. An earlier try may have arrived.", reason=message.reason)
        case MailState.CANCELLED:
            return _("Not sent: %(reason)s", reason=message.reason)
        case MailState.SUPERSEDED:
            return _("Replaced: %(reason)s", reason=message.reason)


def _doubt(message: OutboxMessage) -> str:
    if message.doubts < MOST_DOUBTS:
        return _("In doubt: %(reason)s. It is sent once more %(moment)s.", reason=message.reason, moment=moment(message.due_at))
    return _("In doubt after two tries: %(reason)s. Please ask by phone whether it arrived.", reason=message.reason)
