"""What an agent does about mail on the page of a case, in a real browser."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.cases import untold
from helpdesk.cases.models import Case, Status
from helpdesk.notifications import delivery
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import IN_TWO_LOOKS, follow, grave_faults, scrolls_sideways
from tests.case_factories import MONDAY_9_AM, a_case, mail_of
from tests.factories import PASSWORD, a_lead, a_provider
from tests.smtp_servers import scripted_server

pytestmark = pytest.mark.browser

EVENING = MONDAY_9_AM + timedelta(hours=9)


def signed_in(page: Page, case: Case) -> Page:
    page.goto("/login")
    page.get_by_label("E-mail").fill(case.assignee.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in"))
    return page


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_pages_about_mail_have_no_grave_fault_and_do_not_scroll_sideways(
    app: Flask, open_context: OpenContext, size: dict[str, int], scheme: str
) -> None:
    failed, held = _a_case_of_each_kind(app)
    (mail,) = mail_of(held, "case_resolved")
    page = signed_in(open_context(viewport=size, color_scheme=scheme), failed)

    with clock.at(EVENING):
        for path in (
            f"/agent/cases/{failed.number}",
            f"/agent/cases/{failed.number}/address",
            f"/agent/cases/{held.number}",
            f"/agent/cases/{held.number}/messages/{held.messages[-1].id}/change",
            f"/agent/cases/{held.number}/mail/{mail.id}/send-now",
            "/agent/queue?show=could-not-be-told",
        ):
            page.goto(path)
            assert (grave_faults(page), scrolls_sideways(page)) == ([], False), path


def test_the_time_that_is_left_is_counted_down_and_the_keyboard_takes_it_back(app: Flask, open_context: OpenContext) -> None:
    case = a_case(status=Status.RESOLVED)
    page = signed_in(open_context(), case)
    page.goto(f"/agent/cases/{case.number}")
    left = page.locator("[data-countdown]")
    expect(left).to_contain_text("until then you can take it back")

    page.get_by_role("button", name="Take it back").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_text("Taken back. No mail leaves")).to_be_visible()


def _a_case_of_each_kind(app: Flask) -> tuple[Case, Case]:
    """A case whose mail failed, and one whose mail is held for the night."""
    lead, requester = a_lead("ENR"), a_provider(phone="919-555-0142")
    with clock.at(MONDAY_9_AM):
        failed = a_case(status=Status.RESOLVED, requester=requester, agent=lead)
    with clock.at(MONDAY_9_AM + timedelta(minutes=2)), scripted_server(app, refusing={requester.email: "550 no such mailbox"}):
        delivery.deliver_due()
        with transaction():
            untold.report()
    with clock.at(EVENING):
        return failed, a_case(status=Status.RESOLVED, agent=lead)
