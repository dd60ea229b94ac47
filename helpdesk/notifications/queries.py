"""Questions about mail."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer

from ..database import Id
from ..hours.wording import moment
from ..languages import lazy_gettext as _l
from .claim import MOST_DOUBTS
from .models import MailState, OutboxMessage

# What is said of a message in each state; %(moment)s is when it leaves, or when it left.
SENTENCES: dict[MailState, Any] = {
    MailState.HELD: _l("Held until %(moment)s, because %(reason)s"),
    MailState.DUE: _l("Waiting to be sent"),
    MailState.SENDING: _l("Being sent now"),
    MailState.SENT: _l("Accepted by the mail server %(moment)s"),
    MailState.RETRY: _l("Not accepted yet (%(reason)s); we try again %(moment)s"),
    MailState.FAILED: _l("Could not be sent: %(reason)s"),
    MailState.DOUBTFUL: _l("In doubt: %(reason)s. It is sent once more %(moment)s."),
    MailState.CANCELLED: _l("Not sent: %(reason)s"),
    MailState.SUPERSEDED: _l("Replaced: %(reason)s"),
}
_SAID_TWICE_IN_DOUBT = _l("In doubt after two tries: %(reason)s. Please ask by phone whether it arrived.")
_SAID_TOO_LATE = _l("Not sent again: %(reason)s. An earlier try may have arrived.")


def mail_of_case(case_id: Id) -> sa.Select[OutboxMessage]:
    """Every message about a case, oldest first; what it says and how it was tried is read when somebody asks for it."""
    light = [defer(column) for column in (OutboxMessage.text_body, OutboxMessage.html_body, OutboxMessage.headers)]
    return sa.select(OutboxMessage).where(OutboxMessage.case_id == case_id).options(*light).order_by(OutboxMessage.id)


def standing(message: OutboxMessage) -> str:
    """Where a message stands, in a sentence for staff. Never says "delivered": we know only what our mail server said."""
    pattern = _SAID_TWICE_IN_DOUBT if _waits_for_a_person(message) else SENTENCES[message.state]
    if message.state is MailState.CANCELLED and message.doubts:
        pattern = _SAID_TOO_LATE
    at = message.sent_at if message.state is MailState.SENT else message.due_at
    exact = message.state is MailState.SENT
    return str(pattern) % {"moment": moment(at or message.due_at, seconds=exact), "reason": message.reason}


def _waits_for_a_person(message: OutboxMessage) -> bool:
    return message.state is MailState.DOUBTFUL and message.doubts >= MOST_DOUBTS
