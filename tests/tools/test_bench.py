"""`make bench` at its smallest: every figure is there, and nothing is left of the run."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import config

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

SMALL = ("--cases", "40", "80", "--turns", "2", "--filings", "8", "--messages", "10", "--replayed", "120")
ON_PAGES = ("Queue, {} cases", "Case, {} cases", "Search, rare word, {}", "Search, common word, {}")
LOOKS = ("page 50", "mine", "unassigned", "watched", "resolved", "could-not-be-told", "all")
NARROWED = ("status", "priority", "assignee", "system", "due", "flag", "topic", "organization", "location", "text")
QUEUES = (*(f"Queue, {look}, 80" for look in LOOKS), *(f"Queue, by {facet}, 80" for facet in NARROWED))
SMALL_PAGES, LARGE_PAGES = (tuple(row.format(cases) for row in ON_PAGES) for cases in (40, 80))
PAGES = (*SMALL_PAGES, *LARGE_PAGES[:2], *QUEUES, *LARGE_PAGES[2:], "Queue at 80 beside 40", "Case at 80 beside 40")
MAIL = ("Delivery, 10 messages", "Queue during 10 messages", "Memory during 10 messages")
ROWS = (*PAGES, *MAIL, "Resolving, 80 cases")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the run keeps what it needs: a short path, because PostgreSQL has a socket in it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


def test_the_table_has_every_figure_on_both_databases(folder):
    done = bench(folder, *SMALL)

    assert done.returncode == 0, done.stderr
    assert rows(done.stdout.partition("Routing rules")[2].partition("SQLite ")[0]) == [
        "Deciding, 200 rules",
        "Proving, 200 rules",
    ]
    sqlite, postgresql = done.stdout.partition("SQLite ")[2].split("PostgreSQL ")
    assert rows(sqlite) == [*ROWS, "Back-test, 120 cases"]
    assert rows(postgresql) == [*ROWS, "Filing, 8 clients", "Back-test, 120 cases"]
    assert "cores, Python 3." in done.stdout
    assert list(folder.iterdir()) == []


def test_what_broke_is_one_line_and_another_exit_status(folder):
    done = bench(folder, "--cases", "1", "--turns", "1", "--messages", "4")

    assert done.returncode == 1
    assert "ask for more" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []


def bench(folder: Path, *sizes: str) -> subprocess.CompletedProcess[str]:
    """Run it, with its temporary folders in this one."""
    command, env = [sys.executable, "-m", "benchmarks", *sizes], {**os.environ, "TMPDIR": str(folder)}
    return subprocess.run(command, cwd=config.ROOT, env=env, capture_output=True, text=True, check=False)


def rows(section: str) -> list[str]:
    """What was measured: the first cell of every line that has a target and an answer to it."""
    lines = [line for line in section.splitlines() if line.startswith("  ")]
    assert all(" yes " in f"{line} " or " no " in f"{line} " for line in lines)
    return [line.strip().split("  ")[0] for line in lines]
