"""What keeps all mail from leaving is said once, loudly, shown to staff, and taken back by the next mail that leaves."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.notifications import alarms, delivery
from helpdesk.notifications.alarms import AlarmName
from helpdesk.notifications.models import Alarm
from tests.factories import an_admin, an_agent
from tests.notifications.mails import MONDAY_9_AM, a_mail, some_mail, states
from tests.queue.cases import statements
from tests.smtp_servers import good_server, nobody_listening, scripted_server
from tests.visitor import Visitor

WRONG_PASSWORD = {"EHLO": "250-scripted\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 wrong password"}
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def on_monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


@pytest.fixture
def wrong_password(app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "desk")
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "wrong")


def deliver_after(**how_long: float) -> None:
    with clock.at(MONDAY_9_AM + timedelta(**how_long)):
        delivery.deliver_due()


def rows() -> list[Alarm]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Alarm)))


def up() -> set[AlarmName]:
    db.session.rollback()
    return set(alarms.names_up())


@pytest.mark.both_databases
def test_a_wrong_password_is_one_alarm_however_often_it_is_tried(app, wrong_password, capsys):
    some_mail(3)
    with scripted_server(app, **WRONG_PASSWORD):
        for hours in range(4):
            deliver_after(hours=hours)

    (alarm,) = rows()
    assert (alarm.name, alarm.raised_at, alarm.detail) == (AlarmName.REFUSED, MONDAY_9_AM, "535 5.7.8 wrong password")
    assert capsys.readouterr().out.count("535 5.7.8") == 1


@pytest.mark.both_databases
def test_the_next_mail_that_leaves_clears_it_once(app, wrong_password, capsys):
    some_mail(3)
    with scripted_server(app, **{**WRONG_PASSWORD, "AUTH": ["535 5.7.8 wrong password", "235 welcome"]}):
        deliver_after()
        deliver_after(hours=1)

    assert (states(), up()) == (["sent"] * 3, set())
    assert rows()[0].cleared_at == MONDAY_9_AM + timedelta(hours=1)
    assert capsys.readouterr().out.count("alarm cleared") == 1


def test_an_alarm_that_was_cleared_can_be_raised_again(app, capsys):
    some_mail(1)
    with scripted_server(app, MAIL=["550 5.7.1 not you", "250 fine", "550 5.7.1 not you, again"]):
        deliver_after()
        deliver_after(hours=1)
        a_mail()
        deliver_after(hours=2)

    assert (up(), rows()[0].detail) == ({AlarmName.REFUSED}, "550 5.7.1 not you, again")
    assert capsys.readouterr().out.count("alarm raised") == 2


@pytest.mark.parametrize("refusal", ["554 5.7.1 we know you", "550 your address is on a list"])
def test_a_server_that_turns_us_away_at_its_door_refuses_us(app, refusal):
    a_mail()
    with scripted_server(app, GREETING=refusal):
        deliver_after()

    assert up() == {AlarmName.REFUSED}


def test_a_refused_recipient_is_no_alarm(app):
    a_mail()
    with scripted_server(app, RCPT="550 5.1.1 no such mailbox"):
        deliver_after()

    assert (states(), rows()) == (["failed"], [])


@pytest.mark.both_databases
def test_a_server_that_is_away_for_a_moment_is_no_alarm_for_ten_minutes_it_is(app, capsys):
    a_mail()
    with nobody_listening(app):
        for minutes in (0, 1, 3, 7):
            deliver_after(minutes=minutes)
        assert up() == set()
        for minutes in (15, 31, 63):
            deliver_after(minutes=minutes)

    assert up() == {AlarmName.UNREACHABLE}
    assert capsys.readouterr().out.count("alarm raised") == 1


def test_a_server_that_is_back_clears_it_even_if_it_refuses(app):
    a_mail()
    with nobody_listening(app):
        for minutes in (0, 1, 3, 7, 15):
            deliver_after(minutes=minutes)
    with scripted_server(app, RCPT="451 try later"):
        deliver_after(hours=1)

    assert (states(), up()) == (["retry"], set())


def test_moments_away_on_different_days_do_not_add_up(app):
    a_mail()
    with nobody_listening(app):
        deliver_after()
    with good_server(app):
        deliver_after(minutes=1)
    a_mail()
    with nobody_listening(app):
        deliver_after(days=1)

    assert up() == set()


@pytest.mark.parametrize(("somebody", "page"), [(lambda: an_agent("ENR"), "/agent/queue"), (an_admin, "/admin")])
def test_staff_see_what_is_wrong_and_what_to_do(app, wrong_password, somebody, page):
    a_mail()
    visitor = Visitor(app).sign_in(somebody())
    assert "Our mail server" not in visitor.open(page).text
    with scripted_server(app, **WRONG_PASSWORD):
        deliver_after()

    shown = visitor.open(page).text
    for said in ("Our mail server refuses to send for us", "535 5.7.8 wrong password", "check MAIL_USERNAME, MAIL_PASSWORD"):
        assert said in shown


def test_no_mail_is_written_about_mail_that_cannot_leave(app, wrong_password):
    a_mail()
    with scripted_server(app, **WRONG_PASSWORD):
        deliver_after()

    assert len(states()) == 1


def test_while_all_is_well_an_accepted_mail_costs_nothing_for_alarms(app):
    some_mail(3)
    with good_server(app), statements() as asked:
        delivery.deliver_due()

    assert sum("alarms" in statement for statement in asked) <= 2  # once each time that mail is claimed
