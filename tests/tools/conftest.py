"""The project as a fresh clone has it, and a desk in it."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.tools.desks import Desk
from tools import copies


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The project as a fresh clone has it."""
    return copies.copy_to(tmp_path)


@pytest.fixture
def desk(tree: Path) -> Iterator[Desk]:
    """A desk that is not left running when a test fails."""
    desk = Desk(tree)
    yield desk
    for process in psutil.process_iter(["cwd"]):
        if process.info["cwd"] == str(tree) and process.is_running():
            process.kill()
