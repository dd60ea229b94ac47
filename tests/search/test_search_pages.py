"""The search as people have it: staff from every page, providers on My cases."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.cases import commands, indexing
from helpdesk.cases.models import Case, Status
from helpdesk.cases.redaction import Wanted, redact
from helpdesk.extensions import db
from helpdesk.search.ranking import MOST_RANKED
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case
from tests.cases.people import a_practice
from tests.directory_factories import COORDINATOR, at, works_at
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, statements
from tests.visitor import Visitor

SEARCH = "/agent/search"
SIZE = "UPDATE pg_class SET reltuples ="  # of a table, as PostgreSQL believes

Planner = Callable[[], None]


def marked(visitor: Visitor) -> list[str]:
    """What is marked on the page."""
    return [mark.get_text() for mark in visitor.page.select("mark")]


def subjects(visitor: Visitor) -> list[str]:
    """The subjects of the cases on the page, in order."""
    return [" ".join(link.get_text().split()) for link in visitor.page.select(".row-subject, .case-subject")]


@pytest.mark.parametrize("page", ["/agent/queue", "/learn", "/account", "/admin/organizations", "/"])
def test_staff_can_look_up_a_case_on_every_page(app, page):
    case = a_case()
    visitor = at_the_desk(app, an_agent(), page).press("Look up", q=case.number)

    assert visitor.path == f"/agent/cases/{case.number}"


@pytest.mark.parametrize("page", ["/", "/login"])
def test_nobody_else_has_that_box(app, page):
    provider = Visitor(app).sign_in(a_provider()).open("/")

    assert not Visitor(app).open(page).has_button("Look up")
    assert not provider.has_button("Look up")


@pytest.mark.parametrize("typed", ["NCV-{id:06d}", "ncv {id}", "#{id}", "{id}", " {id} "])
def test_a_number_opens_its_case(app, typed):
    case = a_case()

    assert at_the_desk(app, an_agent(), SEARCH).press("Search", q=typed.format(id=case.id)).path == f"/agent/cases/{case.number}"


@pytest.mark.parametrize("typed", ["999999", "NCV-999999", "#999999"])
def test_a_number_that_nothing_has_is_said_to_be_none(app, typed):
    visitor = at_the_desk(app, an_agent(), SEARCH).press("Search", q=typed)

    assert (visitor.status, visitor.path) == (200, SEARCH)
    assert "There is no case NCV-999999" in visitor.text


def test_the_number_of_a_case_of_another_team_looks_like_none(app):
    other = a_case(topic="DAT-HL7", subject="A zebra")

    visitor = at_the_desk(app, an_agent("ENR"), SEARCH).press("Search", q=other.number)

    assert f"There is no case {other.number}" in visitor.text
    assert "zebra" not in visitor.text


def test_a_number_that_somebody_wrote_is_found_beside_that_or_in_quotes(app):
    first, case = a_case(), a_case(description="The order has the number 778812.")
    visitor = at_the_desk(app, an_agent(), f"{SEARCH}?q=778812")

    assert "There is no case NCV-778812" in visitor.text
    assert (subjects(visitor), marked(visitor)) == ([case.subject], ["778812"])
    assert visitor.open(f"{SEARCH}?q=%22{first.id}%22").path == SEARCH


def test_a_row_says_what_was_found_and_in_whose_words(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent, subject="Zebra <b>late</b>", organization="Zebra & Sons")
    with transaction():
        commands.add_note(case, by=agent, body="The <i>zebra</i>\nis ours.")
    visitor = at_the_desk(app, agent, f"{SEARCH}?q=ZEBRA+ours")

    assert subjects(visitor) == ["Zebra <b>late</b>"]
    assert marked(visitor) == ["Zebra", "Zebra", "zebra", "ours"]
    assert f"Note by {agent.name}, staff only: The <i> zebra </i> is ours ." in visitor.text
    assert "<mark>Zebra</mark> &lt;b&gt;late&lt;/b&gt;" in visitor.html
    assert f"{case.requester.name} · Zebra & Sons · Main Street" in visitor.text
    assert "1 case" in visitor.text


def test_where_only_the_head_matches_the_question_begins_below(app):
    case = a_case(subject="Zebra", description="It is late. " * 100)
    visitor = at_the_desk(app, an_agent(), f"{SEARCH}?q=zebra")

    assert f"{case.requester.name} asked: It is late. It is late." in visitor.text
    assert marked(visitor) == ["Zebra"]


def test_a_tombstone_is_shown_as_one_and_never_marked(app):
    lead, case = a_lead("ENR"), a_case(description="Zyxwald has no data.")
    with transaction():
        redact(case, Wanted(("Zyxwald",)), by=lead, reason="It was a mistake.")
    visitor = at_the_desk(app, lead, f"{SEARCH}?q=data")

    assert [stone.get_text() for stone in visitor.page.select(".found .tombstone")] == ["[removed: patient data]"]
    assert marked(visitor) == ["data"]


@pytest.mark.parametrize(
    ("typed", "says"), [("", "What are you looking for?"), ("?!", "What are you looking for?"), ("zebra", "No case found")]
)
def test_where_nothing_is_found_it_says_what_to_do(app, typed, says):
    a_case()
    visitor = at_the_desk(app, an_agent(), f"{SEARCH}?q={typed}")

    assert says in visitor.text
    assert visitor.page.select_one(".empty a") is not None


@pytest.mark.both_databases
def test_what_one_may_not_see_takes_no_place_among_the_newest_thousand(app: Flask) -> None:
    seen = a_case(subject="The zebra question")
    hidden = a_stock(MOST_RANKED + 1, team="NCIR")
    with transaction():
        indexing.write_by_ids(hidden)

    found = at_the_desk(app, an_agent(), f"{SEARCH}?q=question")

    assert subjects(found) == [seen.subject]
    assert "More than" not in found.text


@pytest.fixture
def let_the_planner_know(app: Flask) -> Iterator[Planner]:
    """What is common; and PostgreSQL, until the end of the test, that there are far more cases than are looked through."""
    is_postgresql = db.engine.dialect.name == "postgresql"

    def analyze() -> None:
        db.session.execute(sa.text("ANALYZE search_documents" if is_postgresql else "ANALYZE"))
        if is_postgresql:
            db.session.execute(sa.text(f"{SIZE} greatest(reltuples, 1000) * 1000 WHERE relname = 'search_documents'"))

    yield analyze
    if is_postgresql:
        with transaction():
            db.session.execute(sa.text(f"{SIZE} -1 WHERE relname = 'search_documents'"))


@pytest.mark.both_databases
@pytest.mark.parametrize("is_known_to_be_common", [True, False])
def test_the_newest_thousand_are_ranked_and_it_is_said(
    app: Flask, let_the_planner_know: Planner, is_known_to_be_common: bool
) -> None:
    too_old = a_case(subject="Question Question")
    best_of_them = a_case(subject="The zebra question", description="Question")
    ids = a_stock(MOST_RANKED - 1)
    with transaction():
        indexing.write_by_ids(ids)
        if is_known_to_be_common:
            let_the_planner_know()
    visitor = at_the_desk(app, an_agent(), f"{SEARCH}?q=question")

    assert "More than 1,000 cases match. Here are the newest 1,000 of them, the best first" in visitor.text
    assert subjects(visitor)[0] == f"Question {MOST_RANKED - 2}"
    assert "Page 1 of 50" in visitor.text
    last = visitor.open(f"{SEARCH}?q=question&page=50")
    assert subjects(last)[-1] == best_of_them.subject
    assert too_old.subject not in subjects(last)
    assert subjects(visitor.open(f"{SEARCH}?q=zebra+question")) == [best_of_them.subject]


@pytest.mark.both_databases
def test_a_common_word_of_which_one_sees_little_is_found(app: Flask, let_the_planner_know: Planner) -> None:
    seen, *_hidden = a_case(subject="The zebra question"), *a_stock(20, team="NCIR")
    with transaction():
        indexing.write_by_ids(db.session.scalars(sa.select(Case.id)).all())
        let_the_planner_know()

    assert subjects(at_the_desk(app, an_agent(), f"{SEARCH}?q=question")) == [seen.subject]


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "2", ""])
def test_a_forged_page_is_one_that_there_is(app, page):
    case = a_case(subject="Zebra")

    assert subjects(at_the_desk(app, an_agent(), f"{SEARCH}?q=zebra&page={page}")) == [case.subject]


def test_the_pages_follow_each_other(app):
    ids = a_stock(30)
    with transaction():
        indexing.write_by_ids(ids)
    visitor = at_the_desk(app, an_agent(), f"{SEARCH}?q=question")
    first = subjects(visitor)

    second = subjects(visitor.follow("More matches"))

    assert [*first, *second] == [f"Question {n}" for n in range(29, -1, -1)]
    assert subjects(visitor.follow("Better matches")) == first


def test_a_page_takes_few_statements_however_many_are_found(app):
    case, admin, seen = a_case(subject="Question"), an_admin(), []
    staff, provider = at_the_desk(app, admin, SEARCH), Visitor(app).sign_in(case.requester).open("/cases")
    for more in (1, 40):
        ids = a_stock(more, requester=case.requester)
        with transaction():
            indexing.write_by_ids(ids)
        for visitor, path in ((staff, SEARCH), (provider, "/cases")):
            with statements() as asked:
                visitor.open(f"{path}?q=question")
            seen.append(len(asked))

    assert seen[:2] == seen[2:]
    assert max(seen) <= 10


def test_a_provider_finds_their_case_by_what_we_answered(app):
    with clock.at(FRIDAY_7_PM):
        case, agent = a_case(), an_agent()
        with transaction():
            commands.reply(case, by=agent, body="Read the thermometer again, please.")
            commands.add_note(case, by=agent, body="A thermometer of ours.")
        visitor = Visitor(app).sign_in(case.requester).open("/cases").press("Search", q="thermometers")

    assert (subjects(visitor), marked(visitor)) == ([case.subject], ["thermometer"])
    assert f"{agent.name} replied: Read the thermometer again, please." in visitor.text
    assert "of ours" not in visitor.text
    assert "We are working on it" in visitor.text
    assert subjects(visitor.follow("Show the others, too")) == [case.subject]


def test_a_provider_looks_among_the_cases_that_are_shown(app):
    practice = a_practice()
    works_at(boss := a_provider(), practice.location, COORDINATOR)
    agent = an_agent()
    mine = a_case(subject="Zebra of mine", requester=boss, agent=agent)
    theirs = a_case(subject="Zebra of theirs", requester=practice.case.requester, agent=agent, **at(practice.location))
    done = a_case(subject="Zebra that is done", requester=boss, agent=agent, status=Status.CLOSED)
    visitor = Visitor(app).sign_in(boss).open("/cases?q=zebra")

    assert subjects(visitor) == [case.subject for case in (done, theirs, mine)]
    assert subjects(visitor.follow("My own")) == [done.subject, mine.subject]
    assert subjects(visitor.follow("Open cases")) == [mine.subject]
    assert subjects(visitor.follow("My location’s")) == [theirs.subject]
    assert "No such case" in visitor.follow("Finished cases").text


def test_a_provider_who_reads_spanish_searches_in_spanish(app):
    with clock.at(MONDAY_9_AM):
        case = a_case(requester=a_provider(language=Language.SPANISH), subject="Se congeló el refrigerador")
        visitor = Visitor(app).sign_in(case.requester).open("/cases?q=CONGELADO")

    assert marked(visitor) == ["congeló"]
    assert f"Pregunta de {case.requester.name}: " in visitor.text
    assert "1 caso" in visitor.text
    assert "No hay un caso así" in visitor.open("/cases?q=zebra").text
