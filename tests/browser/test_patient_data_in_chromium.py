"""The patient-data guard in a real browser: the warning by keyboard at 320 pixels, and the pages on which data is removed."""

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from tests.browser.conftest import OpenContext
from tests.browser.looking import IN_TWO_LOOKS, NARROW, faults, follow, scrolls_sideways, sign_in, tabbed_through
from tests.browser.test_get_help_in_chromium import reach
from tests.case_factories import MONDAY_9_AM, a_case
from tests.factories import a_lead, a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, FORM

pytestmark = pytest.mark.browser

TELLS = "We cannot find patient Wanda Castellow, DOB 3/4/1956, since Monday. Please look for her."
RADIOS = ("system", "impact", "urgency")


def press(page: Page, name: str, role: str = "button") -> None:
    """Reach a control by Tab, and press it."""
    reach(page, page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_warning_is_met_edited_and_confirmed_by_keyboard_at_320_pixels(app: Flask, open_context: OpenContext) -> None:
    an_agent("NCIR")
    with clock.at(MONDAY_9_AM):
        page = open_context(viewport=NARROW, reduced_motion="reduce")
        sign_in(page, a_provider().email)
        page.goto(f"{FORM}?topic={ANSWERS['topic']}")
        for name in ("role", "organization", "location", "subject"):
            field = page.locator(f"[name={name}]")
            field.select_option(ANSWERS[name]) if name == "role" else field.fill(ANSWERS[name])
        for name in RADIOS:
            page.check(f"[name={name}][value={ANSWERS[name]}]")
        page.check("[name=no_patient_data]")
        page.fill("[name=description]", TELLS)
        press(page, "Continue")

        warning = page.get_by_role("alert")
        expect(warning).to_be_focused()
        expect(warning.locator("mark")).to_have_text(["Wanda Castellow", "3/4/1956"])
        assert faults(page) == []
        assert tabbed_through(page) == []
        assert not scrolls_sideways(page)
        press(page, "Edit the answers")
        expect(page.locator("[name=description]")).to_have_value(TELLS)
        page.fill("[name=description]", TELLS.replace(", DOB 3/4/1956", ""))
        press(page, "Continue")
        expect(page.get_by_role("alert").locator("mark")).to_have_text(["Wanda Castellow"])
        press(page, "Send the ticket anyway")
        expect(page.get_by_role("heading", level=1)).to_have_text("We have received your case")

    db.session.rollback()
    assert db.session.scalars(sa.select(Case.patient_data_suspected_at)).one() == MONDAY_9_AM


@pytest.mark.parametrize(("size", "scheme"), [pytest.param(NARROW, "light", id="narrow light"), *IN_TWO_LOOKS])
def test_patient_data_is_removed_on_pages_for_everybody(app: Flask, open_context: OpenContext, size, scheme) -> None:
    case = a_case(description=TELLS)
    with clock.at(MONDAY_9_AM):
        page = open_context(viewport=size, color_scheme=scheme)
        sign_in(page, a_lead("ENR").email)
        page.goto(f"/agent/cases/{case.number}")
        assert faults(page) == []
        follow(page, page.locator(".said").get_by_role("link", name="Remove patient data"))
        assert faults(page) == []
        page.get_by_label("Why is it removed?").fill("It was in the ticket by mistake.")
        follow(page, page.get_by_role("button", name="See what will be lost"))
        assert (faults(page), scrolls_sideways(page)) == ([], False)
        follow(page, page.get_by_role("button", name="Remove it for good"))
        expect(page.locator(".tombstone")).to_have_count(2)
        assert (faults(page), scrolls_sideways(page)) == ([], False)


def test_what_an_agent_says_is_confirmed_with_the_button_of_the_warning(app: Flask, open_context: OpenContext) -> None:
    case = a_case()
    with clock.at(MONDAY_9_AM):
        page = open_context(viewport=NARROW)
        sign_in(page, an_agent("ENR").email)
        page.goto(f"/agent/cases/{case.number}")
        page.locator("#reply-body").fill(TELLS)
        follow(page, page.get_by_role("button", name="Send and wait for an answer"))
        expect(page.get_by_role("alert")).to_be_focused()
        assert (faults(page), scrolls_sideways(page)) == ([], False)
        follow(page, page.get_by_role("button", name="Send it anyway"))

    db.session.rollback()
    assert (case.messages[-1].body, case.status) == (TELLS, "pending")
