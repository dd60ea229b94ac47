"""What a look at the desk's health finds: one line for each thing looked at, and what to do where something is wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l


class Standing(StrEnum):
    """How a thing stands."""

    FINE = "fine"
    WARNING = "warning"  # somebody should see to it, and has time
    FAULT = "fault"  # something does not work, or somebody waits for us


WORDS: dict[Standing, Any] = {Standing.FINE: _l("Fine"), Standing.WARNING: _l("Warning"), Standing.FAULT: _l("Fault")}


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands, and what to do (empty where all is well)."""

    subject: str
    standing: Standing
    seen: str
    to_do: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to do."""
        return self.standing is Standing.FINE

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        return str(WORDS[self.standing])

    @property
    def sentence(self) -> str:
        """What was seen, to stand by itself."""
        return f"{self.seen[:1].upper()}{self.seen[1:]}."

    def __str__(self) -> str:
        return f"{self.subject}: {self.seen}"


def fine(subject: str, seen: str) -> Finding:
    """A thing that is as it should be."""
    return Finding(subject, Standing.FINE, seen)


def warning(subject: str, seen: str, *, to_do: str) -> Finding:
    """A thing that somebody should see to."""
    return Finding(subject, Standing.WARNING, seen, to_do)


def fault(subject: str, seen: str, *, to_do: str) -> Finding:
    """A thing that does not work."""
    return Finding(subject, Standing.FAULT, seen, to_do)


def lines(found: Iterable[Finding]) -> Iterator[str]:
    """The findings as plain text: what is fine in a line, the rest with its word before it and what to do below."""
    for finding in found:
        if finding.is_fine:
            yield str(finding)
        else:
            yield f"{finding.word.upper()}: {finding}."
            yield "    " + _("What to do: %(to_do)s", to_do=finding.to_do)
