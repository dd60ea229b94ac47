"""Several schedulers on the same due mail: all of it leaves, each once; and when the active one dies, another goes on."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.notifications.models import Lease
from tests import waiting
from tests.faults.processes import flask_command
from tests.notifications.mails import MONDAY_9_AM, attempts, outbox_rows, some_mail, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = postgresql_in_the_long_run

DUE = 300
LEASES_ARE_OVER = timedelta(minutes=15)  # the scheduler's and that of a batch, with the time-outs of production


def start(stack: ExitStack, app, number: int):
    """So many schedulers, until the block ends."""
    return [stack.enter_context(flask_command(app, "scheduler")) for _ in range(number)]


def kill_the_active(app, running) -> None:
    """Kill the scheduler that sends, while the server has its mail and has not said so."""
    with app.app_context():
        holder = db.session.scalars(sa.select(Lease.holder)).one()
    next(process for process in running if process.pid == int(holder.split(":")[1])).kill()


@pytest.mark.parametrize("schedulers", [2, pytest.param(4, marks=pytest.mark.long)])
def test_300_due_mails_leave_once_each(app, schedulers):
    addresses = some_mail(DUE)
    with good_server(app) as server, ExitStack() as stack:
        start(stack, app, schedulers)
        waiting.until(lambda: set(states()) == {"sent"}, within=100, what="all mail to be sent")

    assert sorted(server.recipients) == sorted(addresses)
    assert len(attempts()) == DUE


@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.long)])
def test_deliveries_by_hand_at_the_same_time_send_everything_once(app, processes):
    addresses = some_mail(DUE)
    with good_server(app) as server, ExitStack() as stack:
        for process in [stack.enter_context(flask_command(app, "deliver")) for _ in range(processes)]:
            assert process.wait(100) == 0

    assert sorted(server.recipients) == sorted(addresses)
    assert (set(states()), len(attempts())) == ({"sent"}, DUE)


@pytest.mark.long
def test_the_active_one_dies_with_mail_in_hand_and_another_goes_on(app, wall_clock):
    addresses = some_mail(DUE)
    with ExitStack() as stack:
        server = stack.enter_context(
            good_server(app, on_message=lambda count: kill_the_active(app, running) if count == 75 else None)
        )
        running = start(stack, app, 3)
        waiting.until(lambda: any(process.poll() is not None for process in running), within=100, what="a death")
        wall_clock.show(MONDAY_9_AM + LEASES_ARE_OVER)
        waiting.until(lambda: set(states()) == {"sent", "doubtful"}, within=60, what="all other mail to be sent")
        doubtful = [mail.to_address for mail in outbox_rows() if mail.state == "doubtful"]
        wall_clock.show(MONDAY_9_AM + 3 * LEASES_ARE_OVER)
        waiting.until(lambda: set(states()) == {"sent"}, within=30, what="the doubt to be sent once more")

    assert doubtful == [server.recipients[74]]
    assert sorted(server.recipients) == sorted([*addresses, *doubtful])
