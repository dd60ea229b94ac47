"""Pages of the workspace with as much on them as there can be: they stay small, and cost no more statements."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts.models import Team, User
from helpdesk.cases import case_drafts, commands, copying, links, marking, merging, presence
from helpdesk.cases.models import Case, MessageKind, Status
from helpdesk.extensions import db
from helpdesk.providers.models import Location, Organization
from helpdesk.queue import saving
from helpdesk.queue.asked import read
from helpdesk.queue.case_page import MOST_MAIL, MOST_MESSAGES
from helpdesk.queue.shelf import MOST_TAGS
from helpdesk.transaction import transaction
from tests.attachment_factories import a_file_on, waiting_on
from tests.case_factories import a_case
from tests.directory_factories import a_location, works_at
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.macro_factories import a_macro
from tests.problem_factories import a_problem
from tests.queue.cases import a_stock, at_the_desk, give_tags, on_case, statements, subjects
from tests.queue.test_statements import MOST_FOR_A_CASE, MOST_FOR_THE_QUEUE
from tests.runs import postgresql_in_the_long_run

LARGEST = 60_000  # bytes of HTML
SUBJECT = "Section B asks us for a second coordinator"


def a_case_with_everything(agent: User) -> Case:
    """A long conversation with files, copies, drafts, marks, other cases, and a colleague who is writing."""
    place, requester = a_location(), a_provider(phone="919-555-0142")
    works_at(requester, place)
    case = a_case(requester=requester, agent=agent, status=Status.OPEN)
    others = [a_case(requester=requester, agent=agent, status=Status.OPEN) for _each in range(4)]
    copied, watchers, colleague = [a_provider() for _each in range(3)], [an_agent("ENR") for _each in range(3)], an_agent("ENR")
    for person in copied:
        works_at(person, db.session.get_one(Organization, place.organization_id))
    a_macro(team="ENR", tags=["outage"]), a_problem(), a_problem(title="Portal is slow")
    with transaction():
        case.listed_location = db.session.get_one(Location, place.id)
        case.listed_organization = case.listed_location.organization
        copying.copy_new(case, copied, by=requester)
        merging.merge(others[0], into=case, by=agent, note="We go on in your other case.", seen=others[0].version)
    _talk(case, agent)
    with transaction():
        links.link(case, others[1], by=agent)
        marking.tag(case, ["second-call", "outage"], by=agent)
        for watcher in watchers:
            marking.let_watch(case, watcher, by=agent)
        for box in (MessageKind.NOTE, MessageKind.REPLY, MessageKind.RESOLUTION):
            case_drafts.save(case, agent, box, body="We are looking into it.")
        presence.note(case, colleague, writing=MessageKind.REPLY)
    return case


def _talk(case: Case, agent: User) -> None:
    with transaction():
        for number in range(20):
            commands.add_note(case, by=agent, body=f"Note {number}: called them, and they will look into it.")
            reply = commands.reply(case, by=agent, body=f"Reply {number}: please look at Section B.")
    a_file_on(reply)
    waiting_on(case, agent)


@postgresql_in_the_long_run
@pytest.mark.parametrize("somebody", [an_agent, a_lead, lambda _team: an_admin()], ids=["agent", "lead", "admin"])
def test_the_page_of_a_case_stays_small_with_everything_on_it(app, somebody):
    case = a_case_with_everything(an_agent("ENR"))
    path, visitor = f"/agent/cases/{case.number}", at_the_desk(app, somebody("ENR"))

    with statements() as asked:
        visitor.open(path)

    assert len(asked) <= MOST_FOR_A_CASE, "\n".join(asked)
    assert len(visitor.html.encode()) < LARGEST


def test_of_long_lists_the_page_of_a_case_shows_the_latest_and_all_when_asked(app):
    agent = an_agent("ENR")
    case = a_case_with_everything(agent)
    visitor = on_case(app, agent, case)
    said, mails = len(case.messages), visitor.page.select("#mail li")

    assert [len(visitor.page.select(".said")), len(mails)] == [1 + MOST_MESSAGES, MOST_MAIL]
    assert "Reply 19" in visitor.text
    assert "Reply 2:" not in visitor.text
    visitor.follow(f"Show {said - 1 - MOST_MESSAGES} messages in between")
    assert len(visitor.page.select(".said")) == said
    visitor.page.find("a", string=lambda words: words and words.endswith("earlier mails"))
    visitor.open(f"/agent/cases/{case.number}?mail=all")
    assert len(visitor.page.select("#mail li")) > 80  # each reply, with three copies


def a_queue_with_everything(lead: User) -> None:
    """More rows than a page holds, every tag that is offered, and as many saved filters as there can be."""
    busy = a_stock(
        60, subject=SUBJECT, assignee_id=lead.id, organization="Cedar Fork Pharmacy", topic_name="Agreement, Section B"
    )
    for _each in range(10):
        an_agent("ENR")
    with transaction():
        for position, case_id in enumerate(busy):
            give_tags(case_id, *(f"tag-{position:02}-{number}" for number in range(3)))
        for team in (None, *db.session.scalars(sa.select(Team))):
            for number in range(saving.MOST):
                asked = read({"show": "all", "status": "open", "tag": f"tag-{number:02}-1"})
                saving.save(asked, name=f"Everything about {number}", by=lead, team=team)


@postgresql_in_the_long_run
def test_the_queue_stays_small_with_everything_beside_it(app):
    admin, lead = an_admin(), a_lead("ENR")
    a_queue_with_everything(admin)

    for person, address in ((admin, ""), (admin, "?team=ENR"), (lead, ""), (lead, "?show=all&q=section")):
        visitor = at_the_desk(app, person, "/account")
        with statements() as asked:
            visitor.open(f"/agent/queue{address}")
        assert len(asked) <= MOST_FOR_THE_QUEUE, address
        assert len(visitor.html.encode()) < LARGEST, address


def test_fifty_rows_are_a_page_of_the_usual_size(app):
    agent = an_agent("ENR")
    a_stock(50, subject=SUBJECT, assignee_id=agent.id, organization="Cedar Fork Pharmacy", topic_name="Agreement, Section B")

    visitor = at_the_desk(app, agent, "/agent/queue?rows=50")

    assert len(subjects(visitor)) == 50
    assert len(visitor.html.encode()) < LARGEST


def test_administrators_see_the_saved_filters_of_the_team_that_they_look_at(app):
    admin = an_admin()
    for code in ("ENR", "NCIR"):
        with transaction():
            team = db.session.scalars(sa.select(Team).where(Team.code == code)).one()
            saving.save(read({"priority": "P1"}), name=f"Of {code}", by=admin, team=team)

    def beside(address):
        return [link.get_text(" ", strip=True) for link in at_the_desk(app, admin, address).page.select(".saved-filters li a")]

    assert beside("/agent/queue") == []
    assert beside("/agent/queue?team=ENR") == ["Of ENR (of the team) 0 cases"]


@postgresql_in_the_long_run
def test_a_tag_can_be_asked_for_though_there_are_too_many_to_offer_them_all(app):
    ids = a_stock(MOST_TAGS // 10 + 1)
    with transaction():
        for position, case_id in enumerate(ids):
            give_tags(case_id, *(f"tag-{position:02}-{number}" for number in range(10)))
    agent, last = an_agent("ENR"), f"tag-{len(ids) - 1:02}-9"

    visitor = at_the_desk(app, agent, f"/agent/queue?tag={last}")

    assert subjects(visitor) == [f"Question {len(ids) - 1}"]
    assert at_the_desk(app, agent, "/agent/queue?tag=no-such").status == 422


@postgresql_in_the_long_run
@pytest.mark.parametrize("show", ["my-teams", "all", "mine"])
def test_cases_that_are_alike_in_all_that_orders_them_stand_on_one_page_each(app, show):
    agent = an_agent("ENR")
    [at] = [case.updated_at for case in [a_case(agent=agent, status=Status.OPEN)]]
    a_stock(51, due_at=at, updated_at=at, assignee_id=agent.id)
    visitor, seen = at_the_desk(app, agent, f"/agent/queue?show={show}"), []

    seen += subjects(visitor)
    while visitor.page.find("a", string="Next page"):
        seen += subjects(visitor.follow("Next page"))

    assert (len(seen), len(set(seen))) == (52, 52)
