"""PostgreSQL is stopped and started while the desk runs: people are told, nothing is lost, and nobody has to restart anything."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk.extensions import db
from tests import databases, postgresql, waiting
from tests.faults.processes import base_url, flask_command, web_server
from tests.faults.tickets import UNAVAILABLE, stored, with_a_ticket_ready
from tests.journeys.http_client import visitor_at
from tests.journeys.story import TICKET
from tests.notifications.mails import a_mail, some_mail, states
from tests.smtp_servers import good_server


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """A PostgreSQL that no other test uses."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-own-pg-"))
    own = postgresql.server_in(folder)
    yield own
    own.stop()
    shutil.rmtree(folder)


@pytest.fixture
def app(server: Any, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of that server."""
    address = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS desk WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE desk TEMPLATE template0 ENCODING 'UTF8'")
    app = databases.make_app(address.set(database="desk").render_as_string(hide_password=False), tmp_path / "maildir")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_people_are_told_and_afterwards_everything_goes_on_by_itself(app: Flask, server: Any, port: int) -> None:
    with good_server(app) as mail, flask_command(app, "scheduler") as scheduler, web_server(app, port=port) as web:
        visitor = with_a_ticket_ready(port)
        a_mail()
        waiting.until(lambda: len(mail.received) == 1, within=30, what="the scheduler to be at work")
        server.stop()
        visitor.press("Send the ticket")
        assert (visitor.status, visitor.h1) == (503, UNAVAILABLE)
        assert (visitor_at(base_url(port)).open("/readyz").html, scheduler.poll(), web.poll()) == ("not ready\n", None, None)
        server.start()
        visitor.press("Send it again")
        assert (TICKET["description"] in visitor.text, stored()) == (True, (1, 1, 2))
        waiting.until(lambda: states() == ["sent"] * 2, within=30, what="the receipt")

    assert len(mail.received) == 2


@pytest.mark.long
def test_stopped_and_started_in_mid_delivery_everything_arrives_once(app: Flask, server: Any) -> None:
    addresses = some_mail(60)
    with (
        good_server(app, on_message=lambda count: server.stop() if count == 20 else None) as mail,
        flask_command(app, "scheduler"),
    ):
        waiting.until(lambda: len(mail.received) == 20, within=30, what="the mail at which PostgreSQL is stopped")
        waiting.until(lambda: not server.get_postmaster_info().is_running(), within=30, what="PostgreSQL to be stopped")
        server.start()
        waiting.until(lambda: states() == ["sent"] * 60, within=60, what="the rest to be sent")

    assert mail.recipients == addresses
