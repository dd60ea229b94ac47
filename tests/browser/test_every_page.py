"""Every page of the desk, in each role: readable and usable for everybody, light, from this desk alone."""

import contextvars
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, Response

from helpdesk import clock
from tests.architecture.route_expectations import ADMIN, AGENT, ALL, LEAD, PROVIDER, VISITOR, WHO_MAY
from tests.browser.conftest import OpenContext
from tests.browser.every_page import FILES, FOR_SCRIPTS, LEADS_ON, Desk, a_furnished_desk
from tests.browser.looking import NARROW, WIDE, bring_the_rules, faults, sign_in, tabbed_through
from tests.case_factories import MONDAY_9_AM
from tests.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]  # for some hundred pages

HEAVIEST = 60_000  # bytes of HTML
SEND_EMPTY = """path => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  form.append(document.querySelector("[name=csrf_token]").cloneNode());
  document.body.append(form);
  form.submit();
}"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    size: dict[str, int]
    scheme: str = "light"
    has_scripts: bool = True


LOOKS = {
    "wide light": Look(WIDE),
    "wide dark": Look(WIDE, "dark"),
    "narrow light": Look(NARROW),
    "narrow dark": Look(NARROW, "dark"),
    "narrow without scripts": Look(NARROW, has_scripts=False),
}

IN_EACH_ROLE = {"wide light", "narrow dark"}  # the other looks: each page once, for the first role that may see it


@pytest.fixture
def furnished(app: Flask) -> Iterator[Desk]:
    with clock.at(MONDAY_9_AM):
        yield a_furnished_desk(app)


@pytest.mark.parametrize("role", [VISITOR, PROVIDER, AGENT, LEAD, pytest.param(ADMIN, marks=pytest.mark.long)])
def test_every_page_once(furnished: Desk, open_context: OpenContext, role: str) -> None:
    """On a phone; the long run looks at colors, too, at wide screens, and at the many pages of administrators."""
    page = _opened(open_context, furnished, role, LOOKS["narrow light"])
    heard = _heard(page)

    wrong = list(_wrong_on(page, furnished.pages(role, first_seen_by=True), contrast=False))

    assert not (wrong := wrong + heard.complaints), "\n".join(wrong)
    assert {urlsplit(url).netloc for url in heard.asked} == {urlsplit(page.url).netloc}


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", ALL)
def test_every_page_in_every_look(furnished: Desk, open_context: OpenContext, role: str, look: str) -> None:
    page = _opened(open_context, furnished, role, LOOKS[look])

    pages = furnished.pages(role, first_seen_by=look not in IN_EACH_ROLE)
    assert not (wrong := list(_wrong_on(page, pages))), "\n".join(wrong)


@pytest.mark.parametrize("role", [VISITOR, *(pytest.param(role, marks=pytest.mark.long) for role in ALL if role != VISITOR)])
def test_what_answers_an_empty_form(furnished: Desk, open_context: OpenContext, role: str) -> None:
    _look_at_answers(furnished, open_context, role, LOOKS["wide light"], first_seen_by=True)


@pytest.mark.long
@pytest.mark.parametrize("look", ["narrow dark", "narrow without scripts"])
@pytest.mark.parametrize("role", ALL)
def test_what_answers_an_empty_form_on_a_phone(furnished: Desk, open_context: OpenContext, role: str, look: Look) -> None:
    _look_at_answers(furnished, open_context, role, LOOKS[look], first_seen_by=look not in IN_EACH_ROLE)


@pytest.mark.long
@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("role", ALL)
def test_every_page_by_keyboard(furnished: Desk, open_context: OpenContext, role: str, *, has_scripts: bool) -> None:
    page = _opened(open_context, furnished, role, Look(WIDE, has_scripts=has_scripts))
    wrong = []
    for _endpoint, path in furnished.pages(role, first_seen_by=True):
        page.goto(path)
        wrong += [f"{path}: {what}" for what in tabbed_through(page)]

    assert not wrong, "\n".join(wrong)


def test_what_is_no_page_is_none(app: Flask, furnished: Desk) -> None:
    def answer(endpoint: str) -> tuple[int, bool]:
        """The class of the status, and whether it is a whole page."""
        somebody = Visitor(app)
        role = next(role for role in ALL if role in WHO_MAY[endpoint])
        if user := furnished.world.people[role]:
            somebody.sign_in(user)
        path = furnished.path(endpoint, role, method="GET")
        found = contextvars.Context().run(somebody.client.get, path, buffered=True)
        return found.status_code // 100, "<html" in found.get_data(as_text=True)

    asked_by_scripts = [endpoint for endpoint in FOR_SCRIPTS if "GET" in methods(app, endpoint)]
    assert asked_by_scripts
    assert {endpoint: answer(endpoint) for endpoint in asked_by_scripts} == dict.fromkeys(asked_by_scripts, (2, False))
    assert {endpoint: answer(endpoint) for endpoint in FILES} == dict.fromkeys(FILES, (2, False))
    assert {endpoint: answer(endpoint)[0] for endpoint in LEADS_ON} == dict.fromkeys(LEADS_ON, 3)


def methods(app: Flask, endpoint: str) -> set[str]:
    """How a route can be asked for."""
    return set().union(*(rule.methods or () for rule in app.url_map.iter_rules(endpoint)))


def _opened(open_context: OpenContext, desk: Desk, role: str, look: Look) -> Page:
    page = open_context(viewport=look.size, color_scheme=look.scheme)
    user = desk.world.people[role]
    if user is not None:
        sign_in(page, user.email)
    if not look.has_scripts:
        page.context.route("**/*.js*", lambda route: route.abort())
    return page


@dataclass
class _Heard:
    """What a page asked for, and what it complained about."""

    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def _heard(page: Page) -> _Heard:
    heard = _Heard()
    page.on("request", lambda request: heard.asked.append(request.url))
    page.on("pageerror", lambda error: heard.complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda said: heard.complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    return heard


def _wrong_on(page: Page, pages: Iterable[tuple[str, str]], *, contrast: bool = True) -> Iterator[str]:
    """What is wrong with these pages, and which of them have one title."""
    titles: dict[str, str] = {}
    bring_the_rules(page)
    for endpoint, path in pages:
        answer = page.goto(path)
        assert answer is not None
        if answer.status != HTTPStatus.OK or answer.request.redirected_from:
            yield f"{endpoint} {path}: answers {answer.status} at {page.url}"
            continue
        yield from (f"{endpoint} {path}: {what}" for what in _wrong_with(page, answer, contrast=contrast))
        if (other := titles.setdefault(page.title(), path)) != path:
            yield f"{endpoint} {path}: has the title of {other}: {page.title()}"


def _wrong_with(page: Page, answer: Response, *, contrast: bool = True) -> Iterator[str]:
    """What is wrong with the page that is shown."""
    if (size := len(answer.body())) > HEAVIEST:
        yield f"has {size} bytes of HTML"
    if (headings := page.locator("h1").count()) != 1:
        yield f"has {headings} headings of level 1"
    yield from faults(page, contrast=contrast)
    size = page.viewport_size
    if size != NARROW:
        page.set_viewport_size(NARROW)
    width, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if size != NARROW:
        page.set_viewport_size(size)
    if width > screen:
        yield f"is {width} wide on a screen of {screen}"


def _look_at_answers(desk: Desk, open_context: OpenContext, role: str, look: Look, *, first_seen_by: bool) -> None:
    """Send every form of a role without anything in it, and look at what comes back: mostly the form with its mistakes."""
    page = _opened(open_context, desk, role, look)
    bring_the_rules(page)
    wrong, statuses = [], set()
    for endpoint, path in desk.forms(role, first_seen_by=first_seen_by):
        page.goto("/login" if role == VISITOR else "/account")
        with page.expect_navigation() as sent:
            page.evaluate(SEND_EMPTY, path)
        statuses.add(sent.value.status)
        if not sent.value.request.redirected_from:
            wrong += [f"{endpoint} {path} ({sent.value.status}): {what}" for what in _wrong_with(page, sent.value)]

    assert not wrong, "\n".join(wrong)
    assert HTTPStatus.UNPROCESSABLE_ENTITY in statuses
    assert max(statuses) < HTTPStatus.INTERNAL_SERVER_ERROR
