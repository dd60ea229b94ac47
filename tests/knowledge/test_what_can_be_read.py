"""Who can read which article, and in which language."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.extensions import db
from helpdesk.knowledge import queries
from helpdesk.knowledge.models import Audience, Section
from helpdesk.knowledge.readers import Reader
from helpdesk.transaction import transaction
from tests.factories import a_provider, an_agent
from tests.knowledge import shelves
from tests.knowledge.written import an_article
from tests.visitor import Visitor

ENGLISH, SPANISH, STAFF = Reader(), Reader(Language.SPANISH), Reader(is_staff=True)


@pytest.fixture
def empty_shelf(app: Flask) -> Flask:
    """A desk without articles."""
    with transaction():
        shelves.remove()
    return app


def slugs(articles) -> list[str]:
    return [article.slug for article in db.session.scalars(articles)]


@pytest.mark.both_databases
def test_drafts_and_withdrawn_articles_are_nobodys_and_internal_ones_are_for_staff(empty_shelf):
    an_article("for-everybody", topics=("TMP-EXC",))
    an_article("for-staff", topics=("TMP-EXC",), audience=Audience.INTERNAL)
    an_article("draft", topics=("TMP-EXC",), version=0, published_at=None)
    an_article("withdrawn", topics=("TMP-EXC",), withdrawn_at=clock.now())

    for asked in (
        queries.listed,
        queries.every_language,
        lambda reader: queries.in_section(Section.START, reader),
        lambda reader: queries.about_topic("TMP-EXC", reader),
    ):
        assert slugs(asked(ENGLISH)) == ["for-everybody"]
        assert slugs(asked(STAFF)) == ["for-everybody", "for-staff"]


def test_what_one_cannot_read_does_not_exist_on_any_page(empty_shelf):
    an_article("plain-words", title="Excursions in plain words")
    an_article("how-we-answer", title="How we answer excursions", audience=Audience.INTERNAL)
    an_article("draft", title="Excursions, a draft", version=0, published_at=None)
    provider, agent = Visitor(empty_shelf).sign_in(a_provider()), Visitor(empty_shelf).sign_in(an_agent())

    for page in ("/learn", "/learn/sections/start", "/learn?q=excursions", "/learn/plain-words"):
        assert "How we answer" not in provider.open(page).text, page
        assert "How we answer excursions Staff only" in agent.open(page).text, page
        assert "draft" not in agent.text, page

    assert provider.open("/learn/how-we-answer").status == 404
    assert provider.open("/learn/how-we-answer/thanks").status == 404
    assert provider.open("/learn").post("/learn/how-we-answer/feedback", provider.values("Sign out")).status == 404
    assert "Staff only: providers cannot see this article." in agent.open("/learn/how-we-answer").text
    assert agent.open("/learn/draft").status == 404


@pytest.mark.both_databases
def test_each_article_is_listed_once_in_ones_own_language_else_in_english(empty_shelf):
    an_article("both", title="Both")
    an_article("both", title="Ambos", language=Language.SPANISH)
    an_article("english-only")
    an_article("half-done", title="Half done")
    an_article("half-done", title="A medias", language=Language.SPANISH, version=0)

    titles = {reader: [article.title for article in db.session.scalars(queries.listed(reader))] for reader in (ENGLISH, SPANISH)}

    assert titles == {ENGLISH: ["Both", "English only", "Half done"], SPANISH: ["Ambos", "English only", "Half done"]}


def test_text_in_another_language_is_marked_as_such(empty_shelf):
    an_article("both", title="Both")
    an_article("both", title="Ambos", language=Language.SPANISH, body="Atendemos [[hours]].")
    an_article("english-only", body="We are here [[hours]].")
    visitor = Visitor(empty_shelf).open("/language/es?next=/learn/sections/start")

    links = {a.get_text(): a.get("lang") for a in visitor.page.select(".entries a")}
    assert links == {"Ambos": None, "English only": "en"}

    visitor.open("/learn/english-only")
    assert visitor.page.select_one("article")["lang"] == "en"
    assert "We are here Monday to Friday" in visitor.text
    assert "Este artículo todavía no está disponible en español." in visitor.text

    visitor.open("/learn/both")
    assert (visitor.h1, visitor.page.select_one("article")["lang"]) == ("Ambos", "es")
    assert "lunes" in visitor.page.select_one(".prose").get_text()
    visitor.follow("Read this article in English")
    assert (visitor.h1, visitor.page.select_one("article")["lang"]) == ("Both", "en")


@pytest.mark.both_databases
def test_related_is_what_answers_the_same_topics_and_then_what_stands_in_the_same_section(empty_shelf):
    here = an_article("here", section=Section.VACCINE, topics=("TMP-EXC", "TMP-EQP"))
    an_article("same-section", section=Section.VACCINE)
    an_article("one-topic", section=Section.START, topics=("TMP-EQP",))
    an_article("two-topics", section=Section.START, topics=("TMP-EXC", "TMP-EQP"))
    an_article("elsewhere", section=Section.START, topics=("ENR-SIGN",))

    assert slugs(queries.related(here, ENGLISH)) == ["two-topics", "one-topic", "same-section"]
