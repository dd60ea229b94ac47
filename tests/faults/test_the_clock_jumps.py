"""Restarts at the edge of the day, a machine that was off, clocks that are put forward and back, hosts in other zones."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from flask import Flask

from helpdesk.notifications import delivery
from tests import waiting
from tests.faults.processes import WallClock, flask_command, run_command
from tests.notifications.mails import IMMEDIATE, WINDOWED, a_mail, eastern, outbox_rows, some_mail, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import GoodServer, good_server

FRIDAY_4_PM = eastern("2026-12-04 16:00")
ONE_BEFORE_CLOSING, CLOSING = eastern("2026-12-04 16:44:59"), eastern("2026-12-04 16:45:00")
ONE_BEFORE_OPENING, OPENING = eastern("2026-12-07 07:59:59"), eastern("2026-12-07 08:00:00")

STEPS = [  # and how many mails have left by then
    (CLOSING, 0),
    (ONE_BEFORE_OPENING, 0),
    (CLOSING, 0),
    (OPENING, 2),  # now one more is written
    (ONE_BEFORE_OPENING, 2),
    (CLOSING + timedelta(days=3), 2),
    (ONE_BEFORE_OPENING, 2),
    (OPENING + timedelta(days=1), 3),
    (ONE_BEFORE_CLOSING, 3),
    (OPENING + timedelta(hours=1), 3),
]


def windowed(number: int) -> list[str]:
    """So many mails that wait for service hours, made now; returns the addresses."""
    return some_mail(number, WINDOWED)


def the_scheduler_has_looked(server: GoodServer) -> None:
    """Wait for a mail that leaves at once: what was due before it has been looked at by then."""
    probe = a_mail(IMMEDIATE, to="probe@example.org").message_id
    waiting.until(lambda: any(mail.message["Message-ID"] == probe for mail in server.received), within=30, what="the probe")


def told(server: GoodServer) -> list[str]:
    """Who has got windowed mail, in the order in which it came."""
    return [address for address in server.recipients if address != "probe@example.org"]


@postgresql_in_the_long_run
def test_restarted_a_second_before_closing_with_500_due_it_stops_at_closing(app: Flask, wall_clock: WallClock) -> None:
    wall_clock.show(FRIDAY_4_PM)
    addresses = windowed(500)
    wall_clock.show(ONE_BEFORE_CLOSING)

    def the_day_ends(count: int) -> None:
        if count == 120:
            wall_clock.show(CLOSING)

    with good_server(app, on_message=the_day_ends) as server, flask_command(app, "scheduler"):
        waiting.until(lambda: set(states()) == {"sent", "held"}, within=60, what="the rest to be held")
        assert told(server) == addresses[:120]
        assert {mail.due_at for mail in outbox_rows() if mail.state == "held"} == {OPENING}
        wall_clock.show(ONE_BEFORE_OPENING)
        the_scheduler_has_looked(server)
        assert len(told(server)) == 120
        wall_clock.show(OPENING)
        waiting.until(lambda: set(states()) == {"sent"}, within=60, what="the rest to be sent")

    assert told(server) == addresses


@postgresql_in_the_long_run
def test_a_machine_that_is_off_from_friday_to_monday_sends_at_opening_what_became_due_meanwhile(
    app: Flask, wall_clock: WallClock
) -> None:
    with good_server(app) as server:
        wall_clock.show(FRIDAY_4_PM)
        first = windowed(3)
        with flask_command(app, "scheduler") as machine:
            the_scheduler_has_looked(server)  # and then the power goes, before the minute of rest is over
            machine.kill()
        wall_clock.show(CLOSING + timedelta(minutes=30))
        second = ["evening@example.org"]
        a_mail(WINDOWED, to=second[0])
        wall_clock.show(eastern("2026-12-07 07:30"))
        with flask_command(app, "scheduler"):
            the_scheduler_has_looked(server)
            assert told(server) == []
            wall_clock.show(OPENING)
            waiting.until(lambda: len(told(server)) == 4, within=30, what="the mail of Friday")

    assert told(server) == [*first, *second]


@pytest.mark.both_databases
@pytest.mark.parametrize("by", ["deliver", pytest.param("scheduler", marks=pytest.mark.long)])
def test_a_clock_put_forward_and_back_sends_nothing_early_and_nothing_twice(app: Flask, wall_clock: WallClock, by: str) -> None:
    wall_clock.show(FRIDAY_4_PM)
    addresses = windowed(2)
    with ExitStack() as running:
        server = running.enter_context(good_server(app))
        if by == "scheduler":
            running.enter_context(flask_command(app, "scheduler"))
        for instant, reached in STEPS:
            wall_clock.show(instant)
            delivery.deliver_due() if by == "deliver" else the_scheduler_has_looked(server)
            assert told(server) == addresses[:reached], f"at {instant}"
            if instant == OPENING and reached == 2:
                addresses += ["later@example.org"]
                a_mail(WINDOWED, to="later@example.org")


@pytest.mark.parametrize(
    ("zone", "too_early"),
    [
        ("Asia/Tokyo", "2026-12-06 20:00"),  # Monday, 10 a.m. there
        pytest.param("UTC", "2026-12-07 04:00", marks=pytest.mark.long),  # 9 a.m. there
        pytest.param("", "2026-12-07 04:00", marks=pytest.mark.long),
    ],
    ids=["Tokyo", "UTC", "unset"],
)
def test_the_zone_of_the_host_does_not_matter(app: Flask, wall_clock: WallClock, zone: str, too_early: str) -> None:
    wall_clock.show(CLOSING)
    addresses = windowed(1)
    with good_server(app) as server:
        for instant, sent in ((eastern(too_early), []), (OPENING, addresses)):
            wall_clock.show(instant)
            run_command(app, "deliver", TZ=zone)
            assert server.recipients == sent
