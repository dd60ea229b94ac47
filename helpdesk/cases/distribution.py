"""Who is given a case by the desk itself: nothing else assigns without a person who says so.

In a team that gives its cases out, those on duty get them in turn. Whoever gives out locks the team first, then the turns of
those on duty there: two at once give no case twice, and nobody more than the team's cap. Cases come last; one that somebody is
just working on is passed over, so that nobody waits for us who has what we wait for.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts import people, skills
from ..accounts.duty_models import Distribution, Turn
from ..accounts.models import Team, TeamMember, User
from ..extensions import db
from . import needed_skills, staff_mail
from .models import IN_THE_QUEUE, Case, EventKind, Status

AT_ONCE = 25  # cases of a team in one transaction; the rest is given out the next time
READY = (Status.NEW, Status.OPEN)  # a case that waits for its provider needs nobody


@dataclass
class Seat:
    """Somebody on duty: what they can do, and how many unfinished cases they have, in all teams."""

    user: User
    turn: Turn
    skills: frozenset[str]
    cases: int


@dataclass
class Table:
    """Those on duty in a team that gives its cases out."""

    team: Team
    seats: list[Seat]

    def skilled(self, needs: frozenset[str]) -> list[Seat]:
        """Those who can do what a case needs."""
        return [seat for seat in self.seats if needs <= seat.skills]

    def free(self, needs: frozenset[str] = frozenset()) -> list[Seat]:
        """Those of them who have not as many cases as the team's cap, whoever was given one longest ago first."""
        able = [seat for seat in self.skilled(needs) if seat.cases < self.team.cap]
        return sorted(able, key=lambda seat: (seat.turn.place, seat.user.on_duty_since, seat.user.id))


def hand_out(case: Case, *, needs_skills: tuple[str, ...] = ()) -> User | None:
    """Give a case that has just got its team to whoever is in turn there, if it is a team that gives its cases out.

    With `needs_skills`, only to somebody who has all of them; they are kept on the case. Where nobody is there who could take
    it, the case says so and stays in the queue, to be offered again (`offer`).
    """
    if needs_skills:
        needed_skills.need(case, needs_skills)
    if case.team.distribution is Distribution.TAKE or case.assignee_id is not None:
        return None
    table = next(iter(_hold([case.team.id])), None)
    if table is None:  # the team was changed a moment ago
        return None
    needs = needed_skills.needed_by([case.id])[case.id]
    free = table.free(needs)
    if not free:
        case.record(EventKind.LEFT_IN_QUEUE, by=None, at=clock.now(), new=_facts(table, needs))
        return None
    _give(case, free[0], table, needs)
    return free[0].user


def offer(team_ids: Collection[int]) -> Counter[int]:
    """Give out what waits in these teams, the most urgent first; how many cases each person got, by their id.

    Doing it again gives nobody anything, unless something has changed.
    """
    given: Counter[int] = Counter()
    for table in _hold(team_ids):
        locked = _next_of(table).limit(AT_ONCE).with_for_update(of=Case, skip_locked=True, key_share=True)
        waiting = list(db.session.scalars(locked))
        needed = needed_skills.needed_by([case.id for case in waiting])
        for case in waiting:
            free = table.free(needed[case.id])
            if free:
                _give(case, free[0], table, needed[case.id])
                given[free[0].user.id] += 1
    return given


def teams_to_serve() -> list[int]:
    """The teams in which somebody could be given a case that waits; reads only."""
    waits = sa.exists().where(Case.team_id == Team.id, *_WAITS)
    somebody = sa.exists().where(TeamMember.team_id == Team.id, TeamMember.user_id == User.id, _IS_ON_DUTY)
    found = db.session.scalars(sa.select(Team).where(_GIVES_OUT, waits, somebody).order_by(Team.id))
    tables = _tables(found.all())
    return [table.team.id for table in tables if table.free() and db.session.scalar(_next_of(table).limit(1)) is not None]


_GIVES_OUT = sa.and_(Team.distribution == Distribution.ROUND_ROBIN, Team.is_active)
_IS_ON_DUTY = sa.and_(User.on_duty_since.is_not(None), people.active())
_WAITS = (Case.assignee_id.is_(None), sa.text(IN_THE_QUEUE), Case.status.in_(READY))


def _hold(team_ids: Collection[int]) -> list[Table]:
    """Lock those of the teams that give cases out, then the turns of those on duty there; in one order, as everybody does.

    A weaker lock than that of who changes a team: cases may go to the team meanwhile, and those that do wait for their turn
    here with a lock of that kind already.
    """
    teams = sa.select(Team).where(Team.id.in_(team_ids), _GIVES_OUT).order_by(Team.id).with_for_update(key_share=True)
    held = db.session.scalars(teams.execution_options(populate_existing=True)).all()
    if not held:
        return []
    here = sa.select(TeamMember.user_id).join(User).where(TeamMember.team_id.in_([team.id for team in held]), _IS_ON_DUTY)
    turns = sa.select(Turn).where(Turn.user_id.in_(here)).order_by(Turn.user_id).with_for_update()
    locked = db.session.scalars(turns.execution_options(populate_existing=True)).all()
    return _tables(held, among=[turn.user_id for turn in locked])


def _tables(teams: Iterable[Team], *, among: Collection[int] | None = None) -> list[Table]:
    """Those on duty in each of these teams, perhaps only some people."""
    tables = {team.id: Table(team, []) for team in teams}
    has = sa.select(sa.func.count()).select_from(Case).where(Case.assignee_id == User.id, sa.text(IN_THE_QUEUE))
    rows = sa.select(TeamMember.team_id, User, Turn, has.scalar_subquery().label("cases")).join(TeamMember.user).join(Turn)
    rows = rows.where(TeamMember.team_id.in_(tables), _IS_ON_DUTY)
    if among is not None:
        rows = rows.where(User.id.in_(among))
    found = db.session.execute(rows).all() if tables else []
    known = skills.of_people({user.id for _team_id, user, _turn, _cases in found})
    seats: dict[int, Seat] = {}  # one for each person, whose cases count in every team
    for team_id, user, turn, cases in found:
        seat = seats.setdefault(user.id, Seat(user, turn, known[user.id], cases))
        tables[team_id].seats.append(seat)
    return list(tables.values())


def _next_of(table: Table) -> sa.Select[Case]:
    """The cases that somebody at the table can be given, the most urgent first."""
    possible = {seat.skills for seat in table.free()}
    somebody_can = sa.or_(sa.false(), *map(needed_skills.are_among, possible))
    waiting = sa.select(Case).where(Case.team_id == table.team.id, *_WAITS, somebody_can)
    return waiting.order_by(Case.due_at.nulls_last(), Case.id).execution_options(populate_existing=True)


def _give(case: Case, seat: Seat, table: Table, needs: frozenset[str]) -> None:
    facts, at = _facts(table, needs), clock.now()
    case.assignee = seat.user
    who = {"assignee": seat.user.name, "assignee_id": seat.user.id}
    event = case.record(EventKind.ASSIGNED, by=None, at=at, new={**who, **facts})
    db.session.flush()  # so that the event has its id
    seat.turn.place, seat.turn.given_at = event.id, at
    seat.cases += 1
    staff_mail.tell_assignee(case, by=None)


def _facts(table: Table, needs: frozenset[str]) -> dict[str, Any]:
    """Who there was: how many on duty, how many of them with the skills, and of these how many with room for a case."""
    counts = {"on_duty": len(table.seats), "skilled": len(table.skilled(needs)), "free": len(table.free(needs))}
    return {"team": table.team.name, "cap": table.team.cap, "skills": sorted(needs), **counts}
