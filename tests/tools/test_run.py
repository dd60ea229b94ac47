"""`make run` as a person meets it: from a fresh tree to a desk that answers, and to nothing left after Ctrl-C."""

import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(240)


@pytest.mark.long
def test_from_nothing_to_a_desk_and_back(desk):
    desk.start().wait_until_ready()

    assert f"Desk      http://127.0.0.1:{desk.port}\n" in desk.said
    assert "Vaccine Provider" in desk.page("/")
    assert "Mailbox" in desk.page("/dev/mailbox")
    assert all(f"\n  {role} " in desk.said for role in ("provider", "agent", "lead", "admin"))
    desk.stop(signal.SIGINT)

    first, key = desk.said, (desk.tree / "instance/secret-key").read_text()
    assert readable_by_others(desk.tree / "instance") == set(), "keys and passwords are for their owner alone"
    desk.start().wait_until_ready()
    assert accounts(desk.said) == accounts(first), "a second run keeps the data and says the same"
    assert (desk.tree / "instance/secret-key").read_text() == key
    assert smtplib.SMTP("127.0.0.1", desk.mail_port, timeout=10).quit()[0] == 221
    desk.stop(signal.SIGTERM, whole_group=False)


def test_busy_ports_are_named_one_line_each(desk):
    with socket.create_server(("127.0.0.1", desk.port)), socket.create_server(("127.0.0.1", desk.mail_port)):
        done = subprocess.run(desk.command(), cwd=desk.tree, env=desk.env(), capture_output=True, text=True, check=False)

    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"Port {desk.port}, for the web server, cannot be used (Address already in use); choose another:")
    assert lines[1].startswith(f"Port {desk.mail_port}, for the local mailbox, cannot be used (Address already in use)")
    assert "Traceback" not in done.stderr
    assert done.returncode != 0


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty'; it must be a number from 1 to 65535."),
        ({"PORT": "0"}, "PORT is '0'; it must be a number from 1 to 65535."),
        ({"HELPDESK_ENV": "production"}, "make run is for trying the desk out"),
        ({"HELPDESK_ENV": "staging"}, "flask db upgrade failed: The help desk cannot start: HELPDESK_ENV is 'staging'"),
    ],
)
def test_senseless_settings_are_one_line(desk, env, says):
    done = subprocess.run(
        [sys.executable, "tools/run.py"], cwd=desk.tree, env={**desk.env(), **env}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1


def readable_by_others(folder: Path) -> set[str]:
    """The secrets that somebody else on this machine could read."""
    return {name for name in ("secret-key", "demo-accounts.txt") if (folder / name).stat().st_mode & 0o077}


def accounts(said: str) -> list[str]:
    """The lines of the demo accounts."""
    return [line for line in said.splitlines() if "@" in line and line.startswith("  ")]
