"""The mailbox of development: a real mail server on this machine that keeps all mail in a Maildir, and a page to read it.

A message is shown as its text part, beside its HTML part cleaned of everything but structure (notifications/reading.py).
"""

import asyncio
import mailbox as maildirs
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Blueprint, Flask, abort, current_app, render_template
from markupsafe import Markup

from .notifications.reading import cleaned, linked

HOST = "127.0.0.1"
SHOWN = 100  # newest messages on the list
HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Help-Desk-Loop",
    "X-Received-For",
)

bp = Blueprint("mailbox", __name__)


@dataclass(frozen=True)
class Mail:
    """A message as the pages show it."""

    key: str
    arrived_at: datetime
    message: EmailMessage

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers worth reading."""
        return [(name, str(self.message[name])) for name in HEADERS if self.message[name]]

    @property
    def text(self) -> Markup:
        """The text part, its links made to be followed."""
        return linked(self._part("plain"))

    @property
    def html(self) -> Markup:
        """The HTML part without styles, pictures and scripts."""
        return cleaned(self._part("html"))

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


class Keeper:
    """Takes every message and keeps it."""

    def __init__(self, folder: Path) -> None:
        for part in ("tmp", "new", "cur"):  # Maildir makes them only together with the folder itself
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._maildir = maildirs.Maildir(folder)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a message; the answer names its key."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        return f"250 2.0.0 Kept as {self.keep(content, envelope.rcpt_tos)}"

    def keep(self, content: bytes, recipients: Sequence[str]) -> str:
        """Store a message with the addresses it was sent to; returns its key."""
        received_for = "X-Received-For: " + ", ".join(recipients) + "\n"
        return self._maildir.add(received_for.encode() + content.replace(b"\r\n", b"\n"))


def serve(app: Flask) -> None:
    """Run the mail server of development until Ctrl-C or SIGTERM; exits with one line if its port is taken."""
    port = app.config["MAIL_PORT"]
    try:
        asyncio.run(_serve(Keeper(Path(app.config["MAILDIR"])), port))
    except OSError as error:
        raise SystemExit(
            f"The mailbox cannot listen on {HOST}:{port} ({os.strerror(error.errno or 0).lower()}): set MAIL_PORT to a free port."
        ) from None


@bp.get("/dev/mailbox")
def messages() -> str:
    """The newest mail."""
    return render_template("mailbox/messages.html", mails=list(newest(_folder())), shown=SHOWN)


@bp.get("/dev/mailbox/<key>")
def message(key: str) -> str:
    """One message."""
    mail = find(_folder(), key)
    if mail is None:
        abort(404)
    return render_template("mailbox/message.html", mail=mail)


def newest(folder: Path) -> Iterator[Mail]:
    """The newest messages of a Maildir, newest first."""
    files = sorted(_files(folder).items(), key=lambda item: item[1].stat().st_mtime_ns, reverse=True)
    return (_read(key, path) for key, path in files[:SHOWN])


def find(folder: Path, key: str) -> Mail | None:
    """The message of that key, looked up among the files that are there: a key is never made into a path."""
    path = _files(folder).get(key)
    return _read(key, path) if path else None


async def _serve(keeper: Keeper, port: int) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname=HOST), HOST, port)
    async with server:
        await stopped.wait()


def _folder() -> Path:
    return Path(current_app.config["MAILDIR"])


def _files(folder: Path) -> dict[str, Path]:
    """Every message of a Maildir by its key."""
    return {path.name.partition(":")[0]: path for part in ("new", "cur") for path in (folder / part).glob("[!.]*")}


def _read(key: str, path: Path) -> Mail:
    content: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(key, datetime.fromtimestamp(path.stat().st_mtime, UTC), content)
