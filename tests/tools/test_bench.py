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

SIZES = ("--cases", "40", "80", "--more", "120")
SMALL = (*SIZES, "--turns", "2", "--filings", "8", "--messages", "10", "--replayed", "120")
LOOKS = ("page 50", "mine", "unassigned", "watched", "resolved", "could-not-be-told", "all")
NARROWED = ("status", "priority", "assignee", "system", "due", "flag", "topic", "organization", "location", "text")
AFTER_PAGES = ("Delivery, 10 messages", "Queue during 10 messages", "Memory during 10 messages", "Resolving, {} cases")


def expected(*sizes: int) -> list[str]:
    """The rows of a database on which the pages were measured at these sizes."""
    found = []
    for cases in sizes:
        found += [f"Queue, {cases} cases", f"Case, {cases} cases"]
        if cases == sizes[-1]:
            found += [f"Queue, {look}, {cases}" for look in (*LOOKS, *(f"by {facet}" for facet in NARROWED))]
        found += [f"Search, rare word, {cases}", f"Search, common word, {cases}"]
    found += [f"{page} at {sizes[-1]} beside {sizes[0]}" for page in ("Queue", "Case")]
    return [*found, *(row.format(sizes[-1]) for row in AFTER_PAGES)]


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
    assert rows(sqlite) == [*expected(40, 80), "Back-test, 120 cases"]
    assert rows(postgresql) == [*expected(40, 80, 120), "Filing, 8 clients", "Back-test, 120 cases"]
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
