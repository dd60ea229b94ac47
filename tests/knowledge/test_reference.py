"""The articles and videos that a new desk begins with."""

import tomllib
from datetime import UTC, datetime

import pytest

from helpdesk import clock
from helpdesk.extensions import db
from helpdesk.knowledge import commands, queries
from helpdesk.knowledge.models import Video
from helpdesk.transaction import transaction
from tests.knowledge import shelves

FIRST_ARTICLES = {
    "provider-enrollment-quick-start-guide",
    "cvms-or-ncir",
    "how-to-use-this-help-desk",
    "keep-patient-information-out",
    "who-to-call",
    "get-unlock-or-reset-your-ncid",
    "temperature-out-of-range",
    "power-outage",
    "shipment-late-short-or-damaged",
    "shipment-not-in-your-system",
    "signature-mail-not-received",
    "how-long-review-takes",
}
LATER = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def test_new_desk_has_the_first_articles_and_seven_videos(app):
    assert {article.slug for article in db.session.scalars(queries.articles())} >= FIRST_ARTICLES
    assert len(db.session.scalars(queries.videos()).all()) == 7


def test_loading_again_adds_nothing(app):
    with transaction():
        added = commands.load_reference()

    assert added == {"articles": 0, "videos": 0}


def test_loading_again_leaves_what_somebody_has_edited(app):
    with transaction():
        db.session.scalars(queries.article_called("who-to-call")).one().title = "Who helps with what"
        db.session.query(Video).filter_by(position=1).update({"url": "https://video.example.org/1"})

    with transaction():
        commands.load_reference()

    assert db.session.scalars(queries.article_called("who-to-call")).one().title == "Who helps with what"
    assert db.session.scalars(queries.videos()).first().url == "https://video.example.org/1"


def test_loading_adds_what_is_missing_with_the_time_it_was_added(app):
    with transaction():
        shelves.remove("who-to-call")

    with clock.at(LATER), transaction():
        added = commands.load_reference()

    assert added == {"articles": 1, "videos": 0}
    assert db.session.scalars(queries.article_called("who-to-call")).one().updated_at == LATER


def test_article_file_has_a_header_and_a_text(tmp_path):
    file = tmp_path / "how-to.md"
    file.write_text('+++\ntitle = "How to"\n+++\n\nLike this.\n')

    article = commands.read_article(file)

    assert (article.slug, article.header, article.body) == ("how-to", {"title": "How to"}, "Like this.\n")


@pytest.mark.parametrize("text", ["Like this.\n", "+++\ntitle = 1\n", "x\n+++\ntitle = 1\n+++\n"])
def test_article_file_without_a_whole_header_is_refused_by_name(tmp_path, text):
    file = tmp_path / "how-to.md"
    file.write_text(text)

    with pytest.raises(commands.ArticleUnreadable, match=r"how-to\.md"):
        commands.read_article(file)


def test_header_that_is_not_toml_is_refused(tmp_path):
    file = tmp_path / "how-to.md"
    file.write_text("+++\ntitle: How to\n+++\nLike this.\n")

    with pytest.raises(tomllib.TOMLDecodeError):
        commands.read_article(file)
