"""What the rules decided becomes true of a case: the one writer of its team and its priority, and of what rules add to it.

Each thing leaves its entry on the timeline, also what could not be done. What a rule sends by itself is in automatic.py.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from ..accounts import people, skills
from ..accounts import teams as account_teams
from ..accounts.models import Team, TeamMember, User
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Role
from ..routing.decide import Decision
from . import macros, mail, marks, needed_skills, staff_mail
from .models import Case, EventKind
from .queries import TRIAGE

Teams = Mapping[str, Team]


def apply(case: Case, decision: Decision, *, at: datetime, by: User | None = None) -> None:
    """Give a case the team and the priority that were decided, and what rules add; by nobody: the desk, when the case is made.

    A team without anybody in it gives way to triage; one in which nobody has the skills that are needed, to the team that the
    rule names instead. Routed again, by somebody: tags and watchers are added to those that there are, leads who were told are
    not told again, and a text that the desk would have sent is offered to whoever answers.
    """
    teams = hold_teams(decision)
    old = {"team": case.team.name, "priority": case.priority.value} if by else {}
    case.priority = decision.priority
    chosen = teams.get(decision.team)
    routed_to = chosen.name if chosen else decision.team
    new = {"team": routed_to, "priority": case.priority.value, "rule": decision.winner}
    case.record(EventKind.ROUTED, by=by, at=at, old=old, new=new)
    if chosen is not None and account_teams.is_live(chosen):
        case.team = chosen
    else:
        triage = db.session.scalars(sa.select(Team).where(Team.code == TRIAGE)).one()
        _move_on(case, triage, at=at, was_for=routed_to, why=_("nobody works in that team"))
        mail.tell_that_team_is_empty(case, team=routed_to)
    tags = [*decision.tags, *_find_skills(case, decision, teams, at)]
    if new_tags := marks.tag(case.id, tags, team_id=case.team.id):
        case.record(EventKind.TAGGED, by=by, at=at, new={"tags": new_tags})
    _let_watch(case, decision, teams, at)
    _tell_leads(case, decision, teams, at, by)
    if decision.macro and (by is not None or not decision.is_pending):
        _offer_macro(case, decision.macro, at)


def hold_teams(decision: Decision) -> dict[str, Team]:
    """The teams that are named, which can neither close nor lose their last member until the case is there to be counted.

    Locked in the order in which everybody locks several, and before the case.
    """
    instead = {decision.without_skill.team} if decision.without_skill else set()
    codes = {decision.team, *decision.watchers, *decision.notify, *instead}
    found = sa.select(Team).where(Team.code.in_(codes)).order_by(Team.id)
    locked = found.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)
    return {team.code: team for team in db.session.scalars(locked)}


def _move_on(case: Case, to: Team, *, at: datetime, was_for: str, why: str) -> None:
    case.team = to
    case.record(EventKind.MOVED, by=None, at=at, old={"team": was_for}, new={"team": to.name, "code": to.code, "why": why})


def _find_skills(case: Case, decision: Decision, teams: Teams, at: datetime) -> tuple[str, ...]:
    """Say what skills are needed and, where nobody in the team has them, do what the rule says; returns its tags then."""
    needed = skills.normalized(decision.skills)
    if not needed:
        return ()
    needed_skills.need(case, needed)
    case.record(EventKind.SKILLS_NEEDED, by=None, at=at, new={"skills": list(needed)})
    without = decision.without_skill
    if without is None or skills.anybody_has(case.team, needed):
        return ()
    other = teams.get(without.team)
    if other is not None and other.id != case.team.id and account_teams.is_live(other):
        why = _("nobody in %(team)s has what it needs: %(skills)s", team=case.team.name, skills=", ".join(needed))
        _move_on(case, other, at=at, was_for=case.team.name, why=why)
    return without.tags


def _let_watch(case: Case, decision: Decision, teams: Teams, at: datetime) -> None:
    wanted = {code: teams.get(code) for code in decision.watchers}
    open_ones = [team for team in wanted.values() if team is not None and team.is_active]
    if new := marks.let_watch(case.id, open_ones):
        case.record(EventKind.WATCHED, by=None, at=at, new={"teams": [team.name for team in new]})
    if closed := [team.name if team else code for code, team in wanted.items() if team not in open_ones]:
        case.record(EventKind.NOT_APPLIED, by=None, at=at, new={"what": "watchers", "named": closed})


def _tell_leads(case: Case, decision: Decision, teams: Teams, at: datetime, by: User | None) -> None:
    """Tell the leads of the teams that rules name; for a team without leads, whoever runs the desk."""
    if not decision.notify:
        return
    told = {name for event in case.events if event.kind is EventKind.LEADS_TOLD for name in event.new["teams"]}
    asked = [teams[code] for code in decision.notify if code in teams and teams[code].name not in told]
    leads = _leads_of([team.id for team in asked])
    led = [team for team in asked if team.id in leads]
    if led:
        _tell(case, led, list({lead.id: lead for team in led for lead in leads[team.id]}.values()), at, by)
    if without := [team for team in asked if team.id not in leads]:
        administrators = sa.select(User).where(User.role == Role.ADMIN, people.active()).order_by(User.id)
        _tell(case, without, list(db.session.scalars(administrators)), at, by, instead=True)


def _tell(case: Case, teams: list[Team], who: list[User], at: datetime, by: User | None, *, instead: bool = False) -> None:
    names = [team.name for team in teams]
    if not who:
        case.record(EventKind.NOT_APPLIED, by=None, at=at, new={"what": "notify", "named": names})
        return
    told = {"teams": names, "people": [person.name for person in who], "instead": instead}
    case.record(EventKind.LEADS_TOLD, by=None, at=at, new=told)
    staff_mail.tell_leads(case, who, teams=names, instead=instead, by=by)


def _offer_macro(case: Case, code: str, at: datetime) -> None:
    """Say on the case, once, which text a rule has ready for whoever answers."""
    if any(event.new.get("macro") == code for event in case.events):
        return
    macro = db.session.scalar(macros.in_use(code))
    if macro is None:
        case.record(EventKind.NOT_APPLIED, by=None, at=at, new={"what": "macro", "named": [code]})
    else:
        case.record(EventKind.MACRO_OFFERED, by=None, at=at, new={"macro": macro.code, "title": macro.title})


def _leads_of(team_ids: Collection[int]) -> dict[int, list[User]]:
    """The active leads of each of these teams; no statement where there are none."""
    if not team_ids:
        return {}
    found: dict[int, list[User]] = {}
    leads = sa.select(TeamMember.team_id, User).join(TeamMember.user).where(TeamMember.team_id.in_(team_ids), TeamMember.is_lead)
    for team_id, lead in db.session.execute(leads.where(people.active()).order_by(User.id)):
        found.setdefault(team_id, []).append(lead)
    return found
