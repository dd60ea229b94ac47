"""A row of the queue is written once, and anew as soon as it has something else to say."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.queue import rows
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import an_agent
from tests.queue.cases import a_stock, at_the_desk


@pytest.fixture
def agent(app):
    return an_agent("ENR", first_name="Dana", last_name="Osei")


@pytest.fixture
def case(agent):
    with clock.at(MONDAY_9_AM):
        (case_id,) = a_stock(1, due_at=MONDAY_9_AM + timedelta(minutes=50))
    return db.session.get_one(Case, case_id)


def row(app, agent):
    return at_the_desk(app, agent).page.select_one(".row-of-case")


def words(app, agent):
    return row(app, agent).get_text(" ", strip=True)


def test_a_row_says_what_is_so_whenever_it_is_looked_at(app, agent, case):
    with clock.at(MONDAY_9_AM):
        assert "due in 50 min" in words(app, agent)
        assert "Nobody has it" in words(app, agent)
        with transaction():
            commands.take(case, by=agent)
        assert "Assigned to Dana O." in words(app, agent)
    with clock.at(MONDAY_9_AM + timedelta(minutes=8)):
        assert "due in 42 min" in words(app, agent)
    with clock.at(MONDAY_9_AM + timedelta(minutes=58)):
        assert "8 min over" in words(app, agent)
        with transaction():
            db.session.execute(sa.update(Case).values(subject="Another question"))
        assert "Another question" in words(app, agent)


@pytest.mark.both_databases
def test_a_pause_is_no_lateness(app):
    agent, hour = an_agent("VMGT"), timedelta(hours=1)
    with clock.at(MONDAY_9_AM):
        case = a_case(topic="TMP-EXC", status=Status.OPEN, agent=agent)
    for minutes, by, said in (
        (10, agent, "Please keep the vaccine apart."),
        (250, agent, "Which was the highest temperature?"),  # ten minutes over
        (420, case.requester, "It was 12 degrees."),
    ):
        with clock.at(MONDAY_9_AM + timedelta(minutes=minutes)), transaction():
            commands.reply(case, by=by, body=said, wait=minutes == 250)
    due_at = case.due_at
    assert due_at == MONDAY_9_AM + 4 * hour, "what was due stays due"

    with clock.at(MONDAY_9_AM + 7 * hour + timedelta(minutes=1)):
        assert "11 min over" in words(app, agent)
        page = at_the_desk(app, agent, f"/agent/cases/{case.number}").page
        assert "11 min over" in page.select_one(".case-due").get_text(" ", strip=True)


def test_its_link_leads_to_the_desk_under_whatever_path_it_is_served(app, agent, case):
    visitor = at_the_desk(app, agent)
    at_the_root = visitor.client.get("/agent/queue").text
    under_a_path = visitor.client.get("/agent/queue", environ_overrides={"SCRIPT_NAME": "/desk"}).text

    assert f'href="/agent/cases/{case.number}"' in at_the_root
    assert f'href="/desk/agent/cases/{case.number}"' in under_a_path


def test_a_row_that_says_the_same_is_not_written_again(app, agent, case):
    rows._written.cache_clear()
    with clock.at(MONDAY_9_AM):
        for _look in range(3):
            row(app, agent)

    assert (rows._written.cache_info().misses, rows._written.cache_info().hits) == (1, 2)
