"""The pages of one's own account in a real browser: the meter of a new password says what the server would."""

import pytest
from flask import Flask

from helpdesk.accounts import password_rules
from helpdesk.accounts.errors import WeakPassword
from tests.browser.conftest import OpenContext

pytestmark = pytest.mark.browser
TYPED = [
    "short",
    "fourteen chars",
    "correct horse battery staple",
    "passwordpassword",
    "NC Vaccines Help Desk 24",
    "aaaaaaaaaaaaaaaaaaaa",
    "Dana Okafor 2024!!",
    "ñandú über straße 💉 ok",
]
SAYS = {"short": "Still to go", "weak": "Would be guessed quickly", "good": "Good."}


def expected(password: str) -> str:
    if len(password) < password_rules.SHORTEST:
        return SAYS["short"]
    try:
        password_rules.check(password, personal=("dana@clinic.example.org", "Dana", "Okafor"))
    except WeakPassword:
        return SAYS["weak"]
    return SAYS["good"]


def test_the_meter_says_what_the_server_would(app: Flask, open_context: OpenContext) -> None:
    page = open_context()
    asked = []
    page.goto("/register")
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#first_name", "Dana")
    page.fill("#last_name", "Okafor")
    page.fill("#email", "dana@clinic.example.org")

    said = {}
    for password in TYPED:
        page.fill("#password", password)
        said[password] = page.inner_text(".password-meter")

    assert {password: text for password, text in said.items() if not text.startswith(expected(password))} == {}
    assert [url for url in asked if "/static/" not in url] == []
