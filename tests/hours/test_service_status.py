"""The line on every page that says whether the desk is open, and the hours beside it."""

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.business_hours import Week
from helpdesk.extensions import db
from helpdesk.hours import commands
from helpdesk.hours.models import Closure, ServiceInterval, ServiceSchedule
from helpdesk.hours.wording import ServiceStatus, service_hours, service_status
from helpdesk.transaction import transaction
from tests.hours.calendars import ALWAYS, NEVER, NEW_YORK, WORKING_DAY, every_day, wall
from tests.visitor import Visitor


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ("2026-11-23 08:00", "Open now until 4:45 p.m. ET"),
        ("2026-11-23 16:44:59", "Open now until 4:45 p.m. ET"),
        ("2026-11-23 07:59:59", "Closed now, opens today at 8 a.m. ET"),
        ("2026-11-23 16:45", "Closed now, opens tomorrow at 8 a.m. ET"),
        ("2026-11-20 16:45", "Closed now, opens Monday at 8 a.m. ET"),
        ("2026-11-21 12:00", "Closed now, opens Monday at 8 a.m. ET"),
        ("2026-11-22 12:00", "Closed now, opens tomorrow at 8 a.m. ET"),
        ("2026-11-26 12:00", "Closed today for Thanksgiving, opens Monday at 8 a.m. ET"),
        ("2026-12-25 12:00", "Closed today for Christmas, opens Tuesday at 8 a.m. ET"),
        ("2027-03-12 17:00", "Closed now, opens Monday at 8 a.m. ET"),
    ],
)
def test_the_line_says_open_or_closed_and_until_when(app: Flask, now: str, sentence: str) -> None:
    status = _status(wall(now))

    assert status.sentence == sentence
    assert status.is_open is sentence.startswith("Open")


def test_an_early_closing_is_announced_and_then_explained(app: Flask) -> None:
    with transaction():
        commands.close(date(2026, 11, 20), closed_from=time(12, 0), reason="a staff meeting", at=clock.now())

    assert _status(wall("2026-11-20 09:00")).sentence == "Open now until noon ET, closing early for a staff meeting"
    assert _status(wall("2026-11-20 14:00")).sentence == "Closed since noon for a staff meeting, opens Monday at 8 a.m. ET"


def test_an_opening_far_away_is_told_with_its_date(app: Flask) -> None:
    with transaction():
        for day in range(14, 19):
            commands.close(date(2026, 12, day), reason="the move", at=clock.now())

    assert _status(wall("2026-12-14 09:00")).sentence == "Closed today for the move, opens Monday, December 21, at 8 a.m. ET"


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        (ALWAYS, "Open now, day and night"),
        (NEVER, "Closed now"),
        (every_day("00:00-02:00", "08:00-24:00"), "Open now until 2 a.m. ET"),
    ],
)
def test_desks_with_other_hours_have_their_sentence(app: Flask, week: Week, sentence: str) -> None:
    _open_in(week)

    assert _status(wall("2026-11-23 12:00")).sentence == sentence


def test_a_desk_open_for_days_says_on_which_it_closes(app: Flask) -> None:
    _open_in(((),) * 6 + ALWAYS[:1])
    assert _status(wall("2026-11-22 00:00")).sentence == "Open now until midnight ET"

    _open_in((*ALWAYS[:5], (), ()))
    assert _status(wall("2026-11-24 12:00")).sentence == "Open now until Friday at midnight ET"


def test_a_desk_without_hours_is_closed_and_says_so(app: Flask) -> None:
    with transaction():
        for schedule in db.session.scalars(sa.select(ServiceSchedule)):
            db.session.delete(schedule)

    assert _status(wall("2026-11-23 12:00")) == ServiceStatus(is_open=False, sentence="Closed now")
    assert service_hours() == "No service hours are set"


def test_the_seeded_hours_read_as_on_the_source_page(app: Flask) -> None:
    assert service_hours() == "Monday to Friday, 8 a.m. to 4:45 p.m."


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        (ALWAYS, "Every day, all day"),
        (
            (WORKING_DAY,) * 4 + every_day("08:00-12:00")[:1] + ((), ()),
            "Monday to Thursday, 8 a.m. to 4:45 p.m.; Friday, 8 a.m. to noon",
        ),
        (((),) * 5 + every_day("10:00-18:00")[:2], "Saturday and Sunday, 10 a.m. to 6 p.m."),
        ((WORKING_DAY, (), WORKING_DAY, (), WORKING_DAY, (), ()), "Monday, Wednesday and Friday, 8 a.m. to 4:45 p.m."),
        (every_day("08:00-12:00", "13:00-17:00"), "Every day, 8 a.m. to noon and 1 p.m. to 5 p.m."),
    ],
)
def test_hours_of_a_week_read_as_a_sentence(app: Flask, week: Week, sentence: str) -> None:
    _open_in(week)

    with clock.at(wall("2026-11-23 12:00")):
        assert service_hours() == sentence


def _open_in(week: Week) -> None:
    """These hours and no closures, for all time."""
    with transaction():
        db.session.execute(sa.delete(Closure))
        for schedule in db.session.scalars(sa.select(ServiceSchedule)):
            db.session.delete(schedule)
        db.session.flush()
        commands.adopt_schedule(date(2021, 1, 1), zone=NEW_YORK, week=week, at=clock.now())


def _status(now: datetime) -> ServiceStatus:
    with clock.at(now):
        return service_status()


def test_a_desk_elsewhere_gives_its_own_zone_beside_its_hours(app: Flask) -> None:
    with transaction():
        db.session.execute(sa.update(ServiceSchedule).values(zone="America/Chicago"))

    with clock.at(wall("2026-11-23 12:00")):
        page = Visitor(app).open("/")

    footer = page.page.select_one(".footer-hours")
    assert footer is not None
    assert footer.get_text() == "Monday to Friday, 8 a.m. to 4:45 p.m. CT"
    assert " ET" not in page.text


def test_a_desk_without_hours_gives_no_zone_beside_them(app: Flask) -> None:
    with transaction():
        db.session.execute(sa.delete(ServiceInterval))

    with app.test_request_context():
        assert service_hours(zone=True) == "No service hours are set"
