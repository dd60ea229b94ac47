"""The topic finder in a real browser: on a narrow screen, by keyboard alone, with scripts and without."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, faults, follow, scrolls_sideways, sign_in
from tests.factories import a_provider
from tests.intake.test_filling_in_the_form import FORM

pytestmark = pytest.mark.browser

WHAT_IS_WRONG = "What is wrong, in a few words?"


def a_form(open_context: OpenContext, **options: Any) -> Page:
    page = open_context(viewport=NARROW, **options)
    sign_in(page, a_provider().email)
    page.goto(FORM)
    page.get_by_label(WHAT_IS_WRONG).focus()
    return page


def likely(page: Page) -> Locator:
    return page.locator("#likely button")


def top(locator: Locator) -> float:
    box = locator.bounding_box()
    assert box is not None
    return box["y"]


def test_likely_topics_follow_the_typing_and_one_is_chosen_by_keyboard(app: Flask, open_context: OpenContext) -> None:
    page = a_form(open_context)
    field, topic = page.get_by_label(WHAT_IS_WRONG), page.locator("#topic")
    expect(page.get_by_role("button", name="Find the topic")).to_be_hidden()
    before = top(field)

    page.keyboard.type("ncid lokced")

    expect(likely(page).first).to_have_attribute("value", "ACC-NCID")
    expect(page.locator("#likely-status")).to_have_text(f"{likely(page).count()} likely topics")
    expect(topic).to_have_value("")
    assert top(field) == before
    assert not scrolls_sideways(page)
    assert faults(page) == []

    page.keyboard.press("Tab")
    expect(likely(page).first).to_be_focused()
    page.keyboard.press("Enter")

    expect(topic).to_have_value("ACC-NCID")
    expect(topic).to_be_focused()
    expect(
        page.get_by_label("What is wrong with the NCID?").or_(page.get_by_text("What is wrong with the NCID?")).first
    ).to_be_visible()
    assert page.url.endswith(FORM)


def test_enter_looks_at_once_and_the_page_below_does_not_jump_up(app: Flask, open_context: OpenContext) -> None:
    page = a_form(open_context)
    page.keyboard.type("fridge was at 12 degrees")
    page.keyboard.press("Enter")
    expect(likely(page).first).to_have_attribute("value", "TMP-EXC")
    before = top(page.locator("#topic"))

    page.get_by_label(WHAT_IS_WRONG).fill("xyzzy")

    expect(page.locator("#likely-status")).to_have_text("We found no topic for these words.")
    expect(likely(page)).to_have_count(0)
    assert top(page.locator("#topic")) >= before
    assert page.url.endswith(FORM)


def test_the_button_comes_back_where_the_desk_cannot_be_reached(app: Flask, open_context: OpenContext) -> None:
    page = a_form(open_context)
    page.route("**/topics?*", lambda route: route.abort())

    page.keyboard.type("ncid locked")

    button = page.get_by_role("button", name="Find the topic")
    expect(button).to_be_visible()
    follow(page, button)
    expect(likely(page).first).to_have_attribute("value", "ACC-NCID")


def test_without_scripts_the_button_finds_and_another_chooses(app: Flask, open_context: OpenContext) -> None:
    page = a_form(open_context, java_script_enabled=False)
    page.keyboard.type("ncid locked")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_label(WHAT_IS_WRONG).focus()
    page.keyboard.press("Tab")  # the button
    page.keyboard.press("Tab")
    expect(likely(page).first).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("#topic")).to_have_value("ACC-NCID")
    expect(page.locator("[name=ncid_user_name]")).to_be_visible()
