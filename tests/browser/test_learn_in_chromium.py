"""Learn in a real browser: an answer found and judged by keyboard alone, and its fuller pages for everybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from helpdesk import clock
from helpdesk.accounts.models import Language
from helpdesk.extensions import db
from helpdesk.knowledge.models import ArticleFeedback, Audience, Video
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import IN_TWO_LOOKS, faults, follow, scrolls_sideways, sign_in
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, FORM
from tests.knowledge.written import a_session, an_article

pytestmark = pytest.mark.browser

PAGES = (
    "/learn",
    "/learn?q=cold+chane",
    "/learn?q=xyzzy",
    "/learn?q=",
    "/learn/sections/records",
    "/learn/cold-chain",
    "/learn/cold-chain?lang=es",
    "/learn/cold-chain/thanks?answer=no",
    "/learn/videos/1",
    "/training",
)
FOCUSED = "document.activeElement.textContent.trim() || document.activeElement.name"


@pytest.fixture(autouse=True)
def shelf(app: Flask) -> Iterator[None]:
    """An article in two languages about two topics, one for staff, sessions of each kind, and a video with all there is to it."""
    with clock.at(MONDAY_9_AM):
        an_article(
            "cold-chain", title="The cold chain", topics=("TMP-EXC", "INV-RECV"), body="| What | Who |\n|-|-|\n| a | b |\n"
        )
        an_article("cold-chain", title="La cadena de frío", topics=("TMP-EXC", "INV-RECV"), language=Language.SPANISH)
        an_article("for-staff", title="The cold chain, for staff", audience=Audience.INTERNAL)
        now = clock.now()
        a_session("In Spanish", starts_at=now + timedelta(days=1), language=Language.SPANISH, zone="America/Chicago")
        a_session("Called off", starts_at=now + timedelta(days=2), canceled_at=now)
        with transaction():
            told = {"url": "https://video.example.org/1", "length_seconds": 270, "transcript": "## First\n\nYou register.\n"}
            db.session.query(Video).filter_by(id=1).update(told)
        yield


def test_answer_is_found_and_judged_by_keyboard(open_context: OpenContext) -> None:
    page = open_context()
    page.goto("/learn")

    page.get_by_label("Search the answers").focus()
    page.keyboard.type("cold chane")
    _enter(page)
    _tab_to(page, "The cold chain")
    _enter(page)
    assert page.locator("h1").inner_text() == "The cold chain"
    _tab_to(page, "No")
    _enter(page)

    assert page.locator("h1").inner_text() == "Thank you. Let us help you then"
    assert page.get_by_role("link", name="Get Help: Temperature excursion").get_attribute("href") == f"{FORM}?topic=TMP-EXC"
    db.session.rollback()
    assert [answer.is_helpful for answer in db.session.query(ArticleFeedback)] == [False]


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_fuller_pages_are_for_everybody(open_context: OpenContext, size: Any, scheme: str) -> None:
    page = open_context(viewport=size, color_scheme=scheme)

    found = {path: _wrong_with(page) for path in PAGES if page.goto(path)}
    assert found == {path: [] for path in PAGES}

    agent = open_context(viewport=size, color_scheme=scheme)
    sign_in(agent, an_agent().email)
    agent.goto("/learn/for-staff")
    assert agent.get_by_text("Staff only").is_visible()
    assert _wrong_with(agent) == []


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_answers_before_sending_are_for_everybody(open_context: OpenContext, size: Any, scheme: str) -> None:
    page = open_context(viewport=size, color_scheme=scheme)
    sign_in(page, a_provider().email)
    page.goto(f"{FORM}?topic=INV-RECV")
    for name in ("organization", "location", "subject", "description"):
        page.fill(f"[name={name}]", ANSWERS[name])
    page.select_option("[name=role]", ANSWERS["role"])
    for name in ("system", "impact", "urgency"):
        page.check(f"[name={name}][value={ANSWERS[name]}]")
    page.check("[name=no_patient_data]")
    follow(page, page.get_by_role("button", name="Continue"))
    page.locator(".suggested summary").first.click()

    assert page.get_by_role("button", name="This answers it: do not send the ticket").first.is_visible()
    assert _wrong_with(page) == []


def _enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, words: str) -> None:
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == words:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "the focus is seen"
            return
    pytest.fail(f"no key leads to {words}")


def _wrong_with(page: Page) -> list[str]:
    return faults(page) + (["scrolls sideways"] if scrolls_sideways(page) else [])
