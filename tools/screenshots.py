"""Take the pictures of docs/screenshots from a desk with demo data, in the system's Chromium."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools import copies, run

PICTURES = copies.ROOT / "docs" / "screenshots"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DESKTOP = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=390, height=844)


def main() -> None:
    """Start a desk in a folder of its own, visit it as each kind of person, and keep what is seen."""
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("No Chromium was found; install the package chromium.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, desk(copies.copy_to(Path(folder))) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        visit_as_anybody(browser, address)
        visit_as_a_provider(browser, address, accounts(Path(folder)))
        visit_as_an_agent(browser, address, accounts(Path(folder)))
        browser.close()


@contextmanager
def desk(tree: Path) -> Iterator[str]:
    """The address of a desk that runs for the length of the block."""
    env = {**os.environ, "PORT": str(run.free_port()), "MAIL_PORT": str(run.free_port())}
    process = subprocess.Popen([sys.executable, "tools/run.py"], cwd=tree, env=env, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout or ():
            if line.startswith("Press Ctrl-C"):
                break
        else:
            sys.exit("The desk did not start; the reason stands above.")
        yield f"http://127.0.0.1:{env['PORT']}"
    finally:
        process.terminate()
        process.wait(run.STOP_WITHIN)


def accounts(tree: Path) -> dict[str, tuple[str, str]]:
    """Address and password of the demo's accounts, by role."""
    lines = (line.split() for line in (tree / "instance" / "demo-accounts.txt").read_text().splitlines())
    return {role: (email, password) for role, email, password in lines}


def visit_as_anybody(browser: Browser, address: str) -> None:
    """The public face, on a desk and on a phone."""
    page = browser.new_page(base_url=address, viewport=DESKTOP)
    keep(page, "/", "home")
    keep(page, "/vaccine-provider", "vaccine-provider")
    phone = browser.new_page(base_url=address, viewport=PHONE)
    keep(phone, "/", "home-phone")


def visit_as_a_provider(browser: Browser, address: str, people: dict[str, tuple[str, str]]) -> None:
    """The help ticket, and a case as the person who asked sees it."""
    page = signed_in(browser, address, *people["provider"])
    keep(page, "/vaccine-provider/get-help", "get-help")
    page.goto("/cases")
    keep(page, str(page.locator("main a[href^='/cases/NCV-']").first.get_attribute("href")), "case-provider")


def visit_as_an_agent(browser: Browser, address: str, people: dict[str, tuple[str, str]]) -> None:
    """The queue, a case as the agents see it, and the queue in the dark."""
    page = signed_in(browser, address, *people["agent"])
    keep(page, "/agent/queue", "queue")
    case = str(page.locator("main a[href^='/agent/cases/NCV-']").first.get_attribute("href"))
    keep(page, case, "case-agent")
    page.emulate_media(color_scheme="dark")
    keep(page, "/agent/queue", "queue-dark")


def signed_in(browser: Browser, address: str, email: str, password: str) -> Page:
    """A page of somebody who has signed in."""
    page = browser.new_page(base_url=address, viewport=DESKTOP)
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.click("button:has-text('Sign in')")
    page.wait_for_url(lambda url: not url.endswith("/login"))
    return page


def keep(page: Page, path: str, name: str) -> None:
    """Open a page and store what is seen of it."""
    page.goto(path)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


if __name__ == "__main__":
    main()
