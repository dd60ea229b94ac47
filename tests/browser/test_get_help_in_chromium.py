"""Get Help in a real browser: by keyboard alone on a small screen, with the questions following the answers, and nothing lost."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.intake.models import Draft
from tests.attachment_factories import LOG
from tests.browser.looking import NARROW, WIDE, faults, follow, scrolls_sideways, sign_in
from tests.case_factories import FRIDAY_7_PM, a_case
from tests.factories import a_provider, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, FORM

pytestmark = pytest.mark.browser


@pytest.fixture
def page(app: Flask, open_context) -> Page:
    an_agent(team="VMGT")
    page = open_context(viewport=NARROW, reduced_motion="reduce")
    sign_in(page, a_provider(email="pat@example.org").email)
    return page


def reach(page: Page, control: Locator) -> None:
    """Press Tab until the control has the focus."""
    for _press in range(120):
        if control.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {control}")


def choose(page: Page, name: str, value: str) -> None:
    """Reach a group of radio buttons by Tab, and go to one of them with the arrows."""
    group = page.locator(f"[name={name}]")
    wanted = page.locator(f"[name={name}][value={value}]")
    checked = page.locator(f"[name={name}]:checked")
    reach(page, checked if checked.count() else group.first)
    if not checked.count():
        page.keyboard.press("Space")
    for _press in range(group.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()


def write(page: Page, name: str, text: str) -> None:
    reach(page, page.locator(f"main [name={name}]"))
    page.keyboard.type(text)


def test_the_form_is_walked_by_keyboard_alone_at_320_pixels(page: Page) -> None:
    page.goto(FORM)
    write(page, "topic", "Temperature exc")
    expect(page.get_by_role("heading", name="Vaccine at risk? Do this now")).to_be_visible()
    expect(page.locator("#questions-status")).to_have_text("The questions below have changed.")
    write(page, "role", "Vaccine Coordinator (p")
    write(page, "organization", "Cedar Fork Pharmacy")
    write(page, "location", "Main Street")
    write(page, "subject", "Fridge was at 12 degrees over night")
    write(page, "description", "The alarm rang at 6 a.m. and the display showed 12 degrees.")
    choose(page, "system", "other")
    write(page, "highest_temperature", "12.5")
    choose(page, "excursion_state", "ended")
    expect(page.locator("[name=ended_at]")).to_be_visible()
    expect(page.locator("[name=excursion_state][value=ended]")).to_be_focused()
    choose(page, "marked_do_not_use", "yes")
    choose(page, "impact", "location")
    choose(page, "urgency", "stopped")
    reach(page, page.locator("[name=no_patient_data]"))
    page.keyboard.press("Space")
    reach(page, page.get_by_role("button", name="Continue"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not scrolls_sideways(page)
    reach(page, page.get_by_role("button", name="Send the ticket"))
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your case")
    db.session.rollback()
    answers = dict(db.session.scalars(sa.select(Case)).one().answer_rows)
    assert (answers["Highest temperature"], answers["Is it over?"]) == ("12.5", "Yes")


def test_what_is_typed_while_the_questions_change_stays(page: Page) -> None:
    page.goto(f"{FORM}?topic=GEN-OTHER")
    page.check("[name=system][value=ncir]")
    page.route("**/questions", lambda route: (page.fill("[name=subject]", "Typed meanwhile"), route.continue_()))

    page.check("[name=for_self][value=no]")

    expect(page.locator("[name=affected_name]")).to_be_visible()
    expect(page.locator("[name=subject]")).to_have_value("Typed meanwhile")
    expect(page.locator("[name=system][value=ncir]")).to_be_checked()
    expect(page.locator("[name=for_self][value=no]")).to_be_checked()


def test_at_risk_shows_at_once_what_to_do(page: Page) -> None:
    with clock.at(FRIDAY_7_PM):
        page.context.clear_cookies()
        sign_in(page, "pat@example.org")
        page.goto(f"{FORM}?topic=GEN-OTHER")
        page.check("[name=urgency][value=at_risk]")

        now = page.locator("#questions .emergency")
        expect(now).to_contain_text("Do not discard it.")
        expect(now).to_contain_text("opens Monday at 8 a.m.")
        expect(now).to_contain_text("While we are closed, ask the manufacturer")
        page.check("[name=urgency][value=no]")
        expect(now).to_have_count(0)


def test_what_is_typed_is_saved_by_itself_and_a_failure_to_do_so_is_said(page: Page) -> None:
    page.goto(f"{FORM}?topic=GEN-OTHER")
    page.fill("[name=subject]", "Half a ticket")
    expect(page.locator("#saved")).to_contain_text("Saved")
    db.session.rollback()
    assert db.session.scalars(sa.select(Draft)).one().answers["subject"] == ["Half a ticket"]

    page.route("**/draft", lambda route: route.abort())
    page.fill("[name=subject]", "Half a ticket, and more")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    page.unroute("**/draft")
    page.context.clear_cookies()
    page.fill("[name=subject]", "Half a ticket, signed out")
    expect(page.locator("#saved")).to_contain_text("Not saved")


def test_a_file_goes_along(page: Page) -> None:
    page.goto(f"{FORM}?topic=GEN-OTHER")
    page.fill("[name=subject]", "With a log")
    page.set_input_files("[name=files]", {"name": "log.csv", "mimeType": "text/csv", "buffer": LOG})
    page.check("[name=for_self][value=no]")  # which changes the questions around it
    expect(page.locator("[name=affected_name]")).to_be_visible()
    follow(page, page.get_by_role("button", name="Add these, then choose more"))

    expect(page.locator("main .file-name")).to_have_text("log.csv")
    expect(page.locator("[name=subject]")).to_have_value("With a log")


def test_without_our_scripts_the_topic_comes_first_and_then_its_questions(app: Flask, open_context) -> None:
    page = open_context(viewport=WIDE, java_script_enabled=False)
    sign_in(page, a_provider().email)
    page.goto(FORM)
    assert page.locator("[name=subject]").count() == 0
    page.select_option("[name=topic]", "ENR-SIGN")
    follow(page, page.get_by_role("button", name="Show the questions"))
    page.check("[name=officer_changed][value=yes]")
    page.check("[name=reach_by][value=phone]")
    follow(page, page.get_by_role("button", name="Continue"))

    assert page.locator("[name=reach_phone]").is_visible()
    assert page.locator("[name=officer_changed][value=yes]").is_checked()


@pytest.mark.parametrize("state", ["topic", "urgent", "errors", "kept", "review"])
def test_every_state_of_the_form_is_accessible(page: Page, state: str) -> None:
    a_case(requester=db.session.scalars(sa.select(User).where(User.email == "pat@example.org")).one(), topic="INV-RECV")
    page.set_viewport_size(NARROW)
    page.emulate_media(color_scheme="dark")
    page.goto(FORM if state == "topic" else f"{FORM}?topic={'TMP-EXC' if state == 'urgent' else 'INV-RECV'}")
    if state == "errors":
        page.fill("[name=provider_pin]", "12")
        follow(page, page.get_by_role("button", name="Continue"))
    if state in ("kept", "review"):
        for name, value in ANSWERS.items():
            control = page.locator(f"[name={name}]").first
            kind = control.evaluate("control => control.type")
            if kind in ("radio", "checkbox"):
                page.locator(f"[name={name}][value={json.dumps(value)}]").first.check() if kind == "radio" else control.check()
            elif kind == "select-one":
                control.select_option(value)
            else:
                control.fill(value)
        follow(page, page.get_by_role("button", name="Continue"))
    if state == "kept":
        page.goto(FORM)

    assert faults(page) == []
    assert (state == "review") == page.get_by_text("You already have an open case about this").is_visible()
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_enter_in_a_field_continues(app: Flask, open_context, scripts: bool) -> None:
    page = open_context(java_script_enabled=scripts)
    sign_in(page, a_provider().email)
    page.goto(f"{FORM}?topic=GEN-OTHER")
    page.fill("[name=subject]", "Hi")

    with page.expect_navigation():
        page.press("[name=subject]", "Enter")

    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
