"""What the workspace adds to the verbs of a case: taking the next, duty, and never saying the same thing twice by accident."""

import sqlalchemy as sa

from .. import clock
from ..accounts import duty, people, skills
from ..accounts.models import User
from ..cases import attachments, distribution
from ..cases import commands as cases
from ..cases import queries as case_queries
from ..cases.models import Case, MessageKind
from ..extensions import db
from . import next_case, shelf
from .errors import NothingWaits, SaidAlready


def take_next(*, by: User) -> Case:
    """Give this person the most urgent case of their teams that nobody has and that they have the skills for, on duty or not.

    No two people ever get the same one. A second press of the button gives the case of the first again. Raises NothingWaits.
    """
    _one_press_at_a_time(by)
    just_taken = db.session.scalar(next_case.just_taken(by, at=clock.now()))
    if just_taken is not None:
        return just_taken
    team_ids, can = next_case.own_team_ids(by, db.session.scalars(shelf.team_ids(by)).all()), skills.of(by)
    case = db.session.scalar(next_case.unassigned(team_ids, skills=can))
    if case is None:
        raise NothingWaits(next_case.lacking(team_ids, skills=can), held_up=next_case.held_up(team_ids))
    cases.take(case, by=by)
    return case


def start_duty(user: User) -> int:
    """Put somebody on duty and offer what waits in their teams; returns how many cases they got. Raises WorksInNoTeam."""
    people.hold(user)
    if not duty.start(user, by=user):
        return 0
    db.session.flush()
    return distribution.offer([membership.team_id for membership in user.memberships])[user.id]


def end_duty(person: User, *, by: User) -> bool:
    """Put somebody off duty, themselves or somebody they lead; says whether they were on."""
    people.hold(person)
    return duty.end(person, by=by)


def _one_press_at_a_time(user: User) -> None:
    """Lock the person's row until the transaction ends; what is written elsewhere and refers to them need not wait."""
    db.session.execute(sa.select(User.id).where(User.id == user.id).with_for_update(key_share=True))


def refuse_repetition(case: Case, *, by: User, kind: MessageKind, body: str) -> None:
    """Lock person and case; raise SaidAlready if this is the second press of the button that sent just this, a moment ago."""
    cases.hold(case, by=by)
    files = attachments.take(attachments.on_case(by, case, kind))
    if case_queries.repeated(case, kind, by=by, body=body, at=clock.now(), files=files) is not None:
        raise SaidAlready(case.number)
