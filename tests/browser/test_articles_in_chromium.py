"""From a case to an article that people read, without JavaScript: wide and narrow, light and dark, nothing scrolling sideways."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.looking import IN_TWO_LOOKS, Looking, follow, scrolls_sideways, sign_in
from tests.case_factories import a_case
from tests.factories import a_lead

pytestmark = pytest.mark.browser

OpenContext = Callable[..., Page]
LONG = "The freezer is off, the alarm rings and nobody knows where the thermometer-with-the-very-long-name is kept"


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_an_article_is_begun_from_a_case_previewed_published_and_linked(
    app: Flask, open_context: OpenContext, looking: Looking, size: dict[str, int], scheme: str
) -> None:
    lead, case = a_lead("VMGT"), a_case(topic="TMP-EQP", subject=LONG)
    looking.page.set_viewport_size(size)  # type: ignore[arg-type]
    page = open_context(java_script_enabled=False, viewport=size, color_scheme=scheme)

    def press(button: str) -> None:
        follow(page, page.locator("main").get_by_role("button", name=button))

    def go(link: str) -> None:
        follow(page, page.locator("main").get_by_role("link", name=link, exact=True))

    def look() -> None:
        assert not scrolls_sideways(page), page.url
        assert looking.grave_faults(page) == [], page.url

    sign_in(page, lead.email)
    page.goto(f"/agent/cases/{case.number}")
    page.locator("#articles summary").click()
    go("Start an article from this case")
    press("Save the draft")
    expect(page.get_by_role("alert")).to_contain_text("Say in a sentence what the article answers.")
    look()
    page.get_by_label("Summary").fill("Whom to call.")
    press("Preview")
    look()
    press("Save the draft")
    go("Edit the text")
    page.get_by_label("Text", exact=True).fill("Call [[phone]].")
    page.get_by_label("What have you changed?").fill("Shorter")
    press("Save as a draft")
    go("Version 2")
    look()
    go("Publish this version")
    press("Publish it")
    look()
    page.goto(f"/agent/cases/{case.number}")
    press("Find an article to link")
    look()
    press(f"Put into the reply: {LONG}")
    address = f"{app.config['BASE_URL']}/learn/the-freezer-is-off-the-alarm-rings-and-nobody-knows"
    expect(page.get_by_label("Reply", exact=True)).to_have_value(f"{LONG}:\n{address}")
