"""Commands of the desk as processes of their own, on the database of a test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).parents[2]


def environment(app: Flask) -> dict[str, str]:
    """The environment of a process that shares the database, the mail server and the mailbox of this application."""
    settings = {
        "HELPDESK_ENV": "testing",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "MAIL_SERVER": app.config["MAIL_SERVER"],
        "MAIL_PORT": str(app.config["MAIL_PORT"]),
        "MAILDIR": app.config["MAILDIR"],
    }
    return {**os.environ, **settings}


@contextmanager
def flask_command(app: Flask, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """`flask <name>` as a process; if it still runs at the end of the block, it is killed."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", name]
    with subprocess.Popen(command, cwd=ROOT, env=environment(app), stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
