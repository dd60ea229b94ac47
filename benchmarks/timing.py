"""Two things timed in turn, so that whatever else the machine does meets both alike."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP = 12  # turns that are not counted; by then a connection to PostgreSQL keeps the plans of what it is asked
FEWEST = 5  # turns that are counted however long they take
MOST_SECONDS = 12.0  # for one comparison
MILLISECONDS = 1000
COMMON = 0.95


@dataclass(frozen=True)
class Times:
    """How long something took, several times, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Half of them took at most this long, in milliseconds."""
        return statistics.median(self.seconds) * MILLISECONDS

    @property
    def common(self) -> float:
        """19 of 20 took at most this long, in milliseconds."""
        return sorted(self.seconds)[math.ceil(COMMON * len(self.seconds)) - 1] * MILLISECONDS


def in_turn(desk: Callable[[int], float], floor: Callable[[int], float], *, turns: int) -> tuple[Times, Times]:
    """Time both, one after the other, up to so many turns within MOST_SECONDS; each is given the number of its turn."""
    of_desk, of_floor = [], []
    end = time.monotonic() + MOST_SECONDS
    for turn in range(WARM_UP + turns):
        if turn >= WARM_UP + FEWEST and time.monotonic() > end:
            break
        of_desk.append(desk(turn))
        of_floor.append(floor(turn))
    return Times(tuple(of_desk[WARM_UP:])), Times(tuple(of_floor[WARM_UP:]))
