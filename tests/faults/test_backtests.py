"""Back-tests in processes of their own: they outlive whoever has started them, and when they die, somebody is told."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.routing import backtests, files, reading
from helpdesk.routing.models import Backtest, BacktestState, RuleAct, RuleEvent
from helpdesk.transaction import transaction
from tests import waiting
from tests.case_factories import a_case
from tests.factories import a_lead
from tests.faults.processes import (
    ROOT,
    Process,
    WallClock,
    base_url,
    environment,
    flask,
    free_port,
    kill_group,
    web_server,
)
from tests.journeys.http_client import visitor_at
from tests.notifications.mails import MONDAY_9_AM
from tests.routing.examples import a_rule
from tests.routing.past import ALL_TO_INV, a_backtest, claimed, copies_of, the

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(180)]

ENOUGH = 1_500  # cases, for a few seconds by so many rules
RULES = [a_rule(f"word-{n}", when={"fact": "text", "has_word": f"word {n}"}) for n in range(990)] + ALL_TO_INV
HOLDER = "the process"


@pytest.fixture
def number(app: Flask, wall_clock: WallClock) -> int:
    """A back-test of many cases, which waits."""
    copies_of(a_case(), ENOUGH)
    return a_backtest(RULES)


@contextmanager
def command(app: Flask, *arguments: str) -> Iterator[Process]:
    """`flask` with these arguments, in a group of its own; what is left of the group is killed at the end of the block."""
    words = [*flask(arguments[0]), *arguments[1:]]
    with subprocess.Popen(words, cwd=ROOT, env=environment(app), stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            kill_group(process)


def in_a_terminal(app: Flask, folder: Path):
    """The command that replays a file."""
    file = folder / "rules.yaml"
    file.write_text(files.write(reading.read(RULES), ()), encoding="utf-8")
    return command(app, "routing", "backtest", str(file), "--json")


def running(app: Flask, number: int):
    """The process of a back-test that it has claimed."""
    assert claimed(number, HOLDER)
    return command(app, "routing", "run-backtest", str(number), HOLDER)


def until_it_runs(number: int) -> Backtest:
    """The back-test once its process has counted the cases."""

    def found() -> Backtest | None:
        db.session.rollback()
        job = db.session.get(Backtest, number)
        return job if job and job.total else None

    return waiting.until(found, what="the back-test to run")


def until_it_ends(number: int) -> Backtest:
    """The back-test once it is over."""
    return waiting.until(lambda: (found := the(number)).state not in backtests.WAITING and found, what="the back-test to end")


def times_replayed() -> int:
    """How often a result was noted in the history of the rules."""
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(RuleEvent.act == RuleAct.BACKTESTED)) or 0


def test_a_process_that_is_killed_is_found_dead_and_the_back_test_can_be_run_again(app, number, wall_clock):
    with running(app, number) as process:
        until_it_runs(number)
        process.kill()
        process.wait()
    again = a_backtest()
    wall_clock.show(MONDAY_9_AM + backtests.SILENCE + timedelta(seconds=1))

    with command(app, "scheduler"):
        found = until_it_ends(again)

    assert (the(number).state, the(number).result) == (BacktestState.FAILED, None)
    assert (found.state, found.result["moved"]) == (BacktestState.DONE, ENOUGH + 1)


@pytest.mark.long
def test_a_process_that_is_told_to_end_leaves_the_back_test_to_another(app, number):
    with running(app, number) as process:
        until_it_runs(number)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert (the(number).state, the(number).holder) == (BacktestState.QUEUED, "")

    with command(app, "scheduler"):
        found = until_it_ends(number)

    assert (found.state, found.result["cases"], times_replayed()) == (BacktestState.DONE, ENOUGH + 1, 1)


@pytest.mark.long
@pytest.mark.parametrize("how", ["told to end", "killed with its group"])
def test_it_goes_on_when_the_scheduler_ends_that_has_started_it(app, number, how):
    with command(app, "scheduler") as scheduler:
        holder = until_it_runs(number).holder
        if how == "told to end":
            scheduler.send_signal(signal.SIGTERM)
            assert scheduler.wait(60) == 0
        else:
            os.killpg(scheduler.pid, signal.SIGKILL)
            scheduler.wait(60)

        found = until_it_ends(number)

    assert (found.state, found.holder, found.result["cases"]) == (BacktestState.DONE, holder, ENOUGH + 1)


@pytest.mark.long
def test_it_is_unharmed_by_a_restart_of_the_web_servers(app, number):
    port, lead = free_port(), a_lead()
    page = f"/admin/rules/backtests/{number}"
    with command(app, "scheduler"):
        with web_server(app, port=port):
            holder = until_it_runs(number).holder
            assert "Back-test 1: Running" in visitor_at(base_url(port)).sign_in(lead).open(page).text
        with web_server(app, port=port):
            found = until_it_ends(number)
            seen = visitor_at(base_url(port)).sign_in(lead).open(page)

    assert (found.state, found.holder, times_replayed()) == (BacktestState.DONE, holder, 1)
    assert "Back-test 1: Done" in seen.text


@pytest.mark.long
def test_of_two_schedulers_one_starts_it_and_once(app, number):
    with command(app, "scheduler"), command(app, "scheduler"):
        until_it_ends(number)
        until_it_ends(a_backtest())

    assert times_replayed() == 2


@pytest.mark.long
def test_canceled_while_it_runs_it_ends_soon(app, number):
    with running(app, number) as process:
        until_it_runs(number)
        with transaction():
            backtests.cancel(number, at=clock.now())
        assert process.wait(60) == 0

    assert (the(number).state, the(number).result) == (BacktestState.CANCELED, None)


@pytest.mark.long
def test_whoever_writes_meanwhile_does_not_wait(app, number):
    written = 0
    with running(app, number) as process:
        until_it_runs(number)
        while process.poll() is None:
            a_case()
            written += 1

    assert the(number).state is BacktestState.DONE
    assert written


@pytest.mark.long
def test_control_c_cancels_what_runs_in_a_terminal(app, number, tmp_path):
    with in_a_terminal(app, tmp_path) as process:
        until_it_runs(number + 1)
        process.send_signal(signal.SIGINT)
        assert (process.wait(60), process.stdout.read()) == (130, b"")

    assert (the(number + 1).state, the(number + 1).result) == (BacktestState.CANCELED, None)
    assert the(number).state is BacktestState.QUEUED


@pytest.mark.long
def test_in_a_terminal_it_waits_for_its_turn_whoever_runs_it_then(app, number, tmp_path):
    with running(app, number):
        until_it_runs(number)
        with in_a_terminal(app, tmp_path) as process:
            waiting.until(lambda: db.session.rollback() or db.session.get(Backtest, number + 1), what="the other")
            with command(app, "scheduler"):
                said = json.loads(process.stdout.read())
                assert process.wait(60) == 0

    assert (said["backtest"], said["cases"]) == (number + 1, ENOUGH + 1)
    assert times_replayed() == 2
