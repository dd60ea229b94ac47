"""Start the whole desk on this machine, to try it out: database, demo data, web, scheduler and a local mailbox.

Everything it makes is kept under instance/, so that a second run finds it. Ctrl-C stops every process.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
ACCOUNTS = INSTANCE / "demo-accounts.txt"
BIN = Path(sys.executable).parent
PORTS = {"PORT": ("8000", "the web server"), "MAIL_PORT": ("8025", "the local mailbox")}
HIGHEST_PORT = 65_535
PREPARATION = {
    "Bringing the database up to date": "db upgrade",
    "Loading reference data": "seed",
    "Loading demo data (the first time, this takes a little)": "demo",
}
READY_WITHIN = 30.0  # seconds
POLL = 0.2  # seconds
STOP_WITHIN = 15.0  # seconds


class Problem(Exception):
    """Why the desk does not start: one line for the person who can mend it."""


def settings() -> dict[str, str]:
    """The environment of every process of the desk; what .env and the shell say stands before our defaults."""
    given = {**{name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}, **os.environ}
    if given.get("HELPDESK_ENV") == "production":
        raise Problem(
            'make run is for trying the desk out; README.md, "Running it for real", says how to start it in production.'
        )
    ports = {name: given.get(name) or default for name, (default, _) in PORTS.items()}
    given = {"BASE_URL": f"http://127.0.0.1:{ports['PORT']}", **given, **ports}
    given["PATH"] = f"{BIN}{os.pathsep}{given.get('PATH', os.defpath)}"
    given["PYTHONUNBUFFERED"] = "1"
    if not given.get("SECRET_KEY"):
        given["SECRET_KEY"] = secret_key()
    return given


def secret_key() -> str:
    """The key of this machine, made the first time."""
    path = INSTANCE / "secret-key"
    if not path.exists():
        INSTANCE.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def check_ports(env: dict[str, str]) -> None:
    """Refuse a port that is no number or that another program holds, naming every one of them."""
    problems = [problem for name, (_, user) in PORTS.items() if (problem := port_problem(name, env[name], user))]
    if env["PORT"] == env["MAIL_PORT"]:
        problems.append("PORT and MAIL_PORT are the same; the web server and the local mailbox need one each.")
    if problems:
        raise Problem("\n".join(problems))


def port_problem(name: str, port: str, user: str) -> str:
    """What is wrong with this port, in one line, or nothing."""
    if not port.isascii() or not port.isdigit() or not 0 < int(port) <= HIGHEST_PORT:
        return f"{name} is {port!r}; it must be a number from 1 to {HIGHEST_PORT}."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            return f"Port {port}, for {user}, cannot be used ({error.strerror}); choose another: make run {name}={free_port()}"
    return ""


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(env: dict[str, str]) -> None:
    """Migrate the database and load what it needs; each step changes nothing that is already there."""
    for title, command in PREPARATION.items():
        print(f"{title} ...", flush=True)
        done = subprocess.run(
            ["flask", "--app", "wsgi", *command.split()], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
            raise Problem(f"flask {command} failed: {lines[-1]}")


class Desk:
    """The processes of the Procfile, in a session of their own: Ctrl-C reaches them through us, once they are all there."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.asked_to_stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        command = [sys.executable, "-m", "honcho", "--env", os.devnull, "start"]
        self.processes = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)

    def wait_until_ready(self) -> None:
        """Wait until the web server answers; raise Problem when it does not."""
        waited = 0.0
        while not self._answers():
            if self.processes.poll() is not None:
                raise Problem("The desk stopped while it was starting; the reason stands above.")
            if waited > READY_WITHIN:
                raise Problem(f"The web server did not answer within {READY_WITHIN:.0f} seconds; what it said stands above.")
            time.sleep(POLL)
            waited += POLL

    def wait_until_stopped(self) -> int:
        """Wait for Ctrl-C or for a process that ends by itself; the exit status says which."""
        while not self.asked_to_stop.wait(POLL):
            if self.processes.poll() is not None:
                print("One process of the desk ended, so all were stopped; the reason stands above.", file=sys.stderr)
                return 1
        return 0

    def stop(self) -> None:
        """Stop every process."""
        if self.processes.poll() is not None:
            return
        self.processes.terminate()  # honcho ends the others, by force after five seconds
        self.processes.wait(STOP_WITHIN)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.env['PORT']}/healthz", timeout=1) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            return False

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop.set()


def welcome(env: dict[str, str]) -> str:
    """Where to go, and who can sign in."""
    return f"""
The help desk is ready.
  Desk      {env["BASE_URL"]}
  Mailbox   {env["BASE_URL"]}/dev/mailbox  (every mail the desk sends on this machine)

{accounts()}

Press Ctrl-C to stop.
"""


def accounts() -> str:
    """The demo accounts as `flask demo` noted them, in columns."""
    if not ACCOUNTS.exists():
        return f"{ACCOUNTS.relative_to(ROOT)}, with the passwords of the demo, is gone; delete instance/ to begin anew."
    rows = [line.split(maxsplit=2) for line in ACCOUNTS.read_text().splitlines() if line.strip()]
    width = max(len(email) for _, email, _ in rows)
    lines = [f"  {role:<9} {email:<{width}}  {password}" for role, email, password in rows]
    return "\n".join(["Demo accounts, with passwords made on this machine:", *lines])


def main() -> int:
    """Prepare, start, wait, stop."""
    env = settings()
    check_ports(env)
    prepare(env)
    desk = Desk(env)
    try:
        desk.wait_until_ready()
        if not desk.asked_to_stop.is_set():
            print(welcome(env), flush=True)
        return desk.wait_until_stopped()
    finally:
        desk.stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("Stopped before the desk had started; run it again to go on.")
