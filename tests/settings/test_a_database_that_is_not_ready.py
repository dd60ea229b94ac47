"""The command line on a database that has no tables yet: it says what to do instead of showing its innards."""

from pathlib import Path

import pytest

from tests.settings.test_senseless_settings import start


@pytest.mark.parametrize(
    "command",
    [
        ["deliver"],
        ["mail", "told", "NCV-000001"],
        pytest.param(["seed"], marks=pytest.mark.long),
        pytest.param(["hours", "explain", "2026-11-27T16:44:59"], marks=pytest.mark.long),
    ],
)
def test_a_command_on_an_empty_database_says_how_to_prepare_it(tmp_path: Path, command: list[str]) -> None:
    settings = {"HELPDESK_ENV": "development", "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}

    done = start(["-m", "flask", "--app", "wsgi", *command], settings)

    assert done.returncode == 1
    assert "flask --app wsgi db upgrade" in done.stderr
    assert "Traceback" not in done.stderr
