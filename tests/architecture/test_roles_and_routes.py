"""Every route of the desk, asked for by everybody: a new one without an expectation fails, as does one that lets in too many."""

import contextvars
import re
from collections.abc import Iterator
from itertools import count, product
from typing import Any

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.accounts.models import User
from helpdesk.extensions import db
from tests import databases
from tests.architecture.route_expectations import (
    ABOUT_A_CASE,
    ADMIN,
    AGENT,
    ALL,
    ENDS_THE_SESSION,
    LEAD,
    LEADS_TO_SIGNING_IN,
    PROVIDER,
    VISITOR,
    WHO_MAY,
)
from tests.case_factories import MONDAY_9_AM
from tests.factories import PASSWORD
from tests.world import OTHER_TEAM, OWN, SAME_TEAM, TRIAGE, WHOSE, World, a_world

SEES = {
    PROVIDER: {OWN},
    AGENT: {OWN, SAME_TEAM, TRIAGE},  # "own" is asked by the provider, and lies in the agents' team
    LEAD: {OWN, SAME_TEAM, TRIAGE},
    ADMIN: set(WHOSE),
    VISITOR: set(),
}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
METHODS = ("GET", "POST")

pytestmark = pytest.mark.timeout(400)  # for some thousand requests


@pytest.fixture(params=[pytest.param("development", marks=pytest.mark.long), "production"])
def desk(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The desk as developers and as the public have it, with its tables and reference data."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    app.config["SECOND_FACTOR_ROLES"] = frozenset()
    app.config.update(ARGON2_TIME_COST=1, ARGON2_MEMORY_KIB=64, ARGON2_PARALLELISM=1)  # passwords are not what is tested here
    with app.app_context(), clock.at(MONDAY_9_AM):
        databases.fill()
        yield app
        db.session.rollback()


@pytest.fixture
def world(desk: Flask) -> World:
    return a_world()


class Browser:
    """Somebody who asks for any address, with a valid key for forms."""

    def __init__(self, app: Flask, user: User | None) -> None:
        self.app, self.email, self.asked = app, user.email if user else "", count()
        self.begin()

    def begin(self) -> None:
        """A fresh session: signed in, unless this is a visitor."""
        self.client = self.app.test_client()
        self.token = self._token_on("/login")
        if self.email:
            fields = {"email": self.email, "password": PASSWORD, "csrf_token": self.token}
            assert self.ask("POST", "/login", fields)[0] == 303
            self.token = self._token_on("/learn")

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """The status of the answer, and where it leads if it leads elsewhere."""
        sent = {"data": fields or {"csrf_token": self.token}} if method == "POST" else {}
        answer = self._open(path, method=method, **sent)
        return answer.status_code, answer.headers.get("Location", "")

    def _token_on(self, path: str) -> str:
        found = TOKEN.search(self._open(path).get_data(as_text=True))
        assert found, f"no form on {path}"
        return found[1]

    def _open(self, path: str, **named: Any) -> Any:
        named = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/"}, "buffered": True, **named}
        named["environ_base"] = {"REMOTE_ADDR": f"10.0.{next(self.asked) // 200}.1"}  # nobody asks too often for one address
        answer = contextvars.Context().run(self.client.open, path, **named)
        db.session.rollback()
        return answer


def test_every_route_is_expected_and_every_expectation_has_a_route(desk):
    endpoints = {rule.endpoint for rule in desk.url_map.iter_rules()}
    expected = set(WHO_MAY)
    if desk.config["HELPDESK_ENV"] == "production":
        expected = {endpoint for endpoint in expected if not endpoint.startswith("mailbox.")}

    assert endpoints == expected, "Say in route_expectations.py who may use a new route, and take away what is gone."


@pytest.mark.parametrize("role", ALL)
def test_everybody_gets_what_they_may_and_nothing_else(desk, world, role):
    wrong = list(_wrong_answers(desk, world, role, whose=(OWN, OTHER_TEAM)))

    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("role", ALL)
def test_so_it_is_with_the_other_cases(desk, world, role):
    wrong = list(_wrong_answers(desk, world, role, whose=(SAME_TEAM, TRIAGE)))

    assert not wrong, "\n".join(wrong)


def test_a_setting_opens_every_team_to_agents_and_leads(desk, world):
    desk.config["AGENTS_SEE_ALL_TEAMS"] = True
    other = world.cases[OTHER_TEAM].number

    opened = {role: Browser(desk, world.people[role]).ask("GET", f"/agent/cases/{other}")[0] for role in (AGENT, LEAD, PROVIDER)}

    assert opened == {AGENT: 200, LEAD: 200, PROVIDER: 403}


def _wrong_answers(desk: Flask, world: World, role: str, *, whose: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the answers about these kinds of cases, and, once, with those that are about none."""
    browser = Browser(desk, world.people[role])
    adapter = desk.url_map.bind("localhost")
    for rule, method in product(sorted(desk.url_map.iter_rules(), key=lambda rule: rule.rule), METHODS):
        if method not in (rule.methods or ()):
            continue
        for kind in whose if rule.endpoint in ABOUT_A_CASE else {OWN}.intersection(whose):
            path = adapter.build(rule.endpoint, world.values(rule, kind), method=method)
            status, location = browser.ask(method, path)
            expected, answer = _expected(rule.endpoint, role, kind), _answer(rule.endpoint, status, location)
            if expected != answer:
                yield f"{role}: {method} {path} ({rule.endpoint}, {kind}): {answer} ({status}), expected {expected}"
            if rule.endpoint in ENDS_THE_SESSION:
                browser.begin()


def _expected(endpoint: str, role: str, whose: str) -> str:
    if role not in WHO_MAY[endpoint]:
        return "sign in" if role == VISITOR else "refused"
    if endpoint in ABOUT_A_CASE and whose not in SEES[role]:
        return "does not exist"
    return "served"


def _answer(endpoint: str, status: int, location: str) -> str:
    """What an answer says about whether one may; whether the form was right does not matter here."""
    if status == 403:
        return "refused"
    if status in (302, 303) and "/login" in location and endpoint not in LEADS_TO_SIGNING_IN:
        return "sign in"
    if status == 404 and endpoint in ABOUT_A_CASE:
        return "does not exist"
    return "served" if status < 500 else "broken"
