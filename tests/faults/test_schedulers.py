"""Many schedulers are one, and one that is told to end does so soon and leaves nothing in the air."""

import signal
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, scheduler
from helpdesk.extensions import db
from helpdesk.notifications.models import Lease
from helpdesk.scheduler import Scheduler
from helpdesk.timed_jobs import Job
from tests import waiting
from tests.faults.processes import flask_command
from tests.notifications.mails import MONDAY_9_AM, a_mail, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import SILENCE, good_server, scripted_server

HONCHO_KILLS_AFTER = 5  # seconds; by then nothing may be in hand, though Python may still be clearing up
ENDS_WITHIN = 2 * HONCHO_KILLS_AFTER  # on a machine with much else to do; a lease left alone would last 15 seconds at least


def runs(candidate: Scheduler) -> bool:
    """Whether this scheduler would run a job now."""
    done = []
    candidate.tick(Job("note", done.append, every=timedelta(seconds=1)))
    return bool(done)


@pytest.fixture
def lease(app):
    """The lease as it stands."""
    return lambda: db.session.rollback() or db.session.scalar(sa.select(Lease))


@postgresql_in_the_long_run
def test_of_two_schedulers_one_is_active(app):
    first, second = Scheduler(app), Scheduler(app)
    with clock.at(MONDAY_9_AM):
        for candidate in (first, second, first, second):
            candidate.keep_lease()

    assert (runs(first), runs(second)) == (True, False)


@postgresql_in_the_long_run
def test_another_takes_over_within_30_seconds_of_a_death(app, lease):
    first, second = Scheduler(app), Scheduler(app)
    with clock.at(MONDAY_9_AM):
        first.keep_lease()
    with clock.at(MONDAY_9_AM + timedelta(seconds=30) - scheduler.LEASE_RENEWED_EVERY):
        second.keep_lease()
        first.keep_lease()  # it was only asleep

    assert (runs(first), runs(second)) == (False, True)
    assert lease().holder == second.holder


def test_a_scheduler_that_renews_its_lease_keeps_it(app, lease):
    first, second = Scheduler(app), Scheduler(app)
    for seconds in range(0, 120, 5):
        with clock.at(MONDAY_9_AM + timedelta(seconds=seconds)):
            first.keep_lease()
            second.keep_lease()

    assert (runs(first), runs(second)) == (True, False)
    assert (lease().taken_at, lease().renewed_at) == (MONDAY_9_AM, MONDAY_9_AM + timedelta(seconds=115))


def test_a_clock_put_back_does_not_lock_everybody_out(app):
    dead, alive = Scheduler(app), Scheduler(app)
    with clock.at(MONDAY_9_AM):
        dead.keep_lease()
    with clock.at(MONDAY_9_AM - timedelta(days=3)):
        alive.keep_lease()

    assert runs(alive)


def test_a_job_that_fails_is_loud_and_ends_nothing(app, capsys):
    def fail(_stop):
        raise RuntimeError("the disk is full")

    desk = Scheduler(app)
    desk.keep_lease()
    desk.tick(Job("broken", fail, every=timedelta(seconds=1)))

    assert "the disk is full" in capsys.readouterr().out
    assert runs(desk)


@postgresql_in_the_long_run
def test_the_process_delivers_and_gives_its_lease_back_when_it_ends(app, lease):
    a_mail()
    with good_server(app) as server, flask_command(app, "scheduler") as process:
        waiting.until(lambda: states() == ["sent"])
        process.send_signal(signal.SIGTERM)
        waiting.until(lambda: lease().expires_at <= clock.now(), within=ENDS_WITHIN)
        assert process.wait(60) == 0

    assert len(server.received) == 1


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]], ids=["once", "twice"])
def test_told_to_end_while_the_server_hangs_it_ends_in_time_and_says_what_is_in_doubt(app, lease, signals):
    a_mail()
    with scripted_server(app, END=SILENCE) as server, flask_command(app, "scheduler") as process:
        assert server.reached["END"].wait(60)
        for number in signals:
            process.send_signal(number)
        waiting.until(lambda: lease().expires_at <= clock.now(), within=ENDS_WITHIN)
        assert states() == ["doubtful"]
        assert process.wait(60) == 0
