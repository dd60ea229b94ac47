"""What the tests of people and teams share: an administrator at their pages, teams by their code, and histories."""

from typing import Any

import sqlalchemy as sa
from flask import Flask

from helpdesk.accounts import history, people
from helpdesk.accounts.models import AccountEvent, Team, TeamMember, User
from helpdesk.admin import deactivation, staffing
from helpdesk.admin.staffing import Work
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.visitor import Visitor


def an_administrator_at(app: Flask, path: str, user: User | None = None) -> Visitor:
    """Somebody who runs the desk, on one of its pages."""
    return Visitor(app).sign_in(user or an_admin()).open(path)


def page_of(person: User, act: str = "") -> str:
    """The address of a person's page, or of an act on it."""
    return f"/admin/people/{person.id}{act}"


def team(code: str) -> Team:
    """The team with this code."""
    return db.session.scalars(sa.select(Team).where(Team.code == code)).one()


def teams_of(person: User) -> dict[str, bool]:
    """Where somebody works: whether they lead, by the code of the team."""
    db.session.rollback()
    mine = sa.select(Team.code, TeamMember.is_lead).join(TeamMember).where(TeamMember.user_id == person.id)
    return {row.code: row.is_lead for row in db.session.execute(mine.order_by(Team.code))}


def acts(*, of: User | None = None, in_team: Team | None = None) -> list[str]:
    """What a history says, the oldest first."""
    db.session.rollback()
    found = history.of_person(of.id) if of is not None else history.of_team(in_team.id) if in_team else sa.select(AccountEvent)
    return [event.act.value for event in reversed(db.session.scalars(found).all())]


def deactivated(person: User, *, by: User, **named: Any) -> deactivation.Came:
    """End an account as the page does."""
    version = history.version_of(user_id=person.id)
    with transaction():
        return deactivation.deactivate(person, by=by, **{"version": version, "reason": "has left", "takers": {}, **named})


def reactivated(person: User, *, by: User) -> int:
    """Bring an account back as the page does."""
    version = history.version_of(user_id=person.id)
    with transaction():
        return deactivation.reactivate(person, by=by, version=version)


def work_changed(person: User, work: Work, *, by: User, **named: Any) -> int:
    """Change role and teams as the page does."""
    version = history.version_of(user_id=person.id)
    with transaction():
        return staffing.change_work(person, work, by=by, **{"version": version, "takers": {}, **named})


def leads_now(person: User, code: str) -> None:
    """Let somebody lead a team they work in, without a page."""
    with transaction():
        membership = next(m for m in db.session.get_one(User, person.id).memberships if m.team.code == code)
        people.lead(membership, is_lead=True, by=person)
