"""The commands of `flask --app wsgi routing` that replay past cases, in this process or in one that a scheduler has started."""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from .. import clock
from ..accounts.commands import absolute
from ..cases import jobs
from ..cases.jobs import Told
from ..cases.numbers import number_of
from ..cases.past_cases import Span
from ..command_line import Group
from ..extensions import db
from ..hours.queries import calendar
from ..intake.errors import NoDefinition
from ..intake.vocabulary import current_vocabulary
from ..routing import backtests
from ..routing import files as rules_files
from ..routing.backtesting import Result
from ..routing.errors import BadFile, NoRuleSet
from ..routing.models import Backtest, BacktestState
from ..routing.yaml_nodes import LARGEST_FILE
from ..transaction import transaction
from . import backtest_wording as wording

routing = Group("routing", help="The routing rules.")
DAYS = 90  # that are looked back where nothing else is said
LOOKS_EVERY = 0.5  # seconds, at a back-test that another process runs
SHOWS_EVERY = 1.0  # seconds
LISTED = 20  # moved cases that are printed; --json has more
CANCELED = 130  # exit status, as of a program that Ctrl-C ends
CANCELS = dict.fromkeys((signal.SIGINT, signal.SIGTERM), Told.CANCEL)
LEAVES = dict.fromkeys((signal.SIGINT, signal.SIGTERM), Told.LEAVE)
a_day = click.DateTime(formats=["%Y-%m-%d"])


@routing.command("backtest")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", type=a_day, metavar="DATE", help=f"The first day, such as 2026-09-01; without it {DAYS} days ago.")
@click.option("--until", type=a_day, metavar="DATE", help="The last day; without it today.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found as JSON.")
def backtest(file: Path, since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    """Decide past cases once more by the rules in FILE, and print what would have changed; nothing else is changed.

    How far it is is told on standard error, and on the page of back-tests under Routing rules, where the result is kept, too.
    Ctrl-C cancels it. Where another back-test runs, this one waits for its turn.

    Exit status: 0 when it is done, 1 when something in FILE is wrong or it has failed, 130 when it was canceled.
    """
    span = _span(since, until)
    rules = _rules_in(file)
    with jobs.listening(CANCELS) as told:
        job = _ask_and_run(rules, span, told)
    if job.state is BacktestState.CANCELED:
        click.echo("Canceled; nothing is kept.", err=True)
        sys.exit(CANCELED)
    if job.state is not BacktestState.DONE or job.result is None:
        raise click.ClickException(job.error or "The back-test has failed.")
    result = Result.read(job.result)
    for line in [_as_json(job, result)] if as_json else _lines(job, result):
        click.echo(line)


@routing.command("run-backtest", hidden=True)
@click.argument("number", type=int)
@click.argument("holder")
def run_backtest(number: int, holder: str) -> None:
    """Run the back-test NUMBER, which a scheduler has claimed for this process as HOLDER; told to end, leave it to another."""
    with jobs.listening(LEAVES) as told:
        jobs.run_backtest(number, holder=holder, told=told)


def _rules_in(file: Path) -> list[dict[str, Any]]:
    """The rules of a file as they are stored, if they compare what there is; else every fault is printed, and that is all."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)  # one more than is taken: enough to refuse it
        return rules_files.read(content, known=current_vocabulary()).stored()[0]
    except (BadFile, NoDefinition) as wrong:
        raise click.ClickException(f"{wrong}\nNothing was replayed.") from None


def _span(since: datetime | None, until: datetime | None) -> Span:
    today = calendar().wall(clock.now()).date()
    last = until.date() if until else today
    first = since.date() if since else last - timedelta(days=DAYS)
    if first > last:
        raise click.BadParameter("the first day must not come after the last", param_hint="--since")
    return Span.of_days(first, last)


def _ask_and_run(rules: list[dict[str, Any]], span: Span, told: jobs.Ask) -> Backtest:
    """Queue it, and run it here as soon as no other runs; where a scheduler is quicker, look on. Returns it when it is over."""
    holder, show = f"{socket.gethostname()}:{os.getpid()}", _Shown()
    with transaction():
        try:
            number = backtests.ask(rules, since=span.since, until=span.until, by=None, at=clock.now()).id
        except NoRuleSet as missing:
            raise click.ClickException(str(missing)) from None
        is_ours = backtests.claim(number, holder=holder, at=clock.now())
    while True:
        if is_ours:
            jobs.run_backtest(number, holder=holder, told=told, show=show)
        job = _job(number)
        if job.state not in backtests.WAITING:
            return job
        show(job.done, job.total or 0)
        with transaction():
            if told() is not Told.GO_ON:
                backtests.cancel(number, at=clock.now())
            is_ours = backtests.claim(number, holder=holder, at=clock.now())
        if not is_ours:
            time.sleep(LOOKS_EVERY)


def _job(number: int) -> Backtest:
    """The job as it stands now, and no reading of the database that goes on."""
    job = db.session.scalars(backtests.one(number).execution_options(populate_existing=True)).one()
    db.session.expunge(job)
    db.session.rollback()
    return job


class _Shown:
    """How far it is, on standard error: one line that changes at a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._next = 0.0
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        if time.perf_counter() < self._next and done < total:
            return
        self._next = time.perf_counter() + SHOWS_EVERY
        words = f"{done:,} of {total:,} cases" if total else "Waits for another back-test to end"
        end = "\n" if not self._is_terminal or (total and done == total) else ""
        click.echo(f"\r{words}{end}" if self._is_terminal else words, err=True, nl=not self._is_terminal)


def _as_json(job: Backtest, result: Result) -> str:
    days = {"since": job.since.isoformat(), "until": job.until.isoformat()}
    listed = [{"case": number_of(moved["case_id"]), **moved} for moved in result.stored()["listed"]]
    return json.dumps({"backtest": job.id, **days, **result.stored(), "listed": listed}, indent=2)


def _lines(job: Backtest, result: Result) -> Iterator[str]:
    """The summary, then team to team, priority to priority, and the first cases."""
    yield from wording.sentences(result)
    for title, matrix in (("Teams", result.teams), ("Priorities", result.priorities)):
        changed = [(old, new, cases) for old, row in matrix.items() for new, cases in row.items() if old != new]
        if changed:
            yield f"\n{title}"
        yield from (f"  {old} -> {new}: {cases:,}" for old, new, cases in sorted(changed, key=lambda one: -one[2]))
    if result.listed:
        yield "\nCases"
    for moved in result.listed[:LISTED]:
        by_hand = f"; moved by hand to {moved.by_hand}" if moved.by_hand else ""
        yield f"  {number_of(moved.case_id)}: {moved.old} ({moved.old_rule}) -> {moved.new} ({moved.new_rule}){by_hand}"
    if result.moved > LISTED:
        yield f"  and {result.moved - LISTED:,} more"
    yield f"\n{absolute(f'/admin/rules/backtests/{job.id}')}"
