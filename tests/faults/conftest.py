"""What fault tests share: a clock on the wall, and a place for a web server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from tests.faults import processes
from tests.faults.processes import WallClock
from tests.notifications.mails import MONDAY_9_AM


@pytest.fixture
def wall_clock(app: Flask, tmp_path: Path) -> Iterator[WallClock]:
    """The clock of this test and of every process that it starts; it shows Monday, 9 a.m., and stands still."""
    wall = WallClock(tmp_path / "clock")
    wall.show(MONDAY_9_AM)
    app.config["HELPDESK_CLOCK_FILE"] = str(wall.file)
    clock.follow(str(wall.file))
    yield wall
    clock.follow(None)
    app.config["HELPDESK_CLOCK_FILE"] = None


@pytest.fixture
def port() -> int:
    """Where the web server of this test answers."""
    return processes.free_port()
