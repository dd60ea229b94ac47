"""Mail that is not sent at all: a flood of it, or to somebody whose account has ended. The case says so."""

import pytest

from helpdesk import clock
from helpdesk.cases import commands, mail_decisions
from helpdesk.cases.models import EventKind, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.factories import a_provider, an_admin

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def limits(app):
    """The limits of a flood, to be changed by the test."""
    before = {name: app.config[name] for name in ("MAIL_MOST_AN_HOUR", "MAIL_MOST_AN_HOUR_FOR_A_CASE")}
    yield app.config
    app.config.update(before)


def test_a_flood_of_mail_about_a_case_is_stopped_and_said_on_the_case(app, limits):
    limits["MAIL_MOST_AN_HOUR_FOR_A_CASE"] = 3
    case = a_case(status=Status.OPEN)
    with transaction():
        for number in range(4):
            commands.reply(case, by=case.assignee, body=f"Answer {number}")

    assert [mail.state for mail in mail_of(case, "case_replied")] == ["held", "held", "failed", "failed"]
    said = [event_sentence(event) for event in case.events if event.kind is EventKind.MAIL_STOPPED]
    assert said == ["The mail with a reply was not sent: a flood was stopped: 3 mails about this case within an hour"] * 2


def test_a_flood_to_one_address_is_stopped_whatever_it_is_about(app, limits):
    limits["MAIL_MOST_AN_HOUR"] = 2
    requester = a_provider()
    cases = [a_case(requester=requester) for _ in range(3)]

    assert [mail_of(case)[0].state for case in cases] == ["due", "due", "failed"]


def test_what_is_held_for_somebody_whose_account_ends_is_stopped_and_said_on_the_case(app):
    case, admin = a_case(status=Status.RESOLVED), an_admin()
    with transaction():
        assert mail_decisions.stop_mail_of(case.requester, by=admin, reason="the account is deactivated") == 2

    assert {(mail.state, mail.reason) for mail in mail_of(case)} == {("cancelled", "the account is deactivated")}
    said = [event_sentence(event) for event in case.events if event.kind is EventKind.MAIL_STOPPED]
    assert "The mail with the resolution was not sent: the account is deactivated" in said


def test_nothing_is_mailed_to_an_account_that_is_deactivated(app):
    case = a_case(status=Status.OPEN)
    with transaction():
        case.requester.deactivated_at = clock.now()
        commands.reply(case, by=case.assignee, body="We look into it.")

    assert mail_of(case, "case_replied") == []
    assert EventKind.MAIL_STOPPED in [event.kind for event in case.events]
