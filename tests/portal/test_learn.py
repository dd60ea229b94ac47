"""Learn about the Provider Enrollment Portal, its articles and its training sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, Video
from helpdesk.transaction import transaction
from tests.knowledge import written

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LARGEST_PAGE = 60_000
NOTHING_SCHEDULED = "There are currently no Provider Enrollment training sessions scheduled."


def test_learn_has_the_sections_of_the_source_page_in_their_order(visitor):
    visitor.open("/learn")

    assert visitor.h1 == "Learn about the Provider Enrollment Portal"
    assert [h2.get_text() for h2 in visitor.page.select("main .prose h2")] == [
        "Apply before you vaccinate",
        "Choose CVMS or NCIR",
        "Start your application",
        "Upcoming Provider Enrollment training sessions",
        "Learning videos",
        "Need assistance?",
        "All articles",
    ]


def test_every_entry_of_the_contents_leads_to_a_section(visitor):
    visitor.open("/learn")

    targets = [a["href"].removeprefix("#") for a in visitor.page.select(".contents a")]
    assert [target for target in targets if not visitor.page.find(id=target)] == []


def test_learn_compares_the_two_systems_in_a_table_with_headings(visitor):
    visitor.open("/learn")

    table = visitor.page.select_one("table")
    assert [th.get_text() for th in table.select("th[scope=col]")] == ["CVMS", "NCIR"]
    assert len(table.select("th[scope=row]")) == len(table.select("tbody tr"))


def test_learn_leads_to_the_guide_and_to_the_portal_that_is_configured(visitor, app):
    visitor.open("/learn")

    links = {a.get_text(): a["href"] for a in visitor.page.select("main a")}
    assert links["Access the Provider Enrollment Portal"] == app.config["ENROLLMENT_PORTAL_URL"]
    assert links["Provider Enrollment Quick Start Guide"] == "/learn/provider-enrollment-quick-start-guide"


def test_need_assistance_names_the_exact_path_to_the_form(visitor):
    visitor.open("/learn")

    section = visitor.page.find(id="assistance").parent
    steps = [a.get_text() for a in section.select("li a")]
    assert steps == ["Login", "Register", "Vaccine Provider", "Get Help"]
    assert "This is not the same as your NCID." in section.get_text()
    assert "(877) 873-6247" in section.get_text()


def test_seven_videos_stand_in_the_order_of_the_application(visitor):
    visitor.open("/learn")

    titles = [a.get_text() for a in visitor.page.find(id="videos").parent.select("li .entry-title a")]
    assert len(titles) == 7
    assert (titles[0], titles[-1]) == ("About Provider Enrollment", "Responsible Officers e-Sign the Agreement")


def test_video_without_an_address_says_so_and_points_to_the_desk(visitor):
    visitor.open("/learn")

    section = visitor.page.find(id="videos").parent
    assert section.get_text().count("Link to follow") == 8
    assert section.select_one("a").get_text() == "ask the help desk"


def test_video_with_an_address_can_be_watched_or_read_and_says_how_long_it_is(visitor, app):
    with transaction():
        db.session.query(Video).filter_by(position=1).update(
            {"url": "https://video.example.org/1", "length_seconds": 270, "transcript": "First, **register**."}
        )

    first = visitor.open("/learn").page.find(id="videos").parent.select_one("li")
    assert [a["href"] for a in first.select("a")][1] == "https://video.example.org/1"
    assert "Watch : About Provider Enrollment (4 min 30 s)" in " ".join(first.get_text(" ").split())

    visitor.follow("About Provider Enrollment")
    assert visitor.h1 == "Video: About Provider Enrollment"
    assert visitor.page.select_one(".prose strong").get_text() == "register"
    assert visitor.page.select_one("main .btn-primary")["href"] == "https://video.example.org/1"
    assert "Length: 4 min 30 s." in visitor.text


def test_page_of_a_video_without_an_address_says_whom_to_ask_and_one_that_was_withdrawn_is_gone(visitor, app):
    visitor.open("/learn").follow("Account Registration")
    assert "The link follows" in visitor.text
    assert "There is no transcript yet." in visitor.text

    page = visitor.path
    with transaction():
        db.session.query(Video).filter_by(title="Account Registration").update({"withdrawn_at": NOW})
    assert visitor.open(page).status == 404


@pytest.mark.parametrize("path", ["/learn", "/training"])
def test_without_sessions_people_are_sent_to_the_training_on_demand(visitor, path):
    visitor.open(path)

    assert NOTHING_SCHEDULED in visitor.text
    assert visitor.page.select_one(".empty a")["href"] == "/learn#videos"


@pytest.mark.parametrize("path", ["/learn", "/training"])
def test_sessions_to_come_are_listed_the_next_first_and_past_ones_are_not(visitor, path):
    a_session("Section B in an hour", in_days=9)
    a_session("Yesterday's session", in_days=-1)
    a_session("Section A in an hour", in_days=2, url="https://meet.example.org/a")

    with clock.at(NOW):
        visitor.open(path)

    titles = [strong.get_text() for strong in visitor.page.select(".entries strong")]
    assert [title for title in titles if "in an hour" in title] == ["Section A in an hour", "Section B in an hour"]
    assert "Yesterday's session" not in visitor.text
    assert NOTHING_SCHEDULED not in visitor.text


def test_session_says_when_in_its_own_zone_and_how_to_join(visitor):
    a_session("Section A in an hour", in_days=2, url="https://meet.example.org/a")
    a_session("For our neighbors", in_days=3, zone="America/Chicago")

    with clock.at(NOW):
        visitor.open("/training")

    assert "Wednesday, November 25, 2026, 10 a.m. to 11 a.m. ET" in visitor.text
    assert "Thursday, November 26, 2026, 9 a.m. to 10 a.m. CT" in visitor.text
    assert visitor.page.select_one(".entries time")["datetime"] == "2026-11-25T10:00-05:00"
    assert visitor.page.select_one(".entries a")["href"] == "https://meet.example.org/a"


def test_session_that_was_canceled_says_so_and_cannot_be_joined(visitor):
    a_session("Called off", in_days=2, url="https://meet.example.org/a", canceled_at=NOW)

    with clock.at(NOW):
        visitor.open("/training")

    assert "Called off Session canceled" in visitor.text
    assert visitor.page.select(".entries a") == []
    assert NOTHING_SCHEDULED in visitor.text


def test_session_that_is_running_is_still_listed(visitor):
    a_session("Now", in_days=0)

    with clock.at(NOW + timedelta(minutes=59)):
        visitor.open("/training")

    assert visitor.page.select_one(".entries strong").get_text() == "Now"
    assert NOTHING_SCHEDULED not in visitor.text


def test_every_article_has_a_page_with_its_title_and_a_way_on(visitor, app):
    for article in db.session.query(Article).filter_by(language=Language.ENGLISH):
        visitor.open(f"/learn/{article.slug}")

        assert (visitor.status, visitor.h1) == (200, article.title)
        assert "Did this answer it?" in visitor.text
        assert len(visitor.html.encode()) <= LARGEST_PAGE
        assert "[[" not in visitor.text, "a fact was not filled in"


def test_article_names_the_phone_and_hours_that_are_set(visitor):
    visitor.open("/learn/temperature-out-of-range")

    body = visitor.page.select_one(".prose")
    assert body.select_one("a[href='tel:+18778736247']").get_text() == "(877) 873-6247"
    assert "Monday to Friday, 8 a.m. to 4:45 p.m." in body.get_text()


def test_unknown_article_is_a_404(visitor):
    visitor.open("/learn/no-such-article")

    assert (visitor.status, visitor.h1) == (404, "We cannot find that page")


def a_session(title: str, *, in_days: int, **named: Any) -> None:
    written.a_session(title, starts_at=NOW + timedelta(days=in_days), **named)
