"""The page that explains a decision: every rule, why not another one, what would change it; for whoever sees the case."""

import pytest

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import moving, rerouting
from helpdesk.cases.choices import System
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.routing.models import RoutingDecision
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import an_admin, an_agent
from tests.queue.cases import at_the_desk, on_case, statements
from tests.routing.examples import a_rule, publish
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

pytestmark = postgresql_in_the_long_run
MOST_STATEMENTS = 12
LARGEST = 60_000  # bytes of HTML


@pytest.fixture(autouse=True)
def monday_morning():
    with clock.at(MONDAY_9_AM):
        yield


def explained(app, case: Case, agent: User | None = None) -> Visitor:
    return at_the_desk(app, agent or an_admin(), f"/agent/cases/{case.number}/decision")


def section(visitor: Visitor, title: str) -> str:
    """What one part of the page says."""
    return " ".join(visitor.page.find(attrs={"aria-labelledby": title}).get_text(" ").split())


def test_the_case_leads_there_and_back(app):
    case = a_case()
    visitor = on_case(app, an_agent("ENR"), case).follow("Every rule, and what would change it")

    assert "To Provider Enrollment, because topic group is Provider enrollment." in visitor.text
    assert "by version 1 of the rules, and kept as it was." in visitor.text
    assert visitor.follow(f"Case {case.number}").h1 == case.subject


def test_every_rule_stands_there_with_what_it_asked_and_what_it_did(app):
    rules = explained(app, a_case(topic="TMP-EXC", agent=an_agent("VMGT"))).page.select(".rules > li")

    assert len(rules) == 26
    first = " ".join(rules[0].get_text(" ").split())
    assert first.startswith("Vaccine out of temperature, or the equipment failed : Decided · Team: Vaccine Management")
    assert "Attach the macro M2 “Temperature excursion: first steps”" in first
    assert "topic is Temperature excursion or Storage unit, data logger or power failure: true (Temperature excursion)" in first
    assert "Not asked" in rules[1].get_text()


def test_what_was_known_stands_there_but_for_what_somebody_wrote(app):
    facts = section(explained(app, a_case(description="A zebra stands in our freezer room.")), "facts-title")

    assert "system Enrollment Portal" in facts
    assert "zebra" not in facts


def test_of_any_rule_it_answers_why_not(app):
    visitor = explained(app, a_case()).follow("Why not this one? Recipients, doses and inventory in NCIR")

    answer = section(visitor, "why-not-title")
    assert answer.startswith("Why not “Recipients, doses and inventory in NCIR”? It did not fit:")
    assert "It wants that the system is NCIR; the case says Enrollment Portal." in answer
    assert visitor.page.select(".rules > li"), "the table stays"


def test_it_says_what_one_other_answer_would_change(app):
    told = section(explained(app, a_case(topic="INV-ADJ", agent=an_agent("INV"))), "what-if-title")

    assert "If the system were NCIR, it would go to NCIR Support as P3." in told
    assert "If the urgency were “Vaccine is at risk right now”, it would go to Vaccine Management as P1." in told


def test_asked_for_a_team_it_says_what_would_take_it_there_with_two_answers_at_most(app):
    visitor = explained(app, a_case()).press("Show", to="VMGT")

    told = section(visitor, "what-if-title")
    assert "If the urgency were “Vaccine is at risk right now”, it would go to Vaccine Management as P1." in told
    assert "Two other answers, of which neither is enough" in told
    assert "Spoiled by temperature, it would go to Vaccine Management as P2." in told
    assert "NCIR Support" not in told.replace("Team", "").split("One other answer")[1]


def test_a_decision_that_was_made_again_stands_beside_the_first(app):
    case, admin = a_case(), an_admin()
    an_agent("NCIR")
    publish(a_rule(title="Officers", when={"fact": "topic_group", "is": "ENR"}, then={"team": "NCIR"}))
    with transaction():
        rerouting.route_again(case, seen=case.version, by=admin)

    visitor = explained(app, case, admin)
    assert "by version 2 of the rules" in visitor.text
    visitor.follow("Decision of Mon, Nov 30, 9:00 a.m. ET, version 1: Provider Enrollment, P3")
    assert "by version 1 of the rules" in visitor.text
    assert "by version 1 of the rules" in visitor.follow("Why not this one? Employer Portal").text


def test_a_case_that_went_on_says_so(app):
    case, admin = a_case(), an_admin()
    an_agent("NCIR")
    with transaction():
        moving.move(case, "NCIR", seen=case.version, by=admin, reason=MoveReason.WRONG_RULE)

    assert "The case went on to another team after that: see its timeline." in explained(app, case, admin).text


def test_only_who_sees_the_case_sees_it_and_without_a_decision_there_is_no_page(app):
    case = a_case()
    address = f"/agent/cases/{case.number}/decision"

    assert at_the_desk(app, an_agent("INV"), address).status == 404
    assert Visitor(app).sign_in(case.requester).open(address).status == 403
    with transaction():
        db.session.execute(db.delete(RoutingDecision))
    assert at_the_desk(app, an_agent("ENR"), address).status == 404


@pytest.mark.parametrize("query", ["why-not=nothing", "to=NO", "made=99999999999", "from=0", "from=9999", "from=x&to=&made="])
def test_what_makes_no_sense_in_the_address_is_left_aside(app, query):
    case = a_case()

    assert at_the_desk(app, an_agent("ENR"), f"/agent/cases/{case.number}/decision?{query}").status == 200


def test_two_hundred_rules_stand_on_several_pages_none_of_them_too_large(app):
    when = {"all": [{"fact": "system", "is": "ncir"}, {"fact": "topic_group", "is_one_of": ["REC", "INV", "ACC"]}]}
    publish(*(a_rule(f"rule-{n}", title=f"The rule with the number {n}", when=when) for n in range(199)))
    case = a_case(topic="GEN-OTHER", system=System.CVMS, agent=an_agent("SD"))
    visitor, number = at_the_desk(app, an_admin()), case.number

    with statements() as asked:
        visitor.open(f"/agent/cases/{number}/decision")
    sizes = [len(visitor.html)]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
    assert len(visitor.page.select(".rules > li")) == 50
    visitor.follow("Further rules of 200")
    assert visitor.page.select_one(".rules")["start"] == "51"
    assert len(visitor.page.select(".rules > li")) == 50
    assert max(*sizes, len(visitor.html)) < LARGEST
    assert visitor.follow("Why not this one? The rule with the number 75").page.select_one(".rules")["start"] == "51"
