"""The mailbox of development: a mail server that keeps everything, and pages to read it."""

import signal
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

import config
from helpdesk import create_app, mailbox
from helpdesk.extensions import db
from helpdesk.notifications import delivery
from tests import waiting
from tests.faults.processes import ROOT, environment, flask_command
from tests.notifications.mails import a_mail, states
from tests.smtp_servers import LOOPBACK, sending_to
from tests.visitor import Visitor


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mailbox"


@pytest.fixture
def visitor(app, folder):
    """Somebody at a desk in development, which has the same database."""
    settings = {"DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"], "MAILDIR": str(folder)}
    desk = create_app(config.load({"HELPDESK_ENV": "development", **settings}))
    yield Visitor(desk)
    with desk.app_context():
        db.engine.dispose()


def keep(folder: Path, subject: str = "Hello", text: str = "Hello", html: str = "<p>Hello</p>") -> str:
    """Put a message into the mailbox; returns its key."""
    message = EmailMessage()
    message["Subject"], message["To"] = subject, "dana@cedarfork.example.org"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return mailbox.Keeper(folder).keep(bytes(message), ["dana@cedarfork.example.org"])


def test_an_empty_mailbox_says_how_mail_gets_here(visitor):
    visitor.open("/dev/mailbox")

    assert "No mail yet" in visitor.text
    assert visitor.status == 200


def test_a_folder_that_is_there_but_empty_is_a_mailbox_too(visitor, folder):
    folder.mkdir()

    assert "No mail yet" in visitor.open("/dev/mailbox").text
    keep(folder, "First")
    assert "First" in visitor.open("/dev/mailbox").text


def test_mail_is_listed_and_opens(visitor, folder):
    for subject in ("First", "Second <b>"):
        keep(folder, subject)

    visitor.open("/dev/mailbox").follow("Second <b>")

    assert visitor.h1 == "Second <b>"
    assert "dana@cedarfork.example.org" in visitor.text


def test_links_in_the_text_part_can_be_followed(visitor, folder):
    key = keep(folder, text="Open http://127.0.0.1:8000/verify/abc?x=1&y=2. Thank you <b>")

    page = visitor.open(f"/dev/mailbox/{key}").page

    assert page.find("a", href="http://127.0.0.1:8000/verify/abc?x=1&y=2")
    assert "Thank you <b>" in visitor.text


def test_the_html_part_is_shown_without_styles_scripts_or_forms(visitor, folder):
    html = (
        "<title>Twice</title><style>p{}</style><h1>Big</h1><p style='color:red' onclick='x()'>Hello"
        "<a href='javascript:x()'>a</a><img src='http://example.org/x.png'><script>alert(1)</script>"
        "<form><input name=q></form></p>"
    )
    visitor.open(f"/dev/mailbox/{keep(folder, html=html)}")

    shown = str(visitor.page.find(id="html"))
    assert "Hello" in shown
    for unwanted in ("Twice", "<style", "style=", "onclick", "javascript", "<img", "alert", "<form", "<h1"):
        assert unwanted not in shown
    assert len(visitor.page.find_all("h1")) == 1


@pytest.mark.parametrize("key", ["..", "%2e%2e%2fnew", "..%2f..%2fdesk.sqlite3", "new", "no-such-key", "%00", "*", "[a-z]*"])
def test_a_key_that_is_none_is_not_found(visitor, folder, key):
    keep(folder)

    assert visitor.open(f"/dev/mailbox/{key}").status == 404


def test_production_has_no_mailbox(app):
    assert "mailbox" not in app.blueprints


def test_what_the_desk_sends_is_kept_and_ctrl_c_stops_the_server(app, folder, free_port, monkeypatch):
    monkeypatch.setitem(app.config, "MAILDIR", str(folder))
    a_mail(to="josé@example.org")
    with sending_to(app, free_port), flask_command(app, "mailbox") as process:
        waiting.until(lambda: _listens(free_port))
        delivery.deliver_due()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0

    assert states() == ["sent"]
    (mail,) = mailbox.newest(folder)
    assert mail.message["Subject"] == "[NCV-000123] We received your case: Section B asks for a second coordinator"
    assert mail.message["X-Received-For"] == "josé@example.org"


def test_a_busy_port_is_one_clear_line(app):
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with sending_to(app, port):
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "mailbox"]
            ended = subprocess.run(command, cwd=ROOT, env=environment(app), capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"The mailbox cannot listen on 127.0.0.1:{port} (address already in use): set MAIL_PORT to a free port."
    )


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        with smtplib.SMTP(LOOPBACK, port, timeout=1):
            return True
    except OSError:
        return False
