"""The desk as processes of its own, on the database of a test, and the clock that they share with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import Flask

from helpdesk import clock
from tests import waiting
from tests.journeys.http_client import visitor_at

ROOT = Path(__file__).parents[2]
Process = subprocess.Popen[bytes]


class WallClock:
    """A clock on a wall that the test and all processes look at; it stands still unless told to run."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def show(self, instant: datetime, *, rate: float = 0) -> None:
        """From now on it shows this, running so many seconds a second."""
        clock.write(self.file, instant, rate=rate)


def environment(app: Flask, **settings: str) -> dict[str, str]:
    """The environment of a process that shares the database, the mail server and the mailbox of this application."""
    shared = {
        "HELPDESK_ENV": "testing",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "MAIL_SERVER": app.config["MAIL_SERVER"],
        "MAIL_PORT": str(app.config["MAIL_PORT"]),
        "MAILDIR": app.config["MAILDIR"],
        "ATTACHMENTS_DIR": app.config["ATTACHMENTS_DIR"],
        "MAIL_MOST_AN_HOUR": "100000",  # a few people of the tests get the mail of hundreds
    }
    if app.config["HELPDESK_CLOCK_FILE"]:
        shared["HELPDESK_CLOCK_FILE"] = app.config["HELPDESK_CLOCK_FILE"]
    return {**os.environ, **shared, **settings}


@contextmanager
def flask_command(app: Flask, name: str, **settings: str) -> Iterator[Process]:
    """`flask <name>` as a process; if it still runs at the end of the block, it is killed."""
    with start_command(app, name, **settings) as process:
        try:
            yield process
        finally:
            process.kill()


def start_command(app: Flask, name: str, **settings: str) -> Process:
    """`flask <name>` as a process that somebody else ends."""
    return subprocess.Popen(flask(name), cwd=ROOT, env=environment(app, **settings), stdout=subprocess.DEVNULL)


def run_command(app: Flask, name: str, **settings: str) -> str:
    """Run `flask <name>` to its end, and return what it printed; an empty setting is one that is not set."""
    env = {name: value for name, value in environment(app, **settings).items() if value}
    done = subprocess.run(flask(name), cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def flask(name: str) -> list[str]:
    """The command line of one of our commands."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", name]


@contextmanager
def web_server(app: Flask, *, port: int, workers: int = 1, **settings: str) -> Iterator[Process]:
    """A web server, once it answers; killed with its worker at the end of the block."""
    with start_web_server(app, port=port, workers=workers, **settings) as process:
        try:
            waiting.until(lambda: answers(port), within=60, what="the web server")
            yield process
        finally:
            kill_group(process)


def start_web_server(app: Flask, *, port: int, workers: int = 1, **settings: str) -> Process:
    """gunicorn with one worker (or more) at this port, which somebody else ends.

    Without a clock of the test it shows its errors as people see them.
    """
    kind = "testing" if app.config["HELPDESK_CLOCK_FILE"] else "development"
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "wsgi:app"]
    env = environment(app, BASE_URL=base_url(port), HELPDESK_ENV=kind, **settings)
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True)


def kill_group(process: Process) -> None:
    """End a web server and its workers at once, as a power cut does."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(20)


def answers(port: int) -> bool:
    """Whether a web server answers at this port."""
    try:
        return visitor_at(base_url(port)).open("/healthz").status == 200
    except OSError:
        return False


def base_url(port: int) -> str:
    """The address of the web server at this port."""
    return f"http://127.0.0.1:{port}"


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
