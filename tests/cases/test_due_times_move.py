"""When the calendar changes, targets that run are counted anew; what is over, paused or met stays as it was."""

from datetime import date, datetime

import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.cases import due_times
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.hours import commands as hours
from helpdesk.sla import commands as sla
from helpdesk.sla import queries
from helpdesk.sla.models import SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.hours.calendars import NEVER, wall
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run

MONDAY_9 = wall("2026-12-07 09:00")
DAY = date(2026, 12, 8)


def a_case_of_monday(status: Status = Status.NEW) -> Case:
    """P3: a first response within a day, a resolution within three, in service time."""
    with clock.at(MONDAY_9):
        case = a_case(status=status)
        db.session.refresh(case)
        return case


def snow(day: date = DAY, *, at: datetime = MONDAY_9) -> int:
    """A closure, and the targets that it moves."""
    with transaction():
        hours.close(day, reason="Snow", at=at)
        return due_times.recount(at=at)


def dues(case: Case) -> tuple[datetime | None, ...]:
    """When the case, its first response and its resolution are due."""
    db.session.rollback()
    found = {found.target: found.due_at for found in db.session.scalars(queries.clocks(case.id))}
    return (db.session.get_one(Case, case.id).due_at, found[Target.FIRST_RESPONSE], found[Target.RESOLUTION])


def test_running_targets_and_their_case_are_due_later(app: Flask) -> None:
    case = a_case_of_monday()
    assert dues(case) == (wall("2026-12-08 09:00"), wall("2026-12-08 09:00"), wall("2026-12-10 09:00"))

    assert snow() == 2
    assert dues(case) == (wall("2026-12-09 09:00"), wall("2026-12-09 09:00"), wall("2026-12-11 09:00"))


def test_a_change_of_due_times_does_not_make_a_page_stale(app: Flask) -> None:
    case = a_case_of_monday()
    seen = case.version
    snow()

    assert db.session.get_one(Case, case.id).version == seen


def test_a_day_that_no_target_reaches_moves_nothing(app: Flask) -> None:
    case = a_case_of_monday()
    before = dues(case)

    assert snow(date(2026, 12, 21)) == 0
    assert dues(case) == before


def test_a_target_that_is_over_keeps_its_time(app: Flask) -> None:
    case = a_case_of_monday()

    assert snow(at=wall("2026-12-09 08:00")) == 1
    assert dues(case) == (wall("2026-12-08 09:00"), wall("2026-12-08 09:00"), wall("2026-12-11 09:00"))


def test_a_target_that_stands_still_is_counted_when_it_goes_on(app: Flask) -> None:
    case = a_case_of_monday(Status.PENDING)  # answered at once, then paused
    before = dues(case)
    assert snow() == 0
    assert dues(case) == before

    with transaction():
        sla.resume(case.id, at=wall("2026-12-07 10:00"))
    assert dues(case)[2] == wall("2026-12-11 10:00")


def test_what_was_used_before_a_pause_counts(app: Flask) -> None:
    case = a_case_of_monday()
    with transaction():
        sla.pause(case.id, at=wall("2026-12-07 15:00"))
        sla.resume(case.id, at=wall("2026-12-08 09:00"))
    assert dues(case)[2] == wall("2026-12-10 11:45")

    snow(date(2026, 12, 9), at=wall("2026-12-08 10:00"))

    assert dues(case)[2] == wall("2026-12-11 11:45")


def test_a_clock_that_learns_when_it_is_near_is_due_at_no_other_time(app: Flask) -> None:
    a_case_of_monday()
    with transaction():
        db.session.execute(sa.update(SlaClock).values(warn_at=None))

    assert snow(date(2026, 12, 21)) == 0


def test_finished_cases_are_left_alone(app: Flask) -> None:
    case = a_case_of_monday(Status.RESOLVED)

    assert snow() == 0
    assert dues(case)[0] is None


def test_a_desk_that_never_opens_again_leaves_due_times_as_they_are(app: Flask) -> None:
    case = a_case_of_monday()
    before = dues(case)
    with transaction():
        hours.adopt_schedule(date(2026, 12, 8), zone="America/New_York", week=NEVER, at=MONDAY_9)

        assert due_times.recount(at=MONDAY_9) == 0
    assert dues(case) == before


def test_many_cases_move_in_batches(app: Flask) -> None:
    case = a_case_of_monday()
    copies = due_times.BATCH + 50
    with transaction():
        row = dict(db.session.execute(sa.select(Case.__table__)).mappings().one())
        clock_row = dict(db.session.execute(sa.select(SlaClock.__table__).limit(1)).mappings().one())
        del clock_row["id"]
        numbers = range(row["id"] + 1, row["id"] + 1 + copies)
        db.session.execute(sa.insert(Case.__table__), [row | {"id": n, "form_key": f"copy-{n}"} for n in numbers])
        db.session.execute(sa.insert(SlaClock.__table__), [clock_row | {"case_id": n} for n in numbers])

    assert snow() == copies + 2
    assert db.session.scalars(sa.select(Case.due_at).distinct()).all() == [dues(case)[0]]
