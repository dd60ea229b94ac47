"""Every way to look at the queue is a step along an index, and one statement serves everybody at any time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.anybody import anybody_like, filled_in
from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.queue import counting, queries
from helpdesk.queue.asked import Asked, DueIn, Facet, Filter, Flag
from helpdesk.queue.queries import Look
from helpdesk.queue.shelf import read_for
from tests.case_factories import a_case
from tests.factories import an_agent

NARROWED = {
    Facet.STATUS: "open",
    Facet.PRIORITY: "P2",
    Facet.ASSIGNEE: "nobody",
    Facet.TOPIC: "INV-RECV",
    Facet.SYSTEM: "ncir",
    Facet.DUE: DueIn.OVERDUE,
    Facet.FLAG: Flag.PATIENT_DATA,
    Facet.TAG: "recall",
    Facet.ORGANIZATION: "Cedar Fork Pharmacy",
    Facet.LOCATION: "Main Street",
}
ASKED = [*map(Asked, Filter), *(Asked(shown, {f: v}) for shown in (Filter.MY_TEAMS, Filter.ALL) for f, v in NARROWED.items())]


def look_of(agent, asked):
    return Look(anybody_like(agent), tuple((team.code, team.id) for team in read_for(agent, Asked()).teams), asked)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join([asked.filter, *asked.values]))
def test_no_page_reads_all_cases(app, asked):
    agent = an_agent("ENR")
    look = look_of(agent, asked)

    for step in plan_of(lambda: (queries.page(look, agent), list(counting.counts([look], agent)))):
        assert not step.startswith("SCAN cases") or "ix_cases_suspected" in step


def test_the_tags_on_offer_are_found_without_reading_those_of_all_cases_or_all_teams(app):
    agent = an_agent("ENR")

    for asked in (Asked(), Asked(values={Facet.TAG: "recall"})):
        steps = [step for step in plan_of(lambda asked=asked: read_for(agent, asked)) if "_tags" in step]
        assert steps
        assert not [step for step in steps if step.startswith("SCAN")]


def plan_of(read):
    """The steps that SQLite takes for everything that is read."""
    asked = []

    def note(_connection, _cursor, statement, values, *_rest):
        asked.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    read()
    sa.event.remove(db.engine, "before_cursor_execute", note)
    connection = db.session.connection()
    return [row.detail for text, values in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]


@pytest.mark.both_databases
def test_one_statement_serves_everybody_and_every_moment(app):
    dana, alex = an_agent("ENR"), an_agent("ENR")
    of_dana, of_alex = (a_case(status=Status.OPEN, agent=agent) for agent in (dana, alex))
    mine, overdue = Asked(Filter.MINE), Asked(values={Facet.DUE: DueIn.OVERDUE})

    def shown(agent, asked):
        rows, _following = queries.page(look_of(agent, asked), agent)
        [count] = counting.counts([look_of(agent, asked)], agent)
        assert count == len(rows)
        return [row.id for row in rows]

    assert (shown(dana, mine), shown(alex, mine), shown(dana, mine)) == ([of_dana.id], [of_alex.id], [of_dana.id])
    assert shown(dana, overdue) == []
    with clock.at(clock.now() + timedelta(days=30)):
        assert shown(dana, overdue) == [of_dana.id, of_alex.id]
    assert shown(dana, overdue) == []
    assert filled_in(dana) != filled_in(alex)
