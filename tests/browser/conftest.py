"""A real browser before a real server, on the test's own database."""

import os
import shutil
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.browser.looking import Looking

OpenContext = Callable[..., Page]
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one the test is skipped, or fails where HELPDESK_REQUIRE_BROWSER is set."""
    if CHROMIUM is None:
        if os.environ.get("HELPDESK_REQUIRE_BROWSER"):
            pytest.fail("no Chromium on this machine, and HELPDESK_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium on this machine; install the package chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield chromium
        chromium.close()


@pytest.fixture
def desk(app: Flask) -> Iterator[str]:
    """The address of the desk, served for the length of the test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_context(browser: Browser, desk: str) -> Iterator[Any]:
    """A function that opens a page of a visitor with a cookie jar of their own."""
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(base_url=desk, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def looking(browser: Browser, desk: str) -> Iterator[Looking]:
    """The accessibility rules, run on pages as they are without our scripts."""
    context = browser.new_context(base_url=desk)
    context.route("**/*.js*", lambda route: route.abort())
    yield Looking(context.new_page())
    context.close()
