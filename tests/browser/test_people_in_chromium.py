"""The pages of people and teams as everybody needs them: wide and narrow, light and dark, without JavaScript, by keyboard."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from helpdesk.accounts.models import User
from helpdesk.extensions import db
from tests.accounts.mail import link_in_mail
from tests.admin.desk_people import deactivated
from tests.browser.looking import IN_TWO_LOOKS, NARROW, WIDE, Looking, follow, scrolls_sideways
from tests.case_factories import a_case
from tests.factories import PASSWORD, a_lead, a_provider, an_admin, an_agent

pytestmark = pytest.mark.browser

OpenContext = Callable[..., Page]


@pytest.mark.parametrize(("size", "scheme"), IN_TWO_LOOKS)
def test_the_pages_of_people_and_teams_are_fine_for_everybody(
    app: Flask, open_context: OpenContext, looking: Looking, size: dict[str, int], scheme: str
) -> None:
    page = open_context(java_script_enabled=False, viewport=size, color_scheme=scheme)
    looking.page.set_viewport_size(size)  # type: ignore[arg-type]
    looking.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    admin = an_admin(first_name="Ada", last_name="Root")
    sign_in(page, admin.email)

    for path in paths(admin):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        look(page, looking, size, path, scheme)
    page.goto(f"/admin/people/{an_agent('ENR').id}/work")
    page.get_by_label("Role").select_option("lead")
    follow(page, page.get_by_role("button", name="Go on"))
    expect(page.get_by_role("heading", name="Save this change?")).to_be_visible()
    look(page, looking, size, "/confirm-work", scheme)
    page.goto("/admin/people/invite")
    follow(page, page.get_by_role("button", name="Send the invitation"))
    look(page, looking, size, "/invite-errors", scheme)


def test_somebody_is_invited_and_comes_without_javascript(app: Flask, open_context: OpenContext) -> None:
    page = open_context(java_script_enabled=False, viewport=NARROW)
    sign_in(page, an_admin().email)
    page.goto("/admin/people/invite")
    page.get_by_label("First name").fill("Grace")
    page.get_by_label("Last name").fill("Lindqvist")
    page.get_by_label("E-mail").fill("grace@desk.example.org")
    page.get_by_role("group", name="Works in").get_by_label("NCIR Support").check()
    follow(page, page.get_by_role("button", name="Send the invitation"))
    expect(page.get_by_text("Grace Lindqvist is invited.")).to_be_visible()

    db.session.rollback()
    guest = open_context(java_script_enabled=False, viewport=NARROW)
    guest.goto(link_in_mail("grace@desk.example.org"))
    guest.get_by_label("New password").fill("seven quiet herons at dusk")
    follow(guest, guest.get_by_role("button", name="Set the password"))

    expect(guest.get_by_text("Your account is active.")).to_be_visible()


def test_the_end_of_an_account_is_reached_by_keyboard(app: Flask, open_context: OpenContext) -> None:
    agent, _colleague = an_agent("ENR"), an_agent("ENR")
    page = open_context(viewport=WIDE)
    sign_in(page, an_admin().email)
    page.goto(f"/admin/people/{agent.id}/deactivate")

    page.get_by_label("Reason").focus()
    page.keyboard.type("has left the office")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_text("cannot sign in any more")).to_be_visible()


def paths(admin: User) -> list[str]:
    """The pages with something on them: a lead, a case, somebody who is gone, a provider."""
    lead = a_lead("ENR", first_name="Bartholomew", last_name="Featherstonehaugh-Castellano")
    gone = an_agent("NCIR")
    case = a_case(requester=a_provider(phone="919-555-0142"), agent=lead)
    an_agent("NCIR")
    deactivated(gone, by=admin)
    lonely = an_agent("TRN")
    return [
        "/admin/people",
        "/admin/people?q=nobody-like-that",
        "/admin/people/invite",
        f"/admin/people/{lead.id}",
        f"/admin/people/{lead.id}/work",
        f"/admin/people/{lonely.id}/deactivate",
        f"/admin/people/{gone.id}",
        f"/admin/people/{case.requester_id}",
        "/admin/roles",
        "/admin/teams",
        "/admin/teams/add",
        "/admin/teams/ENR",
        "/admin/teams/ENR/describe",
        "/admin/teams/ENR/close",
        "/admin/teams/TRN/close",
        f"/agent/cases/{case.number}/recover-address",
        "/invitation/nobody-knows-it",
    ]


def look(page: Page, looking: Looking, size: dict[str, int], path: str, scheme: str) -> None:
    """Nothing grave, and nothing that scrolls sideways."""
    if folder := os.environ.get("PICTURES_OF_PEOPLE"):
        name = f"{path.strip('/').replace('/', '-').replace('?', '-')}-{size['width']}-{scheme}.png"
        page.screenshot(path=str(Path(folder) / name), full_page=True)
    assert looking.grave_faults(page) == [], path
    assert not scrolls_sideways(looking.page), path


def sign_in(page: Page, address: str) -> None:
    """Sign in through the form."""
    page.goto("/login")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page, page.get_by_role("main").get_by_role("button", name="Sign in"))
