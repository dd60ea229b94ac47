"""Pages of the workspace, and resolving a case, against the floor."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa

from helpdesk.accounts.models import Team, TeamMember, User
from helpdesk.cases.models import UNFINISHED, Case
from helpdesk.cases.numbers import number_of

from . import Broken
from .bulk import SEED
from .client import Answer, Client
from .desks import Desk
from .prototypes import Prototypes
from .table import Row
from .timing import WARM_UP, Times, in_turn

DIFFERENT_CASES = 50
NOTE = "The transfer is in NCIR now. Please accept it there before the first dose."


Seen = defaultdict[str, dict[int, Times]]  # by page and by the number of cases


@dataclass(frozen=True)
class Ports:
    """Where the two web servers listen."""

    desk: int
    floor: int


def measure_pages(desk: Desk, ports: Ports, who: Prototypes, seen: Seen, *, cases: int, turns: int) -> list[Row]:
    """The queue of an agent, and the page of a case of their teams; how long both took is kept in `seen`."""
    agent = Client(ports.desk).sign_in(who.agent, who.password)
    floor = Client(ports.floor, agent.cookies)
    team_id, ids = busiest_team(desk, who.agent), _cases_of_teams(desk, who.agent)
    rows = []
    for what, paths, floors in (
        ("Queue", ["/agent/queue"], [f"/queue/{team_id}"]),
        ("Case", [f"/agent/cases/{number_of(i)}" for i in ids], [f"/cases/{i}" for i in ids]),
    ):
        answers: list[Answer] = []

        def open_page(turn: int, paths: list[str] = paths, answers: list[Answer] = answers) -> float:
            answers.append(agent.get(paths[turn % len(paths)]))
            return answers[-1].seconds

        def open_floor(turn: int, floors: list[str] = floors) -> float:
            return floor.get(floors[turn % len(floors)]).seconds

        of_desk, of_floor = in_turn(open_page, open_floor, turns=turns)
        seen[what][cases] = of_desk
        statements = max(desk.statements(path, agent.cookie) for path in paths)
        size = max(len(answer.body) for answer in answers)
        rows.append(Row.against_floor(what, of_desk, of_floor, about=f"{cases:,} cases", size=size, statements=statements))
    return rows


def growth(seen: Seen) -> list[Row]:
    """How much longer each page takes at the largest size than at the smallest, if there are two."""
    return [
        Row.of_growth(what, times[min(times)], times[max(times)], sizes=(min(times), max(times)))
        for what, times in seen.items()
        if len(times) > 1
    ]


def measure_resolving(desk: Desk, ports: Ports, who: Prototypes, *, cases: int, turns: int) -> Row:
    """An administrator resolves cases; the floor changes the row of as many others. Each case is resolved once."""
    admin = Client(ports.desk).sign_in(who.admin, who.password)
    floor = Client(ports.floor, admin.cookies)
    unfinished = desk.rows(sa.select(Case.id, Case.version).where(Case.status.in_(UNFINISHED)).order_by(Case.id))
    Random(SEED).shuffle(unfinished)
    mine, others = unfinished[::2], unfinished[1::2]
    turns = min(turns, len(others) - WARM_UP)
    if turns < 1:
        raise Broken("There are too few cases to resolve; ask for more.")
    token = admin.get(f"/agent/cases/{number_of(mine[0].id)}").hidden("csrf_token")

    def resolve(turn: int) -> float:
        fields = {"csrf_token": token, "version": str(mine[turn].version), "code": "fixed", "note": NOTE}
        answer = admin.post(f"/agent/cases/{number_of(mine[turn].id)}/resolve", fields)
        admin.get(answer.location)  # not timed: reads what was said about it
        return answer.seconds

    def change(turn: int) -> float:
        return floor.post(f"/cases/{others[turn].id}/resolve", {}, leads_on=False).seconds

    return Row.against_floor("Resolving", *in_turn(resolve, change, turns=turns), about=f"{cases:,} cases")


def busiest_team(desk: Desk, email: str) -> int:
    """The team of this person with the most cases in its queue."""
    in_queue = sa.select(Case.team_id).where(Case.team_id.in_(_teams(email)), Case.status.in_(UNFINISHED))
    found = desk.rows(in_queue.group_by(Case.team_id).order_by(sa.func.count().desc(), Case.team_id).limit(1))
    if not found:
        raise Broken("The agent's teams have no case in their queue; ask for more cases.")
    return int(found[0].team_id)


def _cases_of_teams(desk: Desk, email: str) -> list[int]:
    ids = [row.id for row in desk.rows(sa.select(Case.id).where(Case.team_id.in_(_teams(email))).order_by(Case.id))]
    return Random(SEED).sample(ids, min(DIFFERENT_CASES, len(ids)))


def _teams(email: str) -> sa.Select[int]:
    """The teams whose cases this agent sees: their own, and triage."""
    own = sa.select(TeamMember.team_id).join(User).where(User.email == email)
    return sa.select(Team.id).where(sa.or_(Team.id.in_(own), Team.code == "SD"))
