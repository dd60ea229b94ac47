"""The search of Learn finds what was meant, in English and in Spanish."""

import pytest

from helpdesk.extensions import db
from helpdesk.knowledge import queries
from helpdesk.knowledge.search import Entry, rank, words_of

TEMPERATURE = Entry(
    "Temperature out of range: do this now",
    keywords="excursion, refrigerator, fridge",
    summary="Set the vaccine apart, keep it cold, write it down, call.",
    body="See [who to call](/learn/who-to-call-for-rabies) or [[phone]].",
)
NCID = Entry("Get, unlock or reset your NCID", summary="What you can do yourself.", body="A shipment has nothing to do with it.")
NCIR = Entry("Roles in NCIR", summary="Why you need two administrators.")
LATE = Entry("Shipment late, short or damaged", summary="Tell us the same day.", body="Shipments of doses.")
SPANISH = Entry(
    "Temperatura fuera de rango: haga esto ahora",
    keywords="refrigeración, congelador",
    summary="Separe la vacuna y llame.",
    body="¿Qué unidad de refrigeración falló?",
)
SHELF = [NCID, NCIR, LATE, TEMPERATURE, SPANISH]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("temprature", TEMPERATURE),
        ("TEMPERATURE", TEMPERATURE),
        ("temp", TEMPERATURE),
        ("refridgerators", TEMPERATURE),
        ("range of the temperature", TEMPERATURE),
        ("NCDI", NCID),
        ("How do I unlock my NCID when it's locked?", NCID),
        ("ncir", NCIR),
        ("shipmnt late", LATE),
        ("late shipments", LATE),
        ("my shipments were damged", LATE),
        ("temperatura fuera de rango", SPANISH),
        ("refrigeracion", SPANISH),
        ("REFRIGERACIÓN FALLÓ", SPANISH),
        ("congeladores", SPANISH),
    ],
)
def test_what_was_meant_comes_first(typed, meant):
    found = rank(typed, SHELF)

    assert found, "nothing was found"
    assert SHELF[found[0].place].title == meant.title


def test_word_that_is_known_is_not_taken_for_another():
    assert [SHELF[match.place] for match in rank("NCIR", SHELF)] == [NCIR]


def test_title_counts_more_than_text():
    assert [SHELF[match.place] for match in rank("shipment", SHELF)] == [LATE, NCID]


@pytest.mark.parametrize("typed", ["", " ?! ", "xyzzy", "qwrt", "bread", "rabies", "phone", "💉", "a" * 10_000])
def test_nothing_is_found_where_nothing_fits(typed):
    assert rank(typed, SHELF) == []


def test_empty_shelf_has_no_answers():
    assert rank("temperature", []) == []


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others():
    assert words_of("What is the NCID?") == ["ncid"]
    assert words_of("¿Cómo obtengo mi NCID?") == ["obtengo", "ncid"]
    assert words_of("how to") == ["how", "to"]


def test_every_article_of_a_new_desk_is_found_by_its_longest_word_with_a_letter_missing(app):
    articles = list(db.session.scalars(queries.articles()))
    entries = [Entry(article.title, article.keywords, article.summary, article.body) for article in articles]
    longest = [max(words_of(article.title), key=len) for article in articles]
    mistyped = [word[:3] + word[4:] for word in longest]

    lost = [word for place, word in enumerate(mistyped) if place not in {match.place for match in rank(word, entries)}]

    assert articles
    assert not lost
