"""Patients' data in an HL7 message that somebody pastes: the fields of its PID segment say what they are."""

import re
from collections.abc import Iterator

from .patient_passages import Passage, PassageKind

_SEGMENT = re.compile(r"\bPID\|[^\n]{1,1000}")
_FIELDS = {
    2: PassageKind.RECORD_NUMBER,
    3: PassageKind.RECORD_NUMBER,
    5: PassageKind.PATIENT_NAME,
    7: PassageKind.BIRTH_DATE,
    19: PassageKind.SSN,
}
_FEWEST = 3  # characters that tell something


def fields_of_segments(text: str) -> Iterator[Passage]:
    """The fields of each PID segment that name a patient."""
    for segment in _SEGMENT.finditer(text):
        start = segment.start()
        for number, content in enumerate(segment.group().split("|")):
            told = content.split("^^")[0].strip("^ ")
            if number in _FIELDS and len(told) >= _FEWEST:
                at = start + content.index(told)
                yield Passage(at, at + len(told), _FIELDS[number])
            start += len(content) + 1
