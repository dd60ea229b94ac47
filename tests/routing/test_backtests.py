"""The jobs of replaying past cases: one runs at a time, what dies is given up, and what is over is forgotten one day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.routing import backtests
from helpdesk.routing.backtesting import Result
from helpdesk.routing.errors import BadRuleSet
from helpdesk.routing.models import Backtest, BacktestState, RuleAct, RuleEvent
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.queue.cases import at_once
from tests.routing.examples import MONDAY, TRIAGE
from tests.routing.past import a_backtest, claimed, the

HOLDER = "a process"


@pytest.fixture(autouse=True)
def monday(app):
    with clock.at(MONDAY):
        yield


def reported(number: int, *, holder: str = HOLDER, done: int = 10) -> bool:
    """Whether a process that says how far it is should go on."""
    with transaction():
        return backtests.report(number, holder=holder, done=done, total=100, at=clock.now())


def canceled(number: int) -> bool:
    with transaction():
        return backtests.cancel(number, at=clock.now())


def finished(number: int, *, holder: str = HOLDER) -> bool:
    with transaction():
        return backtests.finish(number, Result(cases=100, moved=7), holder=holder, at=clock.now())


def swept_of_the_dead() -> None:
    with transaction():
        backtests.give_up_the_dead(at=clock.now())


def test_rules_that_cannot_be_followed_are_not_queued():
    with pytest.raises(BadRuleSet), transaction():
        backtests.ask([], since=MONDAY, until=MONDAY, by=None, at=MONDAY)

    assert db.session.scalar(sa.select(Backtest)) is None


@pytest.mark.both_databases
def test_one_runs_and_the_others_wait_in_their_order():
    first, second, third = a_backtest(), a_backtest(), a_backtest()
    with transaction():
        assert backtests.claim_next(holder=HOLDER, at=MONDAY) == first
    with transaction():
        assert backtests.claim_next(holder="another", at=MONDAY) is None
    assert not backtests.anything_to_do(at=MONDAY)
    assert not claimed(third)

    assert finished(first)

    assert backtests.anything_to_do(at=MONDAY)
    with transaction():
        assert backtests.claim_next(holder="another", at=MONDAY) == second
    assert [the(n).state.value for n in (first, second, third)] == ["done", "running", "queued"]


@pytest.mark.both_databases
def test_of_several_that_begin_at_once_one_does(app):
    numbers = [a_backtest() for _ in range(4)]
    began = []

    def begin(number):
        with app.app_context():
            began.append(claimed(number, holder=f"process {number}"))

    at_once(*(lambda number=number: begin(number) for number in numbers))

    assert sorted(began) == [False, False, False, True]
    assert [the(number).state for number in numbers].count(BacktestState.RUNNING) == 1


@pytest.mark.both_databases
def test_what_waits_is_canceled_at_once_and_what_runs_is_asked_to_end():
    running, waiting = a_backtest(), a_backtest()
    claimed(running)

    assert (canceled(waiting), canceled(running), canceled(waiting)) == (True, True, False)

    assert the(waiting).state is BacktestState.CANCELED
    assert the(running).state is BacktestState.RUNNING
    assert not reported(running)
    with transaction():
        assert backtests.end_canceled(running, holder=HOLDER, at=MONDAY)
    assert (the(running).state, the(running).ended_at) == (BacktestState.CANCELED, MONDAY)


@pytest.mark.both_databases
def test_a_process_that_says_nothing_for_a_minute_is_taken_to_be_dead():
    number = a_backtest()
    claimed(number)
    with clock.at(MONDAY + backtests.SILENCE):
        swept_of_the_dead()
        assert the(number).state is BacktestState.RUNNING
        reported(number)
    with clock.at(MONDAY + 2 * backtests.SILENCE + timedelta(seconds=1)):
        assert backtests.is_silent(the(number), at=clock.now())
        assert backtests.anything_to_do(at=clock.now())
        swept_of_the_dead()
        assert not reported(number)  # it was only asleep: another may run by now
        assert not finished(number)

    found = the(number)
    assert (found.state, found.done, found.result) == (BacktestState.FAILED, 10, None)
    assert found.error == "The process that ran it has ended without a word."


@pytest.mark.both_databases
def test_a_clock_that_was_put_back_keeps_nothing_running_for_ever():
    number = a_backtest()
    claimed(number)
    with clock.at(MONDAY - timedelta(days=3)):
        swept_of_the_dead()

    assert the(number).state is BacktestState.FAILED


def test_what_was_canceled_and_then_died_is_canceled():
    number = a_backtest()
    claimed(number)
    canceled(number)
    with clock.at(MONDAY + timedelta(minutes=5)):
        swept_of_the_dead()

    assert the(number).state is BacktestState.CANCELED


@pytest.mark.both_databases
def test_the_next_takes_the_place_of_one_that_died():
    dead, alive = a_backtest(), a_backtest()
    claimed(dead)
    with clock.at(MONDAY + timedelta(minutes=5)):
        assert claimed(alive)

    assert [the(dead).state, the(alive).state] == [BacktestState.FAILED, BacktestState.RUNNING]


@pytest.mark.both_databases
def test_what_is_put_back_begins_anew_unless_it_was_canceled():
    number = a_backtest()
    claimed(number)
    reported(number)
    with transaction():
        assert not backtests.put_back(number, holder="another")
        assert backtests.put_back(number, holder=HOLDER)
    assert (the(number).state, the(number).done, the(number).total) == (BacktestState.QUEUED, 0, None)

    assert claimed(number, holder="another")
    canceled(number)
    with transaction():
        assert not backtests.put_back(number, holder="another")


@pytest.mark.both_databases
def test_what_is_found_is_kept_and_noted_in_the_history_of_the_rules():
    admin = an_admin()
    number = a_backtest(by=admin, of_version=1)
    claimed(number)

    assert finished(number)

    found = the(number)
    assert (found.state, Result.read(found.result).moved, found.done) == (BacktestState.DONE, 7, 100)
    event = db.session.scalars(sa.select(RuleEvent).where(RuleEvent.act == RuleAct.BACKTESTED)).one()
    assert event.actor_id == admin.id
    assert {**event.new, "backtest": number, "of_version": 1, "cases": 100, "moved": 7} == event.new


def test_it_can_be_asked_for_again_just_as_it_was():
    admin = an_admin()
    first = the(a_backtest([TRIAGE], of_version=1))
    with transaction():
        second = backtests.again(first, by=admin, at=MONDAY + timedelta(hours=1)).id

    found = the(second)
    assert (found.rules, found.since, found.until, found.of_version) == (first.rules, first.since, first.until, 1)
    assert (found.asker.id, found.state) == (admin.id, BacktestState.QUEUED)


@pytest.mark.both_databases
def test_what_ended_long_ago_is_deleted_and_its_number_never_given_again():
    old, waiting = a_backtest(), a_backtest()
    canceled(old)
    with clock.at(MONDAY + backtests.KEPT_FOR):
        with transaction():
            backtests.sweep(at=clock.now())
        assert the(old).state is BacktestState.CANCELED
        canceled(waiting)
    with clock.at(MONDAY + 3 * backtests.KEPT_FOR), transaction():
        backtests.sweep(at=clock.now())

    assert db.session.scalars(sa.select(Backtest)).all() == []
    assert a_backtest() > waiting
