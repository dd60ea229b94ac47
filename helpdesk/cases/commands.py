"""The verbs of a case. Each locks the case, changes it, records the event, and writes the mail that follows from it."""

from datetime import datetime

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import outbox
from ..sla import commands as sla
from ..sla import queries as sla_queries
from ..sla.models import Target
from ..typed_text import readable_length
from . import attachments, copy_mail, handing, indexing, mail, queries, resolving, staff_mail, standing, suspicion, turns, whose
from .attachment_models import Attachment
from .errors import (
    AlreadyTaken,
    CaseClosed,
    CaseResolved,
    IllegalMove,
    NoteMissing,
    WorkHasBegun,
    WorksElsewhere,
)
from .models import SHORTEST_NOTE, Case, EventKind, Message, MessageKind, ResolutionCode, Status
from .new_case import Answer, NewCase, TopicFacts
from .opening import open_case
from .rating import rate

__all__ = [
    "SHORTEST_NOTE",
    "Answer",
    "NewCase",
    "TopicFacts",
    "accept",
    "add_note",
    "cancel",
    "give",
    "hold",
    "open_case",
    "rate",
    "reject",
    "reply",
    "resolve",
    "take",
]


def hold(case: Case, *, by: User) -> None:
    """Lock whoever of the staff works on a case, then the case: always in this order, as the end of an account does."""
    if by.is_staff:
        db.session.refresh(by, ["deactivated_at"], with_for_update={"of": User, "read": True})
    case.hold()


def take(case: Case, *, by: User) -> None:
    """Make the case one's own; a new one, also one that the desk has given them, is open from then on.

    Raises AlreadyTaken, naming who has it, and WorksElsewhere for whoever works in another team than that of the case.
    """
    hold(case, by=by)
    if case.is_final:
        raise CaseClosed(case.number)
    if case.assignee is not None and case.assignee_id != by.id:
        raise AlreadyTaken(case.number, case.assignee.name)
    if case.assignee is None and by.is_active:  # nobody gets one whose account has just ended
        if not whose.may_have(by, case.team):
            raise WorksElsewhere(by.name, case.team.name)
        handing.take(case, by, clock.now())
    if case.status is Status.NEW and case.assignee_id is not None:
        turns.change(case, Status.OPEN, by=by, at=clock.now())


def give(case: Case, to: User | None, *, by: User) -> None:
    """Give a case to somebody of the desk, or back to the queue of its team; its status stays. All of them are held."""
    old = {"assignee": case.assignee.name, "assignee_id": case.assignee.id} if case.assignee else {}
    if to is None:
        handing.let_go(case, by=by, why=_("%(who)s put it back", who=by.name))
    else:
        case.assignee = to
        new = {"assignee": to.name, "assignee_id": to.id}
        case.record(EventKind.ASSIGNED, by=by, at=clock.now(), old=old, new=new)
    db.session.flush()
    outbox.cancel_unsent(case.id, kinds=handing.FOR_WHO_HAS_IT, reason=_("somebody else has the case"))
    if to is not None:
        staff_mail.tell_assignee(case, by=by)


def add_note(case: Case, *, by: User, body: str, with_files: bool = False) -> Message:
    """Write an internal note, which no requester ever sees; the same words again at once are the same note.

    With files: those that wait for a note of this person.
    """
    case.hold()
    at = clock.now()
    files = attachments.take(attachments.on_case(by, case, MessageKind.NOTE)) if with_files else []
    first = queries.repeated(case, MessageKind.NOTE, by=by, body=body, at=at, files=files)
    if first is not None:
        attachments.remove(files)
        return first
    message = case.add_message(MessageKind.NOTE, author=by, body=body, at=at)
    indexing.add_message(message)
    attachments.attach(files, to=message)
    case.record(EventKind.NOTED, by=by, at=at)
    return message


def reply(
    case: Case,
    *,
    by: User,
    body: str,
    wait: bool = False,
    with_files: bool = False,
    through: Case | None = None,
) -> Message:
    """Say something in public, from staff or from the requester.

    Staff: the first-response clock stops, the requester gets a mail in service hours, and with `wait` the case is pending
    until they answer; without, one that is on hold stays so. Requester: a pending case is open again; on a resolved one they
    are asked first whether it is solved (CaseResolved). The same words again at once are the same reply. With files: those that
    wait for a reply of this person. Through: the case on whose page they wrote, which was merged into this one.
    """
    hold(case, by=by)
    at = clock.now()
    files = attachments.take(attachments.on_case(by, case, MessageKind.REPLY)) if with_files else []
    first = queries.repeated(case, MessageKind.REPLY, by=by, body=body, at=at, files=files)
    if first is not None:
        attachments.remove(files)
        return first
    if not by.is_staff:
        return _reply_of_requester(case, by, body, files, through)
    message = case.add_message(MessageKind.REPLY, author=by, body=body, at=at)
    indexing.add_message(message)
    attachments.attach(files, to=message)
    db.session.flush()  # its entry names it
    goes_on = case.status is not Status.RESOLVED or wait
    case.record(EventKind.REPLIED, by=by, at=at, old=standing.of(case, begins_update=goes_on), new={"said": message.id})
    suspicion.flag(case, [body], by=by, at=at)
    if _answered(case, by, at):
        sla.stop(case.id, Target.FIRST_RESPONSE, at=at)
        case.due_at = sla_queries.nearest_due(case.id)
    if goes_on:
        sla.owe_update(case.id, priority=case.priority, at=at)
        turns.after_word_of_staff(case, message, wait=wait, by=by, at=at)
    db.session.flush()
    mail.tell_requester(case, message, files=len(files))
    copy_mail.tell(case, message, files=len(files))
    staff_mail.tell_watchers(case, by=by)
    return message


def resolve(
    case: Case,
    *,
    by: User,
    code: ResolutionCode,
    note: str,
    with_files: bool = False,
    written_as_reply: bool = False,
    merged_into: Case | None = None,
) -> Message:
    """End the work on a case with a code and a note, which the requester sees at once and is mailed in service hours.

    With files: those that wait for a resolution by this person, or for a reply where it was written as one. Merged into another
    (`merging.merge`) it is closed at once.

    Raises NoteMissing for a note without substance, IllegalMove for a case that is resolved already.
    """
    hold(case, by=by)
    if readable_length(note) < SHORTEST_NOTE:
        raise NoteMissing(case.number)
    if case.status is Status.RESOLVED:
        raise IllegalMove(case.number, case.status.value, Status.RESOLVED.value)
    at = clock.now()
    kind = MessageKind.REPLY if written_as_reply else MessageKind.RESOLUTION
    files = attachments.take(attachments.on_case(by, case, kind)) if with_files else []
    before = standing.of(case)
    with db.session.no_autoflush:  # nothing that is read meanwhile depends on what is written
        _answered(case, by, at)
        message = resolving.conclude(
            case, by=by, code=code, note=note, at=at, files=files, merged_into=merged_into, before=before
        )
    staff_mail.tell_watchers(case, by=by)
    return message


def accept(case: Case, *, by: User) -> None:
    """The requester says that this solved it: the case is closed."""
    case.hold()
    if case.status is not Status.RESOLVED:
        raise CaseClosed(case.number) if case.is_final else IllegalMove(case.number, case.status.value, Status.CLOSED.value)
    at = clock.now()
    case.move_to(Status.CLOSED)
    case.closed_at = at
    case.record(EventKind.ACCEPTED, by=by, at=at, old={"status": Status.RESOLVED.value}, new={"status": Status.CLOSED.value})
    staff_mail.tell_watchers(case, by=by)


def reject(case: Case, *, by: User, body: str, with_files: bool = False) -> Message:
    """The requester says that this did not solve it: the case is open for the same team, and mail still held is cancelled.

    With files: those that wait for a reply of this person, as a case can be resolved while somebody writes one.
    """
    handing.hold_owners(case)
    case.hold()
    at = clock.now()
    files = attachments.take(attachments.on_case(by, case, MessageKind.REPLY)) if with_files else []
    first = queries.repeated(case, MessageKind.NOT_SOLVED, by=by, body=body, at=at, files=files)
    if first is not None:
        attachments.remove(files)
        return first
    if case.status is not Status.RESOLVED:
        raise CaseClosed(case.number) if case.is_final else IllegalMove(case.number, case.status.value, Status.OPEN.value)
    message = case.add_message(MessageKind.NOT_SOLVED, author=by, body=body, at=at)
    indexing.add_message(message)
    attachments.attach(files, to=message)
    case.move_to(Status.OPEN)
    case.resolution_code = case.resolved_at = None
    case.record(EventKind.REJECTED, by=by, at=at, old={"status": Status.RESOLVED.value}, new={"status": Status.OPEN.value})
    suspicion.flag(case, [body], by=by, at=at)
    unanswered = () if case.answered_at else (Target.FIRST_RESPONSE,)  # what the desk itself has said is no answer
    sla.restart(case.id, Target.RESOLUTION, *unanswered, at=at)
    sla.owe_update(case.id, priority=case.priority, at=at)
    case.due_at = sla_queries.nearest_due(case.id)
    handing.find_an_owner(case)
    staff_mail.tell_that_it_came_back(case, message, by=by)
    staff_mail.tell_watchers(case, by=by)
    outbox.cancel_unsent(
        case.id, kinds={"case_resolved", "copy_resolved"}, reason=_("the case was reopened before this mail left")
    )
    return message


def cancel(case: Case, *, by: User) -> None:
    """The requester withdraws the case, as long as nobody works on it. Raises WorkHasBegun afterwards."""
    case.hold()
    if case.is_final:
        raise CaseClosed(case.number)
    if case.work_has_begun:
        raise WorkHasBegun(case.number)
    at, old = clock.now(), case.status
    case.move_to(Status.CANCELED)
    case.closed_at, case.due_at = at, None
    case.record(EventKind.CANCELED, by=by, at=at, old={"status": old.value}, new={"status": Status.CANCELED.value})
    sla.stop(case.id, *Target, at=at)
    turns.stop_reminding(case, old)
    staff_mail.tell_watchers(case, by=by)
    if case.assignee_id is not None:
        outbox.cancel_unsent(case.id, kinds={"case_assigned"}, reason=_("the case was canceled before this mail left"))


def _reply_of_requester(case: Case, by: User, body: str, files: list[Attachment], through: Case | None) -> Message:
    if case.status is Status.RESOLVED:
        raise CaseResolved(case.number)
    at = clock.now()
    message = case.add_message(MessageKind.REPLY, author=by, body=body, at=at)
    indexing.add_message(message)
    attachments.attach(files, to=message)
    case.record(EventKind.REPLIED, by=by, at=at, new={"through": through.number} if through else {})
    suspicion.flag(case, [body], by=by, at=at)
    if case.status is Status.PENDING:
        turns.change(case, Status.OPEN, by=by, at=at)
    staff_mail.tell_that_it_came_back(case, message, by=by)
    staff_mail.tell_watchers(case, by=by)
    return message


def _answered(case: Case, by: User, at: datetime) -> bool:
    """Staff has answered in public: whoever does so has the case if nobody had and they work there; whether it is the first."""
    if case.assignee is None and whose.may_have(by, case.team):
        handing.take(case, by, at)
    staff_mail.untell_that_it_came_back(case, by=by)
    if case.answered_at is not None:
        return False
    case.answered_at = at
    return True
