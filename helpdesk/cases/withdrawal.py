"""Second thoughts: a reply or a resolution is taken back, or told in other words, as long as its mail has not left."""

from datetime import datetime

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import acts
from ..notifications.errors import HasLeft
from ..notifications.models import OutboxMessage
from ..sla import commands as sla
from ..sla import queries as sla_queries
from ..sla.models import Target
from ..typed_text import readable_length
from . import attachments, copy_mail, handing, indexing, mail, queries, suspicion, turns
from .errors import NoteMissing, NotTakenBack
from .models import SHORTEST_NOTE, Case, EventKind, Message, MessageKind, Status

TOLD_BY_MAIL = frozenset(mail.MAIL_OF)


def take_back(case: Case, message: Message, *, by: User) -> None:
    """Withdraw a reply or a resolution whose mail has not left; the requester sees it on the page as withdrawn.

    A resolved case is open again, and so is one that waits for an answer to this reply. Raises NotTakenBack.
    """
    handing.hold_owners(case)
    case.hold()
    held, at = _held_mail(case, message), clock.now()
    reason = _("%(who)s took it back before it left", who=by.name)
    try:
        acts.take_back(held, by=by.id, reason=reason)
        copy_mail.take_back(copy_mail.telling(case, message), by=by, reason=reason)
    except HasLeft:
        raise NotTakenBack(case.number) from None
    message.withdraw(by=by, at=at)
    old = case.status
    if message.kind is MessageKind.RESOLUTION:
        _open_again(case, at)
    else:
        _undo_answer(case, message, at)
    case.record(
        EventKind.TAKEN_BACK,
        by=by,
        at=at,
        old={"status": old.value},
        new={"status": case.status.value, "message": message.kind.value},
    )
    case.due_at = sla_queries.nearest_due(case.id)
    indexing.write(case)


def revise(case: Case, message: Message, *, by: User, body: str) -> Message:
    """Tell a reply or a resolution in other words, as long as its mail has not left: the new mail takes its place.

    Raises NotTakenBack, and NoteMissing for a resolution without substance.
    """
    case.hold()
    held, at = _held_mail(case, message), clock.now()
    if message.kind is MessageKind.RESOLUTION and readable_length(body) < SHORTEST_NOTE:
        raise NoteMissing(case.number)
    message.withdraw(by=by, at=at)
    again = case.add_message(message.kind, author=by, body=body.strip(), at=at)
    case.record(EventKind.REVISED, by=by, at=at, old={"message": message.id}, new={"message": message.kind.value})
    suspicion.flag(case, [body], by=by, at=at)
    if message.author_id is None and case.answered_at is None:  # the text of a rule has become somebody's answer
        case.answered_at = at
        sla.stop(case.id, Target.FIRST_RESPONSE, at=at)
        sla.owe_update(case.id, priority=case.priority, at=at)
        turns.stand_still(case, at=at)
        case.due_at = sla_queries.nearest_due(case.id)
    db.session.flush()
    files, reason = attachments.move(message, to=again), _("%(who)s changed the text", who=by.name)
    following = mail.tell_requester(case, again, files=files)
    if following is None:
        raise NotTakenBack(case.number)
    try:
        acts.supersede(held, following=following, by=by.id, reason=reason)
        copies = copy_mail.telling(case, message)
        copy_mail.replace(copies, following=copy_mail.tell(case, again, files=files), by=by, reason=reason)
    except HasLeft:
        raise NotTakenBack(case.number) from None
    indexing.write(case)
    return again


def _held_mail(case: Case, message: Message) -> OutboxMessage:
    """The mail of a message that can be withdrawn; raises NotTakenBack."""
    held = mail.mail_of(case, message)
    settled = case.is_final or message.withdrawn_at is not None
    outdated = message.kind is MessageKind.RESOLUTION and case.status is not Status.RESOLVED
    if held is None or settled or outdated or not acts.can_be_taken_back(held):
        raise NotTakenBack(case.number)
    return held


def _open_again(case: Case, at: datetime) -> None:
    case.move_to(Status.OPEN)
    case.resolution_code = case.resolved_at = None
    sla.restart(case.id, Target.NEXT_UPDATE, Target.RESOLUTION, at=at)
    _owe_first_answer(case, at)
    handing.find_an_owner(case)


def _undo_answer(case: Case, message: Message, at: datetime) -> None:
    """A case does not wait for an answer to what nobody has said; what was said first is said no more."""
    if case.status is Status.PENDING and message is _newest_answer(queries.messages_of(case), also=message):
        case.move_to(Status.OPEN)
        turns.follow(case, Status.PENDING, at=at)
    _owe_first_answer(case, at)


def _owe_first_answer(case: Case, at: datetime) -> None:
    """What the desk itself has said is no answer."""
    if _newest_answer([m for m in queries.messages_of(case) if m.author_id is not None]) is None:
        case.answered_at = None
        sla.owe_no_update(case.id)
        sla.restart(case.id, Target.FIRST_RESPONSE, at=at)
        turns.stand_still(case, at=at)


def _newest_answer(messages: list[Message], *, also: Message | None = None) -> Message | None:
    """The last public word of staff, or of the desk itself, that stands, or `also`, though it does not."""
    said = [m for m in messages if m.kind in TOLD_BY_MAIL and m.is_of_staff and (m.withdrawn_at is None or m is also)]
    return said[-1] if said else None
