"""The main job with nothing but a keyboard: a provider asks, an agent takes the case, answers and resolves it."""

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from helpdesk import clock
from helpdesk.cases.models import Case, Status
from helpdesk.extensions import db
from tests.browser.conftest import OpenContext
from tests.browser.looking import sign_in
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent

pytestmark = pytest.mark.browser
FARTHEST = 150  # presses of Tab to anything on a page
HAS_FOCUS = "control => control === document.activeElement"


def test_a_case_is_asked_and_resolved_by_keyboard(app: Flask, open_context: OpenContext) -> None:
    provider, agent = a_provider(), an_agent("NCIR")
    with clock.at(MONDAY_9_AM):
        page = open_context()
        sign_in(page, provider.email)
        _ask(page)
        db.session.rollback()
        case = db.session.scalars(sa.select(Case)).one()
        staff = open_context()
        sign_in(staff, agent.email)
        _resolve(staff, case.subject)

    db.session.rollback()
    assert (case.status, case.assignee_id) == (Status.RESOLVED, agent.id)


def _ask(page: Page) -> None:
    page.goto("/vaccine-provider/get-help")
    _type(page, page.get_by_label("Topic"), "Receiving a shipment")
    expect(page.get_by_label("Your role")).to_be_visible()
    _type(page, page.get_by_label("Your role"), "Vaccine Coordinator (p")
    _type(page, page.get_by_label("Organization"), "Cedar Fork Pharmacy")
    _type(page, page.get_by_label("Location", exact=True), "Main Street")
    _reach(page, page.get_by_label("Enrollment Portal"))
    for _system in ("CVMS", "NCIR"):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("NCIR", exact=True)).to_be_checked()
    _type(page, page.get_by_label("Subject"), "Shipment does not show in NCIR")
    _type(page, page.get_by_label("What happened?"), "We received 40 doses two days ago. They are not in NCIR.")
    _reach(page, page.get_by_label("Only me"))
    page.keyboard.press("Space")
    _reach(page, page.get_by_label("Vaccine is at risk right now"))
    page.keyboard.press("ArrowUp")  # round to the last answer
    expect(page.get_by_label("No, vaccination goes on")).to_be_checked()
    _reach(page, page.get_by_label("This contains no patient information"))
    page.keyboard.press("Space")
    _press(page, page.get_by_role("button", name="Continue"))
    _press(page, page.get_by_role("button", name="Send the ticket"))
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your case")


def _resolve(page: Page, subject: str) -> None:
    page.goto("/agent/queue")
    _press(page, page.get_by_role("link", name=subject))
    _press(page, page.get_by_role("button", name="Take", exact=True))
    _reach(page, page.locator("summary", has_text="Resolve this case"))
    page.keyboard.press("Enter")
    form = page.locator("form[action$='/resolve']")
    _type(page, form.locator("select"), "Fixed")
    _type(page, form.locator("textarea"), "The transfer is in NCIR now. Please accept it there.")
    _press(page, form.locator("button.btn-primary"))
    expect(page.get_by_text("The transfer is in NCIR now.").first).to_be_visible()


def _reach(page: Page, control: Locator) -> None:
    """Press Tab until a control has the focus."""
    for _press_of_tab in range(FARTHEST):
        if control.evaluate(HAS_FOCUS):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{control} is not reached by keyboard")


def _type(page: Page, control: Locator, text: str) -> None:
    _reach(page, control)
    page.keyboard.type(text)


def _press(page: Page, control: Locator) -> None:
    _reach(page, control)
    with page.expect_navigation():
        page.keyboard.press("Enter")
