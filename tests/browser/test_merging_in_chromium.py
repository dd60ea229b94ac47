"""Merging, marks and known problems in a browser, narrow and wide, light and dark: nothing grave, nothing sideways."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.cases import problems
from helpdesk.cases.models import Status
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import follow, grave_faults, scrolls_sideways
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import PASSWORD, an_agent
from tests.problem_factories import a_problem

pytestmark = pytest.mark.browser


def fine(page: Page) -> None:
    """Nothing grave on this page, and nothing that scrolls sideways."""
    assert grave_faults(page) == [], page.url
    assert not scrolls_sideways(page), page.url


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(320, "dark", marks=pytest.mark.long)])
def test_an_agent_merges_marks_and_resolves_what_is_known(app: Flask, open_context: OpenContext, width: int, scheme: str) -> None:
    agent = an_agent(first_name="Dana", last_name="Osei")
    case, into, third = (a_case(agent=agent, status=Status.OPEN) for _each in range(3))
    problem = a_problem(by=agent)
    with transaction():
        problems.tie(problem, [into], by=agent)
    page = open_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    with clock.at(MONDAY_9_AM):
        page.goto("/login")
        page.get_by_label("E-mail").fill(agent.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        follow(page, page.get_by_role("button", name="Sign in"))
        page.goto(f"/agent/cases/{case.number}/merge")
        fine(page)
        page.get_by_label("Number of the other case").fill(into.number)
        follow(page, page.get_by_role("button", name="See what will happen"))
        fine(page)
        page.get_by_label("I have made sure").check()
        follow(page, page.get_by_role("button", name="Merge", exact=True))
        expect(page.get_by_text(f"{case.number} is merged into {into.number}").first).to_be_visible()
        page.locator("#marks summary").click()
        follow(page, page.get_by_role("button", name="Watch it"))
        fine(page)
        for path in (
            f"/agent/cases/{case.number}",
            f"/agent/cases/{case.number}/unmerge",
            f"/agent/cases/{third.number}/links",
            f"/agent/cases/{into.number}/marks",
            "/agent/problems",
            "/agent/problems/new",
            f"/agent/problems/{problem.id}",
            f"/agent/problems/{problem.id}/resolve",
        ):
            page.goto(path)
            fine(page)
