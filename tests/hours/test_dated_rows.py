"""Schedules and closures are rows, and the calendar is what they say."""

from datetime import date, time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.business_hours import Closure as ClosedDay
from helpdesk.business_hours import Interval
from helpdesk.extensions import db
from helpdesk.hours import commands, queries
from helpdesk.hours.errors import AlreadyClosed, AnotherZone, NoSuchZone, ScheduleExists
from helpdesk.hours.models import Closure
from helpdesk.transaction import transaction
from tests.hours.calendars import ALWAYS, NEW_YORK, WORKING_WEEK, every_day, wall

pytestmark = pytest.mark.both_databases


def test_the_calendar_is_read_in_two_statements(app: Flask) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    queries.calendar()
    sa.event.remove(db.engine, "before_cursor_execute", note)

    assert statements.count("SELECT") == 2


def test_a_request_reads_the_calendar_once_and_the_next_one_afresh(app: Flask) -> None:
    with app.test_request_context():
        first = queries.calendar()
        assert queries.calendar() is first
    with transaction():
        commands.close(date(2026, 11, 18), reason="a storm", at=clock.now())
    with app.test_request_context():
        assert queries.calendar().why_closed(wall("2026-11-18 12:00")) == "a storm"


def test_the_transaction_of_a_job_reads_the_calendar_once_and_sees_its_own_change(app: Flask) -> None:
    with transaction():
        first = queries.calendar()
        assert queries.calendar() is first
        commands.close(date(2026, 11, 18), reason="a storm", at=clock.now())
        assert not queries.calendar().is_open(wall("2026-11-18 12:00"))
    assert queries.calendar() is not first


def test_a_change_within_a_request_is_seen_at_once(app: Flask) -> None:
    with app.test_request_context(), transaction():
        assert queries.calendar().is_open(wall("2026-11-18 12:00"))
        commands.close(date(2026, 11, 18), reason="a storm", at=clock.now())

        assert queries.calendar().why_closed(wall("2026-11-18 12:00")) == "a storm"


def test_a_new_schedule_holds_from_its_day_on(app: Flask) -> None:
    with transaction():
        commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=every_day("07:00-12:00", "13:00-19:00"), at=clock.now())

    hours = queries.calendar()
    assert hours.closes_at(wall("2027-01-29 15:00")) == wall("2027-01-29 16:45")
    assert hours.open_or_next(wall("2027-01-29 17:00")) == wall("2027-02-01 07:00")
    assert hours.week_on(date(2027, 2, 1))[6] == (Interval(time(7), time(12)), Interval(time(13), time(19)))


def test_a_schedule_around_the_clock_comes_back_as_it_was(app: Flask) -> None:
    with transaction():
        commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=ALWAYS, at=clock.now())

    assert queries.calendar().week_on(date(2027, 2, 1)) == ALWAYS


def test_schedules_that_contradict_each_other_are_refused(app: Flask) -> None:
    with pytest.raises(ScheduleExists), transaction():
        commands.adopt_schedule(date(2021, 1, 1), zone=NEW_YORK, week=WORKING_WEEK, at=clock.now())
    with pytest.raises(AnotherZone), transaction():
        commands.adopt_schedule(date(2027, 2, 1), zone="America/Chicago", week=WORKING_WEEK, at=clock.now())
    with pytest.raises(NoSuchZone), transaction():
        commands.adopt_schedule(date(2027, 2, 1), zone="America/Raleigh", week=WORKING_WEEK, at=clock.now())


def test_a_closure_can_be_taken_back(app: Flask) -> None:
    with transaction():
        commands.reopen(
            db.session.scalars(sa.select(Closure).where(Closure.closed_on == date(2026, 11, 27))).one(), at=clock.now()
        )

    assert queries.calendar().is_open(wall("2026-11-27 12:00"))


def test_a_day_has_one_closure(app: Flask) -> None:
    with pytest.raises(AlreadyClosed), transaction():
        commands.close(date(2026, 11, 26), reason="Thanksgiving", at=clock.now())


def test_a_closure_keeps_its_time_of_day(app: Flask) -> None:
    with transaction():
        commands.close(date(2026, 12, 18), closed_from=time(12, 30), reason="a staff meeting", at=clock.now())

    assert queries.calendar().closure_on(date(2026, 12, 18)) == ClosedDay(date(2026, 12, 18), time(12, 30), "a staff meeting")
    assert not queries.calendar().is_open(wall("2026-12-18 12:30"))
    assert queries.calendar().is_open(wall("2026-12-18 12:29:59"))
