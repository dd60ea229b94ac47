"""Misrouted cases: by rule and answer, where agents moved them and why."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import moving, rerouting
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Case, Channel, System
from helpdesk.extensions import db
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_the_desk, statements
from tests.routing.past import moved_by
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

PAGE = "/admin/rules/misroutes"


def rows(window: Visitor) -> list[list[str]]:
    """What the rows of the table say."""
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in window.page.select("tbody tr")]


def the_report(app: Flask, reader: User | None = None, **asked: str) -> Visitor:
    """The report, for somebody who leads."""
    said = "&".join(f"{name}={value}" for name, value in asked.items())
    return at_the_desk(app, reader or a_lead(), f"{PAGE}?{said}")


def cases_of_two_rules() -> tuple[User, list[Case]]:
    """Three cases about enrollment and one about NCIR inventory, and an agent."""
    agent = an_agent("ENR")
    an_agent("NCIR")
    cases = [a_case(agent=agent, topic=topic) for topic in ("ENR-SECB", "ENR-SECB", "ENR-STOR")]
    return agent, [*cases, a_case(agent=agent, topic="INV-ADJ", system=System.NCIR)]


@postgresql_in_the_long_run
def test_it_counts_what_a_rule_sent_and_what_agents_moved_where_and_why(app: Flask) -> None:
    agent, (first, second, _third, inventory) = cases_of_two_rules()
    moved_by(agent, first, "NCIR")
    moved_by(agent, first, "INV", reason="other_skill")  # the last counts
    moved_by(agent, second, "NCIR", reason="wrong_rule")
    moved_by(agent, inventory, "INV")

    window = the_report(app)
    assert "Of 4 cases that came in on these days, agents have moved 3 (75 %) to another team by hand." in window.text
    found = rows(window)
    assert found[0][:3] == ["Provider enrollment", "Section B: location and coordinators", "2"]
    assert found[0][3].endswith("100 %")
    assert found[0][4] == ("Inventory and Accountability: 1 (needs another skill 1) NCIR Support: 1 (a rule sent it wrong 1)")
    assert [row[0] for row in found] == ["Provider enrollment", "Recipients, doses and inventory in NCIR"]


@postgresql_in_the_long_run
def test_a_move_on_the_page_of_a_case_counts_until_it_is_undone(app: Flask) -> None:
    agent, (first, *_others) = cases_of_two_rules()
    with transaction():
        moving.move(first, "NCIR", seen=first.version, by=agent, reason=MoveReason.WRONG_TOPIC)
    assert "agents have moved 1 (25 %)" in the_report(app).text

    with transaction():
        moving.undo(db.session.get_one(Case, first.id), by=agent)

    assert "Agents have moved no case by hand" in the_report(app).text


@postgresql_in_the_long_run
def test_a_move_says_nothing_of_what_was_decided_after_it(app: Flask) -> None:
    agent, (first, *_others) = cases_of_two_rules()
    admin = an_admin()
    with transaction():
        moving.move(first, "NCIR", seen=first.version, by=agent, reason=MoveReason.WRONG_TOPIC)
    with clock.at(MONDAY_9_AM + timedelta(minutes=5)):
        with transaction():
            case = db.session.get_one(Case, first.id)
            rerouting.route_again(case, seen=case.version, by=admin)

        assert "Of 5 cases that came in on these days, agents have moved 1 (20 %)" in the_report(app).text


@postgresql_in_the_long_run
def test_what_the_desk_moved_what_came_back_and_what_was_undone_is_not_misrouted(app: Flask) -> None:
    agent, (by_the_desk, back, undone, _other) = cases_of_two_rules()
    moved_by(None, by_the_desk, "SD")
    moved_by(agent, back, "NCIR")
    moved_by(agent, back, "ENR")
    moved_by(agent, undone, "NCIR")
    moved_by(agent, undone, "ENR", reason="undone")

    assert "Agents have moved no case by hand of the 4 that came in on these days." in the_report(app).text


@pytest.mark.parametrize(
    ("by", "answer"), [("system", "Enrollment Portal"), ("role", "Vaccine Coordinator (primary)"), ("channel", "Help ticket")]
)
@postgresql_in_the_long_run
def test_cases_of_a_rule_can_be_told_apart_by_other_answers(app: Flask, by: str, answer: str) -> None:
    agent, (first, *_others) = cases_of_two_rules()
    moved_by(agent, first, "NCIR")

    window = the_report(app, by=by)

    assert [row[:3] for row in rows(window)] == [["Provider enrollment", answer, "3"]]
    window.open(window.page.select_one("tbody td a")["href"])
    assert [row[0] for row in rows(window)] == [first.number]


@postgresql_in_the_long_run
def test_the_cases_behind_a_figure_are_listed_with_links(app: Flask) -> None:
    agent, (first, second, third, _inventory) = cases_of_two_rules()
    for case in (first, second, third):
        moved_by(agent, case, "NCIR")
    window = the_report(app, an_admin())

    window.open(window.page.select_one("tbody td a")["href"])

    assert "Rule “Provider enrollment”; Topic: Section B: location and coordinators" in window.text
    assert [[row[0], *row[2:]] for row in rows(window)] == [
        [case.number, "Provider Enrollment", "NCIR Support", "wrong topic chosen"] for case in (second, first)
    ]
    assert window.follow(second.number).status == 200


def test_only_the_days_asked_for_are_counted(app: Flask) -> None:
    agent, (first, *_others) = cases_of_two_rules()
    with clock.at(MONDAY_9_AM + timedelta(days=1)):
        moved_by(agent, first, "NCIR")
    with clock.at(MONDAY_9_AM + timedelta(days=30)):
        assert len(rows(the_report(app, since="2026-11-30", until="2026-11-30"))) == 1
        assert "No case came in on these days" in the_report(app, since="2026-12-01", until="2026-12-20").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-11-02", "until": "2026-11-01"}, "The last day must not come before the first one."),
        ({"since": "2020-11-02", "until": "2026-11-01"}, "Please choose at most a year."),
        ({"since": "1000-11-02", "until": "2026-11-01"}, "Enter a later day."),
        ({"since": "soon"}, "Not a valid date value."),
        ({"by": "weather"}, "Not a valid choice."),
    ],
)
def test_days_that_make_no_sense_are_refused(app: Flask, asked: dict[str, str], said: str) -> None:
    window = the_report(app, **asked)

    assert (window.status, said in window.text, rows(window)) == (422, True, [])


def test_the_last_day_that_there_is_can_be_asked_for(app: Flask) -> None:
    assert the_report(app, since="9999-12-31", until="9999-12-31").status == 200


@postgresql_in_the_long_run
def test_answers_and_rules_that_are_not_there_have_no_cases(app: Flask) -> None:
    window = the_report(app)
    for asked in ("rule=x&answer=y", "rule=x&answer=y&by=system", "", "by=role&answer=%00"):
        assert "No such case" in window.open(f"{PAGE}/cases?{asked}").text
    assert window.open(f"{PAGE}/cases?since=soon").status == 404


def test_it_is_one_statement_however_many_cases_there_are(app: Flask) -> None:
    agent, cases = cases_of_two_rules()
    window = the_report(app)
    with statements() as few:
        window.open(PAGE)
    for case in cases:
        moved_by(agent, case, "SD")
    a_case(agent=agent, channel=Channel.PHONE)

    with statements() as many:
        window.open(PAGE)

    assert len(many) == len(few)
    assert sum("routing_decisions" in statement for statement in many) == 1
