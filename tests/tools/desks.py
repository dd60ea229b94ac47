"""A desk as `make run` starts it, with all its processes."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil

from tests.waiting import until
from tools import run

PROCESSES = ("web", "scheduler", "mailbox")
READY = "Press Ctrl-C to stop."
START_WITHIN = 200.0  # seconds; on a busy machine the demo data takes the most of it


class Desk:
    """`make run` in a fresh tree, with the environment that the tests run in, or another."""

    def __init__(self, tree: Path, *, venv: str = sys.prefix) -> None:
        self.tree, self.venv = tree, venv
        self.port, self.mail_port = run.free_port(), run.free_port()
        self.log = tree / "output.txt"

    def start(self) -> "Desk":
        """Start it as a terminal does: leader of a group that Ctrl-C goes to."""
        with self.log.open("w") as log:
            self.make = subprocess.Popen(
                self.command(), cwd=self.tree, env=self.env(), stdout=log, stderr=log, start_new_session=True
            )
        return self

    def wait_until_ready(self, *, within: float = START_WITHIN) -> "Desk":
        """Wait for the last line of the welcome; a desk that ends instead shows what it said."""
        until(lambda: READY in self.said or self.make.poll() is not None, within=within, what="the desk to be ready")
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
        return ["make", "run", f"VENV={self.venv}", f"PORT={self.port}", f"MAIL_PORT={self.mail_port}"]

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
