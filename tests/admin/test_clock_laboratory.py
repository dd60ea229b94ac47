"""The clock laboratory: type an instant on a page or a command line, and see what the desk makes of it."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.hours import queries
from helpdesk.hours.edge_cases import EDGE_CASES
from helpdesk.hours.models import Closure
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent
from tests.visitor import Visitor


def explain(app, at="", add=""):
    """The page, as any of the staff sees it."""
    return Visitor(app).sign_in(an_agent()).open("/admin/clock-laboratory").press("Explain", at=at, add=add)


def facts(page, number=0):
    """What one finding says, by its labels."""
    rows = page.page.select("dl.facts")[number].find_all("div")
    return {row.dt.get_text(): " ".join(row.dd.get_text().split()) for row in rows}


def cli(app, *arguments):
    """What the command prints."""
    return app.test_cli_runner().invoke(args=["hours", "explain", *arguments])


def test_staff_may_look_and_providers_may_not(app):
    assert explain(app).h1 == "Clock laboratory"
    assert Visitor(app).sign_in(a_provider()).open("/admin/clock-laboratory").status == 403


def test_nothing_typed_explains_the_present(app):
    assert facts(explain(app))["Instant"] == "Mon, 2026-11-30 09:00:00-05:00 (2026-11-30 14:00:00Z in UTC)"


def test_an_open_instant_is_explained(app):
    page = explain(app, "2026-11-16 16:43:59")

    assert page.page.select_one("h2.panel-title").get_text() == "Open"
    assert facts(page) == {
        "Instant": "Mon, 2026-11-16 16:43:59-05:00 (2026-11-16 21:43:59Z in UTC)",
        "The desk is": "open: 16:43:59 lies within the hours of that day",
        "Closes": "Mon, 2026-11-16 16:45:00-05:00 (2026-11-16 21:45:00Z in UTC)",
        "A resolution made then": "is mailed Mon, 2026-11-16 16:44:59-05:00 (2026-11-16 21:44:59Z in UTC): "
        "it rests for 60 seconds, and then the desk is open",
        "Schedule": "from Fri, Jan 1, 2021: Monday to Friday, 8 a.m. to 4:45 p.m.",
        "Closure": "none on that day",
        "Calendar version": str(queries.calendar_version()),
    }


@pytest.mark.parametrize(
    ("at", "why", "opens"),
    [
        ("2026-11-16T16:45", "closed: 16:45:00 lies outside the hours of that day", "Tue, 2026-11-17 08:00:00-05:00"),
        ("2026-11-21T12:00:00Z", "closed: no hours on a Saturday", "Mon, 2026-11-23 08:00:00-05:00"),
        ("2026-11-26 12:00", "closed for Thanksgiving", "Mon, 2026-11-30 08:00:00-05:00"),
        ("2027-03-12T17:00:00-05:00", "closed: 17:00:00 lies outside the hours of that day", "Mon, 2027-03-15 08:00:00-04:00"),
    ],
)
def test_a_closed_instant_says_why_and_when_the_desk_opens(app, at, why, opens):
    said = facts(explain(app, at))

    assert (said["The desk is"], said["Opens next"].split(" (")[0]) == (why, opens)
    assert said["A resolution made then"].startswith(f"is mailed {opens}")


def test_the_closure_that_applies_is_named_and_delays_the_mail(app):
    said = facts(explain(app, "2026-11-26 12:00"))

    assert said["Closure"] == "Thu, Nov 26, 2026, all day: Thanksgiving"
    assert said["A resolution made then"].endswith("it rests for 60 seconds, and then the desk is closed for Thanksgiving")


def test_a_desk_closed_day_after_day_is_not_said_to_open_or_to_mail(app):
    with transaction():
        for number in range(3 * 366):
            on = date(2028, 6, 1) + timedelta(days=number)
            db.session.execute(sa.delete(Closure).where(Closure.closed_on == on))
            db.session.add(Closure(closed_on=on, closed_from=time(0), reason="Flood", created_at=clock.now()))
    page = explain(app, "2028-06-01 10:00", "4 h")
    said = facts(page)

    never = "So much service time never passes: the desk does not open again."
    assert never in page.text
    assert cli(app, "2028-06-01 10:00", "--add", "4 h").output.splitlines()[-1] == never
    assert said["Opens next"] == "not within two years"
    assert said["A resolution made then"] == "is not mailed: no opening of the desk is in sight"


def test_a_wall_time_that_comes_twice_is_answered_twice(app):
    page = explain(app, "2026-11-01 01:30")

    assert "The clocks of America/New_York show this time twice on that day, because they go back. Both are below." in page.text
    assert [facts(page, number)["Instant"] for number in (0, 1)] == [
        "Sun, 2026-11-01 01:30:00-04:00 (2026-11-01 05:30:00Z in UTC)",
        "Sun, 2026-11-01 01:30:00-05:00 (2026-11-01 06:30:00Z in UTC)",
    ]


def test_a_wall_time_that_never_comes_is_said_not_to_exist(app):
    page = explain(app, "2027-03-14 02:30")

    assert "never show this time on that day: they go forward and skip it." in page.text
    assert page.page.select("dl.facts") == []


def test_added_service_time_lists_what_was_counted(app):
    page = explain(app, "2026-11-25 16:00", "10 h")

    assert "10 h of service time later Tue, 2026-12-01 08:30:00-05:00" in page.text
    assert [row.get_text() for row in page.page.select(".counted li")] == [
        "2026-11-25 16:00:00-05:00 to 2026-11-25 16:45:00-05:00: 45 min",
        "2026-11-30 08:00:00-05:00 to 2026-11-30 16:45:00-05:00: 8 h 45 min",
        "2026-12-01 08:00:00-05:00 to 2026-12-01 08:30:00-05:00: 30 min",
    ]


def test_the_last_millionth_of_a_second_is_not_rounded_away(app):
    page = explain(app, "2026-11-16 16:44:00.000001", "1 h")

    assert page.page.select_one(".counted li").get_text().endswith(": 0 min 59.999999 s")


@pytest.mark.parametrize(
    ("at", "add", "problem"),
    [
        ("yesterday", "", "Enter a date and a time, such as 2026-11-27 16:44:59, between 1990 and 2199."),
        ("0001-01-01", "", "Enter a date and a time, such as 2026-11-27 16:44:59, between 1990 and 2199."),
        ("2026-11-16", "soon", "Enter a length such as 4 h, 1 h 30 min or 45 s, up to 500 h."),
        ("2026-11-16", "501 h", "Enter a length such as 4 h, 1 h 30 min or 45 s, up to 500 h."),
    ],
)
def test_what_cannot_be_read_is_said_with_what_was_typed(app, at, add, problem):
    page = explain(app, at, add)

    assert (page.status, page.page.select_one(".error-summary a").get_text()) == (422, problem)
    assert {name: page.values("Explain")[name] for name in ("at", "add")} == {"at": at, "add": add}


def test_the_page_shows_the_table_that_the_tests_run(app):
    rows = explain(app).page.select(".edge-cases tbody tr")

    assert [row.th.contents[0].strip() for row in rows] == [str(case.name) for case in EDGE_CASES]
    assert {row.strong.get_text() for row in rows} == {"as expected"}
    assert "mail leaves 2026-11-17 08:00:00-05:00" in rows[4].get_text()


def test_the_command_says_the_same(app):
    said = cli(app, "2026-11-26T12:00:00", "--add", "9 h").output.splitlines()

    assert said[1] == "The desk is: closed for Thanksgiving"
    assert said[-3:] == [
        "9 h of service time later: Tue, 2026-12-01 08:15:00-05:00 (2026-12-01 13:15:00Z in UTC)",
        "  2026-11-30 08:00:00-05:00 to 2026-11-30 16:45:00-05:00: 8 h 45 min",
        "  2026-12-01 08:00:00-05:00 to 2026-12-01 08:15:00-05:00: 15 min",
    ]


def test_the_command_answers_twice_or_not_at_all_where_clocks_change(app):
    assert cli(app, "2026-11-01 01:30").output.count("Instant:") == 2
    never = cli(app, "2027-03-14 02:30")
    assert (never.exit_code, never.output.count("\n")) == (0, 1)


@pytest.mark.parametrize("arguments", [("tomorrow",), ("2026-11-16", "--add", "a while")])
def test_the_command_refuses_what_it_cannot_read(app, arguments):
    refused = cli(app, *arguments)

    assert (refused.exit_code, "such as" in refused.output) == (2, True)
