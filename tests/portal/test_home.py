"""The home page: where each kind of visitor begins."""

from datetime import UTC, datetime

import pytest

from helpdesk import clock
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent
from tests.knowledge import shelves
from tests.visitor import Visitor

MONDAY_NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tile", "h1"),
    [
        ("Vaccine Provider", "Vaccine Provider"),
        ("Local health department", "Local health department"),
        ("Employer or community organization", "Employer or community organization"),
        ("Vaccine recipient or public", "Vaccine recipient or public"),
    ],
)
def test_each_tile_leads_to_its_page(visitor, tile, h1):
    visitor.open("/")
    tiles = {a.h2.get_text(): a["href"] for a in visitor.page.select("a.tile")}

    visitor.open(tiles[tile])

    assert (visitor.status, visitor.h1) == (200, h1)


def test_answers_people_look_for_are_the_articles_marked_so_the_most_urgent_first(visitor):
    visitor.open("/")

    answers = [a.get_text() for a in visitor.page.select(".links a")]
    assert answers[0] == "Temperature out of range: do this now"
    assert "Get, unlock or reset your NCID" in answers
    assert "Who to call for what" not in answers


def test_home_without_articles_still_works(visitor, app):
    with transaction():
        shelves.remove()

    visitor.open("/")

    assert "The answers people look for most will stand here." in visitor.text


def test_first_time_here_says_that_the_account_is_not_an_ncid(visitor):
    visitor.open("/")

    box = visitor.page.find(id="first-time").get_text()
    assert "Choose Login, then Register. This account belongs to the help desk; it is not your NCID." in box


def test_line_on_top_says_open_until_when_and_the_phone(visitor):
    with clock.at(MONDAY_NOON):
        visitor.open("/")

    line = visitor.page.select_one(".service-line").get_text(" ", strip=True)
    assert "Open now until 4:45 p.m. ET" in line
    assert "(877) 873-6247" in line
    assert "Monday to Friday, 8 a.m. to 4:45 p.m." in line


def test_line_on_top_says_when_a_closed_desk_opens(visitor):
    with clock.at(SATURDAY):
        visitor.open("/learn")

    assert "Closed now, opens Monday at 8 a.m. ET" in visitor.text


def test_visitor_finds_login_last_at_the_top_right(visitor):
    visitor.open("/")

    assert navigation_of(visitor) == ["Learn", "Login"]


def test_provider_finds_help_cases_and_the_way_out(app):
    dana = a_provider(first_name="Dana", last_name="Osei")
    visitor = Visitor(app).sign_in(dana)

    visitor.open("/")

    assert navigation_of(visitor) == ["Get Help", "My cases", "Learn", "Dana Osei"]
    assert visitor.has_button("Sign out")


def test_agent_finds_the_queue_and_no_help_ticket(app):
    visitor = Visitor(app).sign_in(an_agent(first_name="Luis", last_name="Marrero"))

    visitor.open("/")

    assert navigation_of(visitor) == ["Queue", "New case", "Requests", "Organizations", "Learn", "Luis Marrero"]


def test_navigation_marks_the_page_that_is_shown(visitor):
    visitor.open("/learn")

    assert visitor.page.select_one("nav [aria-current=page]").get_text() == "Learn"


def navigation_of(visitor: Visitor) -> list[str]:
    return [a.get_text() for a in visitor.page.select(".desk-nav a")]
