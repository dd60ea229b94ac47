"""The public pages in a real browser: for everybody, on any screen, from this desk alone."""

from typing import Any

import pytest

from tests.browser.looking import Looking, grave_faults

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/vaccine-provider",
    "/local-health-department",
    "/employer",
    "/public",
    "/learn",
    "/training",
    "/learn/temperature-out-of-range",
    "/learn/cvms-or-ncir",
    "/no-such-page",
)
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(17, 23, 29)"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_public_pages_have_no_grave_fault_and_do_not_scroll_sideways(open_context: Any, width: int, scheme: str) -> None:
    page = open_context(viewport={"width": width, "height": 900}, color_scheme=scheme)

    for path in PAGES:
        page.goto(path)
        assert grave_faults(page) == [], path
        assert page.evaluate(SCROLLS_SIDEWAYS) is False, path


def test_public_pages_ask_nothing_of_another_host(open_context: Any, desk: str) -> None:
    page, asked = open_context(), []
    page.on("request", lambda request: asked.append(request.url))

    for path in PAGES:
        page.goto(path)

    assert asked
    assert [url for url in asked if not url.startswith((desk, "data:"))] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_dark_setting_of_the_system_is_followed(open_context: Any, *, scripts: bool) -> None:
    page = open_context(color_scheme="dark", java_script_enabled=scripts)

    page.goto("/learn")

    assert page.evaluate(BACKGROUND) == NIGHT


def test_pages_without_scripts_have_no_grave_fault(open_context: Any, looking: Looking) -> None:
    page = open_context(java_script_enabled=False)

    for path in ("/", "/learn"):
        page.goto(path)
        assert looking.grave_faults(page) == [], path


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
