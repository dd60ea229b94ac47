"""Second thoughts: a reply or a resolution is taken back, or told in other words, as long as its mail has not left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import acts
from ..notifications.errors import HasLeft
from ..notifications.models import MailAct, MailEvent, OutboxMessage
from ..sla import commands as sla
from ..sla import queries as sla_queries
from ..sla.models import Target
from ..typed_text import readable_length
from . import attachments, copy_mail, handing, indexing, mail, queries, standing, suspicion, turns
from .errors import NoteMissing, NotTakenBack
from .models import SHORTEST_NOTE, UNFINISHED, WAITS, Case, EventKind, Message, MessageKind, Status
from .standing import Past

TOLD_BY_MAIL = frozenset(mail.MAIL_OF)


def take_back(case: Case, message: Message, *, by: User, as_untouched: bool = False) -> None:
    """Withdraw a reply or a resolution whose mail has not left; the requester sees it on the page as withdrawn.

    The case stands as it did before, unless somebody has gone on: it waits for whom it waited for, since then, and its clocks
    with it. One that was new is open now, and whoever has said it keeps it; `as_untouched` it is new and nobody's again, for this
    was done with many. Raises NotTakenBack.
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
    past = Past(queries.events_of(case))
    said = past.first_words(message)
    if message.kind is MessageKind.RESOLUTION:
        _open_again(case, message, past, at=at, as_untouched=as_untouched)
    else:
        _undo_answer(case, message, past, at=at, as_untouched=as_untouched)
    case.record(
        EventKind.TAKEN_BACK,
        by=by,
        at=at,
        old={"status": old.value},
        new={"status": case.status.value, "message": message.kind.value, "said": said},
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
    db.session.flush()
    new = {"message": message.kind.value, "said": again.id}
    case.record(EventKind.REVISED, by=by, at=at, old={"message": message.id}, new=new)
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


def _open_again(case: Case, message: Message, past: Past, *, at: datetime, as_untouched: bool) -> None:
    case.resolution_code = case.resolved_at = None
    entry = past.entry_of(past.first_words(message))
    if entry is None or entry.actor_id is None:  # what the desk has given up would be given up again
        case.move_to(Status.OPEN)
    else:
        _put_back(case, message, past.before(entry), since=entry.at, as_untouched=as_untouched)
    sla.restart(case.id, Target.NEXT_UPDATE, Target.RESOLUTION, at=at)
    _owe_first_answer(case, at)
    turns.stand_still(case, at=at)
    handing.find_an_owner(case)


def _undo_answer(case: Case, message: Message, past: Past, *, at: datetime, as_untouched: bool) -> None:
    """A case does not wait for an answer to what nobody has said; what was said first is said no more."""
    old, entry = case.status, past.entry_of(past.first_words(message))
    begun = past.begun(entry) if entry else None
    if begun:
        sla.owe_as_before(case.id, begun)
    if entry is not None and case.status in UNFINISHED and past.is_latest_turn(entry):
        _put_back(case, message, past.before(entry), since=entry.at, as_untouched=as_untouched)
        _follow(case, old, at)
    elif case.status is Status.PENDING and message is _newest_answer(queries.messages_of(case), also=message):
        case.move_to(Status.OPEN)
        turns.follow(case, old, at=at)
    if _owe_first_answer(case, at) and entry is None:
        sla.owe_no_update(case.id)


def _put_back(case: Case, message: Message, before: Mapping[str, Any], *, since: datetime, as_untouched: bool) -> None:
    standing.put_back(case, before)
    if case.status is Status.PENDING and (stopped := _reminders_stopped(case, since)):
        case.reminders, case.reminded_at = max(case.reminders - stopped, 0), None
    was_new = case.status is Status.NEW and not as_untouched
    if was_new or (case.status is Status.PENDING and _newest_answer(queries.messages_of(case)) is None):
        standing.put_back(case, {"status": Status.OPEN})
    if as_untouched and not before["is_assigned"] and case.assignee_id == message.author_id:
        handing.untake(case)


def _reminders_stopped(case: Case, since: datetime) -> int:
    """How many reminders have not left because of what was said then: they are written once more."""
    stopped = OutboxMessage.events.any(sa.and_(MailEvent.act == MailAct.CANCELLED, MailEvent.at >= since))
    found = sa.select(sa.func.count()).where(OutboxMessage.case_id == case.id, OutboxMessage.kind == turns.REMINDER, stopped)
    return db.session.scalar(found) or 0


def _follow(case: Case, old: Status, at: datetime) -> None:
    """Clocks and reminders of a case that stands again as it did."""
    if case.status in WAITS:
        turns.stand_still(case, at=at)
    elif old in WAITS:
        sla.resume(case.id, at=at)
        turns.stop_reminding(case, old)


def _owe_first_answer(case: Case, at: datetime) -> bool:
    """Owe a first answer again if none stands, and say so; what the desk itself has said is none."""
    if _newest_answer([m for m in queries.messages_of(case) if m.author_id is not None]) is not None:
        return False
    case.answered_at = None
    sla.restart(case.id, Target.FIRST_RESPONSE, at=at)
    turns.stand_still(case, at=at)
    return True


def _newest_answer(messages: list[Message], *, also: Message | None = None) -> Message | None:
    """The last public word of staff, or of the desk itself, that stands, or `also`, though it does not."""
    said = [m for m in messages if m.kind in TOLD_BY_MAIL and m.is_of_staff and (m.withdrawn_at is None or m is also)]
    return said[-1] if said else None
