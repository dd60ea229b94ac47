"""Every open case has a team with somebody active in it, whatever happens to the rows; else it goes to triage, and is told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import Team, TeamMember, User
from helpdesk.cases import owners
from helpdesk.cases.models import Case, ResolutionCode, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.notifications import alarms, delivery
from helpdesk.notifications.alarms import AlarmName
from helpdesk.notifications.models import Alarm, OutboxMessage
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.portal import health
from helpdesk.portal.findings import Standing
from helpdesk.transaction import transaction
from tests.admin.desk_people import team
from tests.case_factories import MONDAY_9_AM, a_case
from tests.duty_factories import agents_on_duty, in_turn, now, run_job
from tests.factories import an_admin, an_agent
from tests.notifications.mails import a_mail
from tests.queue.cases import a_stock, at_once, statements
from tests.runs import postgresql_in_the_long_run
from tests.smtp_servers import good_server
from tests.visitor import Visitor

pytestmark = [postgresql_in_the_long_run, pytest.mark.usefixtures("monday_morning")]


def look_for_owners() -> None:
    """One tick of the scheduler's job."""
    timed_jobs.find_owners(StopSign())


def gone(*people: User) -> None:
    """End accounts past all that administrators do."""
    with transaction():
        for person in people:
            db.session.get_one(User, person.id).deactivated_at = clock.now()


def back(*people: User) -> None:
    """Bring accounts back past all that administrators do."""
    with transaction():
        for person in people:
            db.session.get_one(User, person.id).deactivated_at = None


def up() -> dict[AlarmName, str]:
    """The alarms, with their details."""
    db.session.rollback()
    return alarms.details()


def mailed() -> list[OutboxMessage]:
    """What was mailed about teams without anybody."""
    db.session.rollback()
    found = sa.select(OutboxMessage).where(OutboxMessage.kind == "team_is_empty").order_by(OutboxMessage.id)
    return list(db.session.scalars(found))


def finding(subject: str) -> health.Finding:
    """What the health page says."""
    db.session.rollback()
    return next(found for found in health.findings() if found.subject == subject)


def test_cases_of_a_team_that_has_lost_everybody_go_to_triage_and_say_why(app):
    last, _triage = an_agent("ENR"), an_agent("SD")
    ids = [*a_stock(2), *a_stock(1, status=Status.PENDING, assignee_id=last.id)]
    resolved = a_stock(1, status=Status.RESOLVED, resolution_code=ResolutionCode.FIXED)
    gone(last)

    look_for_owners()

    assert [now(case_id).team.code for case_id in [*ids, *resolved]] == ["SD", "SD", "SD", "ENR"]
    said = [event_sentence(event) for event in now(ids[2]).events]
    assert said[0] == "Moved from Provider Enrollment to Service Desk: nobody works in that team"
    assert now(ids[2]).assignee_id is None


def test_cases_of_a_closed_team_go_to_triage(app):
    an_agent("TRN"), an_agent("SD")
    [case_id] = a_stock(1, team="TRN")
    with transaction():
        team("TRN").is_active = False

    look_for_owners()

    assert now(case_id).team.code == "SD"
    assert event_sentence(now(case_id).events[-1]).endswith("to Service Desk: that team is closed")
    assert up() == {}  # it is closed on purpose


def test_cases_with_an_owner_stay_where_they_are_and_the_look_is_two_statements(app):
    an_agent("ENR"), an_agent("SD")
    ids = a_stock(30)

    with statements() as asked:
        look_for_owners()

    assert {now(case_id).team.code for case_id in ids} == {"ENR"}
    assert len(asked) <= 2
    assert (up(), mailed()) == ({}, [])


def test_administrators_are_mailed_once_for_a_team_and_staff_see_it_until_somebody_works_there(app):
    last, admin, agent = an_agent("ENR"), an_admin(), an_agent("SD")
    first, *_rest = a_stock(3)
    gone(last)

    look_for_owners(), look_for_owners()

    (mail,) = mailed()
    number = now(first).number
    assert (mail.to_address, mail.subject) == (admin.email, f"[{number}] Nobody works in Provider Enrollment")
    assert f"{number} and 2 other open cases were in Provider Enrollment" in mail.text_body
    assert "They are in Service Desk now." in mail.text_body
    queue = Visitor(app).sign_in(agent).open("/agent/queue")
    assert "Nobody works in a team any more" in queue.text
    assert "are in triage since Mon, Nov 30, 9:00 a.m. ET: Provider Enrollment." in queue.text
    warned = finding("Nobody works in a team any more")
    assert (warned.standing, warned.seen) == (
        Standing.WARNING,
        "The open cases of these teams are in triage since Mon, Nov 30, 9:00 a.m. ET: Provider Enrollment",
    )

    back(last)
    look_for_owners()

    assert (up(), finding("Alarms").is_fine) == ({}, True)
    assert "Nobody works in a team any more" not in queue.open("/agent/queue").text


def test_the_alarm_names_every_team_and_ends_for_one_that_is_closed(app):
    an_agent("SD")
    people = [an_agent("ENR"), an_agent("TRN")]
    a_stock(1), a_stock(1, team="TRN")
    gone(people[0])
    look_for_owners()
    gone(people[1])
    look_for_owners()
    assert up() == {AlarmName.EMPTY_TEAM: "Provider Enrollment, Training and Communications"}

    with transaction():
        team("TRN").is_active = False
    look_for_owners()

    assert up() == {AlarmName.EMPTY_TEAM: "Provider Enrollment"}


def test_while_nobody_works_in_triage_nothing_moves_and_that_is_loud(app, capsys):
    last, admin, lead = an_agent("ENR"), an_admin(), an_agent("NCIR")
    [case_id], [waiting] = a_stock(1), a_stock(1, team="SD")
    gone(last)

    look_for_owners(), look_for_owners()

    assert (now(case_id).team.code, now(waiting).team.code) == ("ENR", "SD")
    assert up() == {AlarmName.NO_TRIAGE: "Provider Enrollment, Service Desk"}
    (mail,) = mailed()
    assert mail.to_address == admin.email
    assert "and 1 other open case have nobody who sees to them" in mail.text_body
    assert capsys.readouterr().out.count("alarm raised") == 1
    assert "Nobody works in triage, and open cases have no owner" in Visitor(app).sign_in(lead).open("/agent/queue").text
    assert "in teams without anybody active: Provider Enrollment, Service Desk" in finding("Cases without an owner").seen

    an_agent("SD")
    look_for_owners()

    assert now(case_id).team.code == "SD"
    assert up() == {AlarmName.EMPTY_TEAM: "Provider Enrollment"}


def test_triage_alone_without_anybody_is_loud_too_and_over_when_somebody_is_there(app):
    a_stock(1, team="SD")

    look_for_owners()
    assert up() == {AlarmName.NO_TRIAGE: "Service Desk"}
    an_agent("SD")
    look_for_owners()

    assert up() == {}


def test_an_empty_desk_without_cases_is_no_alarm(app):
    look_for_owners()

    assert (up(), owners.anything_to_do()) == ({}, False)


def test_the_doctor_says_it(app):
    a_stock(1, team="SD")
    look_for_owners()

    said = app.test_cli_runner().invoke(args=["doctor"]).output

    assert "FAULT: Cases without an owner: 1 open case in a team without anybody active: Service Desk." in said
    assert "FAULT: Nobody works in triage, and open cases have no owner: Since " in said


def test_mail_that_leaves_ends_no_alarm_about_cases(app):
    a_stock(1, team="SD")
    look_for_owners()
    a_mail()

    with good_server(app), clock.at(MONDAY_9_AM + timedelta(minutes=5)):
        delivery.deliver_due()

    assert set(up()) == {AlarmName.NO_TRIAGE}


def test_who_looks_twice_at_once_moves_a_case_once(app):
    last, _triage = an_agent("ENR"), an_agent("SD")
    an_admin()
    ids = a_stock(5)
    gone(last)

    def look() -> None:
        with app.app_context():
            look_for_owners()
            db.session.remove()

    at_once(look, look, look)

    assert [len(now(case_id).events) for case_id in ids] == [1] * 5
    assert len(mailed()) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Alarm)) == 1


def test_cases_that_come_to_a_triage_that_gives_its_cases_out_get_somebody(app):
    last = an_agent("ENR")
    in_turn("SD")
    (agent,) = agents_on_duty(1, "SD")
    [case_id] = a_stock(1)
    gone(last)

    look_for_owners()
    run_job()

    assert (now(case_id).team.code, now(case_id).assignee_id) == ("SD", agent.id)


def test_a_new_member_who_has_not_come_yet_is_nobody(app):
    an_agent("SD")
    case = a_case(agent=an_agent("ENR"))
    with transaction():
        for user in db.session.scalars(sa.select(User).join(TeamMember).join(Team).where(Team.code == "ENR")):
            user.verified_at = None

    look_for_owners()

    assert db.session.get_one(Case, case.id).team.code == "SD"
