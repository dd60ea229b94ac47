"""The jobs of one scheduler: none waits for another, none overtakes itself, and telling it to end leaves nothing in the air."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import ParkedForm
from helpdesk.extensions import db
from helpdesk.notifications.models import Lease
from helpdesk.transaction import transaction
from tests import waiting
from tests.faults.processes import ROOT, environment, flask_command
from tests.notifications.mails import a_mail, some_mail, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import SILENCE, scripted_server

# The scheduler of the desk, whose jobs come round more often; one of them takes longer than its interval.
PROGRAM = """
import sys, threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from helpdesk import scheduler
from wsgi import app

def take_long(_stop):
    with Path(sys.argv[1]).open("a") as file:
        file.write("begin\\n")
        file.flush()
        threading.Event().wait(0.3)
        file.write("end\\n")

jobs = (*scheduler.JOBS, scheduler.Job("take long", take_long, every=timedelta(0)))
scheduler.Scheduler(app, jobs=tuple(replace(job, every=timedelta(seconds=0.1)) for job in jobs)).run()
"""

# Two jobs of our own, one of which comes round often and one seldom; each writes down when it is run.
SLEEPY = """
import sys, time
from datetime import timedelta
from pathlib import Path
from helpdesk import scheduler
from wsgi import app

def note(name):
    def run(_stop):
        with Path(sys.argv[1], name).open("a") as file:
            file.write(f"{time.monotonic()}\\n")
    return run

every = {"often": timedelta(seconds=0.1), "seldom": timedelta(seconds=4)}
scheduler.Scheduler(app, jobs=tuple(scheduler.Job(name, note(name), every=much) for name, much in every.items())).run()
"""


@contextmanager
def a_busy_scheduler(app: Flask, notes: Path, *, program: str = PROGRAM) -> Iterator[subprocess.Popen[bytes]]:
    """As a process with this program; what its own jobs do stands in `notes`."""
    command = [sys.executable, "-c", program, str(notes)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(app), stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(notes: Path) -> list[str]:
    """What the slow job has done so far."""
    return notes.read_text().split() if notes.exists() else []


def parked_forms() -> int:
    """How many there are."""
    db.session.rollback()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(ParkedForm)) or 0)


def renewed_at():
    """When the lease of the scheduler was last renewed."""
    db.session.rollback()
    return db.session.scalar(sa.select(Lease.renewed_at))


@postgresql_in_the_long_run
def test_a_hanging_mail_server_blocks_neither_the_sweep_nor_the_lease(app, tmp_path):
    a_mail()
    with scripted_server(app, END=SILENCE) as server, a_busy_scheduler(app, tmp_path / "notes"):
        assert server.reached["END"].wait(30)
        before = renewed_at()
        with transaction():
            two_days_ago = clock.now() - timedelta(days=2)
            db.session.add(ParkedForm(token_hash="old", path="/", fields={}, created_at=two_days_ago))
        waiting.until(lambda: parked_forms() == 0, within=20, what="the sweep")
        waiting.until(lambda: renewed_at() > before, within=20, what="the lease to be renewed")
        assert states() == ["sending"]


def test_a_job_that_takes_longer_than_its_interval_runs_once_at_a_time(app, tmp_path):
    with a_busy_scheduler(app, tmp_path / "notes"):
        waiting.until(lambda: len(lines(tmp_path / "notes")) >= 6, within=30)

    done = lines(tmp_path / "notes")
    assert done[:6] == ["begin", "end"] * 3


def test_what_was_missed_while_the_machine_slept_is_done_once_and_at_once(app, tmp_path):
    def runs(job: str) -> list[float]:
        return [float(line) for line in lines(tmp_path / job)]

    with a_busy_scheduler(app, tmp_path, program=SLEEPY) as process:
        waiting.until(lambda: runs("seldom"), within=30)
        process.send_signal(signal.SIGSTOP)
        waiting.until(lambda: time.monotonic() > runs("seldom")[0] + 5.5, within=30, what="the next run to be long past")
        awake_at = time.monotonic()
        process.send_signal(signal.SIGCONT)
        waiting.until(lambda: len(runs("seldom")) > 1 and runs("often")[-1] > awake_at + 0.3, within=30)

    assert runs("seldom")[1] < awake_at + 2  # and not at its next turn, in two and a half seconds
    in_a_burst = [run for run in runs("often") if awake_at < run < awake_at + 0.3]
    assert 1 <= len(in_a_burst) <= 6  # and not the fifty-five that were missed


@postgresql_in_the_long_run
def test_told_to_end_it_finishes_the_message_in_hand_and_begins_no_other(app):
    some_mail(50)
    told = []

    def tell_it_to_end() -> None:
        if not told:
            told.append(process.send_signal(signal.SIGTERM))

    with scripted_server(app, meanwhile={"END": tell_it_to_end}) as server, flask_command(app, "scheduler") as process:
        assert process.wait(60) == 0

    sent = states().count("sent")
    assert (len(server.received), states().count("due")) == (sent, 50 - sent)
    assert 1 <= sent < 50
