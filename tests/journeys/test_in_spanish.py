"""A provider whose language is Spanish meets no English but what people have typed, names, and passages marked as such."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import commands as accounts
from helpdesk.accounts import own_account
from helpdesk.accounts.models import Language
from helpdesk.cases.models import Status
from helpdesk.extensions import db
from helpdesk.notifications.models import OutboxMessage
from helpdesk.providers import joining
from helpdesk.providers.models import Organization
from helpdesk.transaction import transaction
from tests.architecture.route_expectations import PROVIDER, VISITOR
from tests.browser.every_page import Desk, a_furnished_desk
from tests.case_factories import MONDAY_9_AM, SOLUTION, a_case
from tests.directory_factories import a_location, a_request, an_organization
from tests.factories import PASSWORD, a_lead, a_provider
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
    "We go on in your other case.",
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
        somebody.open("/login").press("Iniciar sesión", email=user.email, password=PASSWORD)

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
    return found + [text for text in said if is_english(text)]


def is_english(text: str) -> bool:
    """Whether there is English in a text beside what was typed."""
    for typed in TYPED:
        text = text.replace(typed, "")
    return ENGLISH.search(text) is not None


def test_mail_is_in_spanish(app: Flask) -> None:
    with clock.at(MONDAY_9_AM):
        ana = a_provider(first_name="Ana", last_name="Morales", email="ana@clinica.example.org", language=Language.SPANISH)
        place = a_location(an_organization("Clínica Roble"), "Centro")
        for status in (Status.PENDING, Status.RESOLVED):
            a_case(requester=ana, status=status)
        lead, asked = a_lead(), a_request(ana, db.session.get_one(Organization, place.organization_id))
        with transaction():
            joining.confirm(asked, by=lead)
            accounts.send_reset(ana)
            own_account.ask_for_address(ana, "ana.morales@clinica.example.org")
        for _browser in range(2):  # a mail is sent about the second
            at_login = Visitor(app).open("/language/es").open("/login")
            at_login.press("Iniciar sesión", email="ana@clinica.example.org", password=PASSWORD)

    mails = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.user_id == ana.id)).all()
    wrong = [f"{m.kind}: {line}" for m in mails for line in [m.subject, *m.text_body.splitlines()] if is_english(line)]

    assert len({m.kind for m in mails}) >= 6
    assert not wrong, "\n".join(wrong)
    assert [f"{m.kind}: {text}" for m in mails for text in english_on(m.html_body)] == []
