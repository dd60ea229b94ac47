"""The lead's page: what there is to do in each team and for whom; each number is that of the queue behind it."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import moving, rerouting
from helpdesk.cases.kinds import MoveReason
from helpdesk.cases.models import Status
from helpdesk.notifications.models import MailState
from helpdesk.queue import team_load
from helpdesk.queue.team_load import MOST_COUNTED
from helpdesk.transaction import transaction
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import a_lead, an_admin, an_agent
from tests.queue.cases import a_stock, at_the_desk, statements
from tests.runs import postgresql_in_the_long_run

pytestmark = postgresql_in_the_long_run
PAGE = "/agent/team"


@pytest.fixture
def lead(app):
    return a_lead("ENR", first_name="Leah", last_name="Boone")


def numbers(visitor) -> dict[str, dict[str, tuple[str, str]]]:
    """What the page says: by row and column the number, and where it leads."""
    found = {}
    for row in visitor.page.select(".load-board tbody tr"):
        name = row.find("th").find(class_="ledger-subject").get_text()
        cells = {}
        for cell in row.find_all("td"):
            link = cell.find("a")
            cells[cell["data-label"]] = (next(cell.stripped_strings), link["href"] if link else "")
        found[name] = cells
    return found


def move(case, code: str, *, by: User) -> None:
    with transaction():
        moving.move(case, code, seen=case.version, by=by, reason=MoveReason.WRONG_TOPIC)


def test_each_number_is_that_of_the_queue_behind_it(app, lead):
    agent, other = an_agent("ENR"), an_agent("NCIR")
    now = clock.now()
    a_stock(2, due_at=now - timedelta(hours=1), assignee_id=agent.id)
    a_stock(3, due_at=now + timedelta(hours=2), status=Status.PENDING)
    a_stock(1, due_at=None, status=Status.ON_HOLD, assignee_id=lead.id)
    a_stock(4, due_at=now + timedelta(days=3))
    a_case(status=Status.RESOLVED), a_stock(6, team="NCIR")
    unreached = a_case()
    with transaction():
        mail_of(unreached)[0].state = MailState.FAILED
    move(a_case(topic="DAT-HL7"), "ENR", by=other)

    page = at_the_desk(app, lead, PAGE)

    shown = numbers(page)
    team = {label: number for label, (number, _address) in shown["Provider Enrollment"].items()}
    assert team.pop("Oldest").startswith("NCV-")
    assert team == {
        "Unfinished": "12",
        "New": "2",
        "Open": "6",
        "Pending": "3",
        "On hold": "1",
        "Overdue": "2",
        "Due later today": "3",
        "Unassigned": "9",
        "Could not be told": "1",
        "Moved by hand": "1",
    }
    assert {label: n for label, (n, _a) in shown[agent.name].items() if n != "0"} == {
        "Unfinished": "2",
        "Open": "2",
        "Overdue": "2",
    }
    for row in shown.values():
        for label, (number, address) in row.items():
            if address and label != "Oldest":
                rows = len(at_the_desk(app, lead, address).page.select(".row-of-case"))
                assert rows == int(number), f"{label} leads to {address}"


def test_a_move_that_was_taken_back_is_none(app, lead):
    an_agent("NCIR")
    case = a_case()
    move(case, "NCIR", by=lead)
    with transaction():
        moving.undo(case, by=lead)

    assert numbers(at_the_desk(app, lead, PAGE))["Provider Enrollment"]["Moved by hand"][0] == "0"


def moved_by_hand(app, reader) -> list[str]:
    """The teams of the page with how many cases they say were moved there by hand; the report on the rules agrees."""
    found = {
        name: row["Moved by hand"][0] for name, row in numbers(at_the_desk(app, reader, PAGE)).items() if "Moved by hand" in row
    }
    moved = sum(map(int, found.values()))
    report = at_the_desk(app, reader, "/admin/rules/misroutes").text
    assert (f"agents have moved {moved} (" if moved else "Agents have moved no case by hand") in report
    return [name for name, number in found.items() if number == "1"]


def test_a_move_after_one_that_was_taken_back_counts(app, lead):
    admin, _one, _other = an_admin(), an_agent("NCIR"), an_agent("INV")
    case = a_case()
    move(case, "NCIR", by=lead)
    with transaction():
        moving.undo(case, by=lead)
    assert moved_by_hand(app, admin) == []

    with clock.at(MONDAY_9_AM + timedelta(days=3)):
        move(case, "INV", by=lead)
        assert moved_by_hand(app, admin) == ["Inventory and Accountability"]


def test_the_second_of_two_moves_is_taken_back_and_the_first_counts(app, lead):
    admin, other, _third = an_admin(), an_agent("NCIR"), an_agent("INV")
    case = a_case()
    move(case, "NCIR", by=lead)
    move(case, "INV", by=other)
    with transaction():
        moving.undo(case, by=other)

    assert moved_by_hand(app, admin) == ["NCIR Support"]


def test_a_case_that_is_back_where_the_rules_sent_it_was_brought_there_by_nobody(app, lead):
    admin, other = an_admin(), an_agent("NCIR")
    case = a_case()
    move(case, "NCIR", by=lead)
    move(case, "ENR", by=other)

    assert moved_by_hand(app, admin) == []


def test_a_case_that_the_rules_have_sent_elsewhere_since_it_was_moved_is_where_they_want_it(app, lead):
    admin, _other = an_admin(), an_agent("NCIR")
    case = a_case()
    move(case, "NCIR", by=lead)
    with clock.at(MONDAY_9_AM + timedelta(minutes=5)), transaction():
        rerouting.route_again(case, seen=case.version, by=admin)

    assert at_the_desk(app, admin, "/agent/queue?flag=moved-by-hand").page.select(".row-of-case") == []


def test_what_was_moved_long_ago_says_nothing_any_more(app, lead):
    other, case = an_agent("NCIR"), a_case(topic="DAT-HL7")
    move(case, "ENR", by=other)

    with clock.at(MONDAY_9_AM + timedelta(days=31)):
        assert numbers(at_the_desk(app, lead, PAGE))["Provider Enrollment"]["Moved by hand"][0] == "0"


def test_the_oldest_case_is_a_link_to_its_page(app, lead):
    first = a_case()
    a_case()

    page = at_the_desk(app, lead, PAGE)

    assert page.follow(first.number).path == f"/agent/cases/{first.number}"


def test_leads_see_the_teams_they_lead_and_administrators_all(app, lead):
    an_agent("NCIR")

    assert "NCIR Support" not in numbers(at_the_desk(app, lead, PAGE))
    assert {"NCIR Support", "Provider Enrollment"} <= set(numbers(at_the_desk(app, an_admin(), PAGE)))
    assert at_the_desk(app, an_agent("ENR"), PAGE).status == 403


def test_who_has_cases_without_working_there_is_named_too(app, lead):
    a_stock(1, assignee_id=an_agent("NCIR", first_name="Nora", last_name="Quist").id)

    page = at_the_desk(app, lead, PAGE)

    assert numbers(page)["Nora Quist"]["Unfinished"][0] == "1"
    assert "works in this team no more" in page.text


def test_a_lead_of_no_team_is_told_how_that_comes(app, lead):
    with transaction():
        lead.memberships[0].is_lead = False

    assert "Once an administrator has made you the lead of a team" in at_the_desk(app, lead, PAGE).text


def test_the_queue_and_the_navigation_lead_to_it_for_leads_alone(app, lead):
    assert at_the_desk(app, lead).follow("Team load").h1 == "Team load"
    assert "Team load" not in at_the_desk(app, an_agent("ENR")).text


def test_it_takes_at_most_eight_statements_whatever_the_data(app, lead):
    admin, seen = an_admin(), []
    for more in (5, 200):
        for team in ("ENR", "SD", "NCIR", "VMGT"):
            a_stock(more, team=team, assignee_id=an_agent(team).id)
        visitor = at_the_desk(app, admin)
        visitor.open("/agent/duty")
        with statements() as asked:
            visitor.open(PAGE)
        seen.append(len(asked))

    assert seen[0] == seen[1] <= 8, "\n".join(asked)


def test_a_flood_is_counted_so_far_and_says_so(app, lead):
    load = team_load.of_teams_led_by(lead)[0]
    load.counts[Status.NEW] = MOST_COUNTED

    assert load.is_capped
