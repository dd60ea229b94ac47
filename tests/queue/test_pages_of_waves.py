"""The page that asks for one note, and what came of it, where cases have changed since they were shown."""

import pytest
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.cases import commands, moving, problems
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_admin, an_agent
from tests.problem_factories import a_problem
from tests.queue.cases import a_stock, at_the_desk
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
RESOLVE, NOTE = "Resolve them and send the notes", "It works again since 11 a.m."


@pytest.fixture
def agent(app):
    return an_agent("ENR")


def asked_about(app, agent, *cases):
    """The page that asks for a note that resolves these cases of a problem."""
    problem = a_problem(by=agent)
    with transaction():
        problems.tie(problem, cases, by=agent)
    return at_the_desk(app, agent, f"/agent/problems/{problem.id}/resolve")


def write(case: Case) -> None:
    with transaction():
        commands.reply(case, by=case.requester, body="Sign-in works, but Section B has lost our storage units!")


def move(case: Case, *, by) -> None:
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=by, reason=MoveReason.WRONG_TOPIC)


def work(page):
    """The page of the problem, once the scheduler has been at work."""
    timed_jobs.resolve_waves(StopSign())
    db.session.rollback()
    return page.open(page.path)


def test_a_reply_that_came_since_the_page_was_drawn_is_not_answered_with_the_note(app, agent):
    case, other = a_case(), a_case()
    page = asked_about(app, agent, case, other)
    write(case)

    page.press(RESOLVE, code="fixed", note=NOTE)
    work(page)

    assert [db.session.get_one(Case, one.id).status for one in (case, other)] == [Status.NEW, Status.RESOLVED]
    (said,) = page.page.select(f'#notes li:has(a[href="/agent/cases/{case.number}"])')
    assert "something has happened on it since it was shown" in said.get_text()


def test_asked_again_the_page_says_what_has_happened_and_ticks_that_case_no_more(app, agent):
    case, other = a_case(), a_case()
    page = asked_about(app, agent, case, other)
    write(case)

    page.press(RESOLVE, note=NOTE)

    assert (page.status, "Changed since it was shown, so it is not ticked:" in page.text) == (422, True)
    assert [box.get("value") for box in page.page.select("[name=cases][checked]")] == [f"{other.id}:{other.version}"]
    page.press(RESOLVE, code="fixed")
    assert "1 to be resolved" in page.text


def test_a_case_that_was_untied_since_the_page_was_drawn_is_left_and_the_result_says_so(app, agent):
    case, other = a_case(), a_case()
    page = asked_about(app, agent, case, other)
    with transaction():
        problems.untie(case, by=agent)

    work(page.press(RESOLVE, code="fixed", note=NOTE))

    assert "it was not tied to this problem any more" in page.text
    assert db.session.get_one(Case, case.id).status is Status.NEW


def test_a_case_out_of_sight_stands_among_the_results_by_its_number_alone(app, agent):
    case, other, admin = a_case(), a_case(), an_admin()
    an_agent("NCIR")
    page = asked_about(app, agent, case, other).press(RESOLVE, code="fixed", note=NOTE)
    move(case, by=admin)

    work(page)

    assert f"{case.number} not resolved: whoever wrote the note does not see it, or not any more" in page.text
    assert "1 resolved, 1 not resolved" in page.text
    assert not page.page.select(f'a[href="/agent/cases/{case.number}"]')


def test_a_case_that_was_out_of_sight_when_the_button_was_pressed_is_counted_as_left(app, agent):
    case, other, admin = a_case(), a_case(), an_admin()
    an_agent("NCIR")
    page = asked_about(app, agent, case, other)
    move(case, by=admin)

    page.press(RESOLVE, code="fixed", note=NOTE)

    assert "1 of the ticked cases is left as it is: you do not see it any more" in page.text
    assert (case.number in page.text, "1 to be resolved" in page.text) == (False, True)


def test_of_those_that_are_not_listed_what_happened_since_they_were_counted_is_not_passed_over(app, agent):
    problem, ids, late = a_problem(by=agent), a_stock(201), a_case()
    with transaction():
        db.session.execute(sa.update(Case).values(problem_id=problem.id))
    page = at_the_desk(app, agent, f"/agent/problems/{problem.id}/resolve")
    write(late)

    page.press(RESOLVE, code="fixed", note=NOTE, cases=f"{ids[0]}:0")
    work(page)

    assert "2 resolved, 1 not resolved" in page.text
    assert db.session.get_one(Case, late.id).status is Status.NEW
