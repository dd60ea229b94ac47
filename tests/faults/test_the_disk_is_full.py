"""A disk with no room left, as the operating system and as SQLite report it: nothing is half stored, and nothing is lost."""

import resource
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from flask import Flask
from sqlalchemy import event

from helpdesk.cases.models import Status
from helpdesk.extensions import db
from tests import databases, waiting
from tests.attachment_factories import rows, upload
from tests.case_factories import a_case
from tests.factories import a_provider, an_agent
from tests.faults.processes import WallClock, flask_command, web_server
from tests.faults.tickets import UNAVAILABLE, stored, with_a_ticket_ready
from tests.journeys.story import TICKET
from tests.notifications.mails import MONDAY_9_AM, outbox_rows, some_mail, states
from tests.smtp_servers import good_server
from tests.visitor import Visitor

LEASES_ARE_OVER = timedelta(minutes=15)


def leave_room(pid: int, bytes_free: int) -> None:
    """Let a process write files up to this size and no further (EFBIG); RLIM_INFINITY gives it room again."""
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (bytes_free, hard))


@pytest.fixture
def small_app(tmp_path: Path) -> Iterator[Flask]:
    """A desk that shows errors as people see them, on a SQLite file that may grow as far as app.config["PAGES"]."""
    app = databases.make_app(f"sqlite:///{tmp_path}/desk.sqlite3", tmp_path / "maildir")
    app.config.update(PROPAGATE_EXCEPTIONS=False, PAGES=1_000_000)
    with app.app_context():
        event.listen(
            db.engine, "checkout", lambda raw, *_rest: raw.execute(f"PRAGMA max_page_count={app.config['PAGES']}").close()
        )
        yield app
        db.session.remove()
        db.engine.dispose()


def test_sqlite_that_may_not_grow_keeps_the_text_and_stores_nothing_by_half(
    small_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    an_agent(team="NCIR")
    visitor = Visitor(small_app).sign_in(a_provider())
    visitor.open(f"/vaccine-provider/get-help?topic={TICKET['topic']}").press("Continue", **TICKET)
    small_app.config["PAGES"] = 1  # as many as there are already
    visitor.press("Send the ticket")
    assert (visitor.status, visitor.h1, stored()) == (503, UNAVAILABLE, (0, 0, 0))
    assert "database or disk is full" in caplog.text
    small_app.config["PAGES"] = 1_000_000
    visitor.press("Send it again")

    assert TICKET["description"] in visitor.text
    assert stored() == (1, 1, 1)


def test_files_that_came_with_the_text_are_said_to_be_perhaps_not_kept_and_those_that_are_go_with_it(small_app: Flask) -> None:
    case = a_case(status=Status.OPEN)
    visitor = Visitor(small_app).sign_in(case.requester).open(f"/cases/{case.number}")
    small_app.config["PAGES"] = 1
    body = "Here is the photo. " * 500  # more than there is room for in a page that is there already
    visitor.press("Send the message", body=body, files=upload())

    assert (visitor.status, visitor.h1, [file.message_id for file in rows()]) == (503, UNAVAILABLE, [None])
    assert "Your files may not be: to be sure that they are sent, go back instead" in visitor.text
    small_app.config["PAGES"] = 1_000_000
    visitor.press("Send it again")
    assert [file.message.body for file in rows()] == [body.strip()]


def test_a_web_server_that_cannot_write_keeps_the_text_and_still_shows_pages(app: Flask, port: int) -> None:
    with web_server(app, port=port) as process:
        (worker,) = psutil.Process(process.pid).children()
        visitor = with_a_ticket_ready(port)
        leave_room(worker.pid, 0)
        visitor.press("Send the ticket")
        assert (visitor.status, visitor.h1, stored()) == (503, UNAVAILABLE, (0, 0, 0))
        kept = visitor.shown
        assert visitor.open("/cases").status == 200
        leave_room(worker.pid, resource.RLIM_INFINITY)
        visitor.go_back_to(kept)
        visitor.press("Send it again")

    assert (TICKET["description"] in visitor.text, stored()) == (True, (1, 1, 1))


def test_a_scheduler_whose_disk_fills_up_in_mid_delivery_goes_on_when_there_is_room(app: Flask) -> None:
    addresses = some_mail(10)
    with (
        good_server(app, on_message=lambda count: leave_room(process.pid, 0) if count == 4 else None) as server,
        flask_command(app, "scheduler") as process,
    ):
        waiting.until(lambda: len(server.received) == 4, within=30, what="the fourth mail")
        assert states() == ["sent"] * 3 + ["sending"] * 7
        leave_room(process.pid, resource.RLIM_INFINITY)
        waiting.until(lambda: states() == ["sent"] * 10, within=30, what="the rest to be sent")

    assert server.recipients == addresses


@pytest.mark.long
def test_a_scheduler_whose_disk_stays_full_loses_nothing(app: Flask, wall_clock: WallClock) -> None:
    addresses = some_mail(10)
    with (
        good_server(app, on_message=lambda count: leave_room(process.pid, 0) if count == 4 else None) as server,
        flask_command(app, "scheduler") as process,
    ):
        waiting.until(lambda: server.goodbyes == 1, within=60, what="the delivery to give up")
        assert states() == ["sent"] * 3 + ["sending"] * 7
        leave_room(process.pid, resource.RLIM_INFINITY)
        wall_clock.show(MONDAY_9_AM + LEASES_ARE_OVER)
        waiting.until(lambda: set(states()) == {"sent", "doubtful"}, within=30, what="the rest to be sent")
        doubtful = [mail.to_address for mail in outbox_rows() if mail.state == "doubtful"]
        assert (process.poll(), doubtful) == (None, [addresses[3]])
        wall_clock.show(MONDAY_9_AM + 3 * LEASES_ARE_OVER)
        waiting.until(lambda: states() == ["sent"] * 10, within=30, what="the doubt to be sent once more")

    assert sorted(server.recipients) == sorted([*addresses, *doubtful])
