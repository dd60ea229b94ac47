"""What the desk says by itself on a new case, because a rule says so: in public, and then the case waits for the answer."""

from datetime import datetime

from ..accounts.models import Language
from ..extensions import db
from . import copy_mail, macros, mail, turns
from .models import Case, EventKind, Message, MessageKind, Status


def ask(case: Case, code: str, *, language: Language, at: datetime) -> Message | None:
    """Send a macro as a reply of the desk itself, mailed like any other; the case is pending until its requester answers.

    The resolution clock pauses; a first response is owed all the same, for this is none. Nothing is sent where the macro is not
    in use any more, and the timeline says so.
    """
    macro = db.session.scalar(macros.in_use(code))
    if macro is None:
        case.record(EventKind.NOT_APPLIED, by=None, at=at, new={"what": "macro", "named": [code]})
        return None
    message = case.add_message(MessageKind.REPLY, author=None, body=macro.text(case, language), at=at)
    case.record(EventKind.REPLIED, by=None, at=at, new={"macro": macro.code, "title": macro.title})
    turns.change(case, Status.PENDING, by=None, at=at)
    db.session.flush()
    mail.tell_requester(case, message)
    copy_mail.tell(case, message)
    return message
