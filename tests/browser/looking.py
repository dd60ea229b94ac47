"""What a page must be for everybody: axe's rules, in a real browser."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, Route

from tests.factories import PASSWORD

GRAVE = {"serious", "critical"}
# The size of targets is new in 2.2 and switched off in axe unless asked for.
WCAG: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}
# Of what axe has found, the violations alone: to hand over the rest takes longer than to find it.
RUN = 'options => axe.run({...options, resultTypes: ["violations"]}).then(found => found.violations)'
NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1280, "height": 900}
# What can be used on a page; of radio buttons with one name, Tab reaches one.
MARK_CONTROLS = """() => {
  const seen = new Set();
  for (const control of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    const name = control.type === "radio" ? control.name : null;
    if (control.disabled || control.tabIndex < 0 || control.type === "hidden" || !control.checkVisibility()) continue;
    if (name && seen.has(name)) continue;
    if (name) seen.add(name);
    control.dataset.waiting = name || "";
  }
  return document.querySelectorAll("[data-waiting]").length;
}"""
VISIT_FOCUSED = """() => {
  const focused = document.activeElement, hidden = [];
  const group = focused.type === "radio" && document.querySelector(`[data-waiting="${focused.name}"]`);
  const marked = focused.dataset.waiting !== undefined ? focused : group;
  if (marked) {
    const style = getComputedStyle(focused);
    const shows = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    if (!shows || !focused.checkVisibility()) hidden.push(focused.outerHTML.slice(0, 160));
    delete marked.dataset.waiting;
  }
  return [document.querySelectorAll("[data-waiting]").length, hidden];
}"""
NOT_VISITED = "() => [...document.querySelectorAll('[data-waiting]')].map(control => control.outerHTML.slice(0, 160))"
# Pages with more on them than in test_every_page.py, as they may be seen: in the long run.
IN_TWO_LOOKS = [
    pytest.param(WIDE, "light", id="wide light", marks=pytest.mark.long),
    pytest.param(NARROW, "dark", id="narrow dark", marks=pytest.mark.long),
]


def bring_the_rules(page: Page) -> None:
    """Have each page that is opened from now on come with axe's rules: quicker, where most are looked at by them."""
    page.context.add_init_script(AXE_SCRIPT)


def follow(page: Page, control: Locator) -> None:
    """Press what leads to another page and wait until that one is there: a press by itself returns before its answer does."""
    with page.expect_navigation():
        control.click()


def sign_in(page: Page, address: str) -> None:
    """Sign in through the form, with the password that the factories give."""
    page.goto("/login")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("main").get_by_role("button", name="Sign in"))


def scrolls_sideways(page: Page) -> bool:
    """Whether something on a page is wider than its screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def tabbed_through(page: Page) -> list[str]:
    """What the Tab key does not reach on a page, and what does not show that it has the focus."""
    waiting = page.evaluate(MARK_CONTROLS)
    unseen = []
    for _press in range(2 * waiting + 2):  # round once, from wherever the page has put the focus
        if not waiting:
            break
        page.keyboard.press("Tab")
        waiting, hidden = page.evaluate(VISIT_FOCUSED)
        unseen += [f"does not show its focus: {html}" for html in hidden]
    return unseen + [f"is not reached by keyboard: {html}" for html in page.evaluate(NOT_VISITED)]


def faults(page: Page, *, contrast: bool = True) -> list[str]:
    """What breaks a rule of WCAG 2.2 AA on a page, as far as axe can tell, each with the elements it is about.

    To look for contrast takes as long as half of the other rules together.
    """
    rules = {**WCAG["rules"], "color-contrast": {"enabled": contrast}}
    found = _violations(page, {**WCAG, "rules": rules})
    return [f"{fault['id']}: {fault['help']}: {', '.join(node['html'][:160] for node in fault['nodes'])}" for fault in found]


def grave_faults(page: Page) -> list[str]:
    """What axe finds serious or critical on a page with scripts, each with the elements it is about."""
    found = _violations(page, {})
    return [
        f"{fault['id']}: {fault['help']}: {', '.join(node['html'][:120] for node in fault['nodes'])}"
        for fault in found
        if fault["impact"] in GRAVE
    ]


def _violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, options)
    return found


class Looking:
    """A second browser window that shows what another one shows and runs the rules there.

    The rules cannot run where scripts are switched off, nor a page that answered a form be opened again; so its HTML, as the
    other window has it, is put before this one under the same address.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def grave_faults(self, shown: Page) -> list[str]:
        """What is serious or critical on the page that the other window shows, as it is without our scripts."""
        html = shown.content()

        def fulfil(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        self.page.route(shown.url, fulfil)
        try:
            self.page.goto(shown.url)
            return grave_faults(self.page)
        finally:
            self.page.unroute(shown.url, fulfil)
