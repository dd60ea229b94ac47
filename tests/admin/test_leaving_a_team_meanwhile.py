"""Somebody leaves a team while one of its cases is becoming theirs: it does not, and nobody is stuck."""

from collections.abc import Callable

import pytest

from helpdesk.accounts import history, people
from helpdesk.accounts.models import User
from helpdesk.admin import staffing
from helpdesk.admin.staffing import Work
from helpdesk.cases import commands, giving
from helpdesk.cases.errors import WorksElsewhere
from helpdesk.cases.models import Case, Status
from helpdesk.permissions import Role
from tests.admin.desk_people import team
from tests.admin.test_one_order_of_locks import meanwhile, of
from tests.case_factories import a_case
from tests.factories import an_admin, an_agent

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time


def goes_to_inventory(person: User) -> Callable[[], object]:
    """An administrator lets somebody work in Inventory, and no more where they did."""
    admin, work = an_admin(), Work(Role.AGENT, frozenset({team("INV").id}), frozenset())
    version = history.version_of(user_id=person.id)
    return lambda: staffing.change_work(person, work, by=admin, version=version, takers={})


def test_a_case_that_they_take_stays_free(app):
    agent, _stays = an_agent("ENR"), an_agent("ENR")
    case_id, agent_id, then = a_case(agent=agent).id, agent.id, goes_to_inventory(agent)

    came = meanwhile(
        app,
        lambda: commands.take(of(Case, case_id), by=of(User, agent_id)),
        first=lambda: people.hold(agent),
        then=then,
    )

    assert (came, of(Case, case_id).assignee_id) == ([WorksElsewhere], None)


def test_a_case_of_theirs_that_opens_again_is_free(app):
    agent, _stays = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.RESOLVED, agent=agent)
    case_id, requester_id, then = case.id, case.requester_id, goes_to_inventory(agent)

    came = meanwhile(
        app,
        lambda: commands.reject(of(Case, case_id), by=of(User, requester_id), body="It still fails."),
        first=lambda: people.hold(agent),
        then=then,
    )

    case = of(Case, case_id)
    assert (came, case.status, case.team.code, case.assignee_id) == (["done"], Status.OPEN, "ENR", None)


def test_a_case_that_a_colleague_gives_them_stays_with_whoever_has_it(app):
    agent, gives = an_agent("ENR"), an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=gives)
    case_id, seen, agent_id, gives_id, then = case.id, case.version, agent.id, gives.id, goes_to_inventory(agent)

    came = meanwhile(
        app,
        lambda: giving.assign(of(Case, case_id), of(User, agent_id), seen=seen, by=of(User, gives_id)),
        first=lambda: people.hold(agent),
        then=then,
    )

    assert (came, of(Case, case_id).assignee_id) == ([WorksElsewhere], gives_id)
