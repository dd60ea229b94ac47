"""What holds for every page that everybody may open."""

from itertools import pairwise
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from helpdesk import assets
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article

PAGES = ["/", "/vaccine-provider", "/local-health-department", "/employer", "/public", "/learn", "/learn?q=shipment", "/training"]
PAGES_AND_MORE = [
    *PAGES,
    "/learn/temperature-out-of-range",
    "/learn/cvms-or-ncir",
    "/learn/sections/start",
    "/learn/videos/1",
    "/no-such-page",
]
LARGEST_PAGE = 60_000
LOADED = "link[rel~=stylesheet], link[rel=icon], script[src], img[src], iframe[src], source[src], video[src]"


@pytest.mark.parametrize("path", PAGES_AND_MORE)
def test_page_has_one_heading_a_title_a_language_and_a_way_past_the_header(visitor, path):
    page = visitor.open(path).page

    assert len(page.find_all("h1")) == 1
    assert page.title.get_text() == f"{visitor.h1} - NC Vaccines Help Desk"
    assert page.html["lang"] == "en"
    assert page.select_one(".skip-link")["href"] == "#" + page.main["id"]


@pytest.mark.parametrize("path", PAGES_AND_MORE)
def test_page_loads_nothing_from_elsewhere(visitor, path):
    loaded = [tag.get("src") or tag.get("href") for tag in visitor.open(path).page.select(LOADED)]

    assert loaded
    assert [address for address in loaded if urlsplit(address).netloc] == []


@pytest.mark.parametrize("path", PAGES_AND_MORE)
def test_page_is_small(visitor, path):
    visitor.open(path)

    assert len(visitor.html.encode()) <= LARGEST_PAGE


@pytest.mark.parametrize("path", PAGES_AND_MORE)
def test_page_carries_the_headers_of_the_baseline(visitor, path):
    headers = visitor.open(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", PAGES_AND_MORE)
def test_headings_do_not_skip_a_level(visitor, path):
    levels = [int(heading.name[1]) for heading in visitor.open(path).page.main.find_all(["h1", "h2", "h3", "h4"])]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PAGES_AND_MORE)
def test_ids_are_given_once(visitor, path):
    ids = [tag["id"] for tag in visitor.open(path).page.find_all(id=True)]

    assert len(ids) == len(set(ids))


def test_titles_are_all_different(visitor):
    paths = [*PAGES, *(f"/learn/{slug}" for slug in db.session.scalars(sa.select(Article.slug).distinct()))]
    titles = [visitor.open(path).page.title.get_text() for path in paths]

    assert len(titles) == len(set(titles))


def test_files_a_page_loads_are_there_and_may_be_kept_for_good(visitor):
    loaded = [tag.get("src") or tag["href"] for tag in visitor.open("/").page.select(LOADED)]

    answers = [visitor.client.get(address, buffered=True) for address in loaded]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"public, max-age=31536000, immutable"}


@pytest.mark.parametrize("address", ["/static/desk.css", "/static/desk.css?v=000000000000"])
def test_file_asked_for_without_its_hash_is_not_kept_for_good(visitor, address):
    answer = visitor.client.get(address, buffered=True)

    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_icon_is_drawn_in_the_page_and_hidden_from_screen_readers():
    assert assets.icon("telephone").startswith('<svg class="icon" viewBox="0 0 16 16"')
    assert 'aria-hidden="true"' in assets.icon("telephone")


def test_icon_that_bootstrap_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        assets.icon("no-such-icon")


def test_phone_is_dialed_as_a_north_american_number():
    assert assets.dial("(877) 873-6247") == "+18778736247"
    assert assets.dial("911") == "911"
