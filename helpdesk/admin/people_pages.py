"""Who has an account, one person with their history, and what the roles may do."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from sqlalchemy.orm import selectinload

from .. import clock
from ..accounts import history, history_wording, invitations, second_factor, skills
from ..accounts import wording as account_wording
from ..accounts.duty_models import Turn
from ..accounts.models import AccountEvent, Team, TeamMember, User, UserSession
from ..accounts.sessions import the_user
from ..cases import handing
from ..cases.models import Case
from ..extensions import db
from ..languages import lazy_gettext as _l
from ..permissions import Permission, Role, permissions_of, requires
from ..typed_text import number_in, one_line
from . import deactivation, people_search, staffing
from .blueprint import bp
from .people_search import LONGEST, Search, State

ENTRIES = 20  # of a history on a page
STATES = {State.ACTIVE: _l("Active"), State.INVITED: _l("Address not confirmed"), State.DEACTIVATED: _l("Deactivated")}
PERMISSIONS = {
    Permission.OWN_ACCOUNT: _l("Use their own account"),
    Permission.ASK_FOR_HELP: _l("Ask for help"),
    Permission.SEE_OWN_CASES: _l("See the cases they have asked"),
    Permission.SEE_QUEUE: _l("See the queue: cases of their teams and triage"),
    Permission.SEE_EVERY_TEAM: _l("See the cases of every team"),
    Permission.WORK_ON_CASES: _l("Work on cases"),
    Permission.FILE_FOR_OTHERS: _l("File a case for somebody who calls or comes by, and invite them"),
    Permission.JOIN_ORGANIZATIONS: _l("Say where they work, and decide about requests to join what they administer"),
    Permission.SEE_DIRECTORY: _l("See organizations, locations and who works there"),
    Permission.DECIDE_REQUESTS: _l("Decide about requests to join any organization"),
    Permission.EDIT_DIRECTORY: _l("Edit organizations, locations and who works there"),
    Permission.DRAFT_KNOWLEDGE: _l("Draft articles, and start one from a case"),
    Permission.EDIT_KNOWLEDGE: _l("Publish and withdraw articles; set videos and training sessions"),
    Permission.SEE_HEALTH: _l("See the health of the desk"),
    Permission.SEE_SETTINGS: _l("Open the settings"),
    Permission.SEE_LEDGER: _l("Read the ledger of mail about cases they see, and about accounts"),
    Permission.SETTLE_MAIL: _l("Settle mail that failed, correct an address"),
    Permission.SEND_NOW: _l("Send mail outside service hours, with a reason, in the teams they lead and in triage"),
    Permission.REDACT: _l("Remove patient data from cases they see, wherever a copy of it stands"),
    Permission.LEAD_PEOPLE: _l("Switch people off duty and set their skills, in the teams they lead"),
    Permission.EDIT_MACROS: _l("Write the macros of the teams they lead"),
    Permission.LEAD_EVERY_TEAM: _l("Do in every team what leads do in theirs"),
    Permission.RECOVER_ADDRESS: _l("Give a provider who has lost the mailbox another address"),
    Permission.CONFIGURE: _l("Set service hours, closures and kinds of mail"),
    Permission.EDIT_FORM: _l("Edit and publish what the help ticket asks"),
    Permission.SEE_RULES: _l("Read the routing rules, their draft, checks and history"),
    Permission.EDIT_RULES: _l("Edit and publish the routing rules"),
    Permission.MANAGE_PEOPLE: _l("Invite, change and deactivate people; change teams"),
}


@bp.get("/roles")
@requires(Permission.SEE_SETTINGS)
def roles() -> str:
    """What each role may do, read from the one table there is."""
    table = [
        (PERMISSIONS.get(permission, permission.value), [permission in permissions_of(role) for role in Role])
        for permission in Permission
    ]
    names = [account_wording.label(role) for role in Role]
    return render_template("admin/roles.html", table=table, roles=names)


@bp.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def people() -> str:
    """One page of those who have an account, the newest first."""
    teams = all_teams()
    search, before = _search(teams), number_in(request.args.get("before"))
    rows, following = people_search.page(search, before=before)
    return render_template(
        "admin/people.html",
        rows=rows,
        search=search,
        teams=teams,
        roles=list(Role),
        states=STATES,
        state_of=people_search.state_of,
        before=before,
        following=following,
        role_label=account_wording.label,
    )


@bp.get("/people/<int(max=2147483647):person_id>")
@requires(Permission.MANAGE_PEOPLE)
def person(person_id: int) -> str:
    """One person: who they are, where they work, what was changed."""
    someone = person_of(person_id)
    sessions, given_at, known = _beside(someone)
    invitation = invitations.latest(someone)
    return render_template(
        "admin/person.html",
        person=someone,
        state=people_search.state_of(someone),
        states=STATES,
        role_label=account_wording.label,
        sessions=sessions,
        has_second_factor=second_factor.of(someone) is not None,
        open_cases=_open_cases(someone),
        skills=known,
        given_at=given_at,
        to_give_back=len(deactivation.cases_handed_back(someone)) if someone.deactivated_at else 0,
        invitation=invitation,
        invitation_is_good=invitation is not None and invitation.is_good(at=clock.now()),
        version=history.version_of(user_id=someone.id),
        is_me=someone.id == the_user().id,
        history=entries(history.of_person(someone.id)),
        wording=history_wording,
    )


def person_of(person_id: int) -> User:
    """A person with their teams; 404 where there is none."""
    found = sa.select(User).where(User.id == person_id)
    someone: User = db.one_or_404(found.options(selectinload(User.memberships).joinedload(TeamMember.team)))
    return someone


def all_teams() -> list[Team]:
    """Every team, closed ones included, by name."""
    return list(db.session.scalars(sa.select(Team).order_by(Team.name)))


def open_teams() -> list[Team]:
    """The teams that are not closed, by name."""
    return [team for team in all_teams() if team.is_active]


def entries(found: sa.Select[AccountEvent]) -> dict[str, Any]:
    """A page of a history, newest first, and the id to go on from."""
    before = number_in(request.args.get("before"))
    rows = list(db.session.scalars((found.where(AccountEvent.id < before) if before else found).limit(ENTRIES + 1)))
    return {"entries": rows[:ENTRIES], "before": before, "following": rows[ENTRIES - 1].id if len(rows) > ENTRIES else None}


def count_words(cases: int) -> str:
    """A capped count of cases: "37", "999+"."""
    return f"{staffing.COUNTED}+" if cases > staffing.COUNTED else str(cases)


def _open_cases(someone: User) -> str:
    mine = handing.open_cases().with_only_columns(Case.id).where(Case.assignee_id == someone.id).order_by(None)
    some = mine.limit(staffing.COUNTED + 1).subquery()
    return count_words(db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def _beside(someone: User) -> tuple[int, datetime | None, tuple[str, ...]]:
    """How many sessions of a person are open, when the desk last gave them a case, and their skills, in one statement."""
    open_ones = sa.select(sa.func.count()).where(UserSession.user_id == someone.id, UserSession.ended_at.is_(None))
    given_at = sa.select(Turn.given_at).where(Turn.user_id == someone.id)
    parts = (open_ones.scalar_subquery(), given_at.scalar_subquery(), skills.together(someone.id))
    sessions, last, words = db.session.execute(sa.select(*parts)).one()
    return sessions, last, skills.apart(words)


def _search(teams: list[Team]) -> Search:
    """What the address asks for; what makes no sense in it is left aside."""
    asked = request.args
    return Search(
        text=one_line(asked.get("q"))[:LONGEST],
        role=next((role for role in Role if role == asked.get("role")), None),
        team=next((team for team in teams if team.code == asked.get("team")), None),
        state=next((state for state in State if state == asked.get("state")), None),
    )
