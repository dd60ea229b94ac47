"""The desk as its processes, web server and scheduler, under a clock that they share: Friday evening, then Monday morning."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest

import config
from helpdesk import clock, create_app
from helpdesk.extensions import db
from helpdesk.reference import commands as reference
from helpdesk.transaction import transaction
from tests import waiting
from tests.factories import PASSWORD, an_agent
from tests.journeys import story
from tests.journeys.http_client import visitor_at
from tests.journeys.story import Post
from tests.notifications.mails import eastern
from tests.smtp_servers import GoodServer
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]
PROCESSES = "web: gunicorn --bind 127.0.0.1:$PORT --graceful-timeout 4 wsgi:app\nscheduler: flask --app wsgi scheduler\n"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """The environment that web server and scheduler share."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    clock.write(tmp_path / "clock", eastern("2026-12-04 17:30:00"))
    return {
        "HELPDESK_ENV": "testing",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite3'}",
        "HELPDESK_CLOCK_FILE": str(tmp_path / "clock"),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
        "MAILDIR": str(tmp_path / "mailbox"),
        "ATTACHMENTS_DIR": str(tmp_path / "files"),
    }


@pytest.fixture
def post(settings: dict[str, str]) -> Iterator[Post]:
    """The mail server that the scheduler sends to."""
    server = GoodServer()
    server.start()
    settings["MAIL_SERVER"], settings["MAIL_PORT"] = "127.0.0.1", str(server.port)
    yield Post(server)
    server.stop()


def test_a_case_resolved_on_friday_evening_is_mailed_once_on_monday_at_eight(
    tmp_path: Path, settings: dict[str, str], post: Post
) -> None:
    agent_address = _prepare(settings)
    with _running(tmp_path, settings):
        provider, agent = _visitor(settings), _visitor(settings)
        story.register(provider)
        story.activate(provider, waiting.until(post.mine, what="the verification mail")[-1])
        number = story.ask_for_help(provider)
        agent.open("/login").press("Sign in", email=agent_address, password=PASSWORD)
        story.work_on(agent, number)
        story.resolve(agent, number)

        _let_the_scheduler_deliver(post, provider)
        assert post.about_resolution() == []

        clock.write(settings["HELPDESK_CLOCK_FILE"], eastern("2026-12-07 07:59:00"), rate=0)
        _let_the_scheduler_deliver(post, provider)
        assert post.about_resolution() == []

        clock.write(settings["HELPDESK_CLOCK_FILE"], eastern("2026-12-07 08:00:00"), rate=0)
        waiting.until(post.about_resolution, what="the mail of the resolution")
        _let_the_scheduler_deliver(post, provider)
        assert len(post.about_resolution()) == 1


def _prepare(settings: dict[str, str]) -> str:
    """Migrate and fill the database; the address of an agent."""
    app = create_app(config.load({**settings}))
    try:
        with app.app_context():
            flask_migrate.upgrade()
            with transaction():
                reference.load()
            address = an_agent(team="NCIR").email
            db.session.remove()
            db.engine.dispose()
            return address
    finally:
        clock.follow(None)


def _let_the_scheduler_deliver(post: Post, visitor: Visitor) -> None:
    """Ask for a mail that leaves at once, and wait for it: what was due before it has been looked at by then."""
    before = len(post.mine())
    visitor.open("/forgot-password")
    visitor.press(_only_button(visitor), email=story.ADDRESS)
    waiting.until(lambda: len(post.mine()) > before, what="a mail that leaves at once")


def _only_button(visitor: Visitor) -> str:
    return " ".join(visitor.page.select_one("main form button").get_text(" ").split())


def _visitor(settings: dict[str, str]) -> Visitor:
    return visitor_at(settings["BASE_URL"])


@contextmanager
def _running(folder: Path, settings: dict[str, str]) -> Iterator[None]:
    """The web server and the scheduler under honcho, as `make run` starts them, until the block ends."""
    (folder / "Procfile").write_text(PROCESSES)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [
        sys.executable,
        "-m",
        "honcho",
        "--procfile",
        str(folder / "Procfile"),
        "--app-root",
        str(ROOT),
        "--env",
        os.devnull,
        "start",
    ]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings, "PATH": path}, start_new_session=True) as processes:
        try:
            waiting.until(lambda: _answers(settings), what="the web server")
            yield
        finally:
            processes.send_signal(signal.SIGTERM)
            processes.wait(60)


def _answers(settings: dict[str, str]) -> bool:
    try:
        return _visitor(settings).open("/healthz").status == 200
    except OSError:
        return False
