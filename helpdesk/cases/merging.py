"""Merging: a case that asks the same as another is closed as a duplicate and points to the one that goes on; it can be undone.

A merge is a pointer and two entries. What was said and done on the case stays its own.
"""

from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..database import Id
from ..errors import HelpDeskError
from ..extensions import db
from ..sla import commands as sla
from ..sla import queries as sla_queries
from . import commands, handing, indexing, merge_mail, merge_marks, moving, staff_mail, standing
from .errors import CaseClosed, CaseResolved
from .models import UNFINISHED, Case, Event, EventKind, Message, ResolutionCode


class SameCase(HelpDeskError):
    """A case is not merged into itself, neither directly nor around a corner."""


class SurvivorEnded(HelpDeskError):
    """The other case is resolved, closed or canceled, so that nothing can go on there."""


class MergedItself(HelpDeskError):
    """The other case was merged, too; names where it goes on."""

    def __init__(self, number: str, root: str) -> None:
        super().__init__(number, root)
        self.root = root


class NotMerged(HelpDeskError):
    """The case is not merged into another (any more)."""


def merge(case: Case, *, into: Case, by: User, note: str, seen: int) -> Message:
    """Close a case as a duplicate of another, with a public note that says so; returns the note.

    Raises SameCase, SurvivorEnded, MergedItself, CaseClosed, CaseResolved, NoteMissing, and StaleCase where something has
    happened on the case since the version that was `seen`.
    """
    moving.hold_person(by)
    _hold({case, into})
    case.expect_version(seen)
    refuse(case, into=into)
    before, at = _standing(case), clock.now()
    message = commands.resolve(case, by=by, code=ResolutionCode.DUPLICATE, note=note, merged_into=into)
    carried = merge_marks.carry(case, to=into, by=by)
    merge_mail.follow(case, to=into, by=by)
    case.record(EventKind.MERGED, by=by, at=at, old=before, new={"number": into.number, "message": message.id, **carried})
    into.record(EventKind.ABSORBED, by=by, at=at, new={"number": case.number})
    db.session.flush()
    return message


def refuse(case: Case, *, into: Case) -> None:
    """Raise what keeps a case from being merged into another."""
    if case.is_final:
        raise CaseClosed(case.number)
    if case.status not in UNFINISHED:
        raise CaseResolved(case.number)
    if into.id == case.id or case.id in _chain(into):
        raise SameCase(case.number)
    if (root := root_of(into)) is not None:
        raise MergedItself(into.number, root.number)
    if into.status not in UNFINISHED:
        raise SurvivorEnded(into.number)


def unmerge(case: Case, *, by: User) -> bool:
    """Take a merge back: the case is as it was before, with its clocks, and what came with it alone leaves where it went on.

    Returns whether its requester knows that it was merged, because the mail has left. Raises NotMerged.
    """
    into = db.session.get(Case, case.merged_into_id or 0)
    if into is None:
        raise NotMerged(case.number)
    moving.hold_person(by)
    handing.hold_owners(case)
    _hold({case, *_cases_after(case)})
    if case.merged_into_id != into.id:
        raise NotMerged(case.number)
    merged, at = _last_merge(case), clock.now()
    message = db.session.get_one(Message, merged.new["message"])
    _restore(case, merged.old)
    message.withdraw(by=by, at=at)
    is_told = merge_mail.come_back(case, message, off=into, by=by)
    merge_marks.take_back(merged.new, case, off=into, by=by)
    words = {"status": case.status.value, "said": message.id}
    case.record(EventKind.UNMERGED, by=by, at=at, old={"number": into.number}, new=words)
    into.record(EventKind.UNMERGED, by=by, at=at, old={"absorbed": case.number})
    handing.find_an_owner(case)
    staff_mail.tell_watchers(case, by=by)
    indexing.write(case)
    return is_told


def root_of(case: Case) -> Case | None:
    """Where a merged case goes on in the end, over every case between; none for a case that is not merged."""
    chain = chain_of(case.merged_into_id)
    return db.session.scalar(sa.select(Case).join(chain, chain.c.id == Case.id).where(Case.merged_into_id.is_(None)))


def chain_of(first: Id | None) -> sa.CTE:
    """The ids of a case and of those that it was merged into, one after the other; a circle is gone round once."""
    step = sa.select(Case.id, Case.merged_into_id).where(Case.id == first).cte("chain", recursive=True)
    return step.union(sa.select(Case.id, Case.merged_into_id).join(step, Case.id == step.c.merged_into_id))


def goes_on_for(case: Case, reader: User) -> Case | None:
    """The case in which a merged one goes on, for its requester, if it is theirs as well; nobody else is led there."""
    if case.merged_into_id is None or reader.id != case.requester_id:
        return None
    root = root_of(case)
    return root if root is not None and root.requester_id == case.requester_id else None


def absorbed_by(case: Case, reader: User) -> list[Case]:
    """The cases that were merged into this one, for the person who asked them all."""
    if reader.id != case.requester_id:
        return []
    return list(db.session.scalars(sa.select(Case).where(Case.merged_into_id == case.id, Case.requester_id == reader.id)))


def _chain(case: Case) -> set[int]:
    return set(db.session.scalars(sa.select(chain_of(case.merged_into_id).c.id)))


def _cases_after(case: Case) -> list[Case]:
    """Those that a case was merged into, one after the other."""
    return list(db.session.scalars(sa.select(Case).where(Case.id.in_(sa.select(chain_of(case.merged_into_id).c.id)))))


def _hold(cases: set[Case]) -> None:
    """Lock them in the order of their ids, as everybody does, so that two merges at once wait for each other."""
    for one in sorted(cases, key=lambda held: held.id):
        one.hold()


def _standing(case: Case) -> dict[str, Any]:
    """How a case stands, to be put back."""
    clocks = {one.target.value: one.state.value for one in db.session.scalars(sla_queries.clocks(case.id))}
    return {**standing.of(case), "clocks": clocks, "is_answered": case.answered_at is not None}


def _restore(case: Case, before: dict[str, Any]) -> None:
    """Let a case stand as it did.

    What it waits for is waited for anew, until the day that somebody had chosen.
    """
    at = clock.now()
    case.merged_into_id = case.resolution_code = case.resolved_at = case.closed_at = None
    standing.put_back(case, before, waits_since=at)
    if not before["is_answered"]:
        case.answered_at = None
    sla.put_back(case.id, before["clocks"], at=at)
    case.due_at = sla_queries.nearest_due(case.id)
    if case.assignee is not None and not before["is_assigned"]:
        handing.untake(case)


def _last_merge(case: Case) -> Event:
    found = sa.select(Event).where(Event.case_id == case.id, Event.kind == EventKind.MERGED).order_by(Event.version.desc())
    return db.session.scalars(found.limit(1)).one()
