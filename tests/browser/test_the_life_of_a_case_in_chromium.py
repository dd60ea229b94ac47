"""On hold, correcting and the sums of due times, in a real browser: wide and light, narrow and dark."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from helpdesk import clock
from helpdesk.cases import commands
from helpdesk.cases.models import Status
from helpdesk.transaction import transaction
from tests.browser.conftest import OpenContext
from tests.browser.looking import IN_TWO_LOOKS, NARROW, follow, grave_faults, scrolls_sideways, sign_in
from tests.case_factories import FRIDAY_7_PM, a_case
from tests.cases.waiting_jobs import DAYS
from tests.factories import an_agent

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "scheme"), [(NARROW, "light"), *IN_TWO_LOOKS])
def test_a_case_is_corrected_put_on_hold_and_its_sums_are_read(
    app: Flask, open_context: OpenContext, size: dict[str, Any], scheme: str
) -> None:
    agent, colleague, _other = an_agent("ENR"), an_agent("ENR"), an_agent("NCIR")
    with clock.at(FRIDAY_7_PM):
        case = a_case(agent=agent, status=Status.OPEN)
    with clock.at(DAYS[6]), transaction():
        commands.reply(case, by=agent, body="Who is your back-up coordinator?", wait=True)
    number = case.number
    with clock.at(DAYS[7]):
        page = open_context(viewport=size, color_scheme=scheme)
        sign_in(page, agent.email)
        page.goto(f"/agent/cases/{number}")
        assert not grave_faults(page)

        follow(page, page.get_by_role("link", name="Give it to somebody"))
        page.get_by_label(colleague.name).focus()
        page.keyboard.press("Space")
        assert not grave_faults(page)
        assert not scrolls_sideways(page)
        follow(page, page.get_by_role("button", name="Give the case"))
        expect(page.get_by_text(f"{colleague.name} has {number} now.")).to_be_visible()

        follow(page, page.get_by_role("link", name="Correct topic or priority"))
        page.get_by_label("Topic").select_option("DAT-HL7")
        page.get_by_label("Why?").select_option("wrongly_chosen")
        follow(page, page.get_by_role("button", name="Correct it"))
        expect(page.get_by_role("heading", name="Route it again? Nothing is saved yet")).to_be_visible()
        assert not grave_faults(page)
        assert not scrolls_sideways(page)
        follow(page, page.get_by_role("button", name="Correct it and leave it here"))

        follow(page, page.get_by_role("link", name="Put it on hold"))
        page.get_by_label("It waits for").select_option("maker")
        page.get_by_label("Internal note").fill("Vendor ticket 4711.")
        assert not grave_faults(page)
        assert not scrolls_sideways(page)
        follow(page, page.get_by_role("button", name="Put it on hold"))
        expect(page.get_by_text("On hold: it waits for whoever runs the system").first).to_be_visible()
        assert not scrolls_sideways(page)

        follow(page, page.get_by_role("link", name="How the due times come about"))
        expect(page.get_by_role("heading", name="Resolution: paused")).to_be_visible()
        assert not grave_faults(page)
        assert not scrolls_sideways(page)
