"""Waiting in tests: for something to become true, with an end, never for a length of time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE = 0.05  # seconds between two looks


def until(look: Callable[[], T], *, within: float = 60.0, what: str = "") -> T:
    """Look again and again until the look gives something true, and return it; AssertionError after `within` seconds."""
    end = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < end, f"waited {within:g} seconds for {what or look.__name__}"
        threading.Event().wait(PAUSE)
    return seen
