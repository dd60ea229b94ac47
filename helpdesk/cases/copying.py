"""Whom a case is copied to: the verbs. Its requester and staff decide; a colleague can take themselves off."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..extensions import db
from ..languages import gettext as _
from ..notifications import states
from ..notifications.models import OutboxMessage
from ..notifications.obstacles import TO_COPIED
from ..providers import queries as directory
from . import colleagues, copies, copy_mail, queries
from .copies import MOST_COPIED, CaseCopy
from .errors import CannotCopy, CaseClosed, NotCopiedByThem
from .models import Case, EventKind


def people_with(ids: Collection[int]) -> list[User]:
    """The people with these ids, in this order; no statement where there are none."""
    found = {user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(ids)))} if ids else {}
    return [found[user_id] for user_id in ids]


def copy_new(case: Case, people: Iterable[User], *, by: User) -> None:
    """Copy a case that is being made to colleagues who were looked up before."""
    for person in people:
        _copy(case, person, by=by)


def copy(case: Case, text: str, *, by: User) -> list[User]:
    """Copy a case to the colleagues whose addresses stand in a text; returns those to whom it was not copied before.

    Raises CaseClosed, CannotCopy, and NotCopiedByThem for whoever is neither its requester nor staff.
    """
    case.hold()
    if not (by.is_staff or by.id == case.requester_id):
        raise NotCopiedByThem(case.number)
    if case.is_final:
        raise CaseClosed(case.number)
    return add(case, _looked_up(case, text, by), by=by)


def add(case: Case, people: Iterable[User], *, by: User) -> list[User]:
    """Copy a case to colleagues who were looked up and are told by mail; returns those to whom it was not copied before.

    Raises CannotCopy where those would be too many.
    """
    there = {copied.user_id for copied in copies.of(case.id, case.organization_id)}
    new = [person for person in people if person.id not in there | {case.requester_id}]
    if new and len(there) + len(new) > MOST_COPIED:
        raise CannotCopy(_("A case can be copied to up to five people. Take somebody off first."))
    for person in new:
        _copy(case, person, by=by)
    return new


def take_off(case: Case, person: User, *, by: User) -> bool:
    """End somebody's copy: they lose sight of the case, and mail that waits for them does not leave.

    Returns whether there was one. Raises NotCopiedByThem for whoever is neither requester nor staff nor this person.
    """
    case.hold()
    if not (by.is_staff or by.id in (case.requester_id, person.id)):
        raise NotCopiedByThem(case.number)
    row = copies.row_of(case.id, person.id)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = clock.now()
    case.record(EventKind.COPY_ENDED, by=by, at=row.ended_at, old=_named(person))
    copy_mail.stop(case, person, reason=_("%(who)s has no copy of the case any more", who=person.name))
    return True


def stop_mail_of_leaver(person: User, *, by: User) -> int:
    """Somebody works somewhere no more: copies of cases that they cannot see now do not leave; returns how many cases those are.

    Like everybody it locks the cases, then their mail.
    """
    theirs = (OutboxMessage.user_id == person.id, OutboxMessage.kind.in_(TO_COPIED), states.NOT_GONE)
    waiting = sa.select(OutboxMessage.case_id).where(*theirs)
    held = db.session.scalars(queries.locked(db.session.scalars(waiting.distinct()))).all()
    seen = set(db.session.scalars(queries.visible_to(person).with_only_columns(Case.id).where(Case.id.in_([c.id for c in held]))))
    lost = [case for case in held if case.id not in seen]
    for case in lost:
        why = _("%(who)s works there no more", who=person.name)
        for kind in copy_mail.stop(case, person, reason=why):
            case.hold()
            case.record(EventKind.MAIL_STOPPED, by=by, at=clock.now(), new={"mail": kind, "why": why})
    return len(lost)


def _looked_up(case: Case, text: str, by: User) -> tuple[User, ...]:
    """The colleagues at the place of the case; a requester has to be one of them."""
    if case.organization_id is None:
        raise CannotCopy(_("This case cannot be copied: its place was typed, and we can check colleagues only at a listed one."))
    works_there = directory.colleagues_at(case.organization_id, at=clock.now()).where(User.id == by.id)
    if not by.is_staff and db.session.scalar(works_there) is None:
        where = {"place": case.organization}
        raise CannotCopy(_("You can copy colleagues only while it is confirmed that you work at %(place)s.", **where))
    return colleagues.named_in(text, organization_id=case.organization_id, organization=case.organization)


def _copy(case: Case, person: User, *, by: User) -> None:
    at, row = clock.now(), copies.row_of(case.id, person.id)
    if row is None:
        db.session.add(CaseCopy(case_id=case.id, user=person, since=at))
    else:
        row.since, row.ended_at = at, None
    case.record(EventKind.COPIED, by=by, at=at, new=_named(person))
    db.session.flush()
    if person.wants_copy_mail:
        copy_mail.tell_that_copied(case, person, by=by)


def _named(person: User) -> dict[str, object]:
    return {"person": person.name, "person_id": person.id}
