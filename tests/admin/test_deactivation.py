"""The end of an account: sessions end, cases go back, mail stops; and what of it can be undone."""

import pytest

from helpdesk import clock
from helpdesk.accounts.errors import AccountClosed, LastAdministrator, NotYourself, StalePage
from helpdesk.accounts.models import User
from helpdesk.admin.errors import NeedsTaker, NotATaker
from helpdesk.cases import commands
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.accounts.mail import link_in_mail
from tests.admin.desk_people import acts, an_administrator_at, deactivated, page_of, reactivated, team
from tests.case_factories import a_case, mail_of
from tests.factories import PASSWORD, a_provider, an_admin, an_agent
from tests.queue.cases import at_once
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run


def now(case: Case) -> Case:
    """The case as it is in the database."""
    db.session.rollback()
    return db.session.get_one(Case, case.id)


def test_who_is_deactivated_is_signed_out_and_cannot_sign_in(app):
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    at_work = Visitor(app).sign_in(agent)
    page = an_administrator_at(app, page_of(agent)).follow("Deactivate this account")

    page.press("Deactivate the account", reason="has left the office")

    assert "cannot sign in any more" in page.text
    assert at_work.open("/agent/queue").path == "/login"
    assert Visitor(app).open("/login").press("Sign in", email=agent.email, password=PASSWORD).path == "/login"
    assert "Reason: has left the office" in page.text


def test_open_cases_go_back_to_the_queue_of_their_team_and_say_why(app):
    admin, agent, _colleague = an_admin(), an_agent("ENR"), an_agent("ENR")
    mine, done = a_case(status=Status.OPEN, agent=agent), a_case(status=Status.CLOSED, agent=agent)

    came = deactivated(agent, by=admin)

    assert (came.handed_back, now(mine).assignee_id, now(mine).team.code) == (1, None, "ENR")
    assert event_sentence(now(mine).events[-1]) == (
        f"Back to the queue, no longer with {agent.name}: the account of {agent.name} has ended"
    )
    assert now(done).assignee_id == agent.id


def test_undone_the_cases_go_back_that_nobody_has_taken(app):
    admin, agent, colleague = an_admin(), an_agent("ENR"), an_agent("ENR")
    free, taken = (a_case(status=Status.OPEN, agent=agent) for _ in range(2))
    deactivated(agent, by=admin)
    with transaction():
        commands.take(db.session.get_one(Case, taken.id), by=colleague)
    page = an_administrator_at(app, page_of(agent), admin)

    page.press("Undo: reactivate this account")

    assert "can sign in again. 1 case went back to them." in page.text
    assert (now(free).assignee_id, now(taken).assignee_id) == (agent.id, colleague.id)
    assert now(free).events[-1].kind is EventKind.HANDED_OVER
    assert Visitor(app).sign_in(agent).path == "/agent/queue"
    assert acts(of=agent)[-2:] == ["deactivated", "reactivated"]


def test_undone_a_case_that_they_may_not_see_any_more_stays_where_it_is(app):
    admin, agent, _colleague, _other = an_admin(), an_agent("ENR"), an_agent("ENR"), an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)
    deactivated(agent, by=admin)
    with transaction():
        db.session.get_one(Case, case.id).team = team("NCIR")

    assert (reactivated(agent, by=admin), now(case).assignee_id) == (0, None)


def test_held_mail_to_a_provider_is_stopped_and_its_case_says_so(app):
    case = a_case(status=Status.RESOLVED)
    page = an_administrator_at(app, page_of(case.requester, "/deactivate"))

    page.press("Deactivate the account", reason="asked for it")

    assert "2 mails to them were stopped" in page.text
    assert {mail.state.value for mail in mail_of(case)} == {"cancelled"}
    assert EventKind.MAIL_STOPPED in [event.kind for event in now(case).events]


def test_the_last_member_of_a_team_goes_only_when_somebody_takes_its_cases(app):
    admin, last, other = an_admin(), an_agent("ENR"), an_agent("NCIR")
    waiting, begun = a_case(agent=last), a_case(status=Status.OPEN, agent=last)
    with pytest.raises(NeedsTaker):
        deactivated(last, by=admin)

    page = an_administrator_at(app, page_of(last, "/deactivate"), admin)
    assert "Nobody active would work in Provider Enrollment any more" in page.text
    assert page.page.find("a", string="2 open cases")["href"] == "/agent/queue?show=my-teams&team=ENR"
    page.press("Deactivate the account", reason="has left")
    assert (page.status, "Choose who takes the open cases of Provider Enrollment." in page.text) == (422, True)
    page.press("Deactivate the account", reason="has left", **{f"taker_{team('ENR').id}": "NCIR"})

    assert page.status == 200
    assert {(now(case).team.code, now(case).assignee_id) for case in (waiting, begun)} == {("NCIR", None)}
    assert other.is_active


def test_a_team_without_anybody_takes_nothing_and_triage_always_does(app):
    admin, last = an_admin(), an_agent("ENR")
    case = a_case(agent=last)
    enrollment, registry, triage = team("ENR"), team("NCIR"), team("SD")
    with pytest.raises(NotATaker):
        deactivated(last, by=admin, takers={enrollment.id: registry})

    deactivated(last, by=admin, takers={enrollment.id: triage})

    assert now(case).team.code == "SD"


def test_a_link_mailed_before_the_account_ended_is_worth_nothing_after_it_is_back(app):
    agent, _colleague, admin = an_agent("ENR"), an_agent("ENR"), an_admin()
    Visitor(app).open("/forgot-password").press("Send the link", email=agent.email)
    deactivated(agent, by=admin)
    reactivated(agent, by=admin)

    assert Visitor(app).open(link_in_mail(agent.email)).status == 410


def test_nobody_deactivates_themselves(app):
    admin, _second = an_admin(), an_admin()
    page = an_administrator_at(app, page_of(admin), admin)
    assert "Another administrator can deactivate it." in page.text

    with pytest.raises(NotYourself):
        deactivated(admin, by=admin)


def test_two_administrators_who_deactivate_each_other_leave_one(app):
    first, second = an_admin(), an_admin()
    pages = [an_administrator_at(app, page_of(other, "/deactivate"), me) for me, other in ((first, second), (second, first))]

    at_once(*[lambda page=page: page.press("Deactivate the account", reason="a quarrel") for page in pages])

    db.session.rollback()
    assert sorted(db.session.get_one(User, person.id).is_active for person in (first, second)) == [False, True]


def test_the_last_administrator_stays(app):
    admin, gone = an_admin(), an_admin()
    with transaction():
        db.session.get_one(User, gone.id).deactivated_at = clock.now()

    with pytest.raises(LastAdministrator):
        deactivated(admin, by=gone)


def test_a_page_that_is_stale_ends_no_account(app):
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    page = an_administrator_at(app, page_of(agent, "/deactivate"))
    with pytest.raises(StalePage):
        deactivated(agent, by=an_admin(), version=0)
    Visitor(app).sign_in(an_admin()).open(page_of(agent)).press("Sign out everywhere")

    page.press("Deactivate the account", reason="has left for good")

    assert (page.status, "Somebody has changed this since you opened the page." in page.text) == (409, True)
    assert page.values("Deactivate the account")["reason"] == "has left for good"
    assert db.session.get_one(User, agent.id).is_active
    assert page.press("Deactivate the account").status == 200


def test_an_account_that_its_owner_has_closed_does_not_come_back(app):
    person, admin = a_provider(), an_admin()
    deactivated(person, by=admin)
    with transaction():
        db.session.get_one(User, person.id).closed_at = clock.now()

    with pytest.raises(AccountClosed):
        reactivated(person, by=admin)
    assert not an_administrator_at(app, page_of(person), admin).has_button("Undo: reactivate this account")


def test_whoever_takes_a_case_while_their_account_ends_does_not_get_it(app):
    agent, _colleague, admin = an_agent("ENR"), an_agent("ENR"), an_admin()
    case = a_case()
    loaded = db.session.get_one(User, agent.id)
    assert loaded.is_active
    deactivated(agent, by=admin)

    with transaction():
        commands.take(db.session.get_one(Case, case.id), by=agent)

    assert (now(case).assignee_id, now(case).status) == (None, Status.NEW)


def test_a_case_that_opens_again_has_an_owner_though_its_people_are_gone(app):
    admin, agent = an_admin(), an_agent("ENR")
    assert admin.role is Role.ADMIN
    case = a_case(status=Status.RESOLVED, agent=agent)
    deactivated(agent, by=admin, takers={team("ENR").id: team("SD")})

    with transaction():
        commands.reject(db.session.get_one(Case, case.id), by=case.requester, body="It still fails.")

    assert (now(case).assignee_id, now(case).team.code, now(case).status) == (None, "SD", Status.OPEN)
