"""Senseless settings: each stops the start with one line that names it and says what it may be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import ConfigError
from tests.settings.test_settings import PRODUCTION

SENSELESS = {
    "HELPDESK_ENV": ["staging"],
    "BASE_URL": [
        "help.example.org",
        "https://[",
        "https://h:99999",
        "https://h:0",
        "https://h:port",
        "https://u:p@h/x y",
        "https://u:p@h",
        "https://h/x y",
        "https://h\nX-Header: y",
        "https://h\t",
        "https://h\\evil",
        "https://-h",
        "https://h..org",
        "https://h/?query",
    ],
    "DATABASE_URL": [
        "nonsense",
        "mysql://nobody",
        "postgresql://u:p@h:notaport/db",
        "postgresql://u:p@h",
        "postgresql+psycopg2://u:p@h/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////nowhere/at/all/desk.sqlite3",
        "sqlite:////",
        "sqlite:///desk.sqlite3?timeout=soon",
    ],
    "ATTACHMENTS_DIR": ["/dev/null", "/dev/null/files", "README.md"],
    "RATELIMIT_STORAGE_URI": ["nonsense", "ftp://h"],
    "ENROLLMENT_PORTAL_URL": ["javascript:alert(1)", "//portal.example.org", "https://h\nX", "https://["],
    "DESK_NAME": ["", "  ", "A\nB", "A\x00"],
    "DESK_PHONE": ["", "877\n873", "call us"],
    "PUBLIC_PHONE": [""],
    "MAIL_SERVER": ["bad host", "mail.example.org\n", "-", "smtp://mail.example.org"],
    "MAIL_DEFAULT_SENDER": ["nonsense", "a@b.org, c@d.org", "a@b.org\nTo: c@d.org", "Desk <a@b.org>", "desk@"],
    "MAIL_PORT": ["eighty", "70000", "0", "²"],
    "MAIL_REST_SECONDS": ["-1", "١٢"],
    "MAIL_USE_TLS": ["maybe"],
    "MAIL_USERNAME": ["desk"],
    "MAIL_PASSWORD": ["secret"],
    "TRUSTED_PROXIES": ["all"],
    "DISK_LEAST_FREE_MB": ["half", "-1"],
    "SECOND_FACTOR_ROLES": ["provider", "everybody", "admin;lead"],
    "SESSION_HOURS": ["0", "48"],
    "SESSION_IDLE_STAFF_MINUTES": ["1", "soon"],
    "SESSION_IDLE_PROVIDER_MINUTES": ["-5"],
    "REMEMBER_DAYS": ["0", "365"],
}
WEB = ["-c", "import wsgi"]
SEED, UPGRADE = (["-m", "flask", "--app", "wsgi", *command.split()] for command in ("seed", "db upgrade"))
NO_SERVER, NO_DATABASE = "postgresql://u:hidden@127.0.0.1:1/desk", "sqlite:///{text}"


@pytest.mark.parametrize(("name", "senseless"), [(name, text) for name, texts in SENSELESS.items() for text in texts])
def test_a_senseless_setting_is_named_in_one_line_with_what_it_may_be(name: str, senseless: str) -> None:
    with pytest.raises(ConfigError, match=name) as refused:
        config.load({name: senseless})

    line = str(refused.value)
    assert line.isprintable()
    assert "must be" in line or "must name" in line
    assert "secret" not in line
    assert "u:p@" not in line or name == "BASE_URL"


def test_encryption_of_mail_is_one_or_the_other() -> None:
    with pytest.raises(ConfigError, match="MAIL_USE_TLS and MAIL_USE_SSL"):
        config.load({"MAIL_USE_TLS": "on", "MAIL_USE_SSL": "on"})


@pytest.mark.parametrize(
    ("name", "sensible"),
    [
        ("BASE_URL", "http://localhost:8000"),
        ("BASE_URL", "https://[2001:db8::1]:8443/desk"),
        ("ENROLLMENT_PORTAL_URL", "https://portal.example.org/enroll?from=desk#form"),
        ("MAIL_SERVER", "mail_relay"),
        ("MAIL_SERVER", "2001:db8::1"),
        ("DESK_NAME", "Mesa de ayuda “Niños”"),
        ("DESK_PHONE", "+1 877 873 6247 ext. 5"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcde" + "e" * 8),
    ],
)
def test_a_sensible_setting_is_taken_as_it_is(name: str, sensible: str) -> None:
    assert config.load({**PRODUCTION, "HELPDESK_ENV": "testing", name: sensible})[name] == sensible


def test_a_database_file_may_stand_where_the_desk_may_write_only(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    assert config.load({"DATABASE_URL": f"sqlite:///{tmp_path}/desk.sqlite3"})
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        config.load({"DATABASE_URL": f"sqlite:///{tmp_path}/folder"})


def test_the_folder_of_files_is_made_with_the_first_of_them_and_not_before(tmp_path: Path) -> None:
    folder = f"{tmp_path}/files/of/people"

    assert config.load({**PRODUCTION, "ATTACHMENTS_DIR": folder})["ATTACHMENTS_DIR"] == folder
    assert list(tmp_path.iterdir()) == []


# Each door refuses something, and everything is refused at some door; the other pairs are for the long run.
@pytest.mark.parametrize(
    ("command", "name", "senseless"),
    [
        (WEB, "DESK_NAME", "A\nB"),
        (SEED, "DATABASE_URL", NO_SERVER),
        (UPGRADE, "DATABASE_URL", NO_DATABASE),
        (WEB, "DATABASE_URL", NO_SERVER),
        pytest.param(WEB, "DATABASE_URL", NO_DATABASE, marks=pytest.mark.long),
        pytest.param(SEED, "DESK_NAME", "A\nB", marks=pytest.mark.long),
        pytest.param(SEED, "DATABASE_URL", NO_DATABASE, marks=pytest.mark.long),
        pytest.param(UPGRADE, "DESK_NAME", "A\nB", marks=pytest.mark.long),
        pytest.param(UPGRADE, "DATABASE_URL", NO_SERVER, marks=pytest.mark.long),
    ],
)
def test_every_door_says_one_line(tmp_path: Path, command: list[str], name: str, senseless: str) -> None:
    text = tmp_path / "text.sqlite3"
    text.write_text("This is not a database, however long one looks at it.\n" * 40)

    done = start(command, {**PRODUCTION, name: senseless.format(text=text)})

    assert done.returncode != 0
    assert done.stderr.startswith(f"The help desk cannot start: {name}")
    assert done.stderr.count("\n") == 1
    assert "hidden" not in done.stderr


def test_gunicorn_gives_up_on_a_senseless_setting() -> None:
    # One worker: when two give up in the same moment, gunicorn 27 itself stumbles over the second.
    command = ["-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "wsgi:app"]

    done = start(command, {**PRODUCTION, "MAIL_DEFAULT_SENDER": "nonsense"})

    assert done.returncode != 0
    assert "The help desk cannot start: MAIL_DEFAULT_SENDER is 'nonsense'" in done.stderr
    assert "Traceback" not in done.stderr


def start(command: list[str], settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **settings}
    return subprocess.run(
        [sys.executable, *command], cwd=config.ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
