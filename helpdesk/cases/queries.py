"""Which cases there are for whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..accounts.anybody import Anybody
from ..accounts.models import Team, TeamMember, User
from ..database import Id
from ..extensions import db
from ..permissions import Permission, may
from . import attachments, marks, visibility
from .attachment_models import Attachment
from .models import Case, Event, Message, MessageKind
from .numbers import id_of

TRIAGE = "SD"  # the Service Desk takes what has no other live team; every agent sees it
_NAMES = (User.first_name, User.last_name, User.role)
_PLACE = (Case.listed_organization, Case.listed_location)
SAME_BREATH = timedelta(minutes=1)  # the same words again within it are a second press of the button


def visible_to(user: User | Anybody) -> sa.Select[Case]:
    """The cases this person may see: providers as `visibility` says, administrators all.

    Agents see those of their teams and of triage, and those that they or one of their own teams watch.
    """
    if isinstance(user, User) and not user.is_staff:
        return sa.select(Case).where(visibility.is_visible_to(user))
    return visible_to_staff(user.id, every_team=may(user, Permission.SEE_EVERY_TEAM))


def visible_to_staff(user_id: Id, *, every_team: bool) -> sa.Select[Case]:
    """The cases that somebody of the staff may see; `every_team`: whether they see those of every team."""
    cases = sa.select(Case)
    if every_team:
        return cases
    mine = sa.select(TeamMember.team_id).where(TeamMember.user_id == user_id)
    triage = sa.select(Team.id).where(Team.code == TRIAGE)
    return cases.where(sa.or_(Case.team_id.in_(sa.union_all(mine, triage)), Case.id.in_(marks.watched_by(user_id, mine))))


def may_send_now(user: User, case: Case, *, leads: bool | None = None) -> bool:
    """Whether this person may let mail of the case leave outside service hours: who leads its team or, in triage, any lead.

    `leads`: whether they lead its team, where that has been read already.
    """
    if not may(user, Permission.SEND_NOW):
        return False
    if may(user, Permission.LEAD_EVERY_TEAM) or case.team.code == TRIAGE:
        return True
    return bool(db.session.scalar(sa.select(leads_team(case.team_id, user.id).exists()))) if leads is None else leads


def leads_team(team_id: Id, user_id: Id) -> sa.Select[int]:
    """A row if this person leads the team."""
    mine = sa.select(TeamMember.team_id)
    return mine.where(TeamMember.user_id == user_id, TeamMember.team_id == team_id, TeamMember.is_lead)


def numbered(user: User, number: str) -> sa.Select[Case]:
    """The case with this number, if this person may see it."""
    return _with_its_parts(visible_to(user).where(Case.id == id_of(number)))


def seen_by_staff(user: User, number: str) -> Case | None:
    """The case with this number, if this person of the staff may see it."""
    found = _numbered(every_team=may(user, Permission.SEE_EVERY_TEAM))
    return db.session.scalar(found, {"user_id": user.id, "case_id": id_of(number)})


def locked(case_ids: Iterable[int | None]) -> sa.Select[Case]:
    """These cases, each locked until the transaction ends, in the order in which everybody locks several; none for nobody's.

    Locked without its key (FOR NO KEY UPDATE), for PostgreSQL takes KEY SHARE of the case for whoever changes a row of its mail
    twice, as a claim does, after that row: the two would wait in a circle.
    """
    wanted = {case_id for case_id in case_ids if case_id is not None}
    return sa.select(Case).where(Case.id.in_(wanted)).order_by(Case.id).with_for_update(of=Case, key_share=True)


def held_if_still(case_id: int, *, due: sa.Select[int]) -> Case | None:
    """The case, locked until the transaction ends, if it is still among those of which a job found the ids."""
    case = db.session.get_one(Case, case_id)
    case.hold()
    return case if db.session.scalar(due.where(Case.id == case_id)) is not None else None


def messages_of(case: Case) -> list[Message]:
    """All that was said on the case, oldest first, with the names of their authors."""
    return list(db.session.scalars(_messages(), {"case_id": case.id}))


def events_of(case: Case) -> list[Event]:
    """The timeline of the case, oldest first, with the names of those who did it."""
    return events_since(case, 0)


def events_since(case: Case, version: int) -> list[Event]:
    """What happened to the case after that version was shown, oldest first."""
    return list(db.session.scalars(_events(), {"case_id": case.id, "version": version}))


def with_form_key(key: str) -> sa.Select[Case]:
    """The case that this form made, if it has."""
    return sa.select(Case).where(Case.form_key == key)


def repeated(
    case: Case, kind: MessageKind, *, by: User, body: str, at: datetime, files: Sequence[Attachment] = ()
) -> Message | None:
    """The last message of the case, if the same person said the same a moment ago: this is a second press of the button.

    With another file it is another message.
    """
    found = db.session.scalar(sa.select(Message).where(Message.case_id == case.id).order_by(Message.id.desc()).limit(1))
    if found is None or (found.author_id, found.kind, found.body) != (by.id, kind, body) or at - found.sent_at > SAME_BREATH:
        return None
    return found if attachments.are_all_on(found, files) else None


def latest_first(user: User, *, before: int | None) -> sa.Select[Case]:
    """The cases a person may see, the latest first, below a case's id where one is given."""
    found = visible_to(user).order_by(Case.id.desc()).options(joinedload(Case.team))
    return found if before is None else found.where(Case.id < before)


# Statements that are put together once.


@cache
def _numbered(*, every_team: bool) -> sa.Select[Case]:
    seen = visible_to_staff(sa.bindparam("user_id"), every_team=every_team)
    return _with_its_parts(seen.where(Case.id == sa.bindparam("case_id")))


@cache
def _messages() -> sa.Select[Message]:
    found = sa.select(Message).where(Message.case_id == sa.bindparam("case_id")).order_by(Message.id)
    return found.options(joinedload(Message.author).load_only(*_NAMES), joinedload(Message.withdrawn_by).load_only(*_NAMES))


@cache
def _events() -> sa.Select[Event]:
    found = sa.select(Event).where(Event.case_id == sa.bindparam("case_id"), Event.version > sa.bindparam("version"))
    return found.order_by(Event.version).options(joinedload(Event.actor).load_only(*_NAMES))


def _with_its_parts(found: sa.Select[Case]) -> sa.Select[Case]:
    return found.options(*(joinedload(part) for part in (Case.requester, Case.assignee, Case.team, Case.rating, *_PLACE)))
