"""The articles that come with the desk: complete, plain to read, and leading nowhere that is not there."""

import re
import tomllib
from itertools import pairwise

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag

from helpdesk.accounts.models import Language
from helpdesk.extensions import db
from helpdesk.intake.models import Topic
from helpdesk.knowledge import commands, markdown
from helpdesk.knowledge.commands import ArticleFile
from helpdesk.knowledge.models import Article, ArticleTopic
from helpdesk.transaction import transaction
from tests.knowledge import shelves
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

# The numbers of the list of what the knowledge base begins with; 1 to 7 are the learning videos.
NUMBERED = {
    8: "provider-enrollment-quick-start-guide",
    9: "upcoming-training-sessions",
    10: "cvms-or-ncir",
    11: "switching-from-cvms-to-ncir",
    12: "how-to-use-this-help-desk",
    13: "keep-patient-information-out",
    14: "who-to-call",
    15: "what-to-collect-for-section-a-and-b",
    16: "signature-mail-not-received",
    17: "my-application-was-returned",
    18: "how-long-review-takes",
    19: "add-a-location-or-change-a-coordinator",
    20: "get-unlock-or-reset-your-ncid",
    21: "add-users-in-cvms",
    22: "several-locations-with-one-ncid",
    23: "ncir-roles",
    24: "temperature-out-of-range",
    25: "power-outage",
    26: "shipment-late-short-or-damaged",
    27: "shipment-not-in-your-system",
    28: "transfer-and-marketplace",
    29: "record-waste-and-returns",
    30: "expiration-dates",
    31: "duplicate-recipients",
    32: "correct-or-remove-a-dose",
    33: "bulk-upload-errors",
    34: "working-offline",
}
IN_SPANISH = (8, 10, 12, 13, 20, 24, 25, 34)
SECTIONS = {
    "start": range(8, 15),
    "enrollment": range(15, 20),
    "access": range(20, 24),
    "vaccine": range(24, 31),
    "records": range(31, 35),
}
HEADER = {"title", "summary", "position", "section", "keywords", "topics"}
FACTS = dict.fromkeys(("phone", "public_phone", "hours"), "x") | {"portal_url": "https://portal.example.org"}
PHONE_OF_NCDIT = "8007223946"  # the one number that articles write down; the desk's own are filled in
FEWEST_WORDS, MOST_WORDS, WORDS_OF_A_SENTENCE, LONGEST_SENTENCE = 150, 450, 15, 30

ARTICLES = [commands.read_article(file) for file in sorted((commands.REFERENCE / "articles").glob("*.md"))]
BY_NAME = {(article.slug, article.language): article for article in ARTICLES}
every_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: f"{article.slug}.{article.language}")


def test_every_number_of_the_list_is_there_and_nothing_else():
    assert {article.slug for article in ARTICLES if article.language is Language.ENGLISH} == set(NUMBERED.values())
    assert {article.slug for article in ARTICLES if article.language is Language.SPANISH} == {NUMBERED[n] for n in IN_SPANISH}


def test_each_stands_in_its_section_in_the_order_of_the_list_the_most_urgent_first():
    stands = {slug: BY_NAME[slug, Language.ENGLISH].header for slug in NUMBERED.values()}

    assert {section: {NUMBERED[n] for n in numbers} for section, numbers in SECTIONS.items()} == {
        section: {slug for slug, header in stands.items() if header["section"] == section} for section in SECTIONS
    }
    in_order = sorted(stands, key=lambda slug: stands[slug]["position"])
    assert in_order == ["temperature-out-of-range", *(slug for n, slug in sorted(NUMBERED.items()) if n != 24)]
    assert len([slug for slug, header in stands.items() if header.get("on_home")]) <= 6


@every_article
def test_header_is_whole_and_a_translation_stands_where_its_original_does(article: ArticleFile):
    original = BY_NAME[article.slug, Language.ENGLISH].header
    words = ("title", "summary", "keywords")

    assert set(article.header) - {"on_home"} == HEADER
    assert all(article.header[word] for word in words)
    assert {k: v for k, v in article.header.items() if k not in words} == {k: v for k, v in original.items() if k not in words}
    if article.language is not Language.ENGLISH:
        assert all(article.header[word] != original[word] for word in words)


@postgresql_in_the_long_run
def test_all_are_loaded_once_and_each_topic_is_answered(app):
    with transaction():
        shelves.remove()

    with transaction():
        first = commands.load_reference()
    with transaction():
        second = commands.load_reference()

    assert (first["articles"], second["articles"]) == (len(NUMBERED) + len(IN_SPANISH), 0)
    loaded = db.session.scalars(sa.select(Article)).all()
    assert all(article.is_published and len(article.versions) == 1 for article in loaded)
    answered = sa.select(ArticleTopic.topic_code).join(Article, Article.id == ArticleTopic.article_id)
    in_english = db.session.scalars(answered.where(Article.language == Language.ENGLISH))
    assert set(in_english) == set(db.session.scalars(sa.select(Topic.code)))


@every_article
def test_a_topic_that_is_named_is_on_the_form(article: ArticleFile):
    groups = tomllib.loads((commands.REFERENCE / "form.toml").read_text(encoding="utf-8"))["groups"]
    names = {topic["name"] for group in groups for topic in group["topics"]}

    named = re.findall(r"\b(?:topic|tema)\b(?: for recipients)?(?: is| es)? \*\*(.+?)\*\*", article.body)

    assert set(named) <= names


@pytest.mark.parametrize("language", Language)
def test_every_article_is_shown_and_its_links_lead_to_a_page_and_a_place_on_it(app, language):
    visitor = Visitor(app)
    visitor.client.set_cookie("language", language)
    links = set()
    for article in (BY_NAME.get((slug, language)) or BY_NAME[slug, Language.ENGLISH] for slug in NUMBERED.values()):
        visitor.open(f"/learn/{article.slug}")
        assert (visitor.status, visitor.h1) == (200, article.header["title"])
        assert visitor.page.select_one("article")["lang"] == article.language
        links |= {a["href"] for a in visitor.page.select(".prose a[href]")}

    ours = {link for link in links if link.startswith("/")}
    assert {link for link in links - ours if not link.startswith("tel:")} == {app.config["ENROLLMENT_PORTAL_URL"]}
    assert {link: _is_there(visitor, link) for link in ours} == dict.fromkeys(ours, True)


@every_article
def test_no_heading_level_is_skipped_and_every_fact_is_known(article: ArticleFile):
    page = _page(article)
    levels = [1, *(int(heading.name[1]) for heading in page.find_all(re.compile(r"h\d")))]

    assert len(levels) > 2
    assert all(1 < below <= above + 1 for above, below in pairwise(levels))
    assert "[[" not in page.get_text()


@every_article
def test_it_is_short_and_so_are_its_sentences(article: ArticleFile):
    words = len(_page(article).get_text(" ").split())
    sentences = [len(sentence.split()) for sentence in _sentences(_page(article))]

    assert FEWEST_WORDS <= words <= MOST_WORDS
    assert sum(sentences) / len(sentences) <= WORDS_OF_A_SENTENCE
    assert max(sentences) <= LONGEST_SENTENCE


@every_article
def test_it_gives_no_address_and_no_number_but_those_we_know(article: ArticleFile):
    text = f"{article.header} {article.body}"
    numbers = {"".join(parts) for parts in re.findall(r"(?:\+1)?\(?(\d{3})\)?[\s.-]?(\d{3})[\s.-]?(\d{4})", text)}

    assert numbers <= {PHONE_OF_NCDIT}
    assert "@" not in text
    assert re.findall(r"https?:|www\.", text) == []


def _is_there(visitor: Visitor, link: str) -> bool:
    """Whether the page is found without signing in, with the place on it that the link names."""
    path, _hash, place = link.partition("#")
    visitor.open(path)
    return (visitor.status, visitor.path) == (200, path) and (not place or visitor.page.find(id=place) is not None)


def _page(article: ArticleFile) -> BeautifulSoup:
    return BeautifulSoup(markdown.to_html(article.body, facts=FACTS), "html.parser")


def _sentences(page: BeautifulSoup) -> list[str]:
    """The sentences of its paragraphs, list items and table cells."""
    for inner in page.select("li ul, li ol"):
        inner.extract()
        page.append(inner)
    blocks: list[Tag] = page.find_all(["p", "li", "td"])
    texts = [" ".join(block.get_text().split()) for block in blocks]
    return [sentence for text in texts for sentence in re.split(r"(?<=[.?!:;])[”»)]*\s", text) if sentence]
