"""`make run` as a person meets it: from a fresh tree to a desk that answers, and to nothing left after Ctrl-C."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.waiting import until
from tools import copies, run

PROCESSES = ("web", "scheduler", "mailbox")
READY = "Press Ctrl-C to stop."
START_WITHIN = 110.0  # seconds; on a busy machine the demo data takes the most of it

pytestmark = pytest.mark.timeout(240)


class Desk:
    """`make run` in a fresh tree, with the environment that the tests run in."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self.port, self.mail_port = run.free_port(), run.free_port()
        self.log = tree / "output.txt"

    def start(self) -> "Desk":
        """Start it as a terminal does: leader of a group that Ctrl-C goes to."""
        with self.log.open("w") as log:
            self.make = subprocess.Popen(
                self.command(), cwd=self.tree, env=self.env(), stdout=log, stderr=log, start_new_session=True
            )
        return self

    def wait_until_ready(self) -> "Desk":
        """Wait for the last line of the welcome; a desk that ends instead shows what it said."""
        until(lambda: READY in self.said or self.make.poll() is not None, within=START_WITHIN, what="the desk to be ready")
        assert self.make.poll() is None, self.said
        return self

    def stop(self, number: signal.Signals, *, whole_group: bool = True) -> None:
        """End it, and see that no process is left."""
        processes = [psutil.Process(self.make.pid), *psutil.Process(self.make.pid).children(recursive=True)]
        assert len(processes) > len(PROCESSES)
        (os.killpg if whole_group else os.kill)(self.make.pid, number)
        self.make.wait(20)
        left = psutil.wait_procs(processes, timeout=5)[1]
        assert not left, f"still there: {left}\n{self.said}"

    def command(self) -> list[str]:
        """What is typed."""
        return ["make", "run", f"VENV={sys.prefix}", f"PORT={self.port}", f"MAIL_PORT={self.mail_port}"]

    def env(self) -> dict[str, str]:
        """The shell it is typed in."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.tree)}

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text()

    def page(self, path: str) -> str:
        """A page of the desk."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The project as a fresh clone has it."""
    return copies.copy_to(tmp_path)


@pytest.fixture
def desk(tree: Path) -> Iterator[Desk]:
    """A desk that is not left running when a test fails."""
    desk = Desk(tree)
    yield desk
    for process in psutil.process_iter(["cwd"]):
        if process.info["cwd"] == str(tree) and process.is_running():
            process.kill()


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
