"""The main job as people do it in a browser: with JavaScript and without, by mouse and by keyboard, for everybody."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.notifications import delivery
from tests.browser.conftest import OpenContext
from tests.browser.looking import Looking, follow, grave_faults
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD, an_agent
from tests.smtp_servers import GoodServer, good_server

pytestmark = pytest.mark.browser

TWO_MINUTES_LATER = MONDAY_9_AM + timedelta(minutes=2)
ADDRESS = "pat@cedarfork.example.org"


@pytest.mark.parametrize(
    "scripts", [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without JavaScript", marks=pytest.mark.long)]
)
def test_a_provider_asks_an_agent_resolves_and_the_mail_arrives(
    app: Flask, open_context: OpenContext, looking: Looking, scripts: bool
) -> None:
    agent = an_agent(team="NCIR", first_name="Dana", last_name="Osei")
    provider, staff = open_context(java_script_enabled=scripts), open_context(java_script_enabled=scripts)

    def fine(page: Page) -> None:
        """Nothing grave on this page for anybody."""
        faults = grave_faults(page) if scripts else looking.grave_faults(page)
        assert faults == [], page.url

    with good_server(app) as server:
        with clock.at(MONDAY_9_AM):
            _register(provider, server, fine)
            number = _ask(provider, fine)
            _work(staff, agent.email, number, fine)
        with clock.at(TWO_MINUTES_LATER):
            delivery.deliver_due()
        link = _link_in(server.received[-1].text, r"/cases/NCV-\d+")
    with clock.at(TWO_MINUTES_LATER):
        provider.goto(link)
        expect(provider.get_by_text("The transfer is in NCIR now.").first).to_be_visible()
        fine(provider)
        follow(provider, provider.get_by_role("button", name="This solved it"))
        expect(provider.get_by_text("The case is closed.").first).to_be_visible()
        fine(provider)


def _register(page: Page, server: GoodServer, fine: Callable[[Page], None]) -> None:
    page.goto("/")
    fine(page)
    follow(page, page.get_by_role("link", name="Login"))
    fine(page)
    follow(page, page.get_by_role("main").get_by_role("link", name="Register").first)
    expect(page.get_by_text("NCID").first).to_be_visible()
    fine(page)
    for label, text in (("First name", "Pat"), ("Last name", "Rivera"), ("E-mail", ADDRESS), ("Phone", "919-555-0142")):
        page.get_by_label(re.compile(label, re.IGNORECASE)).fill(text)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Register"))
    fine(page)
    delivery.deliver_due()
    page.goto(_link_in(server.received[-1].text, r"/verify/[\w-]+"))
    fine(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Activate my account"))
    fine(page)
    _sign_in(page, ADDRESS)
    fine(page)


def _ask(page: Page, fine: Callable[[Page], None]) -> str:
    page.goto("/")
    follow(page, page.get_by_role("main").get_by_role("link", name=re.compile("Vaccine Provider")).first)
    fine(page)
    follow(page, page.get_by_role("main").get_by_role("link", name="Get Help").first)
    fine(page)
    follow(page, page.get_by_role("button", name="Continue"))
    fine(page)  # every question has its error now
    page.get_by_label("Topic").select_option("INV-RECV")
    if page.get_by_role("button", name="Show the questions").is_visible():  # without our scripts
        follow(page, page.get_by_role("button", name="Show the questions"))
        fine(page)
    page.get_by_label("Your role").select_option("coordinator_primary")
    page.get_by_label("Organization").fill("Cedar Fork Pharmacy")
    page.get_by_label("Location", exact=True).fill("Main Street")
    page.get_by_label("NCIR", exact=True).check()
    page.get_by_label("Subject").fill("Shipment does not show in NCIR")
    page.get_by_label("What happened?").fill("We received 40 doses two days ago. The transfer is not in NCIR.")
    page.get_by_label("My location", exact=True).check()
    page.get_by_label("Vaccination is slowed").check()
    page.get_by_label("This contains no patient information").check()
    follow(page, page.get_by_role("button", name="Continue"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    fine(page)
    follow(page, page.get_by_role("button", name="Send the ticket"))
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your case")
    fine(page)
    found = re.search(r"NCV-\d{6}", page.url)
    assert found
    page.goto("/cases")
    fine(page)
    page.goto(f"/cases/{found[0]}")
    fine(page)
    return found[0]


def _work(page: Page, address: str, number: str, fine: Callable[[Page], None]) -> None:
    page.goto("/login")
    _sign_in(page, address)
    fine(page)
    follow(page, page.get_by_role("link", name=re.compile("Shipment does not show in NCIR")).first)
    expect(page.get_by_text("To NCIR Support, because").first).to_be_visible()
    fine(page)
    follow(page, page.get_by_role("button", name="Take", exact=True))
    fine(page)
    page.locator("form[action$='/notes'] textarea").fill("Transfer stuck in the interface.")
    follow(page, page.locator("form[action$='/notes'] button:not(.btn-sm)"))
    page.locator("form[action$='/replies'] textarea").fill("We have found your transfer and push it again.")
    follow(page, page.get_by_role("button", name="Send and keep open"))
    fine(page)
    page.get_by_text("Resolve this case").click()
    fine(page)
    page.locator("form[action$='/resolve'] select").select_option("fixed")
    page.locator("form[action$='/resolve'] textarea").fill("The transfer is in NCIR now. Please accept it there.")
    follow(page, page.locator("form[action$='/resolve'] button.btn-primary"))
    expect(page.get_by_text("The transfer is in NCIR now.").first).to_be_visible()
    fine(page)


def _sign_in(page: Page, address: str) -> None:
    page.goto("/login")
    page.get_by_label(re.compile("E-mail", re.IGNORECASE)).fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in"))


def _link_in(text: str, pattern: str) -> str:
    found = re.search(r"https?://\S+?" + pattern, text)
    assert found, text
    return urlsplit(found[0]).path
