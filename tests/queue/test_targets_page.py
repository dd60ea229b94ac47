"""The page on which agents read how due times come about, day by day."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.cases import commands, correcting, holding
from helpdesk.cases.correcting import Correction
from helpdesk.cases.kinds import CorrectionReason, HoldReason
from helpdesk.cases.models import ResolutionCode, Status
from helpdesk.hours import commands as hours
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case
from tests.cases.waiting_jobs import DAYS
from tests.factories import an_agent
from tests.queue.cases import at_the_desk, on_case


def test_every_due_time_shows_its_sum_and_why_the_rest_did_not_count(app):
    agent = an_agent("ENR")
    with clock.at(FRIDAY_7_PM), transaction():
        hours.close((DAYS[5]).date(), reason="Snow", at=clock.now())
    with clock.at(FRIDAY_7_PM):
        case = a_case(agent=agent)
    with clock.at(DAYS[6]):
        visitor = on_case(app, agent, case).follow("How the due times come about")

    rows = [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in visitor.page.select("tbody tr")]
    assert "First response: running" in visitor.text
    assert rows[:4] == [
        ["Fri, Dec 4, 2026", "nothing", "0 min", "0 min", "night: the desk is closed"],
        ["Sat, Dec 5, 2026 to Sun, Dec 6, 2026", "nothing", "0 min", "0 min", "no service on this day of the week"],
        ["Mon, Dec 7, 2026", "nothing", "0 min", "0 min", "closed: Snow"],
        ["Tue, Dec 8, 2026", "8 a.m. to 4:45 p.m.", "8 h 45 min", "8 h 45 min", "night: the desk is closed"],
    ]
    assert [row[0] for row in rows[-2:]] == ["Wed, Dec 9, 2026 (to come)", "Thu, Dec 10, 2026 (to come)"]


def test_a_clock_that_is_paused_or_met_says_so(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    for at, by, said in ((DAYS[1], agent, "Who?"), (DAYS[3], case.requester, "Dana."), (DAYS[4], agent, "And who else?")):
        with clock.at(at), transaction():
            commands.reply(case, by=by, body=said, wait=by is agent)

    with clock.at(DAYS[4]):
        visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/targets")

    headings = [" ".join(h.get_text().split()) for h in visitor.page.select("h2")]
    whys = [row.select("td")[-1].get_text() for row in visitor.page.select("tbody tr")]
    assert whys[0] == "it had not begun; night: the desk is closed"
    assert "it had ended; night: the desk is closed" in whys
    assert whys[-1] == "paused: it is somebody else's turn; night: the desk is closed"
    assert {"First response: met", "Next update: paused", "Resolution: paused"} <= set(headings)
    assert "paused: it was somebody else's turn" in visitor.text
    assert "It ran 2 times" in visitor.text


def sum_of(visitor, target: str) -> list[tuple[str, str, str, str]]:
    """The rows of a sum that counted something: day, time, sum, and why the rest did not count."""
    rows = visitor.page.select(f"#sum-{target} ~ table")[0].select("tbody tr")
    cells = [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in rows]
    return [(day, time, total, why) for day, what, time, total, why in cells if what != "nothing"]


def test_the_sum_of_a_clock_that_is_over_ends_when_it_was_due_and_goes_on_as_over(app):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    with clock.at(MONDAY_9_AM + timedelta(days=4, hours=1)), transaction():
        commands.reply(case, by=agent, body="Who is your back-up coordinator?", wait=True)
    answered = MONDAY_9_AM + timedelta(days=8)
    with clock.at(answered), transaction():
        commands.reply(case, by=case.requester, body="It is Luis.")

    with clock.at(answered + timedelta(hours=2)):
        visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/targets")

    night = "night: the desk is closed"
    assert sum_of(visitor, "resolution")[3:] == [
        ("Thu, Dec 3, 2026", "1 h", "26 h 15 min", f"it is due then; {night}"),
        ("Thu, Dec 3, 2026 (over)", "7 h 45 min", "34 h", night),
        ("Fri, Dec 4, 2026 (over)", "2 h", "36 h", f"paused: it was somebody else's turn; {night}"),
        ("Tue, Dec 8, 2026 (over)", "2 h", "38 h", f"paused: it was somebody else's turn; until now; {night}"),
    ]
    assert "Due Thu 9 a.m." in visitor.text


@pytest.mark.parametrize("is_opened_again", [False, True])
def test_what_was_resolved_too_late_says_when_it_was_due(app, is_opened_again):
    agent = an_agent("ENR")
    case = a_case(status=Status.OPEN, agent=agent)
    with clock.at(MONDAY_9_AM + timedelta(days=4)), transaction():
        commands.resolve(case, by=agent, code=ResolutionCode.FIXED, note="We sent the signature mail again.")
    if is_opened_again:
        with clock.at(MONDAY_9_AM + timedelta(days=8)), transaction():
            commands.reject(case, by=case.requester, body="It still does not work.")

    with clock.at(MONDAY_9_AM + timedelta(days=8, hours=2)):
        visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/targets")

    found = sum_of(visitor, "resolution")
    assert ("Thu, Dec 3, 2026", "1 h", "26 h 15 min", "it is due then; night: the desk is closed") in found
    ended = "paused: it was somebody else's turn" if is_opened_again else "it had ended"
    assert ("Fri, Dec 4, 2026 (over)", "1 h", "35 h", f"{ended}; night: the desk is closed") in found
    assert (found[-1][0] == "Tue, Dec 8, 2026 (over)") is is_opened_again


@pytest.mark.parametrize("is_longer", [True, False])
def test_a_pause_that_another_priority_came_in_ends_where_it_stands(app, is_longer):
    agent = an_agent("VMGT" if is_longer else "ENR")
    case = a_case(status=Status.OPEN, agent=agent, **({"topic": "TMP-EXC"} if is_longer else {}))
    with clock.at(MONDAY_9_AM + timedelta(hours=5)), transaction():
        commands.reply(case, by=agent, body="Who is your back-up coordinator?", wait=True)
    with clock.at(MONDAY_9_AM + timedelta(hours=6)), transaction():
        wanted = Correction(priority=Priority.P3 if is_longer else Priority.P1)
        correcting.correct(case, wanted, seen=case.version, by=agent, reason=CorrectionReason.OTHER)

    with clock.at(MONDAY_9_AM + timedelta(hours=6)):
        visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/targets")

    assert [row[:3] for row in sum_of(visitor, "resolution")] == [("Mon, Nov 30, 2026", "5 h", "5 h")]


def test_the_sum_of_the_first_response_leaves_out_the_days_on_hold(app):
    agent = an_agent("ENR")
    case = a_case(agent=agent)
    with clock.at(DAYS[1] - timedelta(minutes=30)), transaction():
        until = {"reason": HoldReason.MAKER, "look_again_on": DAYS[3].date()}
        holding.put_on_hold(case, seen=case.version, by=agent, **until)
    with clock.at(DAYS[3]), transaction():
        holding.go_on(case, by=agent)

    with clock.at(DAYS[3]):
        visitor = at_the_desk(app, agent, f"/agent/cases/{case.number}/targets")

    first = visitor.page.select_one("table")
    rows = [[" ".join(cell.get_text().split()) for cell in row.select("th, td")] for row in first.select("tbody tr")]
    assert [row[2] for row in rows] == ["7 h 45 min", "30 min", "0 min", "30 min"]
    assert [row[0] for row in rows if "paused: it was somebody else's turn" in row[4]] == [
        "Tue, Dec 1, 2026",
        "Wed, Dec 2, 2026",
        "Thu, Dec 3, 2026",
    ]
