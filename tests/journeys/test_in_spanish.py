"""A provider whose language is Spanish meets no English but what people have typed, names, and passages marked as such."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.transaction import transaction
from tests.architecture.route_expectations import PROVIDER, VISITOR
from tests.browser.every_page import Desk, a_furnished_desk
from tests.case_factories import MONDAY_9_AM, SOLUTION
from tests.visitor import Visitor

ENGLISH = re.compile(
    r"\b(the|your|you|and|with|this|that|of|for|is|are|was|to|by|on|from|what|when|who|open|closed|not)\b", re.IGNORECASE
)
TYPED = (
    "NC Vaccines Help Desk",
    "Section B asks for a second coordinator",
    "Section B will not let us go on without a back-up coordinator.",
    "(DO NOT USE)",
    "Who is your back-up coordinator?",
    SOLUTION,
)


@pytest.fixture
def furnished(app: Flask) -> Iterator[Desk]:
    with clock.at(MONDAY_9_AM):
        desk = a_furnished_desk(app)
        with transaction():
            desk.world.people[PROVIDER].language = Language.SPANISH
        yield desk


@pytest.mark.parametrize("role", [VISITOR, PROVIDER])
def test_pages_are_in_spanish(app: Flask, furnished: Desk, role: str) -> None:
    somebody = Visitor(app)
    somebody.open("/language/es")
    if user := furnished.world.people[role]:
        somebody.open("/login").press("Iniciar sesión", email=user.email, password="correct horse battery staple")

    pages = {path: english_on(somebody.open(path).html) for _endpoint, path in furnished.pages(role)}

    wrong = [f"{path}: {text}" for path, found in pages.items() for text in found]
    assert not wrong, "\n".join(wrong)


def english_on(html: str) -> list[str]:
    """What is said in English on a page, or in the attributes that are read aloud."""
    page = BeautifulSoup(html, "html.parser")
    assert page.html is not None
    found = [] if page.html["lang"] == "es" else [f"the page is in {page.html['lang']}"]
    for passage in page.select("[lang=en], script, style, a[hreflang], .prose"):
        passage.decompose()
    said = [*page.stripped_strings, *(str(tag["aria-label"]) for tag in page.select("[aria-label]"))]
    return found + [text for text in said if ENGLISH.search(_without_typed(text))]


def _without_typed(text: str) -> str:
    for typed in TYPED:
        text = text.replace(typed, "")
    return text
