"""A provider sends a picture from a narrow screen without JavaScript, and an agent downloads it."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from helpdesk.cases.models import Status
from tests.attachment_factories import PNG
from tests.browser.conftest import OpenContext
from tests.browser.looking import NARROW, Looking, scrolls_sideways, sign_in
from tests.case_factories import a_case
from tests.factories import an_agent

pytestmark = pytest.mark.browser


def test_a_file_is_chosen_added_sent_and_downloaded_at_320_pixels(
    app: Flask, open_context: OpenContext, looking: Looking, tmp_path: Path
) -> None:
    agent = an_agent()
    case = a_case(status=Status.OPEN, agent=agent)
    photo, program = tmp_path / "the display of refrigerator 2 on Monday morning.png", tmp_path / "run.exe"
    photo.write_bytes(PNG)
    program.write_bytes(b"MZ\x90\x00\x03")
    page = open_context(java_script_enabled=False, viewport=NARROW)
    sign_in(page, case.requester.email)
    page.goto(f"/cases/{case.number}")
    page.get_by_label("Your message").fill("Here is the display.")

    page.get_by_text("Add files").first.click()
    page.get_by_label("Files").set_input_files([photo, program])
    page.get_by_role("button", name="Add these, then choose more").click()
    expect(page.get_by_role("alert")).to_contain_text("“run.exe” was not added, because it is of a kind that we do not take.")
    expect(page.get_by_role("button", name=f"Remove {photo.name}")).to_be_visible()
    assert looking.grave_faults(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Send the message").click()

    link = page.get_by_role("link", name=photo.name)
    expect(link).to_be_visible()
    expect(page.locator(".message .files")).to_contain_text("PNG picture, 1 kB")
    assert not scrolls_sideways(page)
    page = open_context(viewport=NARROW)
    sign_in(page, agent.email)
    page.goto(f"/agent/cases/{case.number}")
    with page.expect_download() as download:
        page.get_by_role("link", name=photo.name).click()
    assert download.value.suggested_filename == photo.name
    assert Path(download.value.path()).read_bytes() == PNG
