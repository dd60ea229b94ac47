"""My cases by keyboard and without JavaScript: find a closed case, rate it; and the page of the case on paper."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk.cases.models import Status
from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, sign_in
from tests.case_factories import SOLUTION, a_case

pytestmark = pytest.mark.browser


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus."""
    wanted = page.locator(selector)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def enter(page: Page) -> None:
    """Press Enter on what leads to another page, and wait until that one is there."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_closed_case_is_found_and_rated_by_keyboard_alone(app: Flask, open_context: OpenContext) -> None:
    case = a_case(status=Status.CLOSED, subject="Our second coordinator")
    page = open_context(java_script_enabled=False, viewport=NARROW)
    sign_in(page, case.requester.email)
    page.goto("/cases")

    tab_to(page, "#q")
    page.keyboard.type("coordinator second")
    enter(page)
    tab_to(page, "nav >> text=Finished cases")
    enter(page)
    expect(page.locator(".found-cases")).to_contain_text("coordinator")
    tab_to(page, ".case-subject")
    enter(page)
    tab_to(page, "#score-0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#comment")
    page.keyboard.type("It took a while.")
    tab_to(page, "text=Send my rating")
    enter(page)

    expect(page.get_by_text("Thank you. The team reads what you told us.")).to_be_visible()
    expect(page.locator(".rating")).to_contain_text("3 of 5, neither good nor bad")
    expect(page.locator(".rating")).to_contain_text("It took a while.")
    page.emulate_media(media="print")
    shown = {part: page.locator(part).first.is_visible() for part in (".desk-nav", ".language", ".answers-copy dl", ".on-paper")}
    assert shown == {".desk-nav": False, ".language": False, ".answers-copy dl": True, ".on-paper": True}
    expect(page.get_by_text(SOLUTION)).to_be_visible()
