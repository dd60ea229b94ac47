"""What the public pages do in a real browser beside what every page must."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from helpdesk.assets import FOREVER
from tests.browser.looking import NARROW, faults, scrolls_sideways

pytestmark = pytest.mark.browser

LIGHT = 200_000  # bytes over the wire
SMALL = 2_000  # what is smaller may go as it is
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
MOVED = """() => new Promise(resolve => {
  let moved = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => moved += entry.value))
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => resolve(moved), 50));
})"""
EDGE = """selector => {
  const style = getComputedStyle(document.querySelector(selector));
  return style.borderLeftStyle === "none" ? 0 : parseFloat(style.borderLeftWidth);
}"""
WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(17, 23, 29)"


def test_an_address_that_leads_nowhere_has_a_page_for_everybody(open_context: Any) -> None:
    page = open_context(viewport=NARROW, color_scheme="dark")

    page.goto("/no-such-page")

    assert faults(page) == []
    assert not scrolls_sideways(page)


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


def test_the_first_visit_is_light_and_the_second_lighter(open_context: Any) -> None:
    page, answers = open_context(), []
    page.on("response", lambda answer: answers.append(answer) if answer.url.startswith("http") else None)

    page.goto("/learn", wait_until="networkidle")
    first = {urlsplit(answer.url).path: answer for answer in answers}
    sizes = {path: carried(answer) for path, answer in first.items()}
    answers.clear()
    page.goto("/vaccine-provider", wait_until="networkidle")

    static = [answer for path, answer in first.items() if "/static/" in path]
    assert sum(sizes.values()) <= LIGHT, sizes
    assert len([path for path in first if path.endswith(".css")]) == 2, "Bootstrap's and ours"
    assert {answer.headers["cache-control"] for answer in static} == {FOREVER}
    assert {a.headers.get("content-encoding") for a in static if sizes[urlsplit(a.url).path] > SMALL} <= {"br", "gzip", "zstd"}
    kept = [answer for answer in answers if "/static/" in answer.url]
    assert [answer.url for answer in kept if carried(answer) > 0] == []


def carried(answer: Any) -> int:
    """The bytes of an answer over the wire; 0 where the browser had kept it."""
    sizes = answer.request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


@pytest.mark.parametrize("path", ["/", "/learn", "/learn/temperature-out-of-range", "/register"])
def test_nothing_moves_while_a_page_is_loaded(open_context: Any, path: str) -> None:
    page = open_context()

    page.goto(path, wait_until="networkidle")

    assert page.evaluate(MOVED) == 0


def test_whoever_wants_less_motion_gets_none(open_context: Any) -> None:
    page = open_context(reduced_motion="reduce")

    page.goto("/register")

    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main .btn')).transitionDuration)") < 0.01


def test_colors_that_the_system_forces_leave_edges_and_focus(open_context: Any) -> None:
    page = open_context(forced_colors="active")

    page.goto("/register")
    page.locator("#first_name").focus()

    edges = {what: page.evaluate(EDGE, what) for what in ("main .btn", ".form-control", ".notice")}
    assert {what: edge for what, edge in edges.items() if edge < 1} == {}
    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
