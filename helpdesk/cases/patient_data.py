"""Patients' data in what people type, found by its shape and by the words around it, so that its writer is asked first.

Pure: a text goes in, passages come out. Every expression is bounded and looks no farther than a fixed number of characters, so
that the time it takes grows with the length of the text and no faster, whatever is typed.
"""

from collections.abc import Callable, Iterator

from .patient_dates import birth_dates
from .patient_hl7 import fields_of_segments
from .patient_names import patient_names
from .patient_numbers import medicare_numbers, record_numbers, social_security_numbers
from .patient_passages import Passage, PassageKind

__all__ = ["Passage", "PassageKind", "find"]

# Of two that overlap, the one that stands first here is kept.
_FINDERS: tuple[Callable[[str], Iterator[Passage]], ...] = (
    fields_of_segments,
    social_security_numbers,
    medicare_numbers,
    birth_dates,
    record_numbers,
    patient_names,
)


def find(text: str) -> tuple[Passage, ...]:
    """The passages of a text that are probably patients' data, in their order; none overlaps another."""
    kept: list[Passage] = []
    taken = bytearray(len(text))
    for finder in _FINDERS:
        for passage in finder(text):
            if not any(taken[passage.start : passage.end]):
                taken[passage.start : passage.end] = b"\x01" * (passage.end - passage.start)
                kept.append(passage)
    return tuple(sorted(kept))
