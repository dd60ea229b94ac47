"""Deliveries that die, overlap or take too long: nothing is lost, and nothing is sent twice without being shown as in doubt."""

import threading
from datetime import timedelta

from helpdesk import clock
from helpdesk.hours import queries as hours
from helpdesk.notifications import claim, delivery, results
from helpdesk.notifications.answers import Answer, Stage
from helpdesk.notifications.models import AttemptOutcome
from helpdesk.transaction import transaction
from tests import waiting
from tests.faults.locks import Lock
from tests.faults.processes import flask_command
from tests.notifications.mails import MONDAY_9_AM, WINDOWED, a_mail, attempts, eastern, outbox_rows, some_mail, states
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import SILENCE, good_server, scripted_server

AN_HOUR = timedelta(hours=1)


def an_hour_later() -> delivery.Counts:
    """Deliver when every lease of this moment is over."""
    with clock.at(clock.now() + AN_HOUR):
        return delivery.deliver_due()


def claimed_by(holder: str, *, at) -> list[claim.Claimed]:
    """What a process has in its hands that will not come back, or not soon."""
    with transaction():
        claim.release(at=at, calendar=hours.calendar())
        return claim.take(holder=holder, at=at, lease_until=at + timedelta(minutes=10), calendar=hours.calendar())


@postgresql_in_the_long_run
def test_killed_while_the_server_thinks_only_the_mail_in_hand_is_in_doubt(app):
    some_mail(3)
    with scripted_server(app, END=["250 taken", SILENCE]) as server, flask_command(app, "deliver") as process:
        waiting.until(lambda: server.steps.count("END") == 2)
        process.kill()
        process.wait()

    assert states() == ["sent", "sending", "sending"]
    with good_server(app) as server:
        an_hour_later()
        assert (states(), len(server.received)) == (["sent", "doubtful", "sent"], 1)
        assert [attempt.outcome for attempt in attempts()] == ["accepted", "silent", "not_begun", "accepted"]
        with clock.at(clock.now() + 2 * AN_HOUR):
            delivery.deliver_due()
        assert server.received[-1].message["Message-ID"] == outbox_rows()[1].message_id
    assert states() == ["sent"] * 3


@postgresql_in_the_long_run
def test_killed_after_the_claim_the_first_mail_is_in_doubt_and_the_rest_leaves(app):
    some_mail(3)
    with scripted_server(app, GREETING=SILENCE) as server, flask_command(app, "deliver") as process:
        waiting.until(lambda: server.connections == 1, within=20)
        process.kill()
        process.wait()

    assert states() == ["sending"] * 3
    with good_server(app) as server:
        an_hour_later()
        assert (states(), len(server.received)) == (["doubtful", "sent", "sent"], 2)
        with clock.at(clock.now() + 2 * AN_HOUR):
            delivery.deliver_due()
    assert (states(), len(server.received)) == (["sent"] * 3, 3)


@postgresql_in_the_long_run
def test_killed_between_the_servers_yes_and_our_commit_the_mail_is_in_doubt(app):
    some_mail(2)
    lock = Lock()
    with good_server(app, on_message=lock.take), flask_command(app, "deliver") as process:
        assert lock.is_taken.wait(60)
        process.kill()
        process.wait()
    lock.hang_up_for_the_dead()
    lock.give_back()

    with good_server(app):
        an_hour_later()
    assert states() == ["doubtful", "sent"]


@postgresql_in_the_long_run
def test_two_deliveries_at_once_send_everything_once(app):
    addresses = some_mail(120)

    def deliver() -> None:
        with app.app_context():
            delivery.deliver_due()

    with good_server(app) as server:
        deliveries = [threading.Thread(target=deliver) for _ in range(2)]
        for thread in deliveries:
            thread.start()
        for thread in deliveries:
            thread.join()

    assert sorted(server.recipients) == sorted(addresses)
    assert (states(), len(attempts())) == (["sent"] * 120, 120)


@postgresql_in_the_long_run
def test_what_a_dead_process_held_is_left_alone_until_its_lease_ends(app):
    with clock.at(MONDAY_9_AM):
        some_mail(2)
        claimed_by("dead", at=MONDAY_9_AM)
    with good_server(app), clock.at(MONDAY_9_AM + timedelta(minutes=9)):
        delivery.deliver_due()
        assert states() == ["sending", "sending"]
    with good_server(app), clock.at(MONDAY_9_AM + timedelta(minutes=10)):
        delivery.deliver_due()

    assert states() == ["doubtful", "sent"]


@postgresql_in_the_long_run
def test_of_two_dead_processes_each_leaves_one_doubt(app):
    with clock.at(MONDAY_9_AM):
        some_mail(claim.BATCH + 2)
        claimed_by("dead", at=MONDAY_9_AM)
        claimed_by("dead too", at=MONDAY_9_AM)
    with good_server(app), clock.at(MONDAY_9_AM + AN_HOUR):
        delivery.deliver_due()

    in_doubt = [number for number, state in enumerate(states()) if state == "doubtful"]
    assert in_doubt == [0, claim.BATCH]


def test_windowed_mail_of_a_dead_process_waits_for_the_next_opening(app):
    with clock.at(eastern("2026-12-04 12:00")):
        some_mail(2, WINDOWED)
    claimed_by("dead", at=eastern("2026-12-04 16:44"))
    with good_server(app) as server, clock.at(eastern("2026-12-04 17:00")):
        delivery.deliver_due()

    assert (states(), server.received) == (["doubtful", "held"], [])
    assert {mail.due_at for mail in outbox_rows()} == {eastern("2026-12-07 08:00")}


def test_an_answer_that_comes_after_the_lease_settles_the_doubt(app):
    with clock.at(MONDAY_9_AM):
        a_mail()
        (late,) = claimed_by("slow", at=MONDAY_9_AM)
    with good_server(app) as server, clock.at(MONDAY_9_AM + timedelta(minutes=11)):
        delivery.deliver_due()
        assert states() == ["doubtful"]
        with transaction():
            taken = Answer(AttemptOutcome.ACCEPTED, Stage.END, 250, "taken")
            results.record(late, taken, at=clock.now(), calendar=hours.calendar())
    an_hour_later()

    assert (states(), server.received) == (["sent"], [])


def test_a_slow_batch_gives_back_what_it_cannot_begin_under_its_lease(app, tmp_path):
    some_mail(3)
    clock_file = tmp_path / "clock"

    def an_hour_passes(_count):
        clock.write(clock_file, clock.now() + AN_HOUR, rate=0)

    clock.write(clock_file, clock.now(), rate=0)
    clock.follow(str(clock_file))
    try:
        with good_server(app, on_message=an_hour_passes) as server:
            delivery.deliver_due()
    finally:
        clock.follow(None)

    assert (states(), len(server.received)) == (["sent"] * 3, 3)
    assert [attempt.outcome for attempt in attempts()].count("not_begun") == 3
