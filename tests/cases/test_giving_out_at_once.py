"""Several who give out cases in the same moment: no case goes to two, nobody gets more than the cap, and nobody is stuck."""

import subprocess
import sys
from collections.abc import Callable
from threading import Thread

import pytest
import sqlalchemy as sa

from helpdesk import timed_jobs
from helpdesk.accounts import people
from helpdesk.accounts import teams as account_teams
from helpdesk.accounts.models import User
from helpdesk.admin import deactivation
from helpdesk.admin.staffing import Work
from helpdesk.cases import commands, distribution
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.queue import commands as queue
from helpdesk.transaction import transaction
from tests import waiting
from tests.admin.desk_people import team, work_changed
from tests.admin.test_one_order_of_locks import somebody_waits
from tests.case_factories import a_new_case
from tests.duty_factories import agents_on_duty, assignments, filed, in_turn, offered, on_duty, unfinished_of
from tests.factories import a_provider, an_admin, an_agent
from tests.faults.processes import ROOT, environment
from tests.queue.cases import a_stock, at_once

ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time

# A worker of its own that gives out what it can, until nothing can be given.
WORKER = """
from helpdesk import timed_jobs
from helpdesk.cases import distribution
from helpdesk.notifications.stop_sign import StopSign
from wsgi import app

input()
for _ in range(200):
    with app.app_context():
        timed_jobs.hand_out_cases(StopSign())
        if not distribution.teams_to_serve():
            break
"""


def elsewhere(app, act: Callable[[], object]) -> Callable[[], object]:
    """The act as it is done by another thread, in a context of its own; an error is returned, not raised."""

    def run() -> object:
        with app.app_context():
            try:
                return act()
            except Exception as error:
                return error
            finally:
                db.session.remove()

    return run


def job() -> None:
    timed_jobs.hand_out_cases(StopSign())


def offer(*team_ids: int) -> None:
    """Give out what waits in these teams, in a transaction of its own."""
    with transaction():
        distribution.offer(team_ids)


def filing(requester: User, topic: str = "ENR-SECB") -> Callable[[], None]:
    """Filing a case, as another thread does it."""
    new, user_id = a_new_case(topic), requester.id

    def act() -> None:
        with transaction():
            commands.open_case(new, requester=db.session.get_one(User, user_id))

    return act


def given() -> dict[int, int]:
    """How often each case was given out."""
    db.session.rollback()
    return {case_id: len(assignments(case_id)) for case_id in db.session.scalars(sa.select(Case.id)).all()}


@pytest.mark.both_databases
def test_threads_give_each_case_once_and_nobody_more_than_the_cap(app):
    in_turn(cap=5)
    agents = agents_on_duty(3)
    a_stock(10)
    requester = a_provider()

    came = at_once(*[elsewhere(app, act) for act in [*[filing(requester) for _ in range(5)], *[job] * 5]])
    job()

    assert came == [None] * 10
    assert sorted(unfinished_of(agent) for agent in agents) == [5, 5, 5]
    assert sorted(given().values()) == [1] * 15
    mails = sa.select(sa.func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "case_assigned")
    assert db.session.scalar(mails) == 15


@pytest.mark.both_databases
def test_two_teams_together_give_somebody_no_more_than_the_cap(app):
    first, second = in_turn("ENR", cap=3), in_turn("NCIR", cap=3)
    admin, shared = an_admin(), [an_agent("ENR") for _ in range(3)]
    an_agent("ENR"), an_agent("NCIR")
    for person in shared:
        work_changed(person, Work(person.role, frozenset({first, second}), frozenset()), by=admin)
        on_duty(person)
    a_stock(20, team="ENR"), a_stock(20, team="NCIR")

    ways = [lambda: offer(first), lambda: offer(second), lambda: offer(second, first)]
    came = at_once(*[elsewhere(app, act) for act in ways * 3])

    assert came == [None] * 9
    assert [unfinished_of(person) for person in shared] == [3, 3, 3]


@ON_POSTGRESQL
def test_another_team_waits_to_see_what_somebody_of_both_was_just_given(app):
    first, second = in_turn("ENR", cap=1), in_turn("NCIR", cap=1)
    shared = an_agent("ENR")
    an_agent("ENR"), an_agent("NCIR")
    work_changed(shared, Work(shared.role, frozenset({first, second}), frozenset()), by=an_admin())
    on_duty(shared)
    a_stock(1, team="ENR"), a_stock(1, team="NCIR")
    worker = Thread(target=elsewhere(app, lambda: offer(second)))

    with transaction():
        assert distribution.offer([first]).total() == 1
        worker.start()
        waiting.until(somebody_waits, within=20)
    worker.join(20)

    assert unfinished_of(shared) == 1


@pytest.mark.both_databases
def test_processes_give_each_case_once_and_nobody_more_than_the_cap(app):
    in_turn(cap=20)
    agents = agents_on_duty(2)
    a_stock(45)
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment(app), stdin=subprocess.PIPE) for _ in range(3)
    ]
    for worker in workers:
        worker.stdin.write(b"go\n")
        worker.stdin.flush()

    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    for worker in workers:
        worker.stdin.close()
    assert [unfinished_of(agent) for agent in agents] == [20, 20]
    assert sorted(given().values()) == [0] * 5 + [1] * 40


@pytest.mark.both_databases
def test_whoever_takes_a_case_meanwhile_and_the_desk_never_both_have_it(app):
    in_turn()
    agents_on_duty(2)
    taker = an_agent("ENR")
    ids, taker_id = a_stock(8), taker.id

    def take_next() -> None:
        with transaction():
            try:
                queue.take_next(by=db.session.get_one(User, taker_id))
            except queue.NothingWaits:
                return

    came = at_once(*[elsewhere(app, act) for act in [job, take_next] * 3])

    assert came == [None] * 6
    held_by_taker = unfinished_of(taker)
    assert sum(given().values()) == len(ids) - held_by_taker


@ON_POSTGRESQL
def test_somebody_whose_account_ends_meanwhile_is_given_nothing(app):
    in_turn()
    going, staying = agents_on_duty(2)
    admin, requester = an_admin(), a_provider()
    version = deactivation.history.version_of(user_id=going.id)
    worker = Thread(target=elsewhere(app, filing(requester)))

    with transaction():
        people.hold(going)
        account_teams.hold([team("ENR")])
        worker.start()
        waiting.until(somebody_waits, within=20)
        deactivation.deactivate(going, by=admin, version=version, reason="has left", takers={})
    worker.join(20)

    assert (unfinished_of(going), unfinished_of(staying)) == (0, 1)


@ON_POSTGRESQL
def test_cases_of_somebody_whose_account_ends_right_after_go_back(app):
    team_id = in_turn()
    going, _staying = agents_on_duty(2)
    [case_id] = a_stock(1)
    admin_id, going_id = an_admin().id, going.id

    def end() -> None:
        person, by = db.session.get_one(User, going_id), db.session.get_one(User, admin_id)
        version = deactivation.history.version_of(user_id=person.id)
        with transaction():
            deactivation.deactivate(person, by=by, version=version, reason="has left", takers={})

    worker = Thread(target=elsewhere(app, end))
    with transaction():
        distribution.offer([team_id])
        worker.start()
        waiting.until(somebody_waits, within=20)
    worker.join(20)

    db.session.rollback()
    assert (db.session.get_one(Case, case_id).assignee_id, len(assignments(case_id))) == (None, 1)


@ON_POSTGRESQL
def test_a_case_that_somebody_is_just_working_on_is_passed_over(app):
    team_id = in_turn()
    agents_on_duty(1)
    busy, free = a_stock(2)

    with transaction():
        db.session.get_one(Case, busy).hold()
        at_once(elsewhere(app, job))
    db.session.rollback()

    assert [len(assignments(case_id)) for case_id in (busy, free)] == [0, 1]
    assert offered(team_id) == 1


@pytest.mark.both_databases
def test_many_cases_filed_at_once_in_one_team_wait_for_each_other_and_not_for_ever(app):
    in_turn()
    agents = agents_on_duty(2)
    requesters = [a_provider() for _ in range(8)]

    came = at_once(*[elsewhere(app, filing(requester)) for requester in requesters])

    assert came == [None] * 8
    assert [unfinished_of(agent) for agent in agents] == [4, 4]
    assert filed().assignee_id in {agent.id for agent in agents}
