"""What the tests of the workspace share: many cases at once, agents at their screens, and a counter of statements."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Team, User
from helpdesk.cases import marks
from helpdesk.cases.models import Case, Impact, ProviderRole, Status, System, Urgency
from helpdesk.extensions import db
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.factories import a_provider
from tests.visitor import Visitor

_keys = count(1)


def at_the_desk(app: Flask, agent: User, page: str = "/agent/queue") -> Visitor:
    """This person at their screen, signed in, on a page."""
    return Visitor(app).sign_in(agent).open(page)


def on_case(app: Flask, agent: User, case: Case) -> Visitor:
    """This person with the page of the case open."""
    return at_the_desk(app, agent, f"/agent/cases/{case.number}")


def a_stock(number: int, *, team: str = "ENR", requester: User | None = None, **named: Any) -> list[int]:
    """Many open cases of a team, straight into the table: due one minute after the other, nobody's; returns their ids."""
    requester = requester or a_provider()
    team_id = db.session.scalars(sa.select(Team.id).where(Team.code == team)).one()
    rows = [{**_a_row(requester.id, team_id, position), **named} for position in range(number)]
    with transaction():
        return list(db.session.scalars(sa.insert(Case).returning(Case.id, sort_by_parameter_order=True), rows))


def give_tags(case_id: int, *tags: str) -> None:
    """Tag a case, within a transaction, as a rule would."""
    marks.tag(case_id, tags, team_id=db.session.get_one(Case, case_id).team_id)


def _a_row(requester_id: int, team_id: int, position: int) -> dict[str, Any]:
    return {
        "form_key": f"stock-{next(_keys)}",
        "form_digest": "",
        "requester_id": requester_id,
        "provider_role": ProviderRole.OFFICE_STAFF,
        "organization": "Elm County Health",
        "location": "",
        "system": System.CVMS,
        "topic_code": "ENR-SECB",
        "topic_name": "Section B",
        "subject": f"Question {position}",
        "impact": Impact.ME,
        "urgency": Urgency.NO,
        "answers": [],
        "status": Status.OPEN,
        "priority": Priority.P3,
        "team_id": team_id,
        "due_at": clock.now() + timedelta(minutes=position),
        "opened_at": clock.now(),
        "updated_at": clock.now() + timedelta(seconds=position),
        "version": 2,
    }


def subjects(visitor: Visitor) -> list[str]:
    """The subjects of the rows, in order."""
    return [" ".join(link.get_text().split()) for link in visitor.page.select(".row-subject")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these at the same time, each in a thread of its own; what they return, in order."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements of the block, the opening of transactions left aside."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
