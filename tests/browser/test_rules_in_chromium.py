"""The routing rules are edited, checked and published in a real browser: on a phone, by keyboard alone, without JavaScript."""

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from helpdesk import clock
from helpdesk.cases import jobs
from helpdesk.extensions import db
from helpdesk.routing import backtests
from helpdesk.routing.queries import current_rule_set
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, Looking, scrolls_sideways, sign_in
from tests.case_factories import MONDAY_9_AM
from tests.factories import an_admin
from tests.routing.drafts import begun
from tests.routing.past import HOLDER, a_backtest, claimed

pytestmark = pytest.mark.browser
FARTHEST = 150  # presses of Tab to anything on a page
HAS_FOCUS = "control => control === document.activeElement"


def test_a_rule_is_added_moved_checked_and_published_by_keyboard(app: Flask, open_context: OpenContext, looking: Looking) -> None:
    page = open_context(viewport=NARROW, java_script_enabled=False)
    with clock.at(MONDAY_9_AM):
        sign_in(page, an_admin().email)
        page.goto("/admin/rules")
        _press(page, page.get_by_role("button", name="Begin a draft"))
        _press(page, page.get_by_role("link", name="Add a rule"))
        _write_rule(page, looking)
        _press(page, page.get_by_role("button", name="Up The fridge is warm"))
        _is_fine(page, looking)
        _press(page, page.get_by_role("link", name="Publish"))
        _press(page, page.get_by_role("button", name="Check it"))
        _is_fine(page, looking)
        _type(page, page.get_by_label("Reason"), "Fridges that are warm waited too long")
        if page.get_by_label("I have read what the check asks about").count():
            _reach(page, page.get_by_label("I have read what the check asks about"))
            page.keyboard.press("Space")
        _press(page, page.get_by_role("button", name="Publish it"))
        expect(page.get_by_text("Version 2 is in force: every new case")).to_be_visible()

    db.session.rollback()
    rules = current_rule_set().rules
    assert [rule.key for rule in rules[-4:]] == ["press-or-court", "the-fridge-is-warm", "topic-team", "triage"]
    assert [(c.fact, c.values) for c in rules[-3].conditions] == [("subject", ("warm fridge",)), ("urgency", ("stopped",))]


def _write_rule(page: Page, looking: Looking) -> None:
    """A new rule: two comparisons, one after a mistake."""
    _type(page, page.get_by_label("Title"), "The fridge is warm")
    _type(page, page.get_by_label("Compare"), "The subject")
    _press(page, page.get_by_role("button", name="Add a comparison"))
    expect(page.get_by_label("Has the word or phrase")).to_be_focused()
    page.keyboard.type("warm fridge")
    _type(page, page.get_by_label("Compare"), "Urgency")
    _press(page, page.get_by_role("button", name="Add a comparison"))
    _type(page, page.get_by_label("Team", exact=True), "Vaccine Man")
    _press(page, page.get_by_role("button", name="Save in the draft"))
    _is_fine(page, looking)
    _press(page, page.get_by_role("link", name="Tick what it has to be: urgency."))
    _reach(page, page.get_by_label("Vaccination has stopped"))
    page.keyboard.press("Space")
    _press(page, page.get_by_role("button", name="Save in the draft"))
    expect(page.get_by_text("Saved in the draft.")).to_be_visible()


def test_enter_in_a_field_saves_and_does_not_take_a_part_away(app: Flask, open_context: OpenContext) -> None:
    page = open_context(java_script_enabled=False)
    with clock.at(MONDAY_9_AM):
        sign_in(page, begun().email)
        page.goto("/admin/rules/draft/rules/outage-many")
        page.get_by_label("Title").fill("Many are locked out")
        with page.expect_navigation():
            page.get_by_label("Title").press("Enter")

        expect(page.get_by_text("Saved in the draft.")).to_be_visible()
        expect(page.get_by_role("link", name="Many are locked out")).to_be_visible()
        page.locator("input[name=n4]").fill("1")
        with page.expect_navigation():
            page.locator("input[name=n4]").press("Enter")
        expect(page.locator("#rule-1")).to_contain_text("Many are locked out")


def test_a_case_is_tried_and_made_golden_on_a_phone(app: Flask, open_context: OpenContext, looking: Looking) -> None:
    page = open_context(viewport=NARROW, java_script_enabled=False, color_scheme="dark")
    with clock.at(MONDAY_9_AM):
        sign_in(page, begun().email)
        page.goto("/admin/rules/try")
        _type(page, page.get_by_label("Topic", exact=False).first, "NCID: locked")
        _press(page, page.get_by_role("button", name="Try it", exact=True))
        _is_fine(page, looking)
        expect(page.locator("#outcome")).to_contain_text("Send to Access and Identity")
        _press(page, page.get_by_role("button", name="Make this a golden case"))
        _type(page, page.get_by_label("Name"), "Locked out")
        _press(page, page.get_by_role("button", name="Save in the draft"))
        _is_fine(page, looking)
        expect(page.get_by_text("So it does, by rule 9.")).to_be_visible()


@pytest.mark.long
def test_a_back_test_is_watched_to_its_end(app: Flask, open_context: OpenContext) -> None:
    page = open_context()
    with clock.at(MONDAY_9_AM):
        sign_in(page, an_admin().email)
        number = a_backtest()
        assert claimed(number)
        page.goto(f"/admin/rules/backtests/{number}")
        with transaction():
            backtests.report(number, holder=HOLDER, done=12_500, total=100_000, at=clock.now())

        expect(page.locator("[data-words]")).to_have_text("12,500 of 100,000 cases, 12 %")
        expect(page.get_by_role("progressbar")).to_have_js_property("value", 12_500)
        jobs.run_backtest(number, holder=HOLDER)
        expect(page.get_by_role("progressbar")).to_have_count(0)
        expect(page.get_by_role("link", name="Refresh")).to_have_count(0)


def _is_fine(page: Page, looking: Looking) -> None:
    """Nothing on it breaks a rule, and nothing goes over its side."""
    assert looking.grave_faults(page) == []
    assert not scrolls_sideways(page)


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
