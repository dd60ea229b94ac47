"""When the calendar changes, mail that waits gets the time at which it would leave now, and an entry that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from time import process_time
from typing import Any

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import commands as hours
from helpdesk.hours import queries
from helpdesk.hours.models import Closure
from helpdesk.notifications import delivery, rehold
from helpdesk.notifications.models import MailAct, MailEvent, MailState, OutboxMessage
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.hours.calendars import every_day
from tests.notifications.mails import IMMEDIATE, WINDOWED, a_mail, eastern, outbox_rows, states
from tests.smtp_servers import SILENCE, good_server, scripted_server

pytestmark = pytest.mark.both_databases

FRIDAY, MONDAY, TUESDAY = "2026-12-04", "2026-12-07", "2026-12-08"
SOON = eastern(f"{FRIDAY} 18:00")


def a_held_mail(kind: str = WINDOWED) -> OutboxMessage:
    """Written on Friday at five, when the desk is closed."""
    with clock.at(eastern(f"{FRIDAY} 17:00")):
        return a_mail(kind)


def move(at: datetime) -> int:
    """Move what waits to the calendar as it is."""
    return rehold.move(queries.calendar(), at=at, version=queries.calendar_version(), by_id=None)


def snow(day: str = MONDAY, *, at: datetime = SOON) -> int:
    """A closure, and the mail that it moves."""
    with transaction():
        hours.close(date.fromisoformat(day), reason="Snow", at=at)
        return move(at)


def open_on_saturdays(*, at: datetime = SOON) -> int:
    """Longer hours from Saturday on, and the mail that they move."""
    with transaction():
        hours.adopt_schedule(date(2026, 12, 5), zone="America/New_York", week=every_day("09:00-12:00"), at=at)
        return move(at)


def stands() -> list[tuple[str, datetime, str]]:
    """State, due time and reason of all mail."""
    return [(mail.state.value, mail.due_at, mail.reason) for mail in outbox_rows()]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_the_decision_is_stored_with_the_mail_when_it_is_made(app):
    mail, at_rest = a_held_mail(), a_mail(WINDOWED)

    version = queries.calendar_version()
    assert (mail.held_because, mail.calendar_version) == ("the desk is closed", version)
    assert at_rest.calendar_version == version > 0
    assert (a_mail(IMMEDIATE).held_because, a_mail(IMMEDIATE).calendar_version) == ("", None)


def test_a_closure_moves_what_was_to_leave_on_that_day(app):
    a_held_mail()

    assert snow() == 1

    assert stands() == [("held", eastern(f"{TUESDAY} 08:00"), "the desk is closed for Snow")]
    mail = outbox_rows()[0]
    assert mail.first_due_at == eastern(f"{MONDAY} 08:00")
    assert mail.held_because == "the desk is closed"


def test_each_move_leaves_an_entry_with_both_times_and_the_version(app):
    admin = an_admin()
    a_held_mail()
    with transaction():
        hours.close(date.fromisoformat(MONDAY), reason="Snow", at=SOON)
        rehold.move(queries.calendar(), at=SOON, version=queries.calendar_version(), by_id=admin.id)

    entry = db.session.scalars(sa.select(MailEvent)).one()
    assert (entry.act, entry.at, entry.actor_id) == (MailAct.MOVED, SOON.astimezone(UTC), admin.id)
    assert entry.old == {"due_at": "2026-12-07T13:00:00+00:00"}
    assert entry.new == {"due_at": "2026-12-08T13:00:00+00:00", "calendar_version": queries.calendar_version()}
    assert entry.reason == "the desk is closed for Snow"


def test_a_closure_taken_back_brings_mail_back(app):
    a_held_mail()
    snow()
    with transaction():
        hours.reopen(db.session.scalars(sa.select(Closure).where(Closure.reason == "Snow")).one(), at=SOON)
        assert move(SOON) == 1

    assert stands() == [("held", eastern(f"{MONDAY} 08:00"), "the desk is closed")]


def test_hours_adopted_while_mail_is_held_let_it_leave_sooner(app):
    a_held_mail()

    assert open_on_saturdays() == 1
    assert stands() == [("held", eastern("2026-12-05 09:00"), "the desk is closed")]


def test_mail_that_may_leave_at_this_moment_is_due(app):
    a_held_mail()
    now = eastern("2026-12-05 10:00")

    assert open_on_saturdays(at=now) == 1
    assert [(state, due) for state, due, _reason in stands()] == [("due", now)]


def test_due_mail_that_finds_the_desk_closed_from_now_on_is_held(app):
    with clock.at(eastern(f"{FRIDAY} 12:00")):
        a_mail(WINDOWED)
    with transaction():
        db.session.execute(sa.update(OutboxMessage).values(state=MailState.DUE))

    assert snow(FRIDAY, at=eastern(f"{FRIDAY} 12:05")) == 1
    assert stands() == [("held", eastern(f"{MONDAY} 08:00"), "the desk is closed for Snow")]


def test_mail_at_rest_leaves_after_its_rest_however_long_the_desk_is_open(app):
    with clock.at(eastern(f"{FRIDAY} 16:44:30")):
        a_mail(WINDOWED)
    with transaction():
        hours.adopt_schedule(date(2026, 12, 4), zone="America/New_York", week=every_day("08:00-20:00"), at=clock.now())
        move(eastern(f"{FRIDAY} 16:44:40"))

    assert stands() == [("held", eastern(f"{FRIDAY} 16:45:30"), "it can be taken back until then")]


def test_a_retry_moves_and_keeps_what_the_server_said(app):
    with clock.at(eastern(f"{FRIDAY} 16:40")):
        a_mail(WINDOWED)
    with scripted_server(app, RCPT="451 try later"), clock.at(eastern(f"{FRIDAY} 16:44:30")):
        delivery.deliver_due()
    [(state, due_at, reason)] = stands()
    assert (state, due_at) == ("retry", eastern(f"{MONDAY} 08:00"))

    assert snow() == 1
    assert stands() == [("retry", eastern(f"{TUESDAY} 08:00"), reason)]
    open_on_saturdays()
    assert stands() == [("retry", eastern("2026-12-05 09:00"), reason)]


def test_a_doubtful_mail_moves_while_it_is_to_be_sent_once_more_and_no_longer(app):
    with clock.at(eastern(f"{FRIDAY} 16:30")):
        a_mail(WINDOWED)
    with scripted_server(app, END=SILENCE), clock.at(eastern(f"{FRIDAY} 16:40")):
        delivery.deliver_due()

    assert snow() == 1
    assert [(state, due) for state, due, _reason in stands()] == [("doubtful", eastern(f"{TUESDAY} 08:00"))]
    with transaction():
        db.session.execute(sa.update(OutboxMessage).values(doubts=2))
    assert snow(TUESDAY) == 0


@pytest.mark.parametrize(
    "state", [MailState.SENDING, MailState.SENT, MailState.FAILED, MailState.CANCELLED, MailState.SUPERSEDED]
)
def test_mail_in_hand_or_at_its_end_stays_as_it_is(app, state):
    a_held_mail()
    with transaction():
        db.session.execute(sa.update(OutboxMessage).values(state=MailState(state)))

    assert snow() == 0
    assert [(mail.state, mail.due_at, mail.events) for mail in outbox_rows()] == [(state, eastern(f"{MONDAY} 08:00"), [])]


def test_what_a_change_does_not_touch_stays_and_gets_no_entry(app):
    a_held_mail()
    a_held_mail(IMMEDIATE)

    assert snow("2026-12-15") == 0
    assert db.session.scalars(sa.select(MailEvent)).all() == []


def test_mail_that_is_late_while_the_desk_is_open_leaves_as_it_would_have(app):
    a_held_mail()

    assert snow("2026-12-15", at=eastern(f"{MONDAY} 08:01")) == 0
    assert stands() == [("held", eastern(f"{MONDAY} 08:00"), "the desk is closed")]


def test_how_many_would_move_is_told_without_moving_them(app):
    a_held_mail()
    with transaction():
        hours.close(date.fromisoformat(MONDAY), reason="Snow", at=SOON)

    assert rehold.would_move(queries.calendar(), at=SOON) == 1
    assert stands() == [("held", eastern(f"{MONDAY} 08:00"), "the desk is closed")]


def test_moved_mail_leaves_at_its_new_time(app):
    a_held_mail()
    snow()

    with good_server(app) as server:
        with clock.at(eastern(f"{MONDAY} 08:00")):
            delivery.deliver_due()
        assert server.received == []
        with clock.at(eastern(f"{TUESDAY} 08:00")):
            delivery.deliver_due()
    assert (states(), len(server.received)) == (["sent"], 1)


@pytest.mark.parametrize("number", [2_500, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_night_full_of_held_mail_moves_in_a_few_statements(app, number):
    a_held_mail()
    copy_the_mail(number)
    with transaction():
        hours.close(date.fromisoformat(MONDAY), reason="Snow", at=SOON)
        begun = process_time()
        with statements() as sent:
            moved = move(SOON)

    assert moved == number
    assert len(sent) <= 4 + 3 * (number // rehold.BATCH + 1)
    assert process_time() - begun < 10
    dues = db.session.execute(sa.select(OutboxMessage.due_at, sa.func.count()).group_by(OutboxMessage.due_at)).all()
    assert [tuple(row) for row in dues] == [(eastern(f"{TUESDAY} 08:00"), number)]
    assert db.session.scalar(sa.select(sa.func.count(MailEvent.id))) == number


def copy_the_mail(number: int) -> None:
    """So many mails like the one there is."""
    table = OutboxMessage.__table__
    with transaction():
        row = dict(db.session.execute(sa.select(table)).mappings().one())
        del row["id"]
        copies = ({"dedupe_key": f"copy-{n}", "message_id": f"<copy-{n}@example.org>"} for n in range(1, number))
        db.session.execute(sa.insert(table), [row | copy for copy in copies])
