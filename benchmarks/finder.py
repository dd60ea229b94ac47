"""`python -m benchmarks.finder`: how often the topic finder of the help ticket is right, on phrases as providers type them.

One half of the phrases may be looked at while the finder is tuned. The other is sealed: of it only the figures are printed.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import config
from helpdesk.intake import finder, queries
from helpdesk.intake.finder import Findable
from helpdesk.reference import commands as reference
from helpdesk.transaction import transaction

from . import databases
from .desks import desk

HALVES = {"tuning": "topics_tuning.csv", "sealed": "topics_sealed.csv"}
CORPORA = config.ROOT / "benchmarks" / "corpora"
FIRST_FEW = 3
PERCENT = 100
MILLISECONDS = 1000


@dataclass(frozen=True)
class Figures:
    """Of a half: the phrases, those whose right topic comes first or among the first three, and what the slowest takes."""

    phrases: int
    first: int
    first_few: int
    milliseconds: float  # of the processor, for the slowest phrase

    @property
    def percent_first(self) -> float:
        """For how many of a hundred the right topic comes first."""
        return PERCENT * self.first / self.phrases

    @property
    def percent_first_few(self) -> float:
        """For how many of a hundred it is among the first three."""
        return PERCENT * self.first_few / self.phrases


def measure(half: str, topics: Sequence[Findable], same_words: Sequence[str]) -> Figures:
    """Ask for every phrase of a half."""
    first, first_few, slowest = 0, 0, 0.0
    phrases = _phrases(half)
    finder.likely("", topics, same_words)  # what a process does once is not part of a question
    for phrase, right in phrases:
        began = time.thread_time()
        found = finder.likely(phrase, topics, same_words)
        slowest = max(slowest, time.thread_time() - began)
        first += bool(right & set(found[:1]))
        first_few += bool(right & set(found[:FIRST_FEW]))
    return Figures(len(phrases), first, first_few, MILLISECONDS * slowest)


def main() -> int:
    """Measure both halves at a desk as it comes, and print a table."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-finder-") as name:
        folder = Path(name)
        with desk("SQLite", databases.sqlite(folder), folder) as one, one.app.app_context():
            with transaction():
                reference.load()
            definition = queries.current_definition()
            topics = queries.findable_topics(definition)
            measured = {half: measure(half, topics, definition.same_words) for half in HALVES}
    print(f"{'half':8}{'phrases':>9}{'right topic first':>20}{'among the first three':>24}{'slowest':>12}")
    for half, figures in measured.items():
        shares = f"{figures.percent_first:>18.1f} %{figures.percent_first_few:>22.1f} %"
        print(f"{half:8}{figures.phrases:>9}{shares}{figures.milliseconds:>9.1f} ms")
    return 0


def _phrases(half: str) -> list[tuple[str, set[str]]]:
    with (CORPORA / HALVES[half]).open(encoding="utf-8", newline="") as file:
        return [(row["phrase"], set(row["topics"].split(" "))) for row in csv.DictReader(file, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
