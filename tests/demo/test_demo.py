"""The demo: real lives of invented cases, and a ledger of mail that keeps the desk's promises."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import skills
from helpdesk.accounts.duty_models import Distribution
from helpdesk.accounts.models import Team, User
from helpdesk.cases.models import Case, Event, Status
from helpdesk.demo import commands
from helpdesk.extensions import db
from helpdesk.hours.queries import calendar
from helpdesk.notifications.models import MailState, OutboxMessage
from helpdesk.routing.models import RoutingDecision
from tests import databases
from tests.notifications.mails import eastern
from tests.visitor import Visitor

SUNDAY = eastern("2026-11-22 16:24:00")
COUNT = 15


@pytest.fixture(scope="module")
def demo(sqlite_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A desk with a small demo, loaded on a Sunday once for all: no test changes what another looks at."""
    before, sqlite_app.instance_path = sqlite_app.instance_path, str(tmp_path_factory.mktemp("instance"))
    with sqlite_app.app_context(), clock.at(SUNDAY):
        assert commands.load(count=COUNT) is True
        yield sqlite_app
        databases.restore(sqlite_app)
    sqlite_app.instance_path = before


def test_the_demo_is_made_of_real_lives(demo: Flask) -> None:
    cases = list(db.session.scalars(sa.select(Case)))

    assert len(cases) == COUNT
    assert all(SUNDAY - timedelta(days=60) <= case.opened_at <= SUNDAY for case in cases)
    assert len({case.status for case in cases}) >= 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RoutingDecision)) == COUNT
    assert db.session.scalar(sa.select(sa.func.max(Event.at))) <= SUNDAY


def test_windowed_mail_of_the_demo_left_in_service_hours_only(demo: Flask) -> None:
    hours = calendar()
    sent = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.state == MailState.SENT)).all()

    assert any(mail.is_windowed for mail in sent)
    assert [mail.id for mail in sent if mail.is_windowed and not hours.is_open(mail.sent_at)] == []


def test_nothing_floods_the_mailbox_at_the_first_tick(demo: Flask) -> None:
    waiting = sa.select(OutboxMessage).where(OutboxMessage.state.in_((MailState.HELD, MailState.DUE, MailState.RETRY)))

    assert [mail.due_at for mail in db.session.scalars(waiting) if mail.due_at <= SUNDAY] == []


def test_everybody_on_the_list_can_sign_in(demo: Flask) -> None:
    listed = commands.accounts()

    assert [role for role, _email, _password in listed] == ["provider", "agent", "lead", "admin"]
    for _role, email, password in listed:
        visitor = Visitor(demo).open("/login").press("Sign in", email=email, password=password)
        assert visitor.has_button("Sign out")


def test_the_list_is_for_its_owner_alone(demo: Flask) -> None:
    path = Path(demo.instance_path) / commands.ACCOUNTS_FILE

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_loading_again_changes_nothing(demo: Flask) -> None:
    people = db.session.scalar(sa.select(sa.func.count()).select_from(User))

    assert commands.load(count=COUNT) is False
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == people


def test_some_cases_of_the_demo_are_still_to_be_done(demo: Flask) -> None:
    unfinished = sa.select(Case).where(Case.status.in_((Status.NEW, Status.OPEN, Status.PENDING)))

    assert db.session.scalars(unfinished).first() is not None


def test_the_demo_shows_the_directory(demo: Flask) -> None:
    rivera = db.session.scalars(sa.select(User).where(User.last_name == "Rivera")).one()
    email, password = next((email, password) for role, email, password in commands.accounts() if role == "provider")
    visitor = Visitor(demo).open("/login").press("Sign in", email=email, password=password)

    assert email == rivera.email
    assert "Main Street, Cedar Fork Pharmacy" in visitor.open("/account/organizations").text
    assert "1 request to join your organization waits for you" in visitor.text
    assert db.session.scalars(sa.select(Case).where(Case.location_id.is_not(None))).first() is not None


def test_one_team_of_the_demo_gives_out_its_cases_and_somebody_speaks_spanish(demo: Flask) -> None:
    teams = db.session.scalars(sa.select(Team).where(Team.distribution == Distribution.ROUND_ROBIN)).all()
    on_duty = db.session.scalars(sa.select(User).where(User.on_duty_since.is_not(None)).order_by(User.last_name)).all()

    assert [team.code for team in teams] == ["INV"]
    assert [(user.last_name, skills.of(user)) for user in on_duty] == [("Osei", ()), ("Reyes", ("es",)), ("Zhao", ())]
