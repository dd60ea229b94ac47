"""The pages of teams: what depends on them is said before they change, and no open case is left without an owner."""

from threading import Thread

import pytest
import sqlalchemy as sa

from helpdesk.accounts import history
from helpdesk.accounts import teams as account_teams
from helpdesk.accounts.errors import NameTaken, StalePage
from helpdesk.accounts.models import Team
from helpdesk.admin import staffing, team_search
from helpdesk.admin.errors import NeedsTaker, RulesPointHere, TriageStays
from helpdesk.cases import commands
from helpdesk.cases.models import Case, EventKind, Status
from helpdesk.cases.wording import event_sentence
from helpdesk.extensions import db
from helpdesk.portal import health
from helpdesk.transaction import transaction
from tests.admin.desk_people import acts, an_administrator_at, team
from tests.case_factories import a_case, a_new_case
from tests.factories import a_provider, an_admin, an_agent
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
CLOSE = "Close the team"


def closed(code, *, by, taker=None, **named):
    """Close a team as the page does."""
    found = team(code)
    version = history.version_of(team_id=found.id)
    with transaction():
        return staffing.close_team(found, by=by, taker=taker, **{"version": version, "reason": "no longer needed", **named})


def a_case_of(code, *, agent=None, **named):
    """An open case that was moved to a team to which no rule points, perhaps somebody's."""
    case = a_case(**named)
    with transaction():
        moved = db.session.get_one(Case, case.id)
        moved.team, moved.assignee_id = team(code), agent.id if agent else moved.assignee_id
    return case


def now(case):
    """The case as it is in the database."""
    db.session.rollback()
    return db.session.get_one(Case, case.id)


def test_a_team_is_added_described_and_its_history_tells(app):
    page = an_administrator_at(app, "/admin/teams").follow("Add a team")

    page.press("Add the team", code="lab", name="Laboratory", purpose="Tests")
    assert (page.path, "Now let somebody work in it" in page.text) == ("/admin/teams/LAB", True)
    page.follow("Change name or purpose").press("Save", name="Laboratories")

    assert page.h1 == "Laboratories"
    assert "name: Laboratory → Since then: name: Laboratories" in page.text
    assert acts(in_team=team("LAB")) == ["created", "details_changed"]


@pytest.mark.parametrize("fields", [{"code": "ENR", "name": "Another"}, {"code": "NEW", "name": "Provider Enrollment"}])
def test_two_teams_have_neither_the_same_code_nor_the_same_name(app, fields):
    page = an_administrator_at(app, "/admin/teams/add")

    page.press("Add the team", purpose="Something", **fields)

    assert (page.status, "Another team has this name or this code" in page.text) == (409, True)


def test_a_team_keeps_its_name_when_the_new_one_is_taken(app):
    admin = an_admin()
    with pytest.raises(NameTaken), transaction():
        account_teams.describe(team("TRN"), name="Service Desk", purpose="x", by=admin)

    assert team("TRN").name == "Training and Communications"


def test_a_stale_page_overwrites_no_name(app):
    page = an_administrator_at(app, "/admin/teams/TRN/describe")
    an_administrator_at(app, "/admin/teams/TRN/describe").press("Save", name="Training")

    page.press("Save", purpose="Only courses")

    assert (page.status, "Name now Training" in page.text) == (409, True)
    assert page.values("Save")["purpose"] == "Only courses"
    assert team("TRN").name == "Training"


def test_a_team_to_which_rules_point_is_not_closed_and_the_rules_are_named(app):
    page = an_administrator_at(app, "/admin/teams/VMGT").follow(CLOSE)

    assert "Rules point to this team, so that it cannot be closed yet" in page.text
    assert "Temperature excursion" in page.text or len(page.page.select(".notice li")) >= 1
    assert not page.has_button(CLOSE)
    with pytest.raises(RulesPointHere) as refusal:
        closed("VMGT", by=an_admin())
    assert len(refusal.value.rules) == 4


def test_triage_is_never_closed(app):
    assert "never closed" in an_administrator_at(app, "/admin/teams/SD").text

    with pytest.raises(TriageStays):
        closed("SD", by=an_admin())


def test_a_team_closes_when_somebody_takes_its_cases(app):
    an_agent("NCIR")
    case = a_case_of("TRN", status=Status.OPEN)
    page = an_administrator_at(app, "/admin/teams/TRN/close")
    assert page.page.find("a", string="1 open case")["href"] == "/agent/queue?show=my-teams&team=TRN"

    page.press(CLOSE, reason="merged into others")
    assert (page.status, "Choose who takes the open cases of" in page.text) == (422, True)
    page.press(CLOSE, reason="merged into others", **{f"taker_{team('TRN').id}": "NCIR"})

    assert "is closed. 1 open case moved." in page.text
    assert (now(case).team.code, now(case).assignee_id) == ("NCIR", None)
    said = [event_sentence(event) for event in now(case).events]
    assert said[-2].startswith("Moved from Training and Communications to NCIR Support")
    assert acts(in_team=team("TRN")) == ["closed"]


def test_a_closed_team_opens_again(app):
    admin = an_admin()
    closed("TRN", by=admin, taker=team("SD"))
    page = an_administrator_at(app, "/admin/teams/TRN", admin)
    assert "This team is closed" in page.text

    page.press("Open it again")

    assert team("TRN").is_active
    assert acts(in_team=team("TRN")) == ["closed", "reopened"]


def test_a_team_with_cases_does_not_close_without_a_taker_nor_from_a_stale_page(app):
    admin = an_admin()
    a_case_of("TRN")
    with pytest.raises(NeedsTaker):
        closed("TRN", by=admin)
    with pytest.raises(StalePage):
        closed("TRN", by=admin, taker=team("SD"), version=99)

    assert team("TRN").is_active


def test_a_case_of_a_closed_team_that_opens_again_goes_to_triage(app):
    admin, requester = an_admin(), a_provider()
    case = a_case_of("TRN", status=Status.RESOLVED, requester=requester)
    an_agent("TRN")
    closed("TRN", by=admin, taker=team("SD"))
    assert now(case).team.code == "TRN"

    with transaction():
        commands.reject(db.session.get_one(Case, case.id), by=requester, body="It still fails.")

    assert (now(case).team.code, now(case).status) == ("SD", Status.OPEN)
    assert now(case).events[-1].kind is EventKind.MOVED


def test_a_case_that_is_filed_while_its_team_closes_has_an_owner(app, database):
    """On PostgreSQL the case waits for the row of its team; on SQLite one writer waits for the other anyway."""
    agent, admin, requester = an_agent("ENR"), an_admin(), a_provider()
    an_agent("SD")
    new = a_new_case()
    filed: list[int] = []

    def file_it():
        with app.app_context(), transaction():
            filed.append(commands.open_case(new, requester=db.session.merge(requester, load=True)).id)

    worker = Thread(target=file_it)
    with transaction():
        found = team("ENR")
        account_teams.hold([found])
        worker.start()
        worker.join(0.5)
        staffing.people.hold(agent)
        staffing.people.deactivate(agent, by=admin)
        staffing.give_up([found], {found.id: team("SD")}, by=admin)
    worker.join(10)

    db.session.rollback()
    assert db.session.get_one(Case, filed[0]).team.code == "SD"


def test_no_open_case_is_without_an_owner_whatever_administrators_do(app):
    admin = an_admin()
    last = an_agent("TRN")
    cases = [a_case_of("TRN"), a_case_of("TRN", status=Status.OPEN, agent=last), a_case_of("TRN", status=Status.PENDING)]
    closed("TRN", by=admin, taker=team("SD"))
    an_agent("SD")

    db.session.rollback()
    owners = next(found for found in health.findings() if found.subject == "Cases without an owner")
    assert {now(case).team.code for case in cases} == {"SD"}
    assert owners.is_fine


def test_the_list_says_how_many_work_and_wait_there(app):
    an_agent("TRN")
    a_case_of("TRN")
    db.session.rollback()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Team))

    page = an_administrator_at(app, "/admin/teams")

    row = page.page.find("a", string="Training and Communications").find_parent("li")
    assert " ".join(row.get_text(" ").split()).endswith("1 active member · 1 open case")
    assert len(page.page.select(".sentences > li")) == count


def test_teams_are_found_by_name_code_work_and_people_a_page_at_a_time(app):
    an_agent("NCIR", first_name="Zelda", last_name="Quill")
    visitor = an_administrator_at(app, "/admin/teams")

    def found(words: str) -> list[str]:
        visitor.open(f"/admin/teams?q={words}")
        return [link["href"].rpartition("/")[2] for link in visitor.page.select(".sentences a")]

    assert found("enrollm") == ["ENR"]
    assert found("vmgt") == ["VMGT"]
    assert found("zelda+quill") == ["NCIR"]
    assert (found("zel%00da"), found("zz+" * 2_000)) == (["NCIR"], [])
    assert (found("no-such-team"), "No team matches “no-such-team”" in visitor.text) == ([], True)

    db.session.rollback()
    admin, known = an_admin(), db.session.scalar(sa.select(sa.func.count()).select_from(Team))
    with transaction():
        for number in range(team_search.ROWS + 1 - known):
            account_teams.add(code=f"T{number}", name=f"Team {number:02}", purpose="", by=admin)
    assert len(found("")) == team_search.ROWS
    assert len(visitor.follow("Next page").page.select(".sentences > li")) == 1
    assert len(visitor.follow("First page").page.select(".sentences > li")) == team_search.ROWS
