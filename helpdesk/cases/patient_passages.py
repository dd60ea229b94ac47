"""What the parts of the patient-data guard have in common: a passage, its kind, and how the words around it are looked at."""

# ruff: noqa: RUF001  (the expressions hold what people type)

import re
from dataclasses import dataclass
from enum import StrEnum

# Between a word and what it names: "no.", "number", "#", "is", "(", ":" ...
TIED = r"[\s:=#(\"'“”‘’«»*.,_-]{0,6}"
NUMBER_WORD = r"(?:#|\b(?:nos?|nrs?|nums?|numbers?|ids?|n[úu]m(?:ero)?s?|n[º°])\b\.?)"


class PassageKind(StrEnum):
    """What a passage tells of a patient."""

    SSN = "ssn"
    MEDICARE = "medicare"
    BIRTH_DATE = "birth_date"
    RECORD_NUMBER = "record_number"
    PATIENT_NAME = "patient_name"


@dataclass(frozen=True, order=True)
class Passage:
    """A stretch of a text, by its characters, that is probably a patient's data."""

    start: int
    end: int
    kind: PassageKind


def before(text: str, start: int, *, characters: int) -> str:
    """What stands before a place, no farther back than so many characters."""
    return text[max(0, start - characters) : start]


def after(text: str, end: int, *, characters: int) -> str:
    """What stands behind a place, no farther than so many characters."""
    return text[end : end + characters]


def words(*alternatives: str) -> re.Pattern[str]:
    """An expression for any of these words, whole and in whatever case; white space in them may be a line end."""
    joined = "|".join(alternative.replace(" ", r"\s{1,3}") for alternative in alternatives)
    return re.compile(rf"\b(?:{joined})\b", re.IGNORECASE)
