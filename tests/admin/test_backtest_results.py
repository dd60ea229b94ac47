"""What a back-test has found, on its page."""

from flask import Flask

from helpdesk.accounts.models import User
from helpdesk.cases import jobs
from tests.case_factories import a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_the_desk
from tests.routing.drafts import begun, save
from tests.routing.examples import TRIAGE, a_rule
from tests.routing.past import ALL_TO_INV, a_backtest, claimed, copies_of, moved_by
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

PAGE = "/admin/rules/backtests"
HOLDER = "a process"


def on_the_list(app: Flask, reader: User | None = None) -> Visitor:
    """Somebody who leads, on the list of back-tests."""
    return at_the_desk(app, reader or a_lead(), PAGE)


def on_its_page(app: Flask, number: int, reader: User | None = None) -> Visitor:
    """The same on the page of a back-test."""
    return at_the_desk(app, reader or a_lead(), f"{PAGE}/{number}")


def run(number: int) -> int:
    """Run a back-test to its end, in this process."""
    assert claimed(number, HOLDER)
    jobs.run_backtest(number, holder=HOLDER)
    return number


def texts(window: Visitor, selector: str) -> list[str]:
    """What the elements say."""
    return [" ".join(element.get_text(" ").split()) for element in window.page.select(selector)]


def rows(window: Visitor, section: str = "main") -> list[list[str]]:
    """What the rows of the tables of a section say."""
    found = window.page.select(f"{section} tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in found]


@postgresql_in_the_long_run
def test_the_result_is_told_in_words_and_in_tables(app: Flask) -> None:
    agent = an_agent("ENR")
    right, left = a_case(agent=agent), a_case(agent=agent)
    a_case(topic="INV-ADJ", agent=an_agent("INV"))
    moved_by(agent, right, "INV")
    rules = [a_rule("to-inv", title="All to INV", when="always", then={"team": "INV", "priority_at_least": "P2"}), TRIAGE]

    window = on_its_page(app, run(a_backtest(rules)), an_admin())

    for sentence in (
        "Of 3 cases, 2 (67 %) would have gone to another team.",
        "Agents have moved 1 case by hand. Of these, the rules send 1 at once where agents took them",
        "1 case would have gone elsewhere though no agent has moved it",
        "3 would have been more urgent, 0 less urgent.",
    ):
        assert sentence in window.text
    assert rows(window, "#teams") == [["Provider Enrollment ENR", "0", "2"]]
    assert window.page.select_one("#teams abbr")["title"] == "Inventory and Accountability"
    assert [row[:4] for row in rows(window, "#load")] == [
        ["Inventory and Accountability", "1", "3", "+2"],
        ["Provider Enrollment", "2", "0", "−2"],
    ]
    assert rows(window, "#load")[0][4] == "Week of Mon, Nov 30, 2026: 1, would be 3"
    assert rows(window, "#priorities") == [
        ["P1", "–", "–", "–", "–"],
        ["P2", "–", "–", "–", "–"],
        ["P3", "–", "3", "–", "–"],
        ["P4", "–", "–", "–", "–"],
    ]
    assert "P3 to P2, 3 cases: first response within 2 h instead of 8 h 45 min, resolution within 8 h 45 min" in window.text
    assert rows(window, "#cases") == [
        [
            right.number,
            "Provider Enrollment Provider enrollment",
            "Inventory and Accountability All to INV",
            "Inventory and Accountability",
        ],
        [left.number, "Provider Enrollment Provider enrollment", "Inventory and Accountability All to INV", "–"],
    ]
    assert "Every case is decided by what was known when it came in" in window.text
    assert window.follow(left.number).status == 200
    window.open(f"{PAGE}/1").follow("Inventory and Accountability")
    assert rows(window) == [["Week of Mon, Nov 30, 2026", "1", "3", "+2"]]


def test_every_table_can_be_read_without_sight_of_it(app: Flask) -> None:
    a_case()
    window = on_its_page(app, run(a_backtest()))

    tables = window.page.select("table")
    assert len(tables) == 3
    assert all(table.find("caption") and table.select("thead th[scope=col]") for table in tables)
    assert all(row.select_one("th[scope=row]") for table in tables for row in table.select("tbody tr"))
    assert all(cell.get("data-label") for cell in window.page.select("tbody td"))


def test_moved_cases_are_listed_page_by_page(app: Flask) -> None:
    copies_of(a_case(), 59)
    window = on_its_page(app, run(a_backtest()))
    assert len(rows(window, "#cases")) == 10

    window.follow("Read them all (60)")

    assert (len(rows(window)), "1 to 50 of 60" in window.text) == (50, True)
    window.follow("More cases")
    assert (len(rows(window)), "51 to 60 of 60" in window.text) == (10, True)
    window.follow("Cases before")
    assert "1 to 50 of 60" in window.text
    assert "51 to 60 of 60" in window.open(f"{PAGE}/1/cases?start=9999").text


def test_more_cases_than_are_listed_are_said_to_be(app: Flask) -> None:
    copies_of(a_case(), 520)
    window = on_its_page(app, run(a_backtest()))

    window.follow("Read the first 500 of 521")

    assert "521 in all, of which the first are listed" in window.text


def test_rules_that_change_nothing_are_said_to(app: Flask) -> None:
    a_case()
    same = [a_rule("all-to-enr", when="always", then={"team": "ENR"}), TRIAGE]

    window = on_its_page(app, run(a_backtest(same)))

    assert "Of 1 case, none would have gone to another team." in window.text
    assert "None would have had another priority." in window.text
    assert window.page.select("table") == []
    assert "No case would have gone elsewhere" in window.open(f"{PAGE}/1/cases").text
    assert window.open(f"{PAGE}/1/load/NO-SUCH").status == 404


def test_a_result_of_a_draft_that_has_changed_since_says_so(app: Flask) -> None:
    editor = begun()
    save(ALL_TO_INV, by=editor)
    window = on_the_list(app, editor).press("Replay these days")
    run(1)
    assert "The draft says something else by now" not in window.open(f"{PAGE}/1").text

    save([TRIAGE], by=editor)

    assert "The draft says something else by now" in window.open(f"{PAGE}/1").text
