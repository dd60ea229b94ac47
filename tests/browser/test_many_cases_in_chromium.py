"""Doing something with many cases in a browser: how many are ticked is said, and every page is good for everybody."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock, timed_jobs
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from helpdesk.notifications.stop_sign import StopSign
from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, WIDE, follow, grave_faults, scrolls_sideways
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import PASSWORD, a_lead, an_agent
from tests.queue.cases import a_stock

pytestmark = pytest.mark.browser


def _is_good(page: Page) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not scrolls_sideways(page)
        assert grave_faults(page) == []


def _sign_in(page: Page, person: User) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My teams")


def _work_and_look(page: Page) -> None:
    again = page.get_by_role("link", name="Look again")
    expect(again).to_be_visible()
    db.session.rollback()  # what the page has written is seen by the scheduler
    timed_jobs.do_batches(StopSign())
    follow(page, again)


def test_ticked_cases_are_counted_shown_resolved_and_set_back(app: Flask, open_context: OpenContext) -> None:
    agent, page = an_agent("ENR"), open_context(reduced_motion="reduce", viewport=WIDE)
    with clock.at(MONDAY_9_AM):
        for _each in range(3):
            a_case()
        _sign_in(page, agent)
        told, everything = page.locator("[data-ticked]"), page.get_by_label("All 3 on this page")
        expect(told).to_have_text("None ticked")
        page.get_by_label("Tick NCV-000001").check()
        expect(told).to_have_text("1 case ticked")
        everything.check()
        expect(told).to_have_text("3 cases ticked")
        page.get_by_label("Tick NCV-000002").uncheck()
        expect(everything).not_to_be_checked()
        _is_good(page)

        page.get_by_label("What to do with the ticked cases").select_option("resolve")
        follow(page, page.get_by_role("button", name="Go on with the ticked cases"))
        page.get_by_label("How were they resolved?").select_option("fixed")
        page.get_by_label("Resolution note").fill("CVMS sign-in works again since 9 a.m.")
        _is_good(page)
        follow(page, page.get_by_role("button", name="Show what will happen"))
        _is_good(page)
        follow(page, page.get_by_role("button", name="Do it with the ticked cases"))
        _work_and_look(page)
        expect(page.get_by_text("2 done")).to_be_visible()
        _is_good(page)
        follow(page, page.get_by_role("button", name="Undo this batch"))
        _work_and_look(page)
        expect(page.get_by_text("2 undone")).to_be_visible()


def test_the_load_of_a_team_is_good_to_read_wide_and_narrow(app: Flask, open_context: OpenContext) -> None:
    lead, agent, page = a_lead("ENR"), an_agent("ENR"), open_context(reduced_motion="reduce", viewport=WIDE)
    with clock.at(MONDAY_9_AM):
        a_stock(12, assignee_id=agent.id, due_at=MONDAY_9_AM - timedelta(minutes=5))
        a_case()
        _sign_in(page, lead)
        follow(page, page.get_by_role("link", name="Team", exact=True))
        _is_good(page)
        follow(page, page.get_by_role("link", name="12 overdue, Provider Enrollment"))
        expect(page.locator(".row-of-case")).to_have_count(12)
