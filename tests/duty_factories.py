"""Teams that give out their cases in turn, people on duty in them, and what they can do."""

import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.accounts import duty, skills
from helpdesk.accounts import teams as account_teams
from helpdesk.accounts.duty_models import Distribution
from helpdesk.accounts.models import Team, User
from helpdesk.cases import commands, distribution
from helpdesk.cases.models import Case, Event, EventKind
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import a_new_case
from tests.factories import a_provider, an_admin, an_agent


def in_turn(code: str = "ENR", *, cap: int = 25) -> int:
    """Let a team give out its cases in turn; returns its id."""
    admin = an_admin()
    with transaction():
        team = db.session.scalars(sa.select(Team).where(Team.code == code)).one()
        account_teams.distribute(team, Distribution.ROUND_ROBIN, cap=cap, by=admin, reason="tried for a month")
        return team.id


def on_duty(person: User) -> User:
    """This person, on duty from now on; what waits is not offered yet."""
    with transaction():
        duty.start(db.session.get_one(User, person.id), by=person)
    return person


def off_duty(person: User) -> User:
    """This person, off duty from now on."""
    with transaction():
        duty.end(db.session.get_one(User, person.id), by=person)
    return person


def can(person: User, *words: str) -> User:
    """This person, who has these skills now."""
    with transaction():
        skills.change(db.session.get_one(User, person.id), words, by=None)
    return person


def agents_on_duty(number: int, team: str = "ENR") -> list[User]:
    """So many agents of a team on duty, in the order in which they came."""
    return [on_duty(an_agent(team)) for _ in range(number)]


def offered(*team_ids: int) -> int:
    """How many cases are given out now."""
    with transaction():
        return distribution.offer(team_ids).total()


def assignments(case_id: int) -> list[Event]:
    """What the timeline of a case says of the desk giving it out."""
    db.session.rollback()
    found = sa.select(Event).where(Event.case_id == case_id, Event.kind == EventKind.ASSIGNED)
    return list(db.session.scalars(found.order_by(Event.version)))


def last_said(case: Case) -> str:
    """The last entry of the timeline of a case."""
    return event_sentence(case.events[-1])


def unfinished_of(person: User) -> int:
    """How many cases somebody has."""
    db.session.rollback()
    mine = sa.select(sa.func.count()).where(Case.assignee_id == person.id, Case.status.in_(("new", "open", "pending", "on_hold")))
    return db.session.scalar(mine) or 0


def filed(topic: str = "ENR-SECB") -> Case:
    """A case as it is filed, by somebody new."""
    requester = a_provider()
    with transaction():
        return commands.open_case(a_new_case(topic), requester=requester)


def handed_out(case: Case, *needs: str) -> User | None:
    """Give out a case that needs skills."""
    with transaction():
        return distribution.hand_out(db.session.get_one(Case, case.id), needs_skills=needs)


def now(case_id: int) -> Case:
    """The case as it is in the database."""
    db.session.rollback()
    return db.session.get_one(Case, case_id)


def holders(case_ids: list[int]) -> list[int | None]:
    """Who has these cases, in order."""
    return [now(case_id).assignee_id for case_id in case_ids]


def run_job() -> None:
    """One tick of the scheduler's job."""
    timed_jobs.hand_out_cases(StopSign())
