"""Duty ends as the desk closes for the day."""

from datetime import time

import pytest

from helpdesk import clock, timed_jobs
from helpdesk.accounts import end_of_duty
from helpdesk.accounts.models import AccountEvent, User
from helpdesk.business_hours import Calendar, Interval, WeeklySchedule
from helpdesk.extensions import db
from helpdesk.hours.queries import calendar
from helpdesk.notifications.stop_sign import StopSign
from tests.admin.desk_people import acts
from tests.duty_factories import in_turn, on_duty, unfinished_of
from tests.factories import an_agent
from tests.notifications.mails import eastern
from tests.queue.cases import a_stock

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
NOON_BREAK = (Interval(time(8), time(12)), Interval(time(13), time(16, 45)))


def is_on_duty(user: User) -> bool:
    """Whether somebody is, as the database has it."""
    db.session.rollback()
    return db.session.get_one(User, user.id).on_duty_since is not None


@pytest.mark.both_databases
def test_it_ends_at_closing_and_nobody_is_given_the_cases_of_the_night(app):
    in_turn()
    with clock.at(eastern(f"{MONDAY} 08:30")):
        agent = on_duty(an_agent("ENR"))
    with clock.at(eastern(f"{MONDAY} 16:44:59")):
        timed_jobs.end_duty(StopSign())
        assert is_on_duty(agent)
    with clock.at(eastern(f"{MONDAY} 16:45")):
        timed_jobs.end_duty(StopSign())
        timed_jobs.end_duty(StopSign())
        a_stock(1)
        timed_jobs.hand_out_cases(StopSign())

    assert (is_on_duty(agent), unfinished_of(agent), acts(of=agent)) == (False, 0, ["created", "on_duty", "off_duty"])
    assert db.session.scalars(db.select(AccountEvent).order_by(AccountEvent.id.desc())).first().actor_id is None


@pytest.mark.parametrize(
    ("since", "ends"),
    [
        (f"{MONDAY} 07:45", f"{MONDAY} 16:45"),
        (f"{MONDAY} 16:45", f"{TUESDAY} 16:45"),
        ("2026-11-25 17:00", "2026-11-30 16:45"),  # two days of Thanksgiving and a weekend
    ],
)
def test_who_comes_while_the_desk_is_closed_stays_for_the_next_day(app, since, ends):
    assert end_of_duty.ends_at(eastern(since), calendar()) == eastern(ends)


def test_a_break_at_noon_ends_no_duty():
    week = tuple(NOON_BREAK if day < 5 else () for day in range(7))
    hours = Calendar("America/New_York", (WeeklySchedule(eastern(MONDAY + " 00:00").date(), week),))

    assert end_of_duty.ends_at(eastern(f"{MONDAY} 11:00"), hours) == eastern(f"{MONDAY} 16:45")


def test_a_desk_without_hours_ends_none():
    hours = Calendar("America/New_York", ())

    assert end_of_duty.ends_at(eastern(f"{MONDAY} 11:00"), hours) is None
