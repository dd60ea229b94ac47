"""The queue in a browser: what comes and changes is announced and not shuffled, and an urgent case is announced on every page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases import commands
from helpdesk.cases.models import Case
from helpdesk.cases.numbers import number_of
from helpdesk.extensions import db
from helpdesk.routing.models import Priority
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import grave_faults, scrolls_sideways
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD, a_lead, an_agent
from tests.queue.cases import a_stock

pytestmark = pytest.mark.browser


def test_what_comes_is_announced_and_an_urgent_case_once_on_every_page(app: Flask, open_context: OpenContext) -> None:
    agent, colleague = an_agent("ENR"), an_agent("ENR")
    page = open_context(reduced_motion="reduce", viewport={"width": 320, "height": 720})
    with clock.at(MONDAY_9_AM):
        [shown, _other] = a_stock(2, subject="Shown", opened_at=MONDAY_9_AM, updated_at=MONDAY_9_AM)
        _sign_in(page, agent)
        expect(page.locator(".row-of-case")).to_have_count(2)
        expect(page.locator(".announced > span")).to_be_hidden()
    with clock.at(MONDAY_9_AM + timedelta(minutes=1)):
        a_stock(1, subject="Freezer down", priority=Priority.P1, opened_at=clock.now(), updated_at=clock.now())
        a_stock(1, subject="Another", opened_at=clock.now(), updated_at=clock.now())
        with transaction():
            commands.add_note(db.session.get_one(Case, shown), by=colleague, body="Seen to by phone.")
        _look_again(page)

        expect(page.get_by_text("2 new cases, 1 changed.")).to_be_visible()
        expect(page.locator(".row-of-case")).to_have_count(2)
        banner = page.get_by_role("alert").filter(has_text="Urgent (P1), new in Provider Enrollment:")
        expect(banner).to_be_visible()
        assert grave_faults(page) == []
        assert not scrolls_sideways(page)

        page.get_by_role("link", name="Show", exact=True).click()
        expect(page.locator(".row-of-case")).to_have_count(4)
        expect(page.locator(".announced > span")).to_be_hidden()

        page.goto("/learn")
        again = page.locator(".urgent-case")
        expect(again).to_have_attribute("role", "status")  # it stands there still, and is not called out a second time
        again.get_by_role("button", name="Dismiss").click()
        expect(again).to_have_count(0)
        page.goto("/agent/duty")
        _look_again(page)
        expect(page.locator(".urgent-case")).to_have_count(0)


def test_of_many_urgent_cases_five_are_shown_and_the_next_ones_once_there_is_room(app: Flask, open_context: OpenContext) -> None:
    page = open_context(reduced_motion="reduce", viewport={"width": 320, "height": 720})
    with clock.at(MONDAY_9_AM):
        ids = a_stock(7, priority=Priority.P1)
        _sign_in(page, an_agent("ENR"))
        banners, more = page.locator(".urgent-case"), page.locator(".urgent-more")
        expect(banners).to_have_count(5)
        assert [number_of(case_id) in text for case_id, text in zip(ids, banners.all_inner_texts(), strict=False)] == [True] * 5
        expect(more).to_have_text("and 2 more urgent (P1)")
        assert grave_faults(page) == []
        assert not scrolls_sideways(page)

        banners.first.get_by_role("button").click()
        expect(banners.last).to_contain_text(number_of(ids[5]))
        expect(banners).to_have_count(5)
        expect(more).to_have_text("and 1 more urgent (P1)")
        more.get_by_role("link").click()
        expect(page.locator(".row-of-case")).to_have_count(7)
        for left in (5, 4, 3, 2, 1, 0):
            page.locator(".urgent-case").first.get_by_role("button").click()
            expect(banners).to_have_count(left)
        expect(more).to_have_text("")
        page.goto("/learn")
        _look_again(page)
        expect(banners).to_have_count(0)


@pytest.mark.parametrize("makes", [an_agent, a_lead])
def test_a_long_name_leaves_the_links_on_one_line(app: Flask, open_context: OpenContext, makes: Callable[..., User]) -> None:
    page = open_context(viewport={"width": 1280, "height": 720})
    somebody = makes("ENR", first_name="Bartholomew", last_name="Featherstonehaugh-Castellano")
    _sign_in(page, somebody)

    tops = page.locator(".desk-nav a").evaluate_all("links => links.map(link => link.getBoundingClientRect().top)")

    assert max(tops) - min(tops) < 2
    name = page.get_by_role("link", name=somebody.name).bounding_box()
    assert name and name["width"] <= 140


def _look_again(page: Page) -> None:
    """As when somebody comes back to the page."""
    with page.expect_response("**/agent/news*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def _sign_in(page: Page, user: User) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    with page.expect_response("**/agent/news*"):
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
