"""What is said about the health of the desk: each fault really made, then mended."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Team, User
from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.hours import commands as hours
from helpdesk.hours.models import Closure, ServiceInterval
from helpdesk.notifications import delivery
from helpdesk.notifications.models import Alarm
from helpdesk.portal import health
from helpdesk.scheduler import Scheduler
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.factories import an_agent
from tests.notifications.mails import MONDAY_9_AM, a_mail, eastern
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import DROP, scripted_server

pytestmark = postgresql_in_the_long_run


@pytest.fixture(autouse=True)
def a_desk_that_works(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Its scheduler was seen a moment ago, next year's closures are known, and the test machine's disk does not matter."""
    monkeypatch.setitem(app.config, "DISK_LEAST_FREE_MB", 0)
    with clock.at(MONDAY_9_AM):
        Scheduler(app).keep_lease()
        with transaction():
            hours.close(date(2027, 12, 31), reason="New Year's Eve", at=MONDAY_9_AM)
        yield


def said(subject: str) -> str:
    """What is found about a thing: its standing, and the words."""
    (found,) = [finding for finding in health.findings() if finding.subject == subject]
    return f"{found.standing.value}: {found.seen}"


def test_a_desk_that_works_has_nothing_to_do():
    found = health.findings()

    assert [finding for finding in found if not finding.is_fine] == []
    assert said("Scheduler") == "fine: seen 0 seconds ago"


def test_whatever_is_not_fine_says_what_to_do():
    a_mail()
    with clock.at(eastern("2028-12-01 12:00")):
        wrong = [finding for finding in health.findings() if not finding.is_fine]

    assert {finding.subject for finding in wrong} == {"Scheduler", "Due mail", "Closures"}
    assert all(finding.to_do for finding in wrong)


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (timedelta(seconds=60), "fine: seen 60 seconds ago"),
        (timedelta(seconds=61), "fault: seen 61 seconds ago"),
        (timedelta(minutes=90), "fault: seen 90 minutes ago"),
        (timedelta(days=3), "fault: seen 72 hours ago"),
    ],
)
def test_a_scheduler_that_is_not_seen_any_more(later, words):
    with clock.at(MONDAY_9_AM + later):
        assert said("Scheduler") == words


def test_mail_that_does_not_leave():
    a_mail()

    assert said("Due mail").startswith("fine: the oldest is due since Mon, Nov 30, 9:00:00 a.m. ET")
    with clock.at(MONDAY_9_AM + timedelta(minutes=6)):
        assert said("Due mail") == "fault: the oldest should have left Mon, Nov 30, 9:00 a.m. ET"


def test_mail_that_is_held_is_not_late():
    with clock.at(eastern("2026-12-04 17:00")):
        a_mail("case_resolved")
    with clock.at(eastern("2026-12-06 17:00")):
        assert said("Due mail") == "fine: none is waiting"


def test_mail_that_is_refused_for_now(app):
    a_mail()
    with scripted_server(app, RCPT="451 greylisted"):
        delivery.deliver_due()

    assert said("Refused for now") == "warning: 1 message; the answer was: 451 greylisted"


def test_mail_that_failed_until_somebody_has_settled_it(app):
    a_mail(), a_mail()
    with scripted_server(app, RCPT="550 5.1.1 no such mailbox"):
        delivery.deliver_due()
    assert said("Failed mail") == "fault: 2 messages could not be sent"

    with transaction():
        db.session.execute(sa.text("UPDATE outbox_messages SET settlement = 'told'"))
    assert said("Failed mail") == "fine: none"


def test_mail_in_doubt_when_it_waits_for_a_person(app):
    a_mail()
    with scripted_server(app, END=DROP):
        delivery.deliver_due()
        assert said("Mail in doubt") == "fine: none waits for a person"
        with clock.at(MONDAY_9_AM + timedelta(minutes=15)):
            delivery.deliver_due()

    assert said("Mail in doubt") == "fault: 1 message may have arrived or not"


@pytest.mark.parametrize(
    ("day", "standing"), [("2027-09-30 23:59", "fine"), ("2027-10-01 00:00", "warning"), ("2028-01-01 00:00", "warning")]
)
def test_the_closures_of_next_year_are_missed_from_october_on(day, standing):
    with clock.at(eastern(day)):
        assert said("Closures").startswith(standing)


def test_no_closures_at_all():
    with transaction():
        db.session.execute(sa.delete(Closure))

    assert said("Closures") == "warning: none are known for 2026"


def test_a_desk_that_never_opens_is_a_fault_though_no_mail_is_late():
    with transaction():
        db.session.execute(sa.delete(ServiceInterval))

    assert said("Service hours") == "fault: no opening of the desk is in sight"


@pytest.mark.parametrize("how", ["the team is switched off", "its only agent has left"])
def test_cases_that_nobody_will_find(how):
    agent = an_agent("ENR")
    a_case(agent=agent)
    a_case(agent=agent, status=Status.RESOLVED)
    with transaction():
        if how == "the team is switched off":
            db.session.execute(sa.update(Team).where(Team.code == "ENR").values(is_active=False))
        else:
            db.session.execute(sa.update(User).where(User.id == agent.id).values(deactivated_at=MONDAY_9_AM))

    assert said("Cases without an owner") == "fault: 1 open case in a team without anybody active: Provider Enrollment"


def test_a_team_without_cases_may_be_empty():
    a_case(agent=an_agent("ENR"))

    assert said("Cases without an owner") == "fine: none"


def test_an_alarm_until_it_is_over():
    with transaction():
        db.session.add(Alarm(name="mail_login", raised_at=MONDAY_9_AM, detail="The mail server refuses our password"))
    assert said("Alarm") == "fault: The mail server refuses our password (since Mon, Nov 30, 9:00 a.m. ET)"

    with transaction():
        db.session.execute(sa.update(Alarm).values(cleared_at=MONDAY_9_AM))
    assert said("Alarms") == "fine: none"


def test_a_disk_with_little_room(app, monkeypatch):
    monkeypatch.setitem(app.config, "DISK_LEAST_FREE_MB", 1_000_000_000)
    found = [finding for finding in health.findings() if finding.subject == "Disk"]

    assert found
    assert all(re.fullmatch(r"[\d,]+ MB free in /.+", finding.seen) for finding in found)
    assert {(finding.standing.value, finding.to_do[:36]) for finding in found} == {
        ("fault", "Make room until 1,000,000,000 MB are")
    }


def test_a_database_that_is_older_than_the_program(app):
    with transaction():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        assert said("Migrations") == "fault: the database is not the one this version was written for"
    finally:
        with transaction():
            newest = next(iter(health.readiness.newest_migrations()))
            db.session.execute(sa.text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
