"""The pages of mail as people in charge and agents look at them: wide and narrow, light and dark, without JavaScript."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import Case, ResolutionCode
from helpdesk.notifications import delivery
from helpdesk.notifications.models import MailAct
from helpdesk.transaction import transaction
from tests.admin.mails import an_act
from tests.browser.looking import IN_TWO_LOOKS, NARROW, Looking, follow, scrolls_sideways
from tests.case_factories import FRIDAY_7_PM, MONDAY_9_AM, a_case, mail_of
from tests.factories import PASSWORD, a_provider, an_admin
from tests.smtp_servers import scripted_server

pytestmark = pytest.mark.browser

OpenContext = Callable[..., Page]


@pytest.fixture
def case(app: Flask) -> Iterator[Case]:
    """A case of Monday whose receipt was refused for now, whose reply was refused for good and whose resolution is held."""
    long_address = "responsible.officer.of.a.very.long.name@cedar-fork-family-pharmacy.example.org"
    with clock.at(MONDAY_9_AM):
        found = a_case(status="pending", requester=a_provider(email=long_address), subject="Section B " + "x" * 90)
    with clock.at(MONDAY_9_AM + timedelta(minutes=2)), scripted_server(app, RCPT=["451 4.2.0 later", "550 5.1.1 no mailbox"]):
        delivery.deliver_due()
    with clock.at(FRIDAY_7_PM), transaction():
        commands.resolve(found, by=found.assignee, code=ResolutionCode.FIXED, note="The signature mail has been sent again.")
    an_act(mail_of(found)[1].id, MailAct.REPORTED, at=FRIDAY_7_PM, reason="The server has no such mailbox.")
    with clock.at(FRIDAY_7_PM):
        yield found


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_the_pages_of_mail_are_fine_for_everybody(
    case: Case, open_context: OpenContext, looking: Looking, size: dict[str, int], scheme: str
) -> None:
    page = open_context(java_script_enabled=False, viewport=size, color_scheme=scheme)
    looking.page.set_viewport_size(size)  # type: ignore[arg-type]
    looking.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, an_admin().email)

    for path in paths(case):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert looking.grave_faults(page) == [], path
        assert not scrolls_sideways(looking.page), path


def test_what_failed_is_found_and_read_without_javascript(case: Case, open_context: OpenContext) -> None:
    page = open_context(java_script_enabled=False, viewport=NARROW)
    sign_in(page, an_admin().email)
    page.goto("/admin/mail")
    follow(page, page.get_by_role("link", name="Could not be sent"))

    follow(page, page.locator(".ledger-subject").first)

    expect(page.get_by_text("550 5.1.1 no mailbox").first).to_be_visible()
    expect(page.get_by_text("The desk told the team that it could not be sent")).to_be_visible()


def paths(case: Case) -> list[str]:
    """The pages of mail, as they are when something has happened."""
    failed = mail_of(case)[1].id
    return [
        "/admin",
        "/admin/mail",
        "/admin/mail?subject=nothing-of-the-kind&case=nonsense",
        f"/admin/mail?case={case.number}",
        f"/admin/mail/{failed}",
        f"/admin/mail/told/{case.number}",
        "/admin/mail/kinds",
        "/admin/mail/kinds/case_received",
        f"/agent/cases/{case.number}",
        f"/agent/cases/{case.number}/mail/{failed}",
        f"/agent/cases/{case.number}/told",
    ]


def sign_in(page: Page, address: str) -> None:
    """Sign in through the form."""
    page.goto("/login")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("main").get_by_role("button", name="Sign in"))
