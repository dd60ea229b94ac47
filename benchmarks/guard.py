"""`python -m benchmarks.guard`: how well the patient-data guard finds what it should, and how often it cries wolf.

It prints figures only, so that the sealed half stays unseen. Whatever they are, the exit status is 0.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helpdesk.cases import patient_data

CORPORA = Path(__file__).parent / "corpora"
HALVES = ("tuning", "sealed")
RECALL, FALSE_ALARMS = 0.95, 0.03  # at least, at most; on the sealed half


@dataclass(frozen=True)
class Measured:
    """What the guard did with one half of the texts."""

    half: str
    with_data: int
    found: int  # texts in which a passage that was found overlaps one that is there
    passages: int
    passages_found: int
    without_data: int
    flagged: int

    @property
    def recall(self) -> float:
        """The part of the texts with patient data that was found."""
        return self.found / self.with_data

    @property
    def recall_by_passage(self) -> float:
        """The part of the passages that was found."""
        return self.passages_found / self.passages

    @property
    def false_alarms(self) -> float:
        """The part of the texts without patient data that was flagged."""
        return self.flagged / self.without_data


def measure(half: str) -> Measured:
    """The guard on one half: "tuning" or "sealed"."""
    lines = (CORPORA / f"patient_data_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [(row["text"], row["passages"]) for row in map(json.loads, lines)]
    hits = [(passages, set(_characters(patient_data.find(text))), text) for text, passages in rows]
    there = [[_overlaps(text, passage, characters) for passage in passages] for passages, characters, text in hits if passages]
    empty = [bool(characters) for passages, characters, _text in hits if not passages]
    return Measured(
        half=half,
        with_data=len(there),
        found=sum(any(one) for one in there),
        passages=sum(map(len, there)),
        passages_found=sum(map(sum, there)),
        without_data=len(empty),
        flagged=sum(empty),
    )


def main() -> int:
    """Print the table."""
    heads = (
        "half",
        "texts with data",
        "found",
        "recall",
        "passages",
        "found",
        "recall",
        "texts without",
        "flagged",
        "false alarms",
    )
    print(" | ".join(heads))
    for one in map(measure, HALVES):
        row = (one.half, one.with_data, one.found, f"{one.recall:.1%}", one.passages, one.passages_found)
        print(*row, f"{one.recall_by_passage:.1%}", one.without_data, one.flagged, f"{one.false_alarms:.1%}", sep=" | ")
    print(f"target on the sealed half: recall >= {RECALL:.0%}, false alarms <= {FALSE_ALARMS:.0%}")
    return 0


def _characters(passages: Iterable[patient_data.Passage]) -> Iterable[int]:
    return (at for passage in passages for at in range(passage.start, passage.end))


def _overlaps(text: str, passage: str, found: set[int]) -> bool:
    """Whether what was found touches this passage, wherever it stands."""
    start = text.find(passage)
    while start >= 0:
        if found.intersection(range(start, start + len(passage))):
            return True
        start = text.find(passage, start + 1)
    return False


if __name__ == "__main__":
    sys.exit(main())
