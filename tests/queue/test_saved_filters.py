"""Saved filters: one's own and those of a team, with their counts, beside the queue; put in order, renamed, deleted."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import AccountAct, AccountEvent
from helpdesk.extensions import db
from helpdesk.queue import saving
from helpdesk.queue.asked import read
from helpdesk.queue.models import SavedFilter
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, statements, subjects
from tests.runs import postgresql_in_the_long_run


def a_filter(by, name="Urgent ones", team=None, **asked):
    with transaction():
        return saving.save(read(asked or {"priority": "P1"}), name=name, by=by, team=team)


def beside(visitor):
    return [" ".join(link.get_text().split()) for link in visitor.page.select(".saved-filters li a")]


def acts():
    db.session.rollback()
    found = sa.select(AccountEvent.act).where(AccountEvent.act.like("filter%")).order_by(AccountEvent.id)
    return list(db.session.scalars(found))


@postgresql_in_the_long_run
def test_what_the_queue_shows_is_saved_under_a_name_and_stands_beside_it_with_its_count(app):
    a_stock(2, subject="urgent", priority=Priority.P1)
    a_stock(1, subject="normal")
    agent = an_agent("ENR")

    visitor = at_the_desk(app, agent).press("Show", priority="P1").follow("Save this filter").press("Save", name="Urgent ones")

    assert "Saved. It stands beside the queue" in visitor.text
    assert beside(visitor) == ["Urgent ones 2 cases"]
    assert subjects(visitor.open("/agent/queue").follow("Urgent ones 2 cases")) == ["urgent", "urgent"]
    assert beside(at_the_desk(app, an_agent("ENR"))) == []
    assert acts() == [AccountAct.FILTER_SAVED]


@postgresql_in_the_long_run
def test_a_lead_saves_for_the_team_and_everybody_in_it_sees_it(app):
    lead = a_lead("ENR")
    page = at_the_desk(app, lead, "/agent/filters/new?assignee=me")

    page.press("Save", name="My share", whose="ENR")

    agent = an_agent("ENR")
    a_stock(1, assignee_id=agent.id, subject="hers")
    a_stock(2, assignee_id=lead.id, subject="the lead's")
    assert beside(at_the_desk(app, agent)) == ["My share (of the team) 1 case"]
    assert beside(at_the_desk(app, an_agent("NCIR"))) == []


def test_agents_save_for_themselves_alone_and_change_no_filter_of_others(app):
    lead, agent = a_lead("ENR"), an_agent("ENR")
    of_team = a_filter(lead, team=lead.memberships[0].team).id
    other = a_filter(an_agent("ENR")).id
    page = at_the_desk(app, agent, "/agent/filters/new?assignee=me")

    assert "For whom" not in page.text
    assert "For whom" in at_the_desk(app, an_admin(), "/agent/filters/new?assignee=me").text
    for filter_id in (of_team, other):
        for act in ("rename", "move", "delete"):
            assert at_the_desk(app, agent, f"/agent/filters/{filter_id}/{act}").status == 404
    assert at_the_desk(app, lead, f"/agent/filters/{of_team}/delete").status == 200
    assert at_the_desk(app, a_lead("NCIR"), f"/agent/filters/{of_team}/delete").status == 404


@postgresql_in_the_long_run
def test_filters_are_put_in_order_by_buttons(app):
    agent = an_agent("ENR")
    for name in ("One", "Two", "Three"):
        a_filter(agent, name)
    visitor = at_the_desk(app, agent, "/agent/filters")

    visitor.press("Up : Three")
    visitor.press("Down : One")

    assert [words.split()[0] for words in beside(visitor.open("/agent/queue"))] == ["Three", "One", "Two"]
    assert acts()[-2:] == [AccountAct.FILTER_MOVED] * 2


@postgresql_in_the_long_run
def test_a_filter_is_renamed_and_a_name_that_is_taken_is_refused_with_the_text_kept(app):
    agent = an_agent("ENR")
    first, _second = a_filter(agent, "One"), a_filter(agent, "Two")
    visitor = at_the_desk(app, agent, "/agent/filters")
    form = {"action": f"/agent/filters/{first.id}/rename"}

    visitor.press("Rename", name="two")  # the first form of the page
    assert visitor.status == 409
    assert "There is a filter of this name already." in visitor.text
    assert visitor.page.find("form", form).find("input", {"name": "name"})["value"] == "two"

    visitor.press("Rename", name="Patient Wanda, DOB 3/4/1956")
    assert (visitor.status, "This looks like information about a patient." in visitor.text) == (422, True)

    visitor.press("Rename", name="Overdue")
    assert [words.split()[0] for words in beside(visitor.open("/agent/queue"))] == ["Overdue", "Two"]
    assert acts()[-1] is AccountAct.FILTER_RENAMED


@postgresql_in_the_long_run
def test_a_filter_is_deleted_after_a_question(app):
    agent = an_agent("ENR")
    a_filter(agent, "One")

    visitor = at_the_desk(app, agent, "/agent/filters").follow("Delete One")
    assert "The cases that it shows stay where they are." in visitor.text
    visitor.press("Delete the filter")

    assert "No saved filter yet" in visitor.text
    assert acts()[-1] is AccountAct.FILTER_DELETED
    [entry] = db.session.scalars(sa.select(AccountEvent).where(AccountEvent.act == AccountAct.FILTER_DELETED))
    assert entry.old == {"filter": "One", "query": "show=my-teams&priority=P1"}


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ("priority=P1", "", "Give the filter a name."),
        ("priority=P1", "x" * 41, "A name can have up to 40 characters."),
        ("priority=P9", "Nonsense", "There is no priority “P9”"),
        ("q=patient+Wanda+Castellow%2C+DOB+3%2F4%2F1956", "Her", "This looks like information about a patient."),
        ("priority=P1", "Patient Wanda, DOB 3/4/1956", "This looks like information about a patient."),
    ],
)
def test_what_cannot_be_kept_is_refused_and_said(app, query, name, said):
    visitor = at_the_desk(app, an_agent("ENR"), "/agent/filters/new?priority=P1")

    visitor.press("Save", name=name, query=query)

    assert visitor.status == 422
    assert said in visitor.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SavedFilter)) == 0


def test_nobody_has_more_than_twenty(app):
    agent = an_agent("ENR")
    for number in range(saving.MOST):
        a_filter(agent, f"Filter {number}")

    visitor = at_the_desk(app, agent, "/agent/filters/new?priority=P1").press("Save", name="One more")

    assert visitor.status == 409
    assert "There can be 20 saved filters. Delete one first." in visitor.text


@postgresql_in_the_long_run
def test_all_counts_come_in_one_statement_also_those_of_texts(app):
    agent = an_agent("ENR")
    a_case(subject="Freezer alarm")
    a_case(subject="Something else")
    a_filter(agent, "Texts", q="freezer")
    a_filter(agent, "Topics", topic="ENR")
    a_filter(agent, "Gone", topic="NOPE")
    few = at_the_desk(app, an_agent("ENR"))
    with statements() as without:
        few.open("/agent/queue")
    visitor = at_the_desk(app, agent)
    with statements() as asked:
        visitor.open("/agent/queue")

    assert beside(visitor) == ["Texts 1 case", "Topics 2 cases", "Gone 0 cases"]
    assert len(asked) == len(without)


def test_each_list_stands_on_a_page_of_its_own_and_stays_small(app):
    lead = a_lead("ENR")
    team = lead.memberships[0].team
    for number in range(saving.MOST):
        a_filter(lead, f"Mine {number} {'x' * 25}")
        a_filter(lead, f"Ours {number} {'x' * 25}", team=team)

    visitor = at_the_desk(app, lead, "/agent/filters")
    assert (visitor.page.find("h2").get_text(), len(visitor.html) < 60_000) == ("Your own", True)
    visitor.follow(f"{team.name} {saving.MOST}")

    assert (visitor.page.find("h2").get_text(), len(visitor.html) < 60_000) == (team.name, True)
    visitor.press(f"Down : Ours 0 {'x' * 25}")
    assert visitor.page.find("h2").get_text() == team.name
    assert [str(field["value"])[:6] for field in visitor.page.select("input[name=name]")][:2] == ["Ours 1", "Ours 0"]
