"""Take the pictures of docs/screenshots from a desk with demo data, in the system's Chromium."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tools import copies, run

PICTURES = copies.ROOT / "docs" / "screenshots"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DESKTOP = ViewportSize(width=1280, height=860)
PHONE = ViewportSize(width=390, height=844)
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ANYBODY = "anybody"


class Picture(NamedTuple):
    """A page to be taken, as somebody sees it; `link` is what to follow from `path` to get there."""

    name: str
    who: str
    path: str
    link: str = ""
    on_phone: bool = False


PAGES = (
    Picture("home", ANYBODY, "/", on_phone=True),
    Picture("vaccine-provider", ANYBODY, "/vaccine-provider"),
    Picture("learn", ANYBODY, "/learn"),
    Picture("article", ANYBODY, "/learn/temperature-out-of-range", on_phone=True),
    Picture("get-help", "provider", "/vaccine-provider/get-help", on_phone=True),
    Picture("my-cases", "provider", "/cases"),
    Picture("my-case", "provider", "/cases", "main a[href^='/cases/NCV-']", on_phone=True),
    Picture("queue", "agent", "/agent/queue"),
    Picture("case", "agent", "/agent/queue", "main a[href^='/agent/cases/NCV-']"),
    Picture("mail", "lead", "/admin/mail"),
    Picture("service-hours", "admin", "/admin/service-hours"),
)


def main() -> None:
    """Start a desk in a folder of its own, visit it as each kind of person, and keep what is seen."""
    chromium = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("No Chromium was found; install the package chromium.")
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, desk(copies.copy_to(Path(folder))) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        people = accounts(Path(folder))
        for who in dict.fromkeys(picture.who for picture in PAGES):
            page = browser.new_page(base_url=address, viewport=DESKTOP, reduced_motion="reduce")  # no button in mid-change
            if who in people:
                sign_in(page, *people[who])
            for picture in PAGES:
                if picture.who == who:
                    take(page, picture)
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


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in through the form."""
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.click("main button:has-text('Sign in')")
    page.wait_for_url(lambda url: not url.endswith("/login"))


def take(page: Page, picture: Picture) -> None:
    """Open a page and store what is seen of it, by day and by night."""
    page.goto(picture.path)
    if picture.link:
        page.goto(str(page.locator(picture.link).first.get_attribute("href")))
    for size, of_size in ((DESKTOP, ""), (PHONE, "-phone")):
        if size is PHONE and not picture.on_phone:
            continue
        page.set_viewport_size(size)
        for look in LOOKS:
            page.emulate_media(color_scheme=look)
            file = PICTURES / f"{picture.name}{of_size}-{look}.png"
            page.screenshot(path=file)
            print(file.relative_to(copies.ROOT))
    page.set_viewport_size(DESKTOP)


if __name__ == "__main__":
    main()
