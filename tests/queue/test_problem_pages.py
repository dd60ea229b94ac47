"""The pages of known problems, what a case says of them, and what providers read on the form and the receipt."""

import pytest
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.cases import problems
from helpdesk.cases.models import Case, Status
from helpdesk.cases.problems import MOST_AT_ONCE, KnownProblem
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.problem_factories import OUTAGE, a_problem
from tests.queue.cases import a_stock, at_the_desk, on_case
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
DECLARE, RESOLVE = "Say that it is known", "Resolve them and send the notes"
FILLED = {"title": "CVMS is down", "body": OUTAGE, "topics": ["ENR-SECB"], "since": "1"}


@pytest.fixture
def agent(app):
    return an_agent("ENR")


def test_a_problem_is_said_shown_and_ended(app, agent):
    page = at_the_desk(app, agent).follow("Known problems")
    assert "No known problems" in page.text
    page.follow("New known problem").press(DECLARE, **FILLED)

    assert (page.h1, OUTAGE in page.text, "No other case looks like this" in page.text) == ("CVMS is down", True, True)
    name = db.session.scalar(sa.select(db.metadata.tables["topics"].c.name).filter_by(code="ENR-SECB"))
    assert f"Topics {name} (ENR-SECB)" in page.text
    assert "CVMS is down" in page.open("/agent/problems").text
    page.follow("CVMS is down").follow("It is over")
    assert "None of its cases that you can see is open." in page.text
    page.press("It is over")
    assert ("The form shows it no more." in page.text, "said that it is over, today" in page.text) == (True, True)


def test_a_problem_ended_by_mistake_is_opened_again(app, agent):
    problem, case = a_problem(by=agent), a_case()
    with transaction():
        problems.tie(problem, [case], by=agent)
    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}").follow("It is over")
    assert "1 of its cases that you can see is open, and stays so" in page.text
    page.follow("It is not over").follow("It is over").press("It is over")

    page.press("Open it again")

    assert ("It is open again." in page.text, f"{agent.name} opened it again" in page.text) == (True, True)
    assert not page.has_button("Open it again")
    ended = at_the_desk(app, agent, f"/agent/problems/{problem.id}/end").press("It is over")
    assert ended.open(f"/agent/problems/{problem.id}/end").path == f"/agent/problems/{problem.id}"


def test_the_same_note_sent_twice_is_one(app, agent):
    problem, case = a_problem(by=agent), a_case()
    with transaction():
        problems.tie(problem, [case], by=agent)
    pages = [at_the_desk(app, agent, f"/agent/problems/{problem.id}/resolve") for _each in range(2)]

    sent = [page.press(RESOLVE, code="fixed", note="It works again since 11 a.m.") for page in pages]

    assert [page.status for page in sent] == [200, 422]
    assert "No case is left to resolve" in sent[1].text
    assert sent[1].open(f"/agent/problems/{problem.id}").text.count("waits to be resolved") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Say in a few words what is out of order."),
        ({"topics": []}, "Choose the topics that it concerns."),
        ({"body": "Patient DOB 3/4/1956 cannot be found."}, "This looks like data of a patient."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(app, agent, wrong, said):
    page = at_the_desk(app, agent, "/agent/problems/new").press(DECLARE, **{**FILLED, **wrong})

    assert (page.status, said in page.text, page.values(DECLARE)["since"]) == (422, True, "1")
    assert db.session.scalar(sa.select(KnownProblem)) is None


def test_cases_that_look_like_it_are_tied_some_or_all(app, agent):
    problem = a_problem(by=agent)
    cases = [a_case() for _each in range(3)]
    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}")
    assert "3 cases look like this" in page.text

    page.press("Tie those that are ticked")
    assert "Tick the cases first." in page.text
    page.press("Tie those that are ticked", cases=str(cases[0].id))
    assert ("1 case is tied to it." in page.text, "2 cases look like this" in page.text) == (True, True)
    page.press("Tie all")
    db.session.rollback()
    assert {case.problem_id for case in cases} == {problem.id}


def test_the_page_of_a_case_offers_to_tie_it_and_the_text_for_its_requester(app, agent):
    problem, case = a_problem(by=agent), a_case()
    a_problem(by=agent, title="Something else", topics=("TMP-EXC",))
    page = on_case(app, agent, case)
    assert "Something else" not in page.text

    page.press("Tie it")
    assert "It is tied to “CVMS sign-in is down”." in page.text
    assert "an outage that we know of" in page.press("Put “Known outage” into the reply").html
    page.press("Untie it")
    db.session.rollback()
    assert case.problem_id is None
    assert problem.is_open


def test_one_note_is_previewed_for_each_case_sent_and_taken_back(app, agent):
    problem, cases = a_problem(by=agent), [a_case(), a_case()]
    with transaction():
        problems.tie(problem, cases, by=agent)
    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}").follow("Resolve them with one note")
    for case in cases:
        assert f"To {case.requester.name}, {case.requester.email}" in page.text
    assert "Choose how it was resolved." in page.press(RESOLVE, note="It works again since 11 a.m.").text

    page.press(RESOLVE, code="fixed")
    assert page.text.count("waits to be resolved") == 2
    timed_jobs.resolve_waves(StopSign())
    page.open(page.path)
    assert {db.session.get_one(Case, case.id).status for case in cases} == {Status.RESOLVED}

    page.press("Take it back where the mail has not left")
    assert "2 cases are taken back, unless their mail has left." in page.text
    timed_jobs.resolve_waves(StopSign())
    assert page.open(page.path).text.count("taken back") >= 2
    assert {db.session.get_one(Case, case.id).status for case in cases} == {Status.NEW}


def test_one_note_is_enough_for_more_cases_than_a_page_lists(app, agent):
    problem, ids = a_problem(by=agent), a_stock(MOST_AT_ONCE + 3)
    with transaction():
        db.session.execute(sa.update(Case).values(problem_id=problem.id))
    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}")
    assert ("Its cases (203)" in page.text, "The first 200 are listed." in page.text) == (True, True)
    page.follow("Resolve them with one note")
    assert (len(page.page.select("[name=cases]")), "3 more cases that are not listed here, too" in page.text) == (200, True)

    page.press(RESOLVE, code="fixed", note="It works again since 11 a.m.", cases=f"{ids[0]}:0")

    assert "4 to be resolved" in page.text
    timed_jobs.resolve_waves(StopSign())
    db.session.rollback()
    done = db.session.scalars(sa.select(Case.id).where(Case.status == Status.RESOLVED)).all()
    assert sorted(done) == [ids[0], *ids[-3:]]
    assert "4 resolved" in page.open(f"/agent/problems/{problem.id}").text


def test_those_that_are_not_listed_are_left_where_that_is_wanted_and_all_is_stopped_by_a_button(app, agent):
    problem, ids = a_problem(by=agent), a_stock(MOST_AT_ONCE + 3)
    with transaction():
        db.session.execute(sa.update(Case).values(problem_id=problem.id))
    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}/resolve")

    page.press(RESOLVE, code="fixed", note="It works again since 11 a.m.", rest="")
    assert "200 to be resolved" in page.text
    page.press("Stop: leave those that still wait")

    assert ("200 cases are left as they are." in page.text, "200 taken back" in page.text) == (True, True)
    assert not page.has_button("Stop: leave those that still wait")
    timed_jobs.resolve_waves(StopSign())
    db.session.rollback()
    assert db.session.get_one(Case, ids[0]).status is Status.OPEN


def test_cases_of_other_teams_are_neither_shown_nor_resolved(app, agent):
    problem, foreign = a_problem(by=agent, topics=("DAT-HL7",)), a_case(topic="DAT-HL7")
    with transaction():
        problems.tie(problem, [foreign], by=agent)

    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}")
    assert foreign.number not in page.text
    assert "No case of this problem that you can see is open." in page.open(f"/agent/problems/{problem.id}/resolve").text


def test_providers_read_it_on_the_form_of_its_topics_and_on_the_receipt(app):
    a_problem(), a_problem(body="Only for excursions.", topics=("TMP-EXC",))
    provider = a_provider()
    case = a_case(requester=provider)
    visitor = Visitor(app).sign_in(provider).open("/vaccine-provider/get-help")
    assert OUTAGE not in visitor.text

    visitor.press("Show the questions", topic="ENR-SECB")
    assert (OUTAGE in visitor.text, "You can still write to us." in visitor.text) == (True, True)
    assert "Only for excursions." not in visitor.text
    assert OUTAGE in visitor.open(f"/vaccine-provider/get-help/receipt/{case.number}").text
