"""A case is filed for a caller in a real browser: by keyboard alone, on a small screen, accessible at every step."""

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.cases.models import Case, Channel
from helpdesk.extensions import db
from tests.browser.looking import NARROW, faults, scrolls_sideways, sign_in
from tests.browser.test_get_help_in_chromium import choose, reach, write
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent

pytestmark = pytest.mark.browser


@pytest.fixture
def page(app: Flask, open_context) -> Page:
    an_agent("NCIR")
    page = open_context(viewport=NARROW, reduced_motion="reduce")
    with clock.at(MONDAY_9_AM):
        sign_in(page, an_agent("ENR").email)
        yield page


def press(page: Page, name: str, *, role: str = "button") -> None:
    """Reach it by Tab, press Enter, and look at the page that comes."""
    reach(page, page.get_by_role("main").get_by_role(role, name=name, exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert faults(page) == []
    assert not scrolls_sideways(page)


def test_a_case_for_somebody_new_is_filed_by_keyboard(page: Page) -> None:
    page.goto("/agent/new-case")
    write(page, "q", "Kim Lee")
    press(page, "Find")
    press(page, "Somebody new", role="link")
    write(page, "caller-email", "kim@newclinic.example.org")
    write(page, "caller-phone", "919-555-0177")
    press(page, "Continue")
    choose(page, "channel", "walk_in")
    write(page, "topic", "Receiving a shipment")
    expect(page.locator("#questions-status")).to_have_text("The questions below have changed.")
    expect(page.locator("[name=reach_phone]")).to_have_value("919-555-0177")
    write(page, "role", "Vaccine Coordinator (p")
    write(page, "organization", "New Clinic")
    write(page, "location", "Main Street")
    write(page, "subject", "Shipment does not show in NCIR")
    write(page, "description", "They received 40 doses two days ago. They are not in NCIR.")
    choose(page, "system", "ncir")
    for name, value in (("impact", "me"), ("urgency", "no")):
        choose(page, name, value)
    reach(page, page.locator("[name=no_patient_data]"))
    page.keyboard.press("Space")
    reach(page, page.locator("[name=subject]"))
    with page.expect_navigation():
        page.keyboard.press("Enter")  # in a field: as Continue, not as another button of the page
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the answers")
    press(page, "File the case")

    expect(page.get_by_role("heading", level=1)).to_have_text("The case is filed")
    db.session.rollback()
    case = db.session.scalars(sa.select(Case)).one()
    assert (case.channel, case.requester.email) == (Channel.WALK_IN, "kim@newclinic.example.org")
    assert page.get_by_text(case.number).is_visible()
    press(page, "File another", role="link")


@pytest.mark.long
def test_another_caller_is_chosen_and_the_mistakes_are_accessible(page: Page) -> None:
    first, second = a_provider(first_name="Dana", last_name="Okafor"), a_provider(first_name="Priya", last_name="Nguyen")
    page.goto(f"/agent/new-case/ticket?caller={first.id}&topic=INV-RECV")
    write(page, "subject", "Shipment does not show in NCIR")
    press(page, "Somebody else is calling")
    reach(page, page.locator("#q"))
    page.keyboard.type(second.last_name)
    press(page, "Find")
    press(page, second.name)
    press(page, "Continue")

    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("[name=subject]")).to_have_value("Shipment does not show in NCIR")
