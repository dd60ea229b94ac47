"""Who works where, and what becomes of a team's cases when nobody does: no open case is ever without an owner.

Every command locks the person and the teams it touches first; `takers` says which team takes what depends on a team (by its
id) that would be left without anybody active.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from ..accounts import duty, history, people, skills
from ..accounts import teams as account_teams
from ..accounts.duty_models import Distribution
from ..accounts.models import AccountAct, Team, User
from ..cases import distribution, handing
from ..cases.models import IN_THE_QUEUE, Case
from ..cases.queries import TRIAGE
from ..extensions import db
from ..intake.models import Topic
from ..languages import gettext as _
from ..notifications import outbox
from ..permissions import Role
from ..routing import queries as routing
from ..routing.errors import NoRuleSet
from .errors import NeedsTaker, NotATaker, RulesPointHere, TriageStays

COUNTED = 999  # open cases of a team; more read "999+"
Takers = Mapping[int, Team]


@dataclass(frozen=True)
class Dependents:
    """What depends on a team: its open cases (up to one more than COUNTED), rules in force and topics that name it."""

    team: Team
    cases: int
    rules: tuple[str, ...]
    topics: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether anything does."""
        return bool(self.cases or self.rules or self.topics)


@dataclass(frozen=True)
class Work:
    """What somebody of the staff is, where they work, and which of these teams they lead."""

    role: Role
    teams: frozenset[int]
    leads: frozenset[int]

    @classmethod
    def of(cls, person: User) -> "Work":
        """As it is now."""
        here = person.memberships
        return cls(person.role, frozenset(m.team_id for m in here), frozenset(m.team_id for m in here if m.is_lead))


def dependents(team: Team) -> Dependents:
    """What depends on a team."""
    try:
        rules = tuple(rule.title for rule in routing.current_rule_set().rules if team.code in rule.then.teams)
    except NoRuleSet:
        rules = ()
    topics = sa.select(Topic.name).where(Topic.team_code == team.code, Topic.is_active).order_by(Topic.position)
    return Dependents(team, open_counts([team])[team.id], rules, tuple(db.session.scalars(topics)))


def open_counts(teams: Iterable[Team]) -> dict[int, int]:
    """How many open cases each team has, up to one more than COUNTED, in one statement."""
    ids = [team.id for team in teams]
    if not ids:
        return {}
    row = db.session.execute(sa.select(*[_count_of(team_id) for team_id in ids])).one()
    return dict(zip(ids, row, strict=True))


def live_teams() -> list[Team]:
    """The teams that are open and have somebody active in them, by name."""
    return list(db.session.scalars(sa.select(Team).where(account_teams.is_staffed()).order_by(Team.name)))


def emptied_without(person: User, team_ids: Iterable[int]) -> list[Team]:
    """Those of these teams that would be left without anybody active if this person went."""
    if not person.is_active:
        return []
    teams = db.session.scalars(sa.select(Team).where(Team.id.in_(set(team_ids)), Team.is_active).order_by(Team.name))
    return [team for team in teams if [member.id for member in account_teams.active_members(team)] == [person.id]]


def change_work(person: User, work: Work, *, by: User, version: int, takers: Takers, reason: str = "") -> int:
    """Give somebody of the staff another role, other teams, other teams to lead; returns how many cases changed hands.

    Raises StalePage, NotStaff, LastAdministrator, NeedsTaker and NotATaker.
    """
    people.hold(person, version=version)
    before = Work.of(person)
    chosen = list(db.session.scalars(sa.select(Team).where(Team.id.in_(before.teams | work.teams)).order_by(Team.id)))
    account_teams.hold([*chosen, *takers.values()])
    left = [team for team in chosen if team.id in before.teams - work.teams]
    emptied = emptied_without(person, [team.id for team in left])
    people.change_role(person, work.role, by=by, reason=reason)
    for team in chosen:
        if team in left:
            people.leave(person, team, by=by, reason=reason)
            continue
        membership = people.join(person, team, by=by, reason=reason)
        people.lead(membership, is_lead=team.id in work.leads and work.role is not Role.AGENT, by=by, reason=reason)
    if not person.memberships:
        duty.end(person, by=by, reason=_("works in no team any more"))
    db.session.flush()
    why = _("%(who)s works in that team no more", who=person.name)
    handed = handing.hand_back(person, by=by, why=why, left=[team.id for team in left])
    moved = give_up(emptied, takers, by=by)
    for case_id in handed:  # mail comes after the cases, as it does for everybody
        outbox.cancel_unsent(case_id, kinds=handing.FOR_WHO_HAS_IT, reason=why, user_id=person.id)
    return len(handed) + moved


def give_up(emptied: Iterable[Team], takers: Takers, *, by: User) -> int:
    """Let others take the open cases of teams in which nobody works any more. Raises NeedsTaker and NotATaker."""
    moved = 0
    for team in emptied:
        if not dependents(team).any:
            continue
        taker = takers.get(team.id)
        if taker is None:
            raise NeedsTaker(team.name)
        moved += _hand_on(team, taker, by=by, why=_("nobody works in %(team)s any more", team=team.name))
    return moved


def close_team(team: Team, *, by: User, version: int, reason: str, taker: Team | None) -> int:
    """Close a team to which no rule points; `taker` takes its open cases. Returns how many those were.

    Raises StalePage, TriageStays, RulesPointHere, NeedsTaker and NotATaker.
    """
    if team.code == TRIAGE:
        raise TriageStays
    account_teams.hold([team, taker] if taker else [team])
    account_teams.expect_version(team, version)
    found = dependents(team)
    if found.rules:
        raise RulesPointHere(found.rules)
    if found.any and taker is None:
        raise NeedsTaker(team.name)
    team.is_active = False
    moved = _hand_on(team, taker, by=by, why=_("%(team)s is closed", team=team.name)) if taker else 0
    new = {"cases": moved, "to": taker.name if taker else ""}
    history.record(AccountAct.CLOSED, team=team, by=by, reason=reason, new=new)
    return moved


def change_distribution(team: Team, how: Distribution, *, cap: int, by: User, version: int, reason: str) -> int:
    """Let a team give out its cases in another way; returns how many of those that wait were given out at once.

    Raises StalePage.
    """
    account_teams.expect_version(team, version)
    account_teams.distribute(team, how, cap=cap, by=by, reason=reason)
    db.session.flush()
    return distribution.offer([team.id]).total()


def change_skills(person: User, words: Iterable[str], *, by: User, version: int, reason: str = "") -> int:
    """Give somebody other skills; returns how many of the cases that wait they were given at once.

    Raises StalePage and NotStaff.
    """
    people.hold(person, version=version)
    if not skills.change(person, words, by=by, reason=reason):
        return 0
    db.session.flush()
    return distribution.offer([membership.team_id for membership in person.memberships])[person.id]


def _hand_on(team: Team, taker: Team, *, by: User, why: str) -> int:
    """Triage takes always; that it has somebody is for the health page to watch."""
    if taker.code != TRIAGE and not account_teams.is_live(taker):
        raise NotATaker(taker.name)
    return len(handing.move_all(team, to=taker, by=by, why=why)) if taker.id != team.id else 0


def _count_of(team_id: int) -> sa.ScalarSelect[int]:
    some = sa.select(sa.literal(1)).select_from(Case).where(Case.team_id == team_id, sa.text(IN_THE_QUEUE))
    return sa.select(sa.func.count()).select_from(some.limit(COUNTED + 1).subquery()).scalar_subquery()
