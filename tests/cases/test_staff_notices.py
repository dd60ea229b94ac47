"""Mail to staff about one case: who is told, who is not, and that it is told once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands, staff_mail
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailState
from helpdesk.sla.models import SlaClock, Target
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.cases.digests import FRIDAY_7_PM, change
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server

pytestmark = postgresql_in_the_long_run

TARGETS = {
    "case_target_near": staff_mail.tell_that_target_is_near,
    "case_target_missed": staff_mail.tell_that_target_is_missed,
}
of_both_targets = pytest.mark.parametrize("kind", TARGETS)


def told(case: Case, kind: str) -> list[str]:
    """The addresses that got mail of this kind about the case."""
    return [mail.to_address for mail in mail_of(case, kind)]


def assigned(case: Case, *, by: User) -> list[str]:
    """Who is told that the case was given to somebody."""
    with transaction():
        staff_mail.tell_assignee(case, by=by)
    return told(case, "case_assigned")


def reply(case: Case, body: str = "It is our practice manager.") -> None:
    """The requester replies."""
    with transaction():
        commands.reply(case, by=case.requester, body=body)


def reject(case: Case) -> None:
    """The requester says that it is not solved."""
    with transaction():
        commands.reject(case, by=case.requester, body="It came back.")


def about_target(case: Case, kind: str) -> list[str]:
    """Who is told about the resolution clock of the case."""
    with transaction():
        found = sa.select(SlaClock).where(SlaClock.case_id == case.id, SlaClock.target == Target.RESOLUTION)
        TARGETS[kind](case, db.session.scalars(found).one())
    return told(case, kind)


def test_who_is_given_a_case_is_told(app):
    agent, lead = an_agent(), a_lead(first_name="Grace", last_name="Lindqvist")
    case = a_case(status=Status.OPEN, agent=agent)

    assert assigned(case, by=lead) == [agent.email]
    mail = mail_of(case, "case_assigned")[0]
    assert mail.subject == f"[{case.number}] Yours now: {case.subject}"
    assert "Grace Lindqvist has given you a case." in mail.text_body


def test_who_takes_a_case_is_not_told(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)

    assert assigned(case, by=agent) == []
    assert told(case, "case_assigned") == []


def test_a_case_without_anybody_tells_nobody(app):
    case = a_case()
    reply(case)

    assert (assigned(case, by=a_lead()), told(case, "case_came_back")) == ([], [])


def test_the_same_gift_is_told_once_and_the_next_one_again(app):
    agent, lead = an_agent(), a_lead()
    case = a_case(status=Status.OPEN, agent=agent)
    for _ in range(2):
        assigned(case, by=lead)
    assert len(told(case, "case_assigned")) == 1

    with transaction():
        commands.add_note(case, by=lead, body="Something happens.")
    assert len(assigned(case, by=lead)) == 2


@pytest.mark.parametrize(
    ("status", "act", "subject", "said"),
    [
        (Status.PENDING, reply, "New reply", "has written on a case that you have"),
        (Status.OPEN, reply, "New reply", "has written on a case that you have"),
        (Status.RESOLVED, reject, "Not solved", "says that the resolution did not solve it"),
    ],
    ids=["pending", "open", "resolved"],
)
def test_who_has_a_case_is_told_that_the_requester_came_back(
    app, status: Status, act: Callable[[Case], None], subject: str, said: str
):
    agent = an_agent()
    case = a_case(status=status, agent=agent)
    act(case)

    (mail,) = mail_of(case, "case_came_back")
    assert (mail.to_address, mail.subject) == (agent.email, f"[{case.number}] {subject}: {case.subject}")
    assert f"{case.requester.name} {said}" in mail.text_body


def test_each_reply_is_told_and_the_same_one_again_is_not(app):
    case = a_case(status=Status.OPEN)
    for body in ("First.", "Second.", "Second."):
        reply(case, body)

    assert len(told(case, "case_came_back")) == 2


@pytest.mark.parametrize("answers", ["reply", "resolve"])
def test_who_has_answered_already_is_not_told_in_the_morning_to_answer(app, answers: str):
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.OPEN)
        reply(case)
        with transaction():
            if answers == "reply":
                commands.reply(case, by=case.assignee, body="Thank you, that helps.")
            else:
                commands.resolve(case, by=case.assignee, code=ResolutionCode.FIXED, note="We have added the second officer.")

    (mail,) = mail_of(case, "case_came_back")
    assert (mail.state, mail.reason) == (MailState.CANCELLED, "the case was answered before this mail left")


def test_when_somebody_else_has_answered_who_has_the_case_is_told_all_the_same(app):
    case, colleague = a_case(status=Status.OPEN), an_agent()
    reply(case)
    with transaction():
        commands.reply(case, by=colleague, body="Thank you, that helps.")

    assert mail_of(case, "case_came_back")[0].state is MailState.HELD


def test_what_the_requester_wrote_stands_in_no_mail_to_staff(app):
    case = a_case(status=Status.OPEN)
    reply(case, "We have seen a zebra.")

    (mail,) = mail_of(case, "case_came_back")
    assert "zebra" not in mail.subject + mail.text_body + mail.html_body


def test_replies_of_staff_are_not_told_to_staff(app):
    case, admin = a_case(status=Status.OPEN), an_admin()
    with transaction():
        commands.reply(case, by=admin, body="We are looking into it.")

    assert told(case, "case_came_back") == []


@of_both_targets
def test_who_has_a_case_is_told_of_its_target(app, kind):
    agent = an_agent()
    a_lead()
    case = a_case(status=Status.OPEN, agent=agent)

    assert about_target(case, kind) == [agent.email]
    assert "Resolution" in mail_of(case, kind)[0].subject


@of_both_targets
def test_while_nobody_has_a_case_the_leads_of_its_team_are_told_of_its_target(app, kind):
    leads = [a_lead("ENR"), a_lead("ENR")]
    an_agent("ENR")
    a_lead("NCIR")

    assert about_target(a_case(), kind) == [lead.email for lead in leads]


@of_both_targets
def test_the_leads_are_told_when_whoever_has_the_case_is_gone(app, kind):
    lead, agent = a_lead("ENR"), an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    change(agent, deactivated_at=MONDAY_9_AM)

    assert about_target(case, kind) == [lead.email]


@of_both_targets
def test_a_target_is_told_once_and_again_when_it_has_another_due_time(app, kind):
    with clock.at(MONDAY_9_AM):
        case = a_case(status=Status.PENDING)
        assert len(about_target(case, kind)) == len(about_target(case, kind)) == 1
    with clock.at(MONDAY_9_AM + timedelta(hours=2)):
        reply(case)
        assert len(about_target(case, kind)) == 2


@pytest.mark.parametrize(
    ("unwanted", "kinds"),
    [
        ("wants_assignment_mail", ["case_target_missed", "case_target_near"]),
        ("wants_target_mail", ["case_assigned", "case_came_back"]),
        ("wants_digest", ["case_assigned", "case_came_back", "case_target_missed", "case_target_near"]),
    ],
)
def test_people_get_what_they_want(app, unwanted, kinds):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    change(agent, **{unwanted: False})

    assigned(case, by=a_lead())
    reply(case)
    for kind in TARGETS:
        about_target(case, kind)
    assert sorted({mail.kind for mail in mail_of(case) if mail.user_id == agent.id}) == kinds


def test_who_is_gone_is_told_nothing(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    change(agent, deactivated_at=MONDAY_9_AM)
    reply(case)

    assert (assigned(case, by=a_lead()), told(case, "case_came_back")) == ([], [])


def test_who_works_here_no_more_is_told_nothing(app):
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    change(agent, role=a_provider().role)

    assert assigned(case, by=a_lead()) == []


def test_notices_wait_for_service_hours_but_for_the_warning_that_time_runs_out(app):
    agent, lead = an_agent(), a_lead()
    with clock.at(FRIDAY_7_PM):
        case = a_case(status=Status.OPEN, agent=agent)
        assigned(case, by=lead)
        reply(case)
        for kind in TARGETS:
            about_target(case, kind)

    held = [mail.kind for mail in mail_of(case) if mail.state is MailState.HELD]
    assert held == ["case_assigned", "case_came_back", "case_target_missed"]


def test_notices_lead_to_the_case_and_to_other_mail(app):
    agent, lead = an_agent(), a_lead()
    with clock.at(MONDAY_9_AM):
        case = a_case(status=Status.OPEN, agent=agent)
        assigned(case, by=lead)
        reply(case)
        for kind in TARGETS:
            about_target(case, kind)
    with clock.at(MONDAY_9_AM + timedelta(minutes=2)), good_server(app) as server:
        delivery.deliver_due()

    notices = [part for mail in server.received if mail.recipient == agent.email for part in (mail.text, mail.html)]
    assert len(notices) == 8
    assert all(f"/agent/cases/{case.number}" in part and "/account#mail" in part for part in notices)
