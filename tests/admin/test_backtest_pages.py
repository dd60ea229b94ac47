"""The pages of back-tests: asking, watching without a script, cancelling, and what was found."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import jobs
from helpdesk.cases.jobs import Told
from helpdesk.routing import backtests
from helpdesk.routing.models import BacktestState
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import at_the_desk
from tests.routing.drafts import begun, drafted, save
from tests.routing.past import ALL_TO_INV, a_backtest, claimed, copies_of, the
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


@pytest.mark.both_databases
def test_the_last_90_days_are_replayed_by_the_draft_unless_said_otherwise(app: Flask) -> None:
    editor = begun()
    save(ALL_TO_INV, by=editor)
    window = on_the_list(app, reader := an_admin())
    assert window.values("Replay these days")["rules"] == "draft"

    window.press("Replay these days")

    job = the(1)
    assert (window.path, window.h1) == (f"{PAGE}/1", "Back-test 1")
    assert (job.rules, job.asker.id, job.of_version) == (drafted().rules, reader.id, None)
    assert (job.since, job.until) == (MONDAY_9_AM - timedelta(days=90, hours=10), MONDAY_9_AM + timedelta(hours=15))
    assert "A draft upon version 1" in window.text
    assert "Sep 1, 2026 to Nov 30, 2026" in window.text


@pytest.mark.both_databases
def test_an_older_version_and_other_days_can_be_chosen(app: Flask) -> None:
    window = on_the_list(app)
    window.press("Replay these days", rules="1", since="2026-11-01", until="2026-11-07")

    job = the(1)
    assert (job.of_version, job.base_version) == (1, 1)
    assert job.until - job.since == timedelta(days=7, hours=1)  # the clocks went back
    assert "Nov 1, 2026 to Nov 7, 2026" in window.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-11-02", "until": "2026-11-01"}, "The last day must not come before the first one."),
        ({"since": ""}, "Enter a date, such as 2027-01-04."),
        ({"since": "soon"}, "Not a valid date value."),
        ({"since": "1000-01-01"}, "Enter a later day."),
        ({"rules": "draft"}, "Not a valid choice."),
        ({"rules": "99"}, "Not a valid choice."),
    ],
)
def test_what_makes_no_sense_is_not_queued(app: Flask, asked: dict[str, str], said: str) -> None:
    window = on_the_list(app).press("Replay these days", **asked)

    assert (window.status, said in window.text) == (422, True)
    assert "What is replayed is listed here for 90 days." in window.text


def test_a_second_press_leads_to_the_one_that_waits(app: Flask) -> None:
    window = on_the_list(app)
    form = window.shown
    window.press("Replay these days")

    window.go_back_to(form).press("Replay these days")

    assert window.path == f"{PAGE}/1"


@pytest.mark.both_databases
def test_while_it_runs_the_page_says_how_far_it_is_and_opens_again_by_a_link(app: Flask) -> None:
    number = a_backtest()
    window = on_its_page(app, number)
    assert "It waits for its turn." in window.text
    assert claimed(number, HOLDER)
    with transaction():
        backtests.report(number, holder=HOLDER, done=12_500, total=100_000, at=clock.now())

    window.follow("Refresh")

    bar = window.page.select_one("progress")
    assert "12,500 of 100,000 cases, 12 %" in window.text
    assert (bar["value"], bar["max"], bar["aria-label"]) == ("12500", "100000", "Cases done")
    assert window.page.select_one("[role=status][data-said]") is not None
    assert window.page.select_one("meta[http-equiv]") is None
    answer = window.client.get(f"{PAGE}/{number}/progress").get_json()
    assert answer == {"done": 12_500, "total": 100_000, "words": "12,500 of 100,000 cases, 12 %", "is_over": False}


@pytest.mark.both_databases
def test_it_is_canceled_with_a_button(app: Flask) -> None:
    copies_of(a_case(), 1000)
    number = a_backtest()
    assert claimed(number, HOLDER)
    window = on_its_page(app, number)

    window.press("Cancel it")

    assert "It is being canceled." in window.text
    assert not window.has_button("Cancel it")
    assert jobs.run_backtest(number, holder=HOLDER) is BacktestState.CANCELED
    assert "It was canceled" in window.open(f"{PAGE}/{number}").text
    assert window.client.get(f"{PAGE}/{number}/progress").get_json()["is_over"]
    window.press("Run it again")
    assert (window.path, the(number + 1).state) == (f"{PAGE}/{number + 1}", BacktestState.QUEUED)


def test_what_is_over_is_not_canceled(app: Flask) -> None:
    number = a_backtest()
    window = on_its_page(app, number)
    run(number)

    assert "It was over already." in window.press("Cancel it").text
    assert the(number).state is BacktestState.DONE


def test_a_process_that_says_nothing_is_seen_before_it_is_given_up_and_run_again_after(app: Flask) -> None:
    number = a_backtest()
    assert claimed(number, HOLDER)
    with clock.at(MONDAY_9_AM + timedelta(minutes=2)):
        window = on_its_page(app, number)
        assert "Nothing has been heard of it for a minute" in window.text
        with transaction():
            backtests.give_up_the_dead(at=clock.now())
        window.open(f"{PAGE}/{number}")

        assert "The process that ran it has ended without a word." in window.text
        window.press("Run it again")
    assert the(number + 1).rules == the(number).rules


def test_what_nobody_begins_leads_to_the_health_of_the_desk(app: Flask) -> None:
    number = a_backtest()
    with clock.at(MONDAY_9_AM + timedelta(minutes=2)):
        window = on_its_page(app, number)

        assert "It should have begun by now" in window.text
        assert window.follow("Health of the desk").status == 200


@pytest.mark.both_databases
def test_the_list_says_what_became_of_each(app: Flask) -> None:
    a_case()
    done, put_back = run(a_backtest(by=an_admin(first_name="Grace"))), a_backtest()
    assert claimed(put_back, HOLDER)
    jobs.run_backtest(put_back, holder=HOLDER, told=lambda: Told.LEAVE)

    listed = texts(on_the_list(app), "#list li")

    assert listed[0].startswith(f"Back-test {put_back} : A file, from the command line, Nov 29, 2026 to ")
    assert listed[0].endswith("Waits for its turn")
    assert listed[1].startswith(f"Back-test {done} : A draft upon version 1")
    assert "asked for by Grace" in listed[1]
    assert listed[1].endswith("1 of 1 cases would go elsewhere")


def test_many_are_listed_page_by_page(app: Flask) -> None:
    for _ in range(23):
        a_backtest()
    window = on_the_list(app)
    assert len(texts(window, "#list li")) == 20

    window.follow("Older back-tests")

    assert len(texts(window, "#list li")) == 3
    window.follow("Newest back-tests")
    assert len(texts(window, "#list li")) == 20


def test_leads_may_and_agents_may_not(app: Flask) -> None:
    number = a_backtest()

    assert on_its_page(app, number, a_lead()).status == 200
    assert on_its_page(app, number, an_agent()).status == 403


def test_what_is_not_there_does_not_exist(app: Flask) -> None:
    number = a_backtest()
    window = on_the_list(app)

    for path in (f"{PAGE}/99", f"{PAGE}/99/progress", f"{PAGE}/{number}/cases", f"{PAGE}/{number}/load/INV"):
        assert window.open(path).status == 404
    token = window.open(PAGE).values("Sign out")["csrf_token"]
    for act in ("cancel", "again"):
        assert window.post(f"{PAGE}/99/{act}", {"csrf_token": token}).status == 404


def test_the_history_of_the_rules_says_what_was_found(app: Flask) -> None:
    a_case()
    run(a_backtest(by=an_admin()))

    assert "1 of 1 cases would have gone elsewhere." in on_the_list(app).open("/admin/rules/history").text
