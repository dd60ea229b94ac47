"""The settings of the desk: read from the environment here and nowhere else, checked before anything starts."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("development", "production", "testing")
DEFAULT_KEY = "development-key-not-for-production"
SHORTEST_KEY = 32
MEGABYTE = 1024 * 1024


class ConfigError(ValueError):
    """A setting is missing or makes no sense; the message is one line for the person who can mend it."""


def load(given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The settings as Flask wants them, from `given` or else from `.env` and the environment (which wins).

    Raises ConfigError with one clear line.
    """
    env = given if given is not None else {**{k: v or "" for k, v in dotenv_values(ROOT / ".env").items()}, **os.environ}
    kind = env.get("HELPDESK_ENV", "development")
    if kind not in ENVIRONMENTS:
        raise ConfigError(f"HELPDESK_ENV is {kind!r}; it must be one of {', '.join(ENVIRONMENTS)}.")
    production = kind == "production"
    if not production:
        (ROOT / "instance").mkdir(exist_ok=True)
    settings = {
        "HELPDESK_ENV": kind,
        "TESTING": kind == "testing",
        "DEBUG": False,
        "SECRET_KEY": _secret_key(env, production),
        "SQLALCHEMY_DATABASE_URI": _database_url(env),
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "hide_parameters": True},  # what people typed stays out of logs
        "BASE_URL": _base_url(env, production),
        "DESK_NAME": env.get("DESK_NAME", "NC Vaccines Help Desk"),
        "DESK_PHONE": env.get("DESK_PHONE", "(877) 873-6247"),
        "PUBLIC_PHONE": env.get("PUBLIC_PHONE", "888-675-4567"),
        "ENROLLMENT_PORTAL_URL": env.get("ENROLLMENT_PORTAL_URL", "https://covid-enroll.ncdhhs.gov"),
        "HELPDESK_CLOCK_FILE": _clock_file(env, kind),
        "RATELIMIT_STORAGE_URI": env.get("RATELIMIT_STORAGE_URI", "memory://"),
        "RATELIMIT_DEFAULT": "300 per minute",  # pages for visitors, counted for each client address
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_ENABLED": kind != "testing",
        "TRUSTED_PROXIES": _number(env, "TRUSTED_PROXIES", 0, low=0, high=9),  # how many stand before us and name the client
        "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 1 * MEGABYTE,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
    }
    return {**settings, **_mail(env, production), **_passwords(kind)}


def _secret_key(env: Mapping[str, str], production: bool) -> str:
    key = env.get("SECRET_KEY", "") or ("" if production else DEFAULT_KEY)
    if production and (len(key) < SHORTEST_KEY or key == DEFAULT_KEY):
        raise ConfigError(
            f"SECRET_KEY must be set to at least {SHORTEST_KEY} random characters in production; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if production and env.get("FLASK_DEBUG", "0") not in ("", "0", "false", "False"):
        raise ConfigError("FLASK_DEBUG is on; unset it in production.")
    return key


def _database_url(env: Mapping[str, str]) -> str:
    url = env.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{ROOT / 'instance' / 'helpdesk.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url


def _base_url(env: Mapping[str, str], production: bool) -> str:
    url = env.get("BASE_URL", "") or ("" if production else "http://127.0.0.1:8000")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            "BASE_URL must be the address people open, such as https://help.example.org; links in mail are built from it."
        )
    if production and parts.scheme != "https":
        raise ConfigError("BASE_URL must begin with https:// in production.")
    return url.rstrip("/")


def _clock_file(env: Mapping[str, str], kind: str) -> str | None:
    path = env.get("HELPDESK_CLOCK_FILE") or None
    if path and kind != "testing":
        raise ConfigError("HELPDESK_CLOCK_FILE is for HELPDESK_ENV=testing only; unset it.")
    return path


def _mail(env: Mapping[str, str], production: bool) -> dict[str, Any]:
    if production and not env.get("MAIL_SERVER"):
        raise ConfigError("MAIL_SERVER must name the mail server in production.")
    if production and not env.get("MAIL_DEFAULT_SENDER"):
        raise ConfigError("MAIL_DEFAULT_SENDER must be the address that mail is sent from in production.")
    return {
        "MAIL_SERVER": env.get("MAIL_SERVER", "127.0.0.1"),
        "MAIL_PORT": _number(env, "MAIL_PORT", 25 if production else 8025, low=1, high=65_535),
        "MAIL_USE_TLS": _switch(env, "MAIL_USE_TLS"),
        "MAIL_USE_SSL": _switch(env, "MAIL_USE_SSL"),
        "MAIL_USERNAME": env.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD") or None,
        "MAIL_DEFAULT_SENDER": env.get("MAIL_DEFAULT_SENDER", "helpdesk@desk.example.org"),
        "MAIL_SUPPRESS_SEND": False,
        "MAIL_REST_SECONDS": _number(env, "MAIL_REST_SECONDS", 60, low=0, high=86_400),
        "MAIL_CONNECT_SECONDS": _number(env, "MAIL_CONNECT_SECONDS", 10, low=1, high=600),
        "MAIL_ANSWER_SECONDS": _number(env, "MAIL_ANSWER_SECONDS", 60, low=1, high=600),
        "MAILDIR": env.get("MAILDIR", str(ROOT / "instance" / "mailbox")),  # where the development mailbox keeps its mail
    }


def _passwords(kind: str) -> dict[str, Any]:
    """Parameters of argon2id: RFC 9106's second recommendation, cheap only in tests."""
    if kind == "testing":
        return {"ARGON2_TIME_COST": 1, "ARGON2_MEMORY_KIB": 64, "ARGON2_PARALLELISM": 1}
    return {"ARGON2_TIME_COST": 3, "ARGON2_MEMORY_KIB": 65_536, "ARGON2_PARALLELISM": 4}


def _number(env: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = env.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ConfigError(f"{name} is {text!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def _switch(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name, "").lower()
    if text not in ("", "0", "1", "true", "false", "yes", "no", "on", "off"):
        raise ConfigError(f"{name} is {text!r}; it must be on or off.")
    return text in ("1", "true", "yes", "on")
