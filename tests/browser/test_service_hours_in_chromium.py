"""Service hours are changed in a real browser without JavaScript."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from tests.browser.looking import Looking, follow
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD, an_admin

pytestmark = pytest.mark.browser


def sign_in(page: Page) -> None:
    """As somebody who may set everything."""
    admin = an_admin()
    page.goto("/login")
    page.get_by_label("E-mail").fill(admin.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in"))


def test_hours_with_a_mistake_are_mended_and_adopted_without_scripts(app: Flask, open_context: Any, looking: Looking) -> None:
    page = open_context(java_script_enabled=False)

    with clock.at(MONDAY_9_AM):
        sign_in(page)
        page.goto("/admin/service-hours/new-schedule")
        page.get_by_label("First day of the new hours").fill("2027-02-01")
        page.get_by_label("Tuesday, hours 1: closes").fill("4:30")
        follow(page, page.get_by_role("button", name="Adopt these hours"))
        assert looking.grave_faults(page) == []
        expect(page.get_by_role("link", name="Tuesday: the desk must close after it opens.")).to_be_visible()
        page.get_by_label("Tuesday, hours 1: closes").fill("4:30 p.m.")
        follow(page, page.get_by_role("button", name="Adopt these hours"))
        expect(page.get_by_text("The new hours hold from Mon, Feb 1, 2027 on.")).to_be_visible()
        follow(page, page.get_by_role("link", name="Withdraw the hours from Mon, Feb 1, 2027 on"))
        assert looking.grave_faults(page) == []
