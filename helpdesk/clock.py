"""The only place that asks what time it is.

Three sources, the first that applies: an instant set by `at()` (tests, the stepped clock of the demo data), the file
named by `HELPDESK_CLOCK_FILE` (so that several processes can be tested at any time), the machine.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

_instant: datetime | None = None
_file: Path | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if _instant is not None:
        return _instant
    if _file is not None:
        return _read(_file)
    return datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold the clock at an aware instant for the length of the block; blocks nest."""
    global _instant
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    before, _instant = _instant, instant.astimezone(UTC)
    try:
        yield
    finally:
        _instant = before


def follow(path: str | None) -> None:
    """Take the time from a file from now on; None returns to the machine's own clock."""
    global _file
    _file = Path(path) if path else None


def write(path: str | os.PathLike[str], instant: datetime, *, rate: float = 1.0) -> None:
    """Write a clock file: from this moment on it shows `instant`, running `rate` seconds a second (0 stands still)."""
    target = Path(path)
    fresh = target.with_suffix(".new")
    fresh.write_text(f"{instant.astimezone(UTC).isoformat()} {rate} {time.time()}\n")
    fresh.replace(target)


def _read(path: Path) -> datetime:
    instant, rate, written_at = path.read_text().split()
    elapsed = (time.time() - float(written_at)) * float(rate)
    return datetime.fromisoformat(instant) + timedelta(seconds=elapsed)
