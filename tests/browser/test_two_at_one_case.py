"""Two agents at one case, side by side in a real browser: presence, drafts, a conflict; and the keys of the page."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk.accounts.models import User
from helpdesk.cases.case_drafts import CaseDraft
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, follow, grave_faults, scrolls_sideways, sign_in
from tests.case_factories import a_case
from tests.factories import an_agent

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement.id"


def at_case(page: Page, agent: User, case: Case) -> Page:
    sign_in(page, agent.email)
    page.goto(f"/agent/cases/{case.number}")
    return page


def test_two_agents_see_each_other_and_only_one_of_two_replies_leaves(app: Flask, open_context: OpenContext) -> None:
    ana, bo = an_agent("ENR", first_name="Ana", last_name="Diaz"), an_agent("ENR", first_name="Bo", last_name="Lee")
    case = a_case()
    here, there = at_case(open_context(), ana, case), at_case(open_context(viewport=NARROW), bo, case)

    here.get_by_label("Reply", exact=True).press_sequentially("Use form B.")
    there.get_by_label("Internal note", exact=True).press_sequentially("Called.")
    expect(there.locator("#presence")).to_contain_text("Ana Diaz is writing a reply.")
    assert (grave_faults(there), scrolls_sideways(there)) == ([], False)
    expect(here.locator(".composer-reply [data-draft]")).to_contain_text("Draft kept at")
    expect(there.locator(".composer-note [data-draft]")).to_contain_text("Draft kept at")

    there.get_by_label("Reply", exact=True).fill("Use form C.")
    follow(there, there.get_by_role("button", name="Send and keep open"))
    expect(there.locator(".said-reply")).to_contain_text("Use form C.")
    assert there.get_by_label("Internal note", exact=True).input_value() == "Called.", "the note is kept"

    follow(here, here.get_by_role("button", name="Send and keep open"))
    expect(here.get_by_role("alert")).to_contain_text("Bo Lee replied")
    assert here.get_by_label("Reply", exact=True).input_value() == "Use form B."
    follow(here, here.get_by_role("button", name="Send and keep open"))
    db.session.rollback()
    assert [draft.body for draft in db.session.scalars(db.select(CaseDraft))] == ["Called."]

    there.close()
    here.reload()
    expect(here.locator("#presence")).to_have_text("")


def test_keys_do_what_the_page_does_and_nothing_while_somebody_types(app: Flask, open_context: OpenContext) -> None:
    agent = an_agent("ENR")
    cases = [a_case(subject=f"Question {number}") for number in range(2)]
    page = open_context()
    sign_in(page, agent.email)
    page.goto("/agent/queue")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert grave_faults(page) == []
    page.keyboard.press("j")  # nothing happens behind a dialog
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    for key in "jjk":
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("o")
    assert page.url.endswith(cases[0].number)

    for key, box in (("n", "note-body"), ("r", "reply-body"), ("e", "resolve-code"), ("/", "find")):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Control+" + key)
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED) == box
    page.locator("#reply-body").focus()
    page.keyboard.type("not even t?")
    assert page.locator("#reply-body").input_value() == "not even t?"
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation():
        page.keyboard.press("t")
    expect(page.get_by_text(f"You have taken {cases[0].number}.")).to_be_visible()
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("q")
    assert page.url.endswith("/agent/queue")

    page.goto("/account")
    page.get_by_label("Use keyboard shortcuts").uncheck()
    follow(page, page.get_by_role("button", name="Save the shortcuts"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
