"""Every change of the calendar leaves an entry: who, what, when, old and new; the newest is the version of the calendar."""

from datetime import date, time
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import calendar_wording, commands, queries
from helpdesk.hours.errors import AlreadyClosed, ScheduleBegun
from helpdesk.hours.models import CalendarChange, CalendarChangeKind, Closure, ServiceSchedule
from helpdesk.transaction import transaction
from tests.factories import an_admin
from tests.hours.calendars import NEW_YORK, every_day, wall

pytestmark = pytest.mark.both_databases

NOW = wall("2026-11-30 09:00")
LONG = every_day("07:00-12:00", "13:00-19:00")


def newest() -> CalendarChange:
    """The last entry."""
    return db.session.scalars(queries.history().limit(1)).one()


def test_the_reference_data_writes_its_changes_as_nobody(app: Flask) -> None:
    entries = db.session.scalars(queries.history()).all()

    assert {entry.actor_id for entry in entries} == {None}
    assert [entry.kind for entry in entries].count(CalendarChangeKind.CLOSURE_ADDED) == 24
    assert [entry.kind for entry in entries].count(CalendarChangeKind.SCHEDULE_ADOPTED) == 1


def test_the_version_is_the_newest_entry_and_grows_with_each_change(app: Flask) -> None:
    before = queries.calendar_version()
    with transaction():
        commands.close(date(2026, 12, 8), reason="Snow", at=NOW)
        assert queries.calendar_version() == before + 1
        commands.close(date(2026, 12, 9), reason="Snow", at=NOW)

    assert queries.calendar_version() == before + 2 == newest().id


def test_a_calendar_without_history_has_version_nought(app: Flask) -> None:
    with transaction():
        db.session.execute(sa.delete(CalendarChange))

    assert queries.calendar_version() == 0


def test_a_closure_and_its_end_are_recorded_with_who_and_when(app: Flask) -> None:
    admin = an_admin()
    with transaction():
        closure = commands.close(date(2026, 12, 8), closed_from=time(12, 30), reason="Snow", at=NOW, by_id=admin.id)
    added = newest()
    with transaction():
        commands.reopen(db.session.get_one(Closure, closure.id), at=NOW, by_id=admin.id)

    kept = {"on": "2026-12-08", "closed_from": "12:30:00", "reason": "Snow"}
    assert (added.kind, added.actor_id, added.at, added.old, added.new) == ("closure_added", admin.id, NOW, {}, kept)
    assert (newest().kind, newest().old, newest().new) == ("closure_withdrawn", kept, {})
    assert calendar_wording.entry(newest()) == (
        "Closure withdrawn",
        "Tue, Dec 8, 2026, from 12:30 p.m. on: Snow",
        "no closure",
    )


def test_new_hours_are_recorded_beside_those_they_replace(app: Flask) -> None:
    with transaction():
        commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=LONG, at=NOW)

    assert (newest().old["valid_from"], newest().new["valid_from"]) == ("2021-01-01", "2027-02-01")
    assert newest().new["week"][6] == [["07:00:00", "12:00:00"], ["13:00:00", "19:00:00"]]
    assert calendar_wording.entry(newest()) == (
        "Hours adopted",
        "from Fri, Jan 1, 2021: Monday to Friday, 8 a.m. to 4:45 p.m.",
        "from Mon, Feb 1, 2027: Every day, 7 a.m. to noon and 1 p.m. to 7 p.m.",
    )


def test_hours_adopted_by_somebody_else_while_a_page_was_read_are_those_that_are_replaced(app: Flask) -> None:
    def somebody_else() -> None:
        with app.app_context(), transaction():
            commands.adopt_schedule(date(2027, 1, 4), zone=NEW_YORK, week=LONG, at=NOW)

    with app.test_request_context():
        queries.calendar()
        other = Thread(target=somebody_else)
        other.start()
        other.join()
        with transaction():
            commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=LONG, at=NOW)

    assert newest().old["valid_from"] == "2027-01-04"


def test_the_first_hours_of_all_replace_none(app: Flask) -> None:
    with transaction():
        commands.adopt_schedule(date(2020, 1, 1), zone=NEW_YORK, week=LONG, at=NOW)

    assert newest().old == {}
    assert calendar_wording.entry(newest()).old == "no service hours"


def test_withdrawn_hours_give_way_to_those_before_them(app: Flask) -> None:
    with transaction():
        schedule = commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=LONG, at=NOW)
    with transaction():
        commands.withdraw_schedule(db.session.get_one(ServiceSchedule, schedule.id), at=NOW)

    assert (newest().kind, newest().old["valid_from"], newest().new["valid_from"]) == (
        "schedule_withdrawn",
        "2027-02-01",
        "2021-01-01",
    )
    assert not queries.calendar().is_open(wall("2027-02-01 18:00"))


@pytest.mark.parametrize("now", ["2027-02-02 00:00", "2027-02-05 12:00"])
def test_hours_that_began_before_today_are_not_withdrawn(app: Flask, now: str) -> None:
    with transaction():
        schedule = commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=LONG, at=NOW)

    with pytest.raises(ScheduleBegun), transaction():
        commands.withdraw_schedule(db.session.get_one(ServiceSchedule, schedule.id), at=wall(now))


def test_hours_that_begin_today_are_withdrawn(app: Flask) -> None:
    with transaction():
        schedule = commands.adopt_schedule(date(2027, 2, 1), zone=NEW_YORK, week=LONG, at=NOW)
    with transaction():
        commands.withdraw_schedule(db.session.get_one(ServiceSchedule, schedule.id), at=wall("2027-02-01 23:59:59"))

    assert not queries.calendar().is_open(wall("2027-02-01 18:00"))


def test_a_refused_change_leaves_no_entry(app: Flask) -> None:
    before = queries.calendar_version()
    with pytest.raises(AlreadyClosed), transaction():
        commands.close(date(2026, 11, 26), reason="Thanksgiving", at=clock.now())

    assert queries.calendar_version() == before
