"""Settings: a missing or senseless one stops the start with one clear line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

import config
from config import ConfigError
from helpdesk import create_app
from tests import databases

PRODUCTION = {
    "HELPDESK_ENV": "production",
    "SECRET_KEY": "zgNtMx2GN6C8GJ7LkV3H_qmw1sYhpAeD",
    "DATABASE_URL": "postgresql://desk@db.example.org/desk",
    "BASE_URL": "https://help.example.org",
    "MAIL_SERVER": "mail.example.org",
    "MAIL_DEFAULT_SENDER": "helpdesk@desk.example.org",
}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": config.DEFAULT_KEY}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "changeme" * 5}, "SECRET_KEY"),
        ({"SECRET_KEY": "password-012345." * 2}, "SECRET_KEY"),
        ({"SECRET_KEY": "k" * 48}, "SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"BASE_URL": ""}, "BASE_URL"),
        ({"BASE_URL": "http://help.example.org"}, "BASE_URL"),
        ({"MAIL_SERVER": ""}, "MAIL_SERVER"),
        ({"MAIL_DEFAULT_SENDER": ""}, "MAIL_DEFAULT_SENDER"),
        ({"HELPDESK_CLOCK_FILE": "/tmp/clock"}, "HELPDESK_CLOCK_FILE"),
    ],
)
def test_production_refuses_to_start_without_what_it_needs(changed: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named) as refused:
        config.load({**PRODUCTION, **changed})

    assert "\n" not in str(refused.value)


def test_postgresql_may_be_named_as_people_name_it() -> None:
    named = config.load({"DATABASE_URL": "postgresql://desk@db.example.org/desk"})["SQLALCHEMY_DATABASE_URI"]

    assert named == "postgresql+psycopg://desk@db.example.org/desk"


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ({**PRODUCTION}, {"admin"}),
        ({**PRODUCTION, "SECOND_FACTOR_ROLES": "lead, admin"}, {"lead", "admin"}),
        ({**PRODUCTION, "SECOND_FACTOR_ROLES": ""}, set()),
        ({"HELPDESK_ENV": "development"}, {"admin"}),
        ({"HELPDESK_ENV": "testing"}, set()),
    ],
)
def test_who_must_have_a_second_factor(given: dict[str, str], roles: set[str]) -> None:
    assert config.load(given)["SECOND_FACTOR_ROLES"] == roles


def test_cookies_and_headers_of_production_are_strict(tmp_path: Any) -> None:
    app = create_app(config.load({**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite3'}"}))

    answer = app.test_client().get("/healthz")

    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert (app.config["SESSION_COOKIE_SECURE"], app.config["SESSION_COOKIE_HTTPONLY"]) == (True, True)
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_the_local_mailbox_has_no_page_in_production(tmp_path: Any) -> None:
    app = create_app(config.load({**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite3'}"}))

    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev")]


def test_behind_a_proxy_the_client_is_whom_the_proxy_names(tmp_path: Any) -> None:
    settings = {"HELPDESK_ENV": "testing", "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite3'}"}
    named = {"X-Forwarded-For": "203.0.113.7"}

    def client_seen(**more: str) -> str | None:
        app = create_app(config.load({**settings, **more}))
        seen: list[str | None] = []
        app.before_request(lambda: seen.append(client_address()))
        app.test_client().get("/healthz", headers=named)
        return seen[0]

    assert client_seen() == "127.0.0.1"
    assert client_seen(TRUSTED_PROXIES="1") == "203.0.113.7"


def client_address() -> str | None:
    return request.remote_addr


HURRY = """
import sys
import config
from helpdesk import create_app
app = create_app({**config.load({"HELPDESK_ENV": "testing", "DATABASE_URL": sys.argv[1]}), "RATELIMIT_ENABLED": True})
client = app.test_client()
answers = [client.get("/healthz") for _ in range(301)]
statuses = [answer.status_code for answer in answers]
print("Retry-After" in answers[0].headers, 0 < int(answers[-1].headers["Retry-After"]) <= 61)
print(statuses.count(200), statuses[-1], client.get("/static/theme.js").status_code)
"""


@pytest.fixture
def url(sqlite_app: Flask, tmp_path: Path) -> str:
    """The address of a database in use, for a process of its own."""
    return databases.filled_file(tmp_path / "desk.sqlite3")


def said_by(script: str, url: str) -> list[str]:
    """What a Python process says that is given this script and a database."""
    command = [sys.executable, "-c", script, url]
    return subprocess.run(command, cwd=config.ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_a_visitor_in_a_great_hurry_is_asked_to_slow_down(url: str) -> None:
    assert said_by(HURRY, url)[-5:] == ["False", "True", "300", "429", "200"]


WRONG_SIX_TIMES = (
    HURRY.partition("answers =")[0]
    + """
from helpdesk import clock
app.config["WTF_CSRF_ENABLED"] = False
fields = {"email": "nobody@example.org", "password": "not this one"}
with clock.at(clock.now()):
    answers = [client.post("/login", data=fields) for _ in range(6)]
print(answers[-1].status_code, answers[-1].headers["Retry-After"])
"""
)


def test_counting_requests_leaves_alone_how_long_a_page_says_to_wait(url: str) -> None:
    assert said_by(WRONG_SIX_TIMES, url)[-2:] == ["429", "5"]


def test_visitors_are_served_while_the_storage_of_their_counts_is_out_of_reach(url: str) -> None:
    without_storage = HURRY.replace("sys.argv[1]}", "sys.argv[1], 'RATELIMIT_STORAGE_URI': 'redis://127.0.0.1:1'}")

    assert said_by(without_storage, url)[-3:] == ["300", "429", "200"]
