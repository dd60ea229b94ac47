"""What a merge takes along and what it does not: a known problem, notices to staff, people copied, texts left out of mail."""

import pytest

from helpdesk import clock
from helpdesk.cases import commands, copies, problems
from helpdesk.cases.models import Status
from helpdesk.notifications.models import MailState
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, a_case, mail_of
from tests.cases.copied import a_colleague, a_copied_case
from tests.cases.test_merging import merge, two_cases, unmerge
from tests.directory_factories import a_location
from tests.factories import an_agent
from tests.problem_factories import a_problem


@pytest.mark.parametrize("is_over", [False, True])
def test_the_tie_to_a_known_problem_comes_along_unless_that_is_over_and_leaves_again(app, is_over):
    agent = an_agent()
    (case, into), problem = two_cases(agent), a_problem(by=agent)
    with transaction():
        problems.tie(problem, [case], by=agent)
    if is_over:
        with transaction():
            problems.end(problem, by=agent)

    merge(case, into, by=agent)
    assert into.problem_id == (None if is_over else problem.id)
    unmerge(case, by=agent)
    assert (case.problem_id, into.problem_id) == (problem.id, None)


def test_a_case_that_is_tied_to_another_problem_stays_so(app):
    agent = an_agent()
    (case, into), problem, other = two_cases(agent), a_problem(by=agent), a_problem(by=agent)
    with transaction():
        problems.tie(problem, [case], by=agent)
        problems.tie(other, [into], by=agent)

    merge(case, into, by=agent)
    assert into.problem_id == other.id
    unmerge(case, by=agent)
    assert into.problem_id == other.id


def test_a_notice_to_whoever_had_it_does_not_leave(app):
    with clock.at(FRIDAY_7_PM):
        agent, other = an_agent(), an_agent()
        case, into = two_cases(agent)
        with transaction():
            commands.reply(case, by=case.requester, body="It is our practice manager.")

        merge(case, into, by=other)

    assert [mail.state for mail in mail_of(case, "case_came_back")] == [MailState.CANCELLED]


def test_nobody_is_copied_on_a_case_that_its_requester_hides(app):
    place, agent = a_location(), an_agent()
    case = a_copied_case(a_colleague(place), place=place)
    into = a_copied_case(place=place, requester=case.requester)
    with transaction():
        into.is_private = True

    merge(case, into, by=agent)

    assert copies.of(into.id, into.organization_id) == []


def test_texts_that_mail_left_out_stay_out_where_it_goes_on(app):
    with clock.at(FRIDAY_7_PM):
        agent = an_agent()
        case = a_case(agent=agent, status=Status.OPEN)
        into = a_case(agent=agent, status=Status.OPEN, requester=case.requester)
        with transaction():
            commands.reply(case, by=agent, body="About the chart of Wanda.")
            case.patient_data_suspected_at = clock.now()

        merge(case, into, by=agent)

    newest = mail_of(case, "case_replied")[-1]
    assert ("Wanda" in newest.text_body, "leaves the text out" in newest.text_body) == (False, True)
