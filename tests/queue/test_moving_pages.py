"""An agent moves a case to another team: says why, is told who will have it, and can take it back."""

import pytest

from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.models import Case, Event, EventKind, Status
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_once, on_case
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
LINK, REASON, DO_IT = "Move it to another team", "Wrong topic chosen", "Move it"


def about_to_move(app, agent: User, case: Case, team: str = "NCIR") -> Visitor:
    """This person, asked whether to move the case."""
    return on_case(app, agent, case).follow(LINK).press(REASON, team=team)


def moves(case: Case) -> list[Event]:
    db.session.rollback()
    return [event for event in case.events if event.kind is EventKind.MOVED]


def test_one_tap_says_why_and_the_page_says_who_will_have_it_before_anything_is_moved(app):
    agent, there = an_agent("ENR"), a_lead("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)

    asked = about_to_move(app, agent, case)

    for words in (
        "NCIR Support will have it",
        f"Who works there: {there.name}.",
        "You have it now, and will not have it any more.",
        "You will not see it any more, because you do not work there.",
        "Why: wrong topic chosen",
    ):
        assert words in asked.text
    assert (moves(case), case.team.code) == ([], "ENR")

    asked.press(DO_IT, note="It is about the registry.")
    (moved,) = moves(case)
    assert (case.team.code, moved.new["reason"], moved.new["why"]) == ("NCIR", "wrong_topic", "It is about the registry.")
    assert "NCIR Support has it now" in asked.text


def test_whoever_sees_it_no_more_can_take_it_back_and_only_until_somebody_goes_on(app):
    agent, there = an_agent("ENR"), an_agent("NCIR")
    case = a_case(status=Status.OPEN, agent=agent)
    visitor = about_to_move(app, agent, case).press(DO_IT)
    address = visitor.path
    assert Visitor(app).sign_in(agent).open(f"/agent/cases/{case.number}").status == 404

    visitor.press("Move it back to Provider Enrollment")
    db.session.rollback()
    assert (case.team.code, case.assignee_id, visitor.path) == ("ENR", agent.id, f"/agent/cases/{case.number}")

    visitor.follow(LINK).press(REASON, team="NCIR").press(DO_IT)
    with transaction():
        commands.take(case, by=db.session.get_one(User, there.id))
    visitor.press("Move it back to Provider Enrollment")
    assert visitor.status == 404, "it is a case of strangers by now"
    assert visitor.open(address).status == 404


def test_who_still_sees_it_opens_it_from_there(app):
    admin, case = an_admin(), a_case()
    an_agent("NCIR")

    visitor = about_to_move(app, admin, case).press(DO_IT)

    assert "You will not see it" not in visitor.text
    assert visitor.follow("Open the case").h1 == case.subject
    assert f"{admin.name} moved it from Provider Enrollment to NCIR Support: wrong topic chosen" in visitor.text


def test_a_team_is_chosen_before_the_reason_counts(app):
    an_agent("NCIR")
    visitor = on_case(app, an_agent("ENR"), a_case()).follow(LINK).press(REASON)

    assert (visitor.status, "Choose the team." in visitor.text) == (422, True)


def test_a_team_that_emptied_meanwhile_is_refused_by_name(app):
    there, case = an_agent("NCIR"), a_case()
    visitor = about_to_move(app, an_agent("ENR"), case)
    with transaction():
        db.session.get_one(User, there.id).deactivated_at = MONDAY_9_AM

    visitor.press(DO_IT)

    assert visitor.status == 409
    assert "Nobody works in NCIR Support right now. Choose another team." in visitor.text
    assert moves(case) == []


def test_what_happened_meanwhile_is_shown_and_the_note_is_kept(app):
    case, colleague = a_case(), an_agent("ENR")
    an_agent("NCIR")
    visitor = about_to_move(app, an_agent("ENR"), case)
    with transaction():
        commands.take(case, by=colleague)

    visitor.press(DO_IT, note="It is about the registry.")

    assert (visitor.status, moves(case)) == (409, [])
    assert f"{colleague.name} took the case" in visitor.page.select_one(".notice-warn").get_text()
    assert f"{colleague.name} has it now, and will not have it any more." in visitor.text
    assert visitor.values(DO_IT)["note"] == "It is about the registry."
    assert visitor.press(DO_IT).status == 200
    assert len(moves(case)) == 1


def test_two_who_move_it_in_the_same_moment_move_it_once(app):
    case = a_case()
    for team in ("NCIR", "INV"):
        an_agent(team)
    desks = [about_to_move(app, an_agent("ENR"), case, team) for team in ("NCIR", "INV")]

    at_once(*[lambda desk=desk: desk.press(DO_IT) for desk in desks])

    assert len(moves(case)) == 1
    assert sorted(desk.status for desk in desks) in ([200, 404], [200, 409])


def test_a_page_that_waited_too_long_comes_back_with_what_was_typed(app):
    agent, case = an_agent("ENR"), a_case()
    an_agent("NCIR")
    visitor = about_to_move(app, agent, case)
    visitor.client.delete_cookie("session")

    visitor.press(DO_IT, note="It is about the registry.").sign_in(agent).open(f"/agent/cases/{case.number}/reroute")

    assert "NCIR Support will have it" in visitor.text
    assert visitor.values(DO_IT)["note"] == "It is about the registry."


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_case_that_is_not_worked_on_offers_no_way(app, status):
    agent, case = an_agent("ENR"), a_case(status=status)

    visitor = on_case(app, agent, case)

    assert LINK not in visitor.text
    assert "It stays with its team." in visitor.open(f"/agent/cases/{case.number}/reroute").text


def test_routing_again_says_first_what_it_would_do(app):
    case, admin = a_case(), an_admin()
    an_agent("NCIR")
    visitor = on_case(app, admin, case).follow(LINK)
    assert "Version 1 of the rules says what holds already: Provider Enrollment, P3." in visitor.text

    publish(a_rule(title="Officers", when={"fact": "topic_group", "is": "ENR"}, then={"team": "NCIR"}))
    visitor.open(visitor.path)
    assert "By version 2 of the rules it goes to NCIR Support as P3, by the rule “Officers”." in visitor.text
    assert (case.team.code, visitor.press("Route it again").status) == ("ENR", 200)

    db.session.rollback()
    assert case.team.code == "NCIR"
    assert f"{case.number} is with NCIR Support now, as P3." in visitor.text
    assert f"{admin.name} routed it again: to NCIR Support as P3" in visitor.text
    assert "To NCIR Support, because topic group is Provider enrollment." in visitor.text


def test_routing_again_of_what_has_changed_is_refused(app):
    case, colleague = a_case(), an_agent("ENR")
    an_agent("NCIR")
    publish(a_rule(when="always", then={"team": "NCIR"}))
    visitor = on_case(app, an_agent("ENR"), case).follow(LINK)
    with transaction():
        commands.take(case, by=colleague)

    visitor.press("Route it again")

    assert (visitor.status, f"{colleague.name} took the case" in visitor.text) == (409, True)
