"""The second factor and one's sessions in a real browser: set up and used by keyboard, readable for everybody."""

from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page

from helpdesk.accounts import second_factor
from helpdesk.extensions import db
from tests.browser.conftest import OpenContext
from tests.browser.looking import Looking, follow, grave_faults, scrolls_sideways
from tests.factories import PASSWORD, a_provider

pytestmark = pytest.mark.browser


def looked_at(page: Page, looking: Looking, *, has_scripts: bool) -> list[str]:
    is_wider = scrolls_sideways(page) if has_scripts else False
    faults = grave_faults(page) if has_scripts else looking.grave_faults(page)
    return [f"{page.url}: {fault}" for fault in faults + (["scrolls sideways"] if is_wider else [])]


@pytest.mark.parametrize(("scheme", "has_scripts"), [("dark", True), pytest.param("light", False, marks=pytest.mark.long)])
def test_it_is_set_up_used_and_seen_by_keyboard(
    app: Flask, open_context: OpenContext, looking: Looking, tmp_path: Path, scheme: str, has_scripts: bool
) -> None:
    user = a_provider()
    page = open_context(color_scheme=scheme, viewport={"width": 320, "height": 800}, java_script_enabled=has_scripts)
    faults = []

    def enter(field: str, text: str) -> None:
        page.locator(field).focus()
        page.keyboard.type(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def look(name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        faults.extend(looked_at(page, looking, has_scripts=has_scripts))

    page.goto("/login")
    page.fill("#email", user.email)
    enter("#password", PASSWORD)
    page.goto("/account/second-factor")
    look("none")
    enter("#password", PASSWORD)
    look("begun")
    db.session.rollback()
    secret = second_factor.begun(user)
    assert secret
    enter("#code", pyotp.TOTP(secret).now())
    look("codes")
    recovery_code = page.locator(".recovery-codes code").first.inner_text()
    follow(page, page.get_by_role("link", name="I have kept them"))
    look("on")
    page.goto("/account/sessions")
    look("sessions")

    follow(page, page.get_by_role("button", name="Sign out", exact=True))
    page.goto("/login")
    page.fill("#email", user.email)
    enter("#password", PASSWORD)
    look("code")
    enter("#code", recovery_code)

    assert page.get_by_text("You have 9 recovery codes left.").is_visible()
    assert faults == []
