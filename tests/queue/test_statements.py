"""What the pages of the workspace ask of the database does not grow with the data."""

import pytest

from helpdesk.cases import commands
from helpdesk.cases.models import Status
from helpdesk.transaction import transaction
from tests.attachment_factories import a_file_on, waiting_on
from tests.case_factories import a_case
from tests.factories import a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, statements
from tests.runs import postgresql_in_the_long_run

MOST_FOR_THE_QUEUE = 8
MOST_FOR_A_CASE = 12


@postgresql_in_the_long_run
@pytest.mark.parametrize("show", ["my-teams", "mine", "unassigned", "watched", "resolved", "all"])
def test_the_queue_takes_at_most_eight_statements_with_30_cases_and_with_300(app, show):
    agent, requester, seen = an_agent("ENR"), a_provider(), []
    a_case(status=Status.PENDING, agent=agent)
    a_case(status=Status.RESOLVED, agent=agent)
    for more in (30, 270):
        a_stock(more, requester=requester, assignee_id=agent.id)
        a_stock(more // 10, requester=requester)
        visitor = at_the_desk(app, agent)
        with statements() as asked:
            visitor.open(f"/agent/queue?show={show}")
        seen.append(len(asked))

    assert seen[0] == seen[1] <= MOST_FOR_THE_QUEUE


def test_administrators_pay_no_more(app):
    for team in ("ENR", "SD", "NCIR", "VMGT"):
        a_stock(10, team=team)
    visitor = at_the_desk(app, an_admin())

    with statements() as asked:
        visitor.follow("Next page")

    assert visitor.status == 200
    assert len(asked) <= MOST_FOR_THE_QUEUE


@postgresql_in_the_long_run
def test_the_page_of_a_case_takes_at_most_twelve_statements_however_much_was_said(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.PENDING, agent=agent)
    with transaction():
        for number in range(30):
            commands.add_note(case, by=agent, body=f"Note {number}")
            reply = commands.reply(case, by=agent, body=f"Reply {number}")
    a_file_on(reply)
    waiting_on(case, agent)
    visitor, path = at_the_desk(app, agent), f"/agent/cases/{case.number}"

    with statements() as asked:
        visitor.open(path)

    assert "Note 29" in visitor.text
    assert visitor.text.count("log.csv") == 3  # at its message, and in the box with its button
    assert len(asked) <= MOST_FOR_A_CASE, "\n".join(asked)
