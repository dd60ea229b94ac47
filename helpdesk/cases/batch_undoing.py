"""Setting back what a batch has done with a case, where nobody has gone on since: by the entry of the timeline that it left."""

from collections.abc import Callable

import sqlalchemy as sa

from ..accounts.models import User
from ..extensions import db
from ..routing.models import Priority
from . import commands, correcting, marking, moving, queries, whose, withdrawal
from .batch_acts import Refused, Why
from .batch_models import BatchAct
from .correcting import Correction
from .errors import NotTakenBack
from .kinds import CorrectionReason, EventKind
from .models import UNFINISHED, Case, Event, Message
from .moving import NobodyWorksThere, NothingToUndo

_HANDS = frozenset(
    {EventKind.TAKEN, EventKind.ASSIGNED, EventKind.HANDED_BACK, EventKind.HANDED_OVER, EventKind.MOVED, EventKind.ROUTED}
)


def undo(case: Case, act: BatchAct, *, version: int, message_id: int | None, by: User) -> None:
    """Set a case that is held back to before an act was done with it, which made it this version. Raises Refused."""
    if case.is_final:
        raise Refused(Why.CLOSED)
    if act.is_told_by_mail:
        _take_back(case, db.session.get_one(Message, message_id or 0), by)
        return
    if act is BatchAct.MOVE:
        _move_back(case, version, by)
        return
    done = db.session.scalars(sa.select(Event).where(Event.case_id == case.id, Event.version == version)).one()
    later = queries.events_since(case, version)
    _SET_BACK[act](case, done, later, by)


def _take_back(case: Case, message: Message, by: User) -> None:
    try:
        withdrawal.take_back(case, message, by=by, as_untouched=True)
    except NotTakenBack:
        raise Refused(Why.MAIL_LEFT) from None


def _move_back(case: Case, version: int, by: User) -> None:
    try:
        moving.undo(case, by=by, version=version)
    except NothingToUndo:
        raise Refused(Why.GONE_ON) from None
    except NobodyWorksThere:
        raise Refused(Why.NOBODY_THERE) from None


def _assign_back(case: Case, done: Event, later: list[Event], by: User) -> None:
    before_id = done.old.get("assignee_id")
    before = db.session.get(User, before_id) if before_id else None
    if case.status not in UNFINISHED or any(event.kind in _HANDS for event in later):
        raise Refused(Why.GONE_ON)
    if before is not None:
        moving.hold_person(before)
        if not whose.may_have(before, case.team):
            raise Refused(Why.NOT_THEIRS)
    commands.give(case, before, by=by)


def _prioritize_back(case: Case, done: Event, later: list[Event], by: User) -> None:
    changed = any("priority" in event.new for event in later if event.kind in (EventKind.CORRECTED, EventKind.ROUTED))
    if changed or case.status not in UNFINISHED:
        raise Refused(Why.GONE_ON)
    before = Correction(priority=Priority(done.old["priority"]))
    correcting.correct(case, before, seen=case.version, by=by, reason=CorrectionReason.OTHER)


def _untag(case: Case, done: Event, later: list[Event], by: User) -> None:
    _must_be_untouched(set(done.new["tags"]), later)
    marking.untag(case, done.new["tags"], by=by)


def _tag(case: Case, done: Event, later: list[Event], by: User) -> None:
    _must_be_untouched(set(done.old["tags"]), later)
    try:
        marking.tag(case, done.old["tags"], by=by)
    except marking.TooManyTags:
        raise Refused(Why.TOO_MANY_TAGS) from None


def _must_be_untouched(tags: set[str], later: list[Event]) -> None:
    for event in later:
        if event.kind is EventKind.REDACTED:  # a tag may be what was erased
            raise Refused(Why.GONE_ON)
        of_tags = event.kind in (EventKind.TAGGED, EventKind.UNTAGGED)
        if of_tags and tags & {*event.old.get("tags", ()), *event.new.get("tags", ())}:
            raise Refused(Why.GONE_ON)


_SET_BACK: dict[BatchAct, Callable[[Case, Event, list[Event], User], None]] = {
    BatchAct.ASSIGN: _assign_back,
    BatchAct.PRIORITY: _prioritize_back,
    BatchAct.TAG: _untag,
    BatchAct.UNTAG: _tag,
}
