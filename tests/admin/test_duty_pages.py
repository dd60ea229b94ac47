"""How a team gives out its cases, and what somebody can do: chosen on a page, with a reason, and kept in the history."""

import pytest

from helpdesk.accounts import skills
from helpdesk.accounts.duty_models import Distribution
from tests.admin.desk_people import acts, an_administrator_at, page_of, team
from tests.duty_factories import agents_on_duty, can, handed_out, in_turn, now, on_duty, unfinished_of
from tests.factories import a_lead, a_provider, an_admin, an_agent
from tests.queue.cases import a_stock
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
CHANGE = "Change how cases are given out"


def test_an_administrator_lets_a_team_give_out_its_cases(app):
    (agent,) = agents_on_duty(1)
    a_stock(3)
    page = an_administrator_at(app, "/admin/teams/ENR")
    assert "Agents take cases themselves." in page.text

    page.follow(CHANGE).press("Save", distribution="round_robin", cap="2", reason="everybody gets the same")

    assert page.path == "/admin/teams/ENR"
    assert "Saved. 2 cases that waited have somebody now." in page.text
    assert "fewer than 2 unfinished cases" in page.text
    assert unfinished_of(agent) == 2
    found = team("ENR")
    assert (found.distribution, found.cap) == (Distribution.ROUND_ROBIN, 2)
    for before_and_after in (
        "agents take them",
        "most unfinished cases: 25",
        "in turn to those on duty",
        "most unfinished cases: 2",
    ):
        assert before_and_after in page.text
    assert "Reason: everybody gets the same" in page.text


@pytest.mark.parametrize("cap", ["0", "501", "-1", "two", "", "9" * 5000, "1.5"])
def test_a_cap_that_makes_no_sense_is_refused_and_stays_to_be_mended(app, cap):
    page = an_administrator_at(app, "/admin/teams/ENR/distribution")

    page.press("Save", distribution="round_robin", cap=cap, reason="more of them")

    assert page.status == 422
    assert page.values("Save")["cap"] == cap
    assert team("ENR").distribution is Distribution.TAKE


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"distribution": "lottery"}])
def test_a_way_without_a_reason_or_an_unknown_one_is_refused(app, wrong):
    page = an_administrator_at(app, "/admin/teams/ENR/distribution")

    page.press("Save", **{"distribution": "round_robin", "cap": "5", "reason": "a try", **wrong})

    assert (page.status, team("ENR").distribution) == (422, Distribution.TAKE)


def test_a_stale_page_changes_no_distribution(app):
    page = an_administrator_at(app, "/admin/teams/ENR/distribution")
    in_turn("ENR", cap=7)

    page.press("Save", distribution="take", cap="9", reason="as before")

    assert (page.status, page.values("Save")["cap"]) == (409, "9")
    assert "Cases now in turn to those on duty" in page.text
    assert team("ENR").cap == 7
    page.press("Save")
    assert (team("ENR").distribution, team("ENR").cap) == (Distribution.TAKE, 9)


def test_saving_the_same_again_leaves_no_entry(app):
    in_turn("ENR", cap=7)

    an_administrator_at(app, "/admin/teams/ENR/distribution").press("Save", reason="just to be sure")

    assert acts(in_team=team("ENR")) == ["distribution_changed"]


def test_the_page_of_a_team_says_who_is_on_duty_and_warns_while_nobody_is(app):
    in_turn()
    agent = can(an_agent("ENR"), "es")
    assert "Nobody is on duty: cases stay in the queue" in an_administrator_at(app, "/admin/teams/ENR").text

    on_duty(agent)

    page = an_administrator_at(app, "/admin/teams/ENR")
    member = next(row for row in page.page.select("#members li") if agent.name in row.get_text())
    assert "on duty since today" in " ".join(member.get_text().split())
    assert member.get_text().strip().endswith("es")
    assert "Nobody is on duty" not in page.text


def test_the_page_of_a_person_shows_duty_and_skills_and_an_administrator_changes_them(app):
    agent = on_duty(an_agent("ENR"))
    page = an_administrator_at(app, page_of(agent))
    assert "On duty since today" in page.text
    assert "Last given a case by the desk Not yet" in page.text

    page.follow("Change skills").press("Save", skills=" ES, cold chain ,es", reason="speaks it at home")
    assert (page.path, "Skills cold chain, es" in page.text) == (page_of(agent), True)
    page.press("Switch off duty")

    assert (page.path, "Duty Off duty" in page.text) == (page_of(agent), True)
    assert acts(of=agent) == ["created", "on_duty", "skills_changed", "off_duty"]
    assert "skills: cold chain, es" in page.text


def test_somebody_who_gets_a_skill_is_given_what_waited_for_it(app):
    in_turn()
    (agent,) = agents_on_duty(1)
    [case_id] = a_stock(1)
    handed_out(now(case_id), "es")

    page = an_administrator_at(app, page_of(agent, "/skills")).press("Save", skills="es")

    assert "Saved. 1 case that waited is theirs now." in page.text
    assert now(case_id).assignee_id == agent.id


def test_a_lead_sets_the_skills_of_their_people_from_the_board(app):
    lead, agent = a_lead("ENR"), an_agent("ENR")
    can(agent, "es"), can(a_lead("NCIR"), "hl7")
    board = Visitor(app).sign_in(lead).open("/agent/duty")

    page = board.follow(f"Change the skills of {agent.name}")
    assert "Somebody has these already: es, hl7." in page.text
    page.press("Save", skills="es, fr")

    assert page.path == "/agent/duty"
    assert skills.of(agent) == ("es", "fr")


@pytest.mark.parametrize("typed", [", ".join(f"skill {n}" for n in range(21)), "a" * 41])
def test_too_many_skills_and_whole_sentences_are_refused(app, typed):
    agent = an_agent("ENR")
    page = an_administrator_at(app, page_of(agent, "/skills"))

    page.press("Save", skills=typed)

    assert (page.status, page.values("Save")["skills"], skills.of(agent)) == (422, typed, ())


def test_a_stale_page_changes_no_skills_but_duty_makes_none_stale(app):
    agent = an_agent("ENR")
    first, second = (an_administrator_at(app, page_of(agent, "/skills")) for _ in range(2))
    on_duty(agent)
    first.press("Save", skills="es")

    second.press("Save", skills="fr")

    assert (first.path, second.status, "Skills now es" in second.text) == (page_of(agent), 409, True)
    assert skills.of(agent) == ("es",)


def test_no_skills_is_said_as_none_and_can_be_chosen(app):
    agent = can(an_agent("ENR"), "es")

    page = an_administrator_at(app, page_of(agent, "/skills")).press("Save", skills="")

    assert ("Skills None" in page.text, skills.of(agent)) == (True, ())


def test_the_page_of_a_provider_says_nothing_of_duty_and_there_are_no_skills(app):
    provider, admin = a_provider(), an_admin()

    page = an_administrator_at(app, page_of(provider), admin)

    assert "Duty and skills" not in page.text
    assert page.open(page_of(provider, "/skills")).status == 404
