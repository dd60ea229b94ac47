"""When mail may leave: decided when it is written, asked again for each message before it is begun."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import commands as hours
from helpdesk.hours.models import Closure, ServiceSchedule
from helpdesk.notifications import delivery
from helpdesk.transaction import transaction
from tests.notifications.mails import IMMEDIATE, WINDOWED, a_mail, attempts, eastern, outbox_rows, some_mail, states
from tests.smtp_servers import good_server

# made at, leaves at (by the clock on the wall; the rest is 60 seconds)
LEAVES = [
    ("2026-12-04 16:43:58", "2026-12-04 16:44:58"),
    ("2026-12-04 16:43:59.999999", "2026-12-04 16:44:59.999999"),
    ("2026-12-04 16:44:00", "2026-12-07 08:00"),
    ("2026-12-04 16:44:59", "2026-12-07 08:00"),
    ("2026-12-04 16:45:00", "2026-12-07 08:00"),
    ("2026-12-05 11:00", "2026-12-07 08:00"),
    ("2026-12-07 07:58:30", "2026-12-07 08:00"),
    ("2026-12-07 07:59:30", "2026-12-07 08:00:30"),
    ("2026-11-25 17:00", "2026-11-30 08:00"),  # Thanksgiving and the day after
    ("2026-10-30 16:44:30", "2026-11-02 08:00"),  # the clocks go back in between
    ("2027-03-12 16:44:30", "2027-03-15 08:00"),  # the clocks go forward in between
]


@pytest.mark.parametrize(("made_at", "leaves_at"), LEAVES)
def test_windowed_mail_is_due_when_the_desk_is_open_after_its_rest(app, made_at, leaves_at):
    with clock.at(eastern(made_at)):
        mail = a_mail(WINDOWED)

    assert (mail.state, mail.due_at, mail.first_due_at) == ("held", eastern(leaves_at), eastern(leaves_at))


def test_over_the_change_of_clocks_eight_in_the_morning_stays_eight_in_the_morning(app):
    for made_at, utc in [("2026-10-30 17:00", "13:00"), ("2027-03-12 17:00", "12:00")]:
        with clock.at(eastern(made_at)):
            assert f"{a_mail(WINDOWED).due_at:%H:%M}" == utc


def test_why_a_mail_is_held_is_written_down(app):
    said = {}
    for made_at in ("2026-12-04 12:00", "2026-12-04 17:00", "2026-11-26 12:00"):
        with clock.at(eastern(made_at)):
            said[made_at] = a_mail(WINDOWED).reason

    assert list(said.values()) == [
        "it can be taken back until then",
        "the desk is closed",
        "the desk is closed for Thanksgiving",
    ]


def test_account_mail_and_receipts_leave_at_once_on_a_sunday(app):
    with clock.at(eastern("2026-12-06 03:00")), good_server(app) as server:
        for kind in ("verify_address", "already_registered", "reset_password", IMMEDIATE):
            a_mail(kind)
        delivery.deliver_due()

    assert len(server.received) == 4


def test_nothing_windowed_leaves_at_a_quarter_to_five(app):
    with clock.at(eastern("2026-12-04 16:43:58")):
        a_mail(WINDOWED)

    with good_server(app) as server:
        with clock.at(eastern("2026-12-04 16:45:00")):
            delivery.deliver_due()
        assert server.received == []
        assert [(mail.state, mail.due_at) for mail in outbox_rows()] == [("held", eastern("2026-12-07 08:00"))]
        with clock.at(eastern("2026-12-07 08:00:00")):
            delivery.deliver_due()
        assert len(server.received) == 1


def test_a_second_before_a_quarter_to_five_it_still_leaves(app):
    with clock.at(eastern("2026-12-04 16:43:58")):
        a_mail(WINDOWED)

    with good_server(app) as server, clock.at(eastern("2026-12-04 16:44:59")):
        delivery.deliver_due()

    assert len(server.received) == 1


@pytest.mark.both_databases
def test_a_batch_that_crosses_closing_time_stops_there(app, tmp_path):
    with clock.at(eastern("2026-12-04 12:00")):
        some_mail(5, WINDOWED)

    def the_desk_closes(count):
        if count == 2:
            clock.write(tmp_path / "clock", eastern("2026-12-04 16:45:00"), rate=0)

    clock.write(tmp_path / "clock", eastern("2026-12-04 16:44:59"), rate=0)
    clock.follow(str(tmp_path / "clock"))
    try:
        with good_server(app, on_message=the_desk_closes) as server:
            counts = delivery.deliver_due()
    finally:
        clock.follow(None)

    assert len(server.received) == counts.sent == 2
    assert states() == ["sent", "sent", "held", "held", "held"]
    assert {mail.due_at for mail in outbox_rows()[2:]} == {eastern("2026-12-07 08:00")}
    assert [attempt.outcome for attempt in attempts()][2:] == ["not_begun"] * 3
    assert [mail.tries for mail in outbox_rows()] == [1, 1, 0, 0, 0]


def test_mail_that_may_leave_at_once_leaves_though_the_desk_closes(app, tmp_path):
    with clock.at(eastern("2026-12-04 16:46")):
        a_mail(WINDOWED)
        a_mail(IMMEDIATE)
        with good_server(app) as server:
            delivery.deliver_due()

    assert states() == ["held", "sent"]
    assert len(server.received) == 1


def test_a_machine_that_was_off_all_day_waits_for_the_next_opening(app):
    with clock.at(eastern("2026-12-04 09:00")):
        a_mail(WINDOWED)

    with good_server(app) as server, clock.at(eastern("2026-12-05 09:00")):
        delivery.deliver_due()

    mail = outbox_rows()[0]
    assert (server.received, mail.state, mail.due_at) == ([], "held", eastern("2026-12-07 08:00"))
    assert mail.reason == "the desk is closed"


def test_a_closure_added_while_mail_is_held_is_kept(app):
    with clock.at(eastern("2026-12-04 17:00")):
        a_mail(WINDOWED)
    with transaction():
        db.session.add(Closure(closed_on=eastern("2026-12-07").date(), reason="Snow", created_at=clock.now()))

    with good_server(app) as server, clock.at(eastern("2026-12-07 08:00")):
        delivery.deliver_due()

    mail = outbox_rows()[0]
    assert (server.received, mail.due_at, mail.reason) == ([], eastern("2026-12-08 08:00"), "the desk is closed for Snow")


def test_a_desk_without_service_hours_still_keeps_its_mail(app):
    with transaction():
        for schedule in db.session.query(ServiceSchedule):
            db.session.delete(schedule)

    with clock.at(eastern("2026-12-04 12:00")):
        mail = a_mail(WINDOWED)

    assert mail.state == "held"
    assert mail.due_at - mail.rest_until == timedelta(days=1)
    assert mail.reason == "no opening of the desk is in sight; then the calendar is asked again"


@pytest.mark.both_databases
def test_a_closure_written_while_a_batch_is_sent_stops_the_rest(app):
    with clock.at(eastern("2026-12-04 12:00")):
        some_mail(3, WINDOWED)
    with clock.at(eastern("2026-12-04 12:02")):
        a_mail(IMMEDIATE)

    def a_storm_comes(count):
        if count == 1:
            with app.app_context(), transaction():
                hours.close(eastern("2026-12-04").date(), reason="Storm", at=clock.now())

    with good_server(app, on_message=a_storm_comes) as server, clock.at(eastern("2026-12-04 12:05")):
        delivery.deliver_due()

    assert (states(), len(server.received)) == (["sent", "held", "held", "sent"], 2)
    assert {(mail.due_at, mail.reason) for mail in outbox_rows()[1:3]} == {
        (eastern("2026-12-07 08:00"), "the desk is closed for Storm")
    }
