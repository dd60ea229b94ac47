"""The statements of the page of a case and of the search are put together once: nobody sees what was asked for somebody else."""

import pytest

from helpdesk.accounts.models import User
from helpdesk.cases import links
from helpdesk.cases.case_drafts import CaseDraft
from helpdesk.cases.models import Case, MessageKind
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import a_provider, an_admin, an_agent
from tests.problem_factories import a_problem
from tests.queue.cases import a_stock, at_the_desk, on_case

pytestmark = pytest.mark.both_databases


def panel(app, reader: User, case: Case, name: str) -> str:
    """A panel of the page of a case as somebody reads it, in one line."""
    return " ".join(on_case(app, reader, case).page.select_one(name).get_text(" ").split())


def test_each_reader_in_turn_sees_the_other_cases_that_they_may_see(app):
    user, others = a_provider(), ["Of enrollment", "Of the registry"]
    case = a_case(requester=user)
    for team, subject in zip(("ENR", "NCIR"), others, strict=True):
        a_stock(1, team=team, requester=user, subject=subject)
    agent, admin = an_agent("ENR"), an_admin()
    readers = agent, admin, agent, an_agent("ENR"), admin
    shown = [[one in panel(app, reader, case, "#requester") for one in others] for reader in readers]

    assert shown == [[True, False], [True, True], [True, False], [True, False], [True, True]]


def test_each_case_in_turn_says_what_it_has_to_do_with_others(app):
    agent, before, after = an_agent("ENR"), a_case(subject="Before"), a_case(subject="After")
    linked, tied, plain = a_case(), a_case(), a_case()
    problem = a_problem(by=agent)
    with transaction():
        after.follows_id = before.id
        links.link(linked, before, by=agent)
        tied.problem_id = problem.id
    shown = [panel(app, agent, case, "#related") for case in (plain, after, linked, tied, before, plain)]

    assert ["Before" in words for words in shown] == [False, True, True, False, False, False]
    assert ["After" in words for words in shown] == [False, False, False, False, True, False]
    assert shown[0] == shown[-1]


def test_each_reader_in_turn_has_their_own_draft(app):
    case, first, second = a_case(), an_agent("ENR"), an_agent("ENR")
    with transaction():
        for agent in (first, second):
            words = {"body": f"By {agent.id} & nobody else", "saved_at": case.opened_at}
            db.session.add(CaseDraft(case_id=case.id, owner_id=agent.id, kind=MessageKind.REPLY, **words))
    typed = [on_case(app, agent, case).page.select_one("#reply-body").get_text().strip() for agent in (first, second, first)]

    assert typed == [f"By {agent.id} & nobody else" for agent in (first, second, first)]


def test_each_searcher_in_turn_finds_what_they_may_see(app):
    for topic in ("ENR-SECB", "INV-RECV"):
        a_case(topic=topic, requester=a_provider(), subject="Quillfeather")
    agent, admin, path = an_agent("ENR"), an_admin(), "/agent/search?q=quillfeather"
    found = [len(at_the_desk(app, who, path).page.select(".row-subject")) for who in (agent, admin, an_agent("ENR"), admin)]

    assert found == [1, 2, 1, 2]
