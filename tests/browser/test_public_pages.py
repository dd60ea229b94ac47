"""What the public pages do in a real browser beside what every page must."""

from typing import Any

import pytest

from tests.browser.looking import NARROW, faults

pytestmark = pytest.mark.browser

SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(17, 23, 29)"


def test_an_address_that_leads_nowhere_has_a_page_for_everybody(open_context: Any) -> None:
    page = open_context(viewport=NARROW, color_scheme="dark")

    page.goto("/no-such-page")

    assert faults(page) == []
    assert page.evaluate(SCROLLS_SIDEWAYS) is False


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_dark_setting_of_the_system_is_followed(open_context: Any, *, scripts: bool) -> None:
    page = open_context(color_scheme="dark", java_script_enabled=scripts)

    page.goto("/learn")

    assert page.evaluate(BACKGROUND) == NIGHT


def test_paper_is_white_even_at_night(open_context: Any) -> None:
    page = open_context(color_scheme="dark")
    page.goto("/learn/who-to-call")

    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(BACKGROUND) == WHITE
    assert page.locator(".desk-nav").is_hidden()


def test_keyboard_goes_past_the_header_to_the_content(open_context: Any) -> None:
    page = open_context()
    page.goto("/learn")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the main content"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
