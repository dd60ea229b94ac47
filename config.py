"""The settings of the desk: read from the environment here and nowhere else, checked before anything starts."""

import ipaddress
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from email_validator import EmailNotValidError, validate_email
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("development", "production", "testing")
DEFAULT_KEY = "development-key-not-for-production"
SHORTEST_KEY = 32
FEWEST_DIFFERENT = 9  # characters in a key: random ones have more, a word written several times has fewer
STAFF_ROLES = frozenset({"agent", "lead", "admin"})
MEGABYTE = 1024 * 1024
_HOST = re.compile(r"(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII | re.IGNORECASE)

Environment = Mapping[str, str]


class ConfigError(ValueError):
    """A setting is missing or makes no sense; the message is one line for the person who can mend it."""


def load(given: Environment | None = None) -> dict[str, Any]:
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
    return {
        "HELPDESK_ENV": kind,
        "TESTING": kind == "testing",
        "DEBUG": _debug(env, production),
        "HELPDESK_CLOCK_FILE": _clock_file(env, kind),
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "helpdesk" / "translations"),
        "AGENTS_SEE_ALL_TEAMS": _switch(env, "AGENTS_SEE_ALL_TEAMS"),
        "DISK_LEAST_FREE_MB": _number(env, "DISK_LEAST_FREE_MB", 500, low=0, high=1_000_000_000),
        **_desk(env),
        **_database(env),
        "ATTACHMENTS_DIR": _attachments_dir(env),
        **_sessions(env, production),
        "SECOND_FACTOR_ROLES": _second_factor_roles(env, kind),
        **_visitors(env, kind),
        **_mail(env, production),
        **_passwords(kind),
    }


def _debug(env: Environment, production: bool) -> bool:
    if production and env.get("FLASK_DEBUG", "0") not in ("", "0", "false", "False"):
        raise ConfigError("FLASK_DEBUG is on; unset it in production.")
    return False


def _clock_file(env: Environment, kind: str) -> str | None:
    path = env.get("HELPDESK_CLOCK_FILE") or None
    if path and kind != "testing":
        raise ConfigError("HELPDESK_CLOCK_FILE is for HELPDESK_ENV=testing only; unset it.")
    return path


def _desk(env: Environment) -> dict[str, Any]:
    """What the desk is called, how to call it, and where its links to elsewhere lead."""
    portal = env.get("ENROLLMENT_PORTAL_URL") or "https://covid-enroll.ncdhhs.gov"
    if _web_address(portal) is None:
        raise ConfigError(f"ENROLLMENT_PORTAL_URL is {portal!r}; it must be an address such as https://portal.example.org.")
    return {
        "DESK_NAME": _line(env, "DESK_NAME", "NC Vaccines Help Desk"),
        "DESK_PHONE": _phone(env, "DESK_PHONE", "(877) 873-6247"),
        "PUBLIC_PHONE": _phone(env, "PUBLIC_PHONE", "888-675-4567"),
        "ENROLLMENT_PORTAL_URL": portal,
    }


def _database(env: Environment) -> dict[str, Any]:
    text = env.get("DATABASE_URL") or f"sqlite:///{ROOT / 'instance' / 'helpdesk.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            text = "postgresql+psycopg://" + text.removeprefix(prefix)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or not _names_a_database(url):
        raise ConfigError("DATABASE_URL must be postgresql://user:password@host/name or sqlite:////path/to/file.")
    if url.drivername == "sqlite":
        _expect_openable(url)
    options = {"pool_pre_ping": True, "pool_use_lifo": True, "hide_parameters": True}  # what people typed stays out of logs
    return {"SQLALCHEMY_DATABASE_URI": text, "SQLALCHEMY_ENGINE_OPTIONS": options}


def _names_a_database(url: URL) -> bool:
    if url.database in (None, "", ":memory:"):
        return False
    return url.drivername == "postgresql+psycopg" or (url.drivername == "sqlite" and not url.query)


def _expect_openable(url: URL) -> None:
    """Raise ConfigError where SQLite could neither open nor make its file; beside a file it keeps others."""
    file = ROOT / "instance" / str(url.database)  # as Flask-SQLAlchemy reads a path that is relative
    good = os.access(file.parent, os.W_OK | os.X_OK) and (not file.exists() or (file.is_file() and os.access(file, os.W_OK)))
    if not good:
        raise ConfigError(f"DATABASE_URL names {str(file)!r}; it must be a file in an existing folder, both open to the desk.")


def _attachments_dir(env: Environment) -> str:
    """The folder of the files that people attach; it is made with the first of them."""
    folder = ROOT / (env.get("ATTACHMENTS_DIR") or "instance/attachments")
    nearest = next(place for place in (folder, *folder.parents) if os.access(place, os.F_OK))
    if not nearest.is_dir() or not os.access(nearest, os.R_OK | os.W_OK | os.X_OK):
        raise ConfigError(f"ATTACHMENTS_DIR names {str(folder)!r}; it must be a folder that the desk may read and write.")
    return str(folder)


def _sessions(env: Environment, production: bool) -> dict[str, Any]:
    """How long people stay signed in. The cookie may live longer than the session, whose row says when it is over."""
    lasts = timedelta(hours=_number(env, "SESSION_HOURS", 12, low=1, high=24))
    remembered = timedelta(days=_number(env, "REMEMBER_DAYS", 30, low=1, high=90))
    return {
        "SESSION_LASTS": lasts,
        "SESSION_IDLE_STAFF": timedelta(minutes=_number(env, "SESSION_IDLE_STAFF_MINUTES", 30, low=5, high=24 * 60)),
        "SESSION_IDLE_PROVIDER": timedelta(minutes=_number(env, "SESSION_IDLE_PROVIDER_MINUTES", 120, low=5, high=24 * 60)),
        "REMEMBER_FOR": remembered,
        "SECRET_KEY": _secret_key(env, production),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "PERMANENT_SESSION_LIFETIME": max(lasts, remembered),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "BASE_URL": _base_url(env, production),
    }


def _second_factor_roles(env: Environment, kind: str) -> frozenset[str]:
    """The roles that must have a second factor; in tests none, unless they say so."""
    text = env.get("SECOND_FACTOR_ROLES", "" if kind == "testing" else "admin")
    roles = frozenset(text.replace(",", " ").split())
    if not roles <= STAFF_ROLES:
        raise ConfigError(f"SECOND_FACTOR_ROLES is {text!r}; it must name some of {', '.join(sorted(STAFF_ROLES))}, or be empty.")
    return roles


def _secret_key(env: Environment, production: bool) -> str:
    key = env.get("SECRET_KEY", "") or ("" if production else DEFAULT_KEY)
    repeated = any(key[step:] == key[:-step] for step in range(1, len(key) // 2 + 1))
    if production and (len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_DIFFERENT or repeated or key == DEFAULT_KEY):
        raise ConfigError(
            f"SECRET_KEY must be set to at least {SHORTEST_KEY} random characters in production; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key


def _base_url(env: Environment, production: bool) -> str:
    url = env.get("BASE_URL", "") or ("" if production else "http://127.0.0.1:8000")
    parts = _web_address(url)
    if parts is None or parts.query or parts.fragment:
        raise ConfigError("BASE_URL must be the address people open, such as https://help.example.org; mail links to it.")
    if production and parts.scheme != "https":
        raise ConfigError("BASE_URL must begin with https:// in production.")
    return url.rstrip("/")


def _visitors(env: Environment, kind: str) -> dict[str, Any]:
    """How many requests are served, how large they may be, and where those of visitors are counted."""
    storage = env.get("RATELIMIT_STORAGE_URI") or "memory://"
    try:
        storage_from_string(storage)
    except (ConfigurationError, ValueError):
        raise ConfigError("RATELIMIT_STORAGE_URI must be memory:// or redis://host.") from None
    return {
        "RATELIMIT_STORAGE_URI": storage,
        "RATELIMIT_DEFAULT": "300 per minute",  # pages for visitors, counted for each client address
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # while the storage is out of reach, each process counts by itself
        "RATELIMIT_HEADERS_ENABLED": False,  # they say Retry-After on every page, and over what a page says itself
        "RATELIMIT_ENABLED": kind != "testing",
        "TRUSTED_PROXIES": _number(env, "TRUSTED_PROXIES", 0, low=0, high=9),  # how many stand before us and name the client
        "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 1 * MEGABYTE,
    }


def _mail(env: Environment, production: bool) -> dict[str, Any]:
    return {
        **_mail_server(env, production),
        "MAIL_DEFAULT_SENDER": _sender(env, production),
        "MAIL_SUPPRESS_SEND": False,
        # More than this is a fault, or somebody's bad idea; it is stopped and shown.
        "MAIL_MOST_AN_HOUR": _number(env, "MAIL_MOST_AN_HOUR", 60, low=1, high=100_000),  # to one address
        "MAIL_MOST_AN_HOUR_FOR_A_CASE": _number(env, "MAIL_MOST_AN_HOUR_FOR_A_CASE", 30, low=1, high=100_000),
        "MAIL_REST_SECONDS": _number(env, "MAIL_REST_SECONDS", 60, low=0, high=86_400),
        "MAIL_CONNECT_SECONDS": _number(env, "MAIL_CONNECT_SECONDS", 10, low=1, high=600),
        "MAIL_ANSWER_SECONDS": _number(env, "MAIL_ANSWER_SECONDS", 60, low=1, high=600),
        "MAILDIR": env.get("MAILDIR") or str(ROOT / "instance" / "mailbox"),  # where the development mailbox keeps its mail
    }


def _mail_server(env: Environment, production: bool) -> dict[str, Any]:
    server = env.get("MAIL_SERVER") or ("" if production else "127.0.0.1")
    if not _is_host(server):
        raise ConfigError(f"MAIL_SERVER is {server!r}; it must name the mail server, such as mail.example.org.")
    tls, ssl = _switch(env, "MAIL_USE_TLS"), _switch(env, "MAIL_USE_SSL")
    if tls and ssl:
        raise ConfigError("MAIL_USE_TLS and MAIL_USE_SSL are both on; only one may be: STARTTLS, or TLS from the first byte.")
    username, password = env.get("MAIL_USERNAME") or None, env.get("MAIL_PASSWORD") or None
    if (username is None) != (password is None):
        raise ConfigError("MAIL_USERNAME and MAIL_PASSWORD must be set together, or neither of them.")
    return {
        "MAIL_SERVER": server,
        "MAIL_PORT": _number(env, "MAIL_PORT", 25 if production else 8025, low=1, high=65_535),
        "MAIL_USE_TLS": tls,
        "MAIL_USE_SSL": ssl,
        "MAIL_USERNAME": username,
        "MAIL_PASSWORD": password,
    }


def _sender(env: Environment, production: bool) -> str:
    sender = env.get("MAIL_DEFAULT_SENDER") or ("" if production else "helpdesk@desk.example.org")
    try:
        return validate_email(sender, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        like = "it must be one address that mail is sent from, such as helpdesk@example.org."
        raise ConfigError(f"MAIL_DEFAULT_SENDER is {sender!r}; {like}") from None


def _passwords(kind: str) -> dict[str, Any]:
    """Parameters of argon2id: RFC 9106's second recommendation, cheap only in tests."""
    if kind == "testing":
        return {"ARGON2_TIME_COST": 1, "ARGON2_MEMORY_KIB": 64, "ARGON2_PARALLELISM": 1}
    return {"ARGON2_TIME_COST": 3, "ARGON2_MEMORY_KIB": 65_536, "ARGON2_PARALLELISM": 4}


def _number(env: Environment, name: str, default: int, *, low: int, high: int) -> int:
    text = env.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ConfigError(f"{name} is {text!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def _switch(env: Environment, name: str) -> bool:
    text = env.get(name, "").lower()
    if text not in ("", "0", "1", "true", "false", "yes", "no", "on", "off"):
        raise ConfigError(f"{name} is {text!r}; it must be on or off.")
    return text in ("1", "true", "yes", "on")


def _line(env: Environment, name: str, default: str) -> str:
    text = env.get(name, default).strip(" ")
    if not text or not text.isprintable():
        raise ConfigError(f"{name} is {text!r}; it must be one line of text, or unset.")
    return text


def _phone(env: Environment, name: str, default: str) -> str:
    text = _line(env, name, default)
    if not re.search(r"[0-9]", text):
        raise ConfigError(f"{name} is {text!r}; it must be a telephone number, or unset.")
    return text


def _web_address(text: str) -> SplitResult | None:
    """The parts of an address of the web; none for what is not one, or holds a name and password."""
    if not text.isascii() or not text.isprintable() or set(text) & set(" \"'<>\\^`{|}"):
        return None
    try:
        parts = urlsplit(text)
        port_makes_sense = parts.port != 0  # reading it raises ValueError beyond 65535
    except ValueError:
        return None
    alright = port_makes_sense and parts.scheme in ("http", "https") and "@" not in parts.netloc
    return parts if alright and _is_host(parts.hostname or "") else None


def _is_host(text: str) -> bool:
    """Whether this can be the name or the address of a machine."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _HOST.fullmatch(text) is not None
    return True
