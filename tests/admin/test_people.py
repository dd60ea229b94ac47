"""The pages of people: found, read, given other roles and teams; and what history keeps of it."""

import pytest

from helpdesk.accounts import throttling
from helpdesk.accounts.errors import LastAdministrator, NotStaff, TooManyTries
from helpdesk.accounts.models import User
from helpdesk.admin.errors import NeedsTaker
from helpdesk.admin.staffing import Work
from helpdesk.cases import closing
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from helpdesk.permissions import Role
from helpdesk.transaction import transaction
from tests.admin.desk_people import acts, an_administrator_at, page_of, team, teams_of, work_changed
from tests.case_factories import a_case
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import at_once, statements
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run


def names(visitor):
    """The names on the list, in order."""
    return [" ".join(link.get_text().split()) for link in visitor.page.select(".ledger-subject")]


def test_people_are_found_by_name_address_role_team_and_state(app):
    admin = an_admin(first_name="Ada", last_name="Root")
    ana = an_agent("ENR", first_name="Ana", last_name="Marin", email="ana@desk.example.org")
    bo = a_lead("NCIR", first_name="Bo", last_name="Marin", email="bo@elsewhere.example.org")
    cy = a_provider(first_name="Cy", last_name="Haddad", verified=False)
    page = an_administrator_at(app, "/admin/people", admin)

    found = {
        asked: names(page.open(f"/admin/people?{asked}"))
        for asked in (
            "",
            "q=marin",
            "q=ana+MARIN",
            "q=desk.example",
            "role=lead",
            "team=ENR",
            "state=invited",
            "q=%25",
            "q=x%00y",
        )
    }

    assert found == {
        "": [cy.name, bo.name, ana.name, admin.name],
        "q=marin": [bo.name, ana.name],
        "q=ana+MARIN": [ana.name],
        "q=desk.example": [ana.name],
        "role=lead": [bo.name],
        "team=ENR": [ana.name],
        "state=invited": [cy.name],
        "q=%25": [],
        "q=x%00y": [],
    }
    assert "Nobody is as you described." in page.text


def test_the_list_has_pages(app):
    people = [a_provider() for _ in range(26)]
    page = an_administrator_at(app, "/admin/people?role=provider")
    first = names(page)

    second = names(page.follow("Next page"))

    assert first + second == [person.name for person in reversed(people)]


def test_role_and_teams_change_after_a_page_that_says_what_will_happen(app):
    agent, _colleague = an_agent("ENR", first_name="Ana"), an_agent("ENR")
    registry, enrollment = team("NCIR"), team("ENR")
    page = an_administrator_at(app, page_of(agent)).follow("Change role or teams")

    page.press("Go on", role="lead", teams=[str(enrollment.id), str(registry.id)], leads=[str(registry.id)], reason="stands in")
    assert [line.get_text() for line in page.page.select("main ul li")][:3] == [
        "Role: Team lead instead of Agent",
        "Joins NCIR Support",
        "Leads NCIR Support",
    ]
    assert teams_of(agent) == {"ENR": False}
    page.press("Save the change")

    assert "Saved." in page.text
    assert (db.session.get_one(User, agent.id).role, teams_of(agent)) == (Role.LEAD, {"ENR": False, "NCIR": True})
    assert acts(of=agent) == ["created", "role_changed", "joined_team", "lead_changed"]
    assert "Reason: stands in" in page.text
    assert acts(in_team=team("NCIR")) == ["joined_team", "lead_changed"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"role": "agent", "teams": ["ENR"], "leads": ["ENR"]}, "An agent leads no team."),
        ({"role": "lead", "teams": ["ENR"], "leads": ["NCIR"]}, "Somebody can lead only a team they work in."),
        ({"role": "provider", "teams": ["ENR"]}, "Not a valid choice."),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(app, fields, problem):
    agent = an_agent("ENR")
    typed = {key: [str(team(code).id) for code in value] if isinstance(value, list) else value for key, value in fields.items()}

    page = an_administrator_at(app, page_of(agent, "/work")).press("Go on", **typed)

    assert (page.status, problem in page.text) == (422, True)


def test_who_leaves_a_team_hands_back_its_cases_and_keeps_the_others(app):
    admin, agent = an_admin(), an_agent("ENR", email="two@example.org")
    an_agent("ENR"), an_agent("NCIR")
    work_changed(agent, Work(Role.AGENT, frozenset({team("ENR").id, team("NCIR").id}), frozenset()), by=admin)
    left, kept = a_case(status=Status.OPEN, agent=agent), a_case(status=Status.OPEN, agent=agent, topic="DAT-HL7")

    handed = work_changed(agent, Work(Role.AGENT, frozenset({team("NCIR").id}), frozenset()), by=admin)

    db.session.rollback()
    assert handed == 1
    assert db.session.get_one(Case, left.id).assignee_id is None
    assert db.session.get_one(Case, kept.id).assignee_id == agent.id


def test_a_team_keeps_its_last_member_until_somebody_takes_its_cases(app):
    admin, last = an_admin(), an_agent("ENR")
    an_agent("NCIR")
    case = a_case(agent=last)
    with pytest.raises(NeedsTaker):
        work_changed(last, Work(Role.AGENT, frozenset(), frozenset()), by=admin)
    page = an_administrator_at(app, page_of(last, "/work"), admin)

    page.press("Go on", teams=[])
    assert "Nobody active would work in Provider Enrollment any more" in page.text
    assert page.press("Save the change").status == 422
    page.press("Save the change", **{f"taker_{team('ENR').id}": "SD"})

    db.session.rollback()
    assert (page.status, db.session.get_one(Case, case.id).team.code, teams_of(last)) == (200, "SD", {})


def test_two_who_leave_a_team_at_once_do_not_leave_it_empty(app):
    admin, people = an_admin(), [an_agent("ENR"), an_agent("ENR")]
    case = a_case(agent=people[0])
    pages = [an_administrator_at(app, page_of(person, "/work"), admin).press("Go on", teams=[]) for person in people]

    at_once(*[lambda page=page: page.press("Save the change") for page in pages])

    db.session.rollback()
    assert sorted(page.status for page in pages) == [200, 409]
    assert sorted(len(teams_of(person)) for person in people) == [0, 1]
    assert db.session.get_one(Case, case.id).team.code == "ENR"


def test_the_last_administrator_is_not_demoted_and_of_two_at_once_one_stays(app):
    first, second = an_admin(), an_admin()
    pages = [an_administrator_at(app, page_of(me, "/work"), me).press("Go on", role="agent") for me in (first, second)]

    at_once(*[lambda page=page: page.press("Save the change") for page in pages])

    db.session.rollback()
    roles = [db.session.get_one(User, person.id).role for person in (first, second)]
    assert sorted(roles) == [Role.ADMIN, Role.AGENT]
    stays = (first, second)[roles.index(Role.ADMIN)]
    with pytest.raises(LastAdministrator):
        work_changed(stays, Work(Role.AGENT, frozenset(), frozenset()), by=stays)


def test_a_lead_who_becomes_an_agent_leads_no_team(app):
    lead, admin = a_lead("ENR"), an_admin()

    work_changed(lead, Work(Role.AGENT, frozenset({team("ENR").id}), frozenset({team("ENR").id})), by=admin)

    assert teams_of(lead) == {"ENR": False}
    assert acts(of=lead)[-1] == "lead_changed"


def test_a_provider_has_no_role_to_change(app):
    provider, admin = a_provider(), an_admin()
    page = an_administrator_at(app, page_of(provider, "/work"), admin)
    assert "is a provider. Staff have accounts of their own" in page.text

    with pytest.raises(NotStaff):
        work_changed(provider, Work(Role.AGENT, frozenset(), frozenset()), by=admin)


def test_a_page_that_is_stale_changes_nothing_and_keeps_what_was_chosen(app):
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    page = an_administrator_at(app, page_of(agent, "/work")).press("Go on", role="lead")
    work_changed(agent, Work(Role.AGENT, frozenset({team("ENR").id, team("NCIR").id}), frozenset()), by=an_admin())

    page.press("Save the change")

    assert (page.status, "Somebody has changed this since you opened the page." in page.text) == (409, True)
    assert page.values("Go on")["role"] == "lead"
    assert db.session.get_one(User, agent.id).role is Role.AGENT


def test_sessions_are_ended_and_it_is_written_down(app):
    agent = an_agent("ENR")
    at_work = Visitor(app).sign_in(agent)

    an_administrator_at(app, page_of(agent)).press("Sign out everywhere")

    assert at_work.open("/agent/queue").path == "/login"
    assert acts(of=agent)[-1] == "signed_out_everywhere"


def test_the_waits_of_an_account_are_ended(app):
    agent = an_agent("ENR")
    for number in range(throttling.ACCOUNT.free):
        with transaction():
            throttling.count_sign_in(agent.email_key, f"10.1.{number}.1")
    with pytest.raises(TooManyTries), transaction():
        throttling.count_sign_in(agent.email_key, "10.2.0.1")

    page = an_administrator_at(app, page_of(agent)).press("End the waits after wrong passwords")

    assert "The waits are over" in page.text
    with transaction():
        throttling.count_sign_in(agent.email_key, "10.2.0.1")
    assert acts(of=agent)[-1] == "waits_ended"


def test_the_roles_are_shown_as_the_desk_asks_them(app):
    page = Visitor(app).sign_in(a_lead()).open("/admin").follow("Roles")

    row = page.page.find("th", string="Read the ledger of mail about cases they see, and about accounts").find_parent("tr")

    assert [cell.get_text() for cell in row.find_all("td")] == ["no", "no", "yes", "yes"]


def test_a_closed_account_gets_no_address_back(app):
    person = a_provider()
    page = an_administrator_at(app, page_of(person, "/address"))
    with transaction():
        closing.close_account(person)

    for _try in range(2):  # the page from before, and the one after
        page.press("Change the address", email="dana@example.org", reason="Came to the office.")
        assert (page.status, "@account.invalid" in person.email) == (409, True)


def test_an_administrator_gives_a_colleague_another_address(app):
    agent, admin = an_agent("ENR", email="old@desk.example.org"), an_admin()
    at_work = Visitor(app).sign_in(agent)
    page = an_administrator_at(app, page_of(agent), admin).follow("Give them another e-mail address")

    page.press("Change the address", email=admin.email, reason="married")
    assert (page.status, "Somebody else has an account with this address." in page.text) == (409, True)
    page.press("Change the address", email="new@desk.example.org", reason="married")

    assert "The address is changed, and both addresses are told." in page.text
    assert db.session.get_one(User, agent.id).email == "new@desk.example.org"
    assert at_work.open("/agent/queue").path == "/login"
    assert acts(of=agent)[-1] == "address_changed"


def test_what_the_pages_ask_does_not_grow_with_people(app):
    admin, seen = an_admin(), []
    for more in (3, 20):
        for _ in range(more):
            an_agent("ENR")
        page = an_administrator_at(app, "/admin", admin)
        counts = []
        for path in ("/admin/people", "/admin/teams", "/admin/teams/ENR", page_of(admin)):
            with statements() as asked:
                page.open(path)
            counts.append(len(asked))
        seen.append(counts)

    assert seen[0] == seen[1]
    assert max(seen[0]) <= 12, seen
