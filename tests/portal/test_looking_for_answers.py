"""The search of Learn, its sections, and what its pages cost."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.knowledge.models import Section
from helpdesk.knowledge.queries import MOST_LISTED
from helpdesk.transaction import transaction
from tests.knowledge import shelves
from tests.knowledge.written import a_session, an_article
from tests.queue.cases import statements
from tests.visitor import Visitor

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LARGEST_PAGE = 60_000
MOST_STATEMENTS = {"/learn": 5, "/learn?q=temprature": 4, "/learn/sections/start": 3, "/learn/power-outage": 5}


def titles(visitor: Visitor) -> list[str]:
    return [a.get_text() for a in visitor.page.select(".entries .entry-title a")]


@pytest.mark.parametrize("page", ["/", "/learn"])
def test_search_box_finds_an_article_in_spite_of_a_typing_error_and_keeps_what_was_typed(visitor, page):
    visitor.open(page).press("Search", q="temprature out of range")

    assert visitor.path == "/learn"
    assert titles(visitor)[0] == "Temperature out of range: do this now"
    assert visitor.page.select_one("input[type=search]")["value"] == "temprature out of range"
    assert visitor.follow("Temperature out of range: do this now").status == 200


def test_videos_are_found_too(visitor):
    visitor.open("/learn?q=responsible+oficers+agreement")

    assert "Responsible Officers e-Sign the Agreement Video" in visitor.text
    assert visitor.follow("Responsible Officers e-Sign the Agreement").status == 200


def test_words_of_another_language_find_what_is_written_in_it(visitor):
    an_article("cold", title="Vaccine that froze")
    an_article("cold", title="Vacuna congelada", language=Language.SPANISH)

    visitor.open("/learn?q=congeladas")

    assert "Vacuna congelada in Spanish" in visitor.text
    assert visitor.follow("Vacuna congelada").h1 == "Vacuna congelada"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("<i>xyzzy", "We found no answer for “<i>xyzzy”"),
        ("", "Type what you are looking for"),
        ("   ", "Type what you are looking for"),
    ],
)
def test_who_finds_nothing_is_told_what_to_do_next(visitor, typed, told):
    visitor.open("/learn").press("Search", q=typed)

    assert told in visitor.text
    links = [a.get_text() for a in visitor.page.select("main a")]
    assert {"Temperature out of range: do this now", "All articles"} <= set(links)
    assert ("Get Help" in links) == bool(typed.strip())


def test_home_of_learn_names_some_articles_of_a_section_and_its_page_all(visitor):
    with transaction():
        shelves.remove()
    for number in range(20):
        an_article(f"about-doses-{number}", section=Section.RECORDS)

    visitor.open("/learn")
    listed = [a.get_text() for a in visitor.page.find(id="articles").parent.select("a")]
    assert len([title for title in listed if title.startswith("About doses")]) == 8
    visitor.follow("Recipients and doses")

    assert len([title for title in titles(visitor) if title.startswith("About doses")]) == 20


def test_section_that_does_not_exist_is_a_404_and_an_empty_one_says_so(visitor):
    with transaction():
        shelves.remove()

    assert "There are no articles in this section yet" in visitor.open("/learn/sections/records").text
    assert "There are no articles yet." in visitor.open("/learn").text
    assert visitor.open("/learn/sections/nowhere").status == 404


@pytest.mark.both_databases
def test_pages_of_learn_stay_small_and_ask_no_more_when_there_is_more(app):
    with clock.at(NOW):
        asked = {path: _cost(app, path) for path in MOST_STATEMENTS}
        for number in range(MOST_LISTED):
            an_article(
                f"fridge-{number}",
                title=f"Temperature of a fridge, part {number}",
                topics=("TMP-EQP",),
                section=list(Section)[number % 2],
            )
        for number in range(60):
            a_session(f"Session {number}", starts_at=NOW + timedelta(days=number), url="https://meet.example.org/a")

        assert asked == {path: _cost(app, path) for path in MOST_STATEMENTS}
    assert {path: cost for path, cost in asked.items() if cost > MOST_STATEMENTS[path]} == {}


def _cost(app, path: str) -> int:
    visitor = Visitor(app)
    with statements() as made:
        visitor.open(path)
    assert visitor.status == 200
    assert len(visitor.html.encode()) <= LARGEST_PAGE
    return len(made)
