"""The switch of each agent, the page that says who is on duty, and what leads do there."""

import pytest

from helpdesk.accounts.models import User
from helpdesk.admin.staffing import Work
from helpdesk.extensions import db
from tests.admin.desk_people import acts, work_changed
from tests.case_factories import a_case
from tests.duty_factories import agents_on_duty, can, in_turn, on_duty, unfinished_of
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, on_case, statements
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
MOST = 10  # statements


def is_on_duty(person: User) -> bool:
    """Whether somebody is, as the database has it."""
    db.session.rollback()
    return db.session.get_one(User, person.id).on_duty_since is not None


def names(visitor) -> list[str]:
    """Those on the board, in order."""
    return [name.get_text() for name in visitor.page.select(".ledger-subject")]


def test_an_agent_goes_on_duty_and_off_again_on_the_queue(app):
    agent = an_agent("ENR")
    desk = at_the_desk(app, agent)
    assert "You are off duty" in desk.text

    desk.press("Go on duty")
    assert (desk.path, "You are on duty since" in desk.text, is_on_duty(agent)) == ("/agent/queue", True, True)
    desk.press("Go off duty")

    assert ("You are off duty: the desk gives you no more cases." in desk.text, is_on_duty(agent)) == (True, False)
    assert acts(of=agent) == ["created", "on_duty", "off_duty"]


def test_whoever_goes_on_duty_gets_what_waits_at_once(app):
    in_turn()
    agent = an_agent("ENR")
    a_stock(2)

    desk = at_the_desk(app, agent).press("Go on duty")

    assert "You are on duty. 2 cases that waited are yours now." in desk.text
    assert unfinished_of(agent) == 2


def test_a_second_press_changes_nothing(app):
    agent = an_agent("ENR")
    first, second = at_the_desk(app, agent), at_the_desk(app, agent)

    first.press("Go on duty"), second.press("Go on duty")

    assert (is_on_duty(agent), acts(of=agent)) == (True, ["created", "on_duty"])


def test_whoever_works_in_no_team_is_told_so(app):
    admin = an_admin()

    desk = at_the_desk(app, admin).press("Go on duty")

    assert ("You work in no team" in desk.text, is_on_duty(admin)) == (True, False)


def test_the_queue_says_which_teams_give_out_their_cases(app):
    agent = an_agent("ENR")
    assert "No team you see gives out its cases." in at_the_desk(app, agent).text

    in_turn("ENR")

    assert "In turn to those on duty: Provider Enrollment." in at_the_desk(app, agent).text


def test_the_switch_costs_the_queue_and_the_case_no_statement(app):
    """Their limits are held in test_statements.py, with somebody off duty."""
    agent = an_agent("ENR")
    case = a_case(agent=agent)
    desk, seen = at_the_desk(app, agent), []
    for _ in range(2):
        with statements() as asked:
            desk.open("/agent/queue"), desk.open(f"/agent/cases/{case.number}")
        seen.append(len(asked))
        on_duty(agent)

    assert seen[0] == seen[1]


def test_a_team_sees_who_is_on_duty_whoever_is_next_first(app):
    in_turn()
    first, second = agents_on_duty(2)
    off = can(an_agent("ENR"), "es")
    an_agent("NCIR")
    a_stock(1)
    at_the_desk(app, an_agent("ENR")).press("Go on duty")  # the case goes to whoever has waited longest: the first

    board = at_the_desk(app, off, "/agent/duty")

    assert names(board)[:2] == [second.name, names(board)[1]]
    assert names(board)[2] == first.name
    assert off.name in names(board)[3:]
    assert len(names(board)) == 4
    assert "Gives out its cases, up to 25 unfinished ones for each person. 3 on duty." in board.text
    assert "1 of 25" in board.text
    assert not board.page.select('form[action$="/end"]')


def test_a_lead_switches_somebody_of_the_team_off_duty(app):
    lead, agent = a_lead("ENR"), on_duty(an_agent("ENR"))
    board = at_the_desk(app, lead, "/agent/duty")

    board.press(f"Switch off duty {agent.name}")

    assert (board.path, is_on_duty(agent)) == ("/agent/duty", False)
    assert f"{agent.name} is off duty. The cases they have stay theirs." in board.text
    assert acts(of=agent)[-1] == "off_duty"


@pytest.mark.parametrize("who", ["elsewhere", "a member who leads nothing there", "provider"])
def test_a_lead_has_no_say_about_others(app, who):
    lead, agent, provider = a_lead("NCIR"), on_duty(an_agent("ENR")), a_provider()
    if who == "a member who leads nothing there":
        teams = frozenset(m.team_id for person in (lead, agent) for m in db.session.get_one(User, person.id).memberships)
        led = frozenset(m.team_id for m in db.session.get_one(User, lead.id).memberships)
        work_changed(lead, Work(lead.role, teams, led), by=an_admin())
    other = provider if who == "provider" else agent
    desk = at_the_desk(app, lead)
    key = desk.values("Go on duty")["csrf_token"]

    for path in (f"/agent/duty/{other.id}/end", f"/admin/people/{other.id}/skills"):
        assert desk.post(path, {"csrf_token": key}).status == 404

    assert is_on_duty(agent)


def test_an_administrator_sees_every_team_a_page_at_a_time(app):
    in_turn("TRN")
    agent = on_duty(an_agent("NCIR"))
    board = at_the_desk(app, an_admin(), "/agent/duty")

    headings = [h.get_text() for h in board.page.select("main h2")]
    assert headings[0] == "Training and Communications"
    assert len(headings) == 10
    board.press(f"Switch off duty {agent.name}")
    assert not is_on_duty(agent)
    assert len(board.open("/agent/duty").follow("Next page").page.select("main h2")) == 1


def test_the_board_takes_as_many_statements_for_many_as_for_few(app):
    in_turn()
    lead, seen = a_lead("ENR"), []
    for more in (1, 6):
        for person in agents_on_duty(more):
            can(person, "es")
        a_stock(more)
        board = at_the_desk(app, lead)
        with statements() as asked:
            board.open("/agent/duty")
        seen.append(len(asked))

    assert seen[0] == seen[1] <= MOST


def test_somebody_without_a_team_is_told_what_will_be_there(app):
    agent, _other = an_agent("ENR"), an_agent("ENR")
    work_changed(agent, Work(agent.role, frozenset(), frozenset()), by=an_admin())

    assert "You work in no team" in at_the_desk(app, agent, "/agent/duty").text


def test_the_button_leads_back_to_this_desk_only(app):
    desk = at_the_desk(app, an_agent("ENR"))
    key = desk.values("Go on duty")["csrf_token"]

    desk.post("/agent/duty", {"csrf_token": key, "duty": "on", "next": "https://elsewhere.example.org/"})

    assert desk.path == "/agent/duty"


def test_an_agent_begins_with_a_case_that_the_desk_has_given_them(app):
    in_turn()
    (agent,) = agents_on_duty(1)
    case = a_case(agent=agent)
    page = on_case(app, agent, case)
    assert "This case was given to you." in page.text
    assert f"Given to {agent.name}: alone on duty" in page.text

    page.press("Begin")

    assert f"You have begun with {case.number}." in page.text
    assert (page.has_button("Begin"), "You have this case." in page.text) == (False, True)


def test_a_colleague_sees_who_was_given_the_case_and_nothing_to_press(app):
    in_turn()
    (agent,) = agents_on_duty(1)

    page = on_case(app, an_agent("ENR"), a_case(agent=agent))

    assert f"{agent.name} has this case." in page.text
    assert (page.has_button("Begin"), page.has_button("Take")) == (False, False)
