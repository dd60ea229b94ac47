"""The queue of an agent as it is looked at: its first page and its fiftieth, and each thing that it can be narrowed by."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.cases.models import Case, Status
from helpdesk.providers.models import Location, Organization
from helpdesk.queue.asked import Facet, Filter

from . import Broken
from .client import Answer, Client
from .desks import Desk
from .pages import Ports, busiest_team
from .prototypes import Prototypes
from .table import Row
from .timing import in_turn

FAR = 50  # pages
NEXT = re.compile(rb'rel="next" href="([^"]+)"')
NARROWED = {
    Facet.STATUS: Status.OPEN.value,
    Facet.PRIORITY: "P2",
    Facet.ASSIGNEE: "nobody",
    Facet.SYSTEM: "cvms",
    Facet.DUE: "overdue",
    Facet.FLAG: "patient-data",
}


def measure_queues(desk: Desk, ports: Ports, who: Prototypes, *, word: str, cases: int, turns: int) -> list[Row]:
    """The fiftieth page, every list beside the first, and that one narrowed by each thing, against the bare queue of a team."""
    agent = Client(ports.desk).sign_in(who.agent, who.password)
    floor, bare = Client(ports.floor, agent.cookies), f"/queue/{busiest_team(desk, who.agent)}"
    rows = []
    for about, path in (("page 50", _far(agent)), *_looks(desk, word)):
        answers: list[Answer] = []

        def open_page(_turn: int, path: str = path, answers: list[Answer] = answers) -> float:
            answers.append(agent.get(path))
            return answers[-1].seconds

        times = in_turn(open_page, lambda _turn: floor.get(bare).seconds, turns=turns)
        statements, size = desk.statements(path, agent.cookie), max(len(answer.body) for answer in answers)
        rows.append(Row.against_floor("Queue", *times, about=f"{about}, {cases:,}", size=size, statements=statements))
    return rows


def _far(agent: Client) -> str:
    """The address of the fiftieth page, or of the last one before it."""
    path = "/agent/queue"
    for _page in range(FAR - 1):
        following = NEXT.search(agent.get(path).body)
        if following is None:
            break
        path = unescape(following[1].decode())
    return path


def _looks(desk: Desk, word: str) -> Iterator[tuple[str, str]]:
    """What is looked at, in words, and its address."""
    for chosen in Filter:
        if chosen is not Filter.MY_TEAMS:
            yield chosen.value, f"/agent/queue?{urlencode({'show': chosen.value})}"
    known = {Facet.TOPIC: Case.topic_code, Facet.ORGANIZATION: Organization.legal_name, Facet.LOCATION: Location.name}
    values = {facet: _one(desk, column) for facet, column in known.items()}
    for facet, value in {**NARROWED, **values, Facet.TEXT: word}.items():
        yield f"by {facet.name.lower()}", f"/agent/queue?{urlencode({facet.value: value})}"


def _one(desk: Desk, column: InstrumentedAttribute[str]) -> str:
    """Some value of a column; raises Broken."""
    found = desk.rows(sa.select(column).limit(1))
    if not found:
        raise Broken(f"There is nothing in {column}.")
    return str(found[0][0])
