"""The store of files is full, cannot be written, or left by a crash: honest words, nothing by half, the text still there.

The full disk is a small one of its own where the system lets us mount it; elsewhere files may not grow beyond a size.
"""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

import config
from helpdesk import clock
from helpdesk.cases import attachments
from helpdesk.cases.models import Case, MessageKind, Status
from helpdesk.notifications.stop_sign import StopSign
from helpdesk.portal import health
from helpdesk.timed_jobs import sweep
from helpdesk.transaction import transaction
from tests.attachment_factories import another, files_kept, rows, upload
from tests.case_factories import a_case
from tests.settings.test_settings import PRODUCTION
from tests.visitor import Visitor

MEGABYTE = 1024 * 1024
LARGE = b"08:00,12.4\n" * 850_000  # 9 MB: more than there is room for, and less than we take
TEXT = "Here is what the logger says."


@pytest.fixture
def case(app: Flask) -> Case:
    return a_case(status=Status.OPEN)


@pytest.fixture
def small_disk(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A store on a disk of its own of 2 MB; where none can be mounted, no file may grow beyond 8 MB."""
    with _store_at(app, tmp_path):
        if _mount(tmp_path, "size=2M"):
            yield tmp_path
            subprocess.run(["umount", tmp_path], check=True)
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8 * MEGABYTE, hard))
        yield tmp_path
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def read_only_disk(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A store that can be read only: mounted so, or else a folder that we may not write."""
    with _store_at(app, tmp_path):
        if _mount(tmp_path, "size=2M,ro"):
            yield tmp_path
            subprocess.run(["umount", tmp_path], check=True)
            return
        tmp_path.chmod(0o500)
        yield tmp_path
        tmp_path.chmod(0o700)


@contextmanager
def _store_at(app: Flask, folder: Path) -> Iterator[None]:
    before, app.config["ATTACHMENTS_DIR"] = app.config["ATTACHMENTS_DIR"], str(folder)
    yield
    app.config["ATTACHMENTS_DIR"] = before


def _mount(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_a_full_disk_is_said_and_the_text_and_the_smaller_file_are_kept(app: Flask, case: Case, small_disk: Path) -> None:
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    visitor.press("Send the message", body=TEXT, files=[upload("small.csv", b"08:00,5\n"), upload("large.csv", LARGE)])

    assert visitor.status == 503
    assert "“large.csv” could not be kept: we have no room for files at the moment." in visitor.text
    assert [m.kind for m in case.messages] == [MessageKind.QUESTION]
    assert [file.name for file in rows()] == ["small.csv"]
    assert list(files_kept()) == [rows()[0].stored_as]
    assert visitor.values("Send the message")["body"] == TEXT
    visitor.press("Send the message")
    assert [file.message.body for file in rows()] == [TEXT]


def test_a_store_that_cannot_be_written_is_said_to_the_person_and_to_whoever_runs_the_desk(
    app: Flask, case: Case, read_only_disk: Path
) -> None:
    visitor = Visitor(app).sign_in(case.requester).open(f"/cases/{case.number}")

    visitor.press("Send the message", body=TEXT, files=upload())

    assert visitor.status == 503
    assert "“photo.png” could not be kept: something is wrong with our store of files." in visitor.text
    assert (rows(), list(read_only_disk.iterdir())) == ([], [])
    with pytest.raises(config.ConfigError, match="ATTACHMENTS_DIR"):  # a desk that starts now says so at once
        config.load({**PRODUCTION, "ATTACHMENTS_DIR": str(read_only_disk)})
    found = next(finding for finding in health.findings() if finding.subject == "Attachments")
    assert (found.is_fine, found.seen) == (False, f"no file can be kept in {read_only_disk}")
    visitor.press("Send the message")
    assert "Your message is with the team." in visitor.text


@pytest.mark.both_databases
def test_a_crash_between_file_and_commit_leaves_a_file_that_is_swept(app: Flask, case: Case) -> None:
    before = set(files_kept())
    with pytest.raises(KeyboardInterrupt), transaction():
        attachments.receive([another()], on=attachments.on_case(case.requester, case, MessageKind.REPLY))
        raise KeyboardInterrupt
    (left,) = set(files_kept()) - before
    sweep(StopSign())
    assert (rows(), left in files_kept()) == ([], True)  # it might be on its way still

    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        sweep(StopSign())

    assert left not in files_kept()
