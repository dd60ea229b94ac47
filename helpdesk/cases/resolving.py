"""The end of the work on a case, by somebody or by the desk itself: always with a code, and a note for its requester."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..accounts.models import User
from ..extensions import db
from ..sla import commands as sla
from ..sla.models import Target
from . import attachments, copy_mail, indexing, mail, standing, suspicion, turns
from .attachment_models import Attachment
from .models import Case, EventKind, Message, MessageKind, ResolutionCode, Status


def conclude(
    case: Case,
    *,
    by: User | None,
    code: ResolutionCode,
    note: str,
    at: datetime,
    files: Sequence[Attachment] = (),
    merged_into: Case | None = None,
    before: dict[str, Any] | None = None,
) -> Message:
    """Resolve a case that is held, with a note that has substance; by nobody: the desk, which owes no first answer then.

    Merged into another it is closed at once, and its mail says so. Before: how it stood, if anything has been done already.
    """
    before = before or standing.of(case)
    message = case.add_message(MessageKind.RESOLUTION, author=by, body=note.strip(), at=at)
    indexing.add_message(message)
    attachments.attach(files, to=message)
    db.session.flush()  # its entry names it
    old = case.status
    case.move_to(Status.RESOLVED)
    case.resolution_code, case.resolved_at = code, at
    new = {"status": case.status.value, "code": code.value, "said": message.id}
    case.record(EventKind.RESOLVED, by=by, at=at, old=before, new=new)
    suspicion.flag(case, [note], by=by, at=at)
    sla.stop(case.id, *Target, at=at)
    case.due_at = None
    turns.stop_reminding(case, old)
    if merged_into is not None:
        case.move_to(Status.CLOSED)
        case.closed_at, case.merged_into_id = at, merged_into.id
    db.session.flush()
    mail.tell_requester(case, message, files=len(files))
    copy_mail.tell(case, message, files=len(files))
    return message
