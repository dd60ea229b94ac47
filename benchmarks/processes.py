"""The servers of a run as processes of their own, every one of which ends with its block."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.run import free_port

from . import Broken

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
READY_WITHIN = 60.0  # seconds
STOP_WITHIN = 10.0  # seconds
POLL = 0.05  # seconds
LINES_OF_LOG = 15


@contextmanager
def web_server(name: str, application: str, *, env: Mapping[str, str], folder: Path) -> Iterator[int]:
    """gunicorn with the desk's own settings; its port, once it answers."""
    port, log = free_port(), folder / f"{name}.log"
    options = ["--config", "gunicorn.conf.py", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}"]
    with _process([sys.executable, "-m", "gunicorn", *options, application], env=env, log=log) as process:
        _wait_until_it_answers(port, process, log)
        yield port


@contextmanager
def mail_server(folder: Path) -> Iterator[int]:
    """A mail server that takes everything; its port."""
    log = folder / "mail-server.log"
    with _process([sys.executable, "-m", "benchmarks.mail_server"], env=dict(os.environ), log=log) as process:
        end = time.monotonic() + READY_WITHIN
        while not log.read_text().endswith("\n"):
            if process.poll() is not None or time.monotonic() > end:
                raise Broken(f"The mail server did not start:\n{_end_of(log)}")
            time.sleep(POLL)
        yield int(log.read_text().split()[0])


@contextmanager
def delivering(env: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`flask deliver`; raises Broken if it ends with an error."""
    log, command = folder / "deliver.log", [sys.executable, "-m", "flask", "--app", "wsgi", "deliver"]
    with _process(command, env=env, log=log) as process:
        yield process
        if process.wait(READY_WITHIN):
            raise Broken(f"Mail was not delivered:\n{_end_of(log)}")


@contextmanager
def _process(command: list[str], *, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, which Ctrl-C does not reach; at the end nothing of the group is left."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=output, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=READY_WITHIN).close()
        except urllib.error.HTTPError:  # the floor has no such page, and says so
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise Broken(f"A web server did not start:\n{_end_of(log)}") from None
            time.sleep(POLL)
        else:
            return


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LINES_OF_LOG:])
