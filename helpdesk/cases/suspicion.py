"""Whether patients' data is suspected in what somebody sends, and what follows: a mark, an entry, mail without texts."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString

from .. import clock
from ..accounts.models import User
from ..errors import HelpDeskError
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..languages import translated
from ..routing.models import Priority
from . import patient_data
from .attachment_models import Attachment
from .models import Case, EventKind, Urgency
from .patient_data import PassageKind

KINDS: dict[PassageKind, Any] = {
    PassageKind.SSN: _l("Social Security number"),
    PassageKind.MEDICARE: _l("Medicare number"),
    PassageKind.BIRTH_DATE: _l("birth date"),
    PassageKind.RECORD_NUMBER: _l("number in a patient record"),
    PassageKind.PATIENT_NAME: _l("name of a patient"),
}
SUSPECTED = "suspected"  # the fact that rules are told
# What stands in mail in place of the texts of a case.
LEFT_OUT = _l(
    "This e-mail leaves the text out, because it may hold information about a patient. The text is on the page of your case."
)


class NotSuspected(HelpDeskError):
    """No patients' data is suspected in the case, or not any more."""


@dataclass(frozen=True)
class Part:
    """One text in which something was found: what it is called, and its pieces, each with whether it was found."""

    label: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Suspicion:
    """What was found in what somebody wants to send. The digest is that of exactly these texts: who confirms it has seen them."""

    parts: tuple[Part, ...]
    kinds: tuple[PassageKind, ...]
    digest: str

    @property
    def kinds_in_words(self) -> str:
        """What was found: "birth date, name of a patient"."""
        return ", ".join(str(KINDS[kind]) for kind in self.kinds)


def look(texts: Iterable[tuple[str, str]]) -> Suspicion | None:
    """What is suspected in these texts, each with what it is called; none where nothing is."""
    texts = [(str(label), text) for label, text in texts]
    found = [(label, text, patient_data.find(text)) for label, text in texts]
    kinds = {passage.kind for _label, _text, passages in found for passage in passages}
    if not kinds:
        return None
    parts = tuple(Part(label, _pieces(text, passages)) for label, text, passages in found if passages)
    digest = hashlib.sha256(json.dumps([text for _label, text in texts]).encode()).hexdigest()
    return Suspicion(parts, tuple(kind for kind in PassageKind if kind in kinds), digest)


def names_of(files: Iterable[Attachment]) -> list[tuple[str, str]]:
    """The names of files as texts, each with what it is called."""
    return [(_("The name of a file"), file.name) for file in files]


def flag(case: Case, texts: Iterable[str], *, by: User | None, at: datetime) -> None:
    """Mark a case that holds what has just been said, if patients' data is suspected in it; call it before mail is written."""
    kinds = {passage.kind for text in texts for passage in patient_data.find(text)}
    if not kinds:
        return
    case.patient_data_suspected_at = case.patient_data_suspected_at or at
    listed = [kind.value for kind in PassageKind if kind in kinds]
    case.record(EventKind.PATIENT_DATA_SUSPECTED, by=by, at=at, new={"kinds": listed})


def clear(case: Case, *, by: User) -> None:
    """Somebody has read it and there is no patients' data in it: mail tells its texts again. Raises NotSuspected."""
    case.hold()
    if case.patient_data_suspected_at is None:
        raise NotSuspected(case.number)
    case.patient_data_suspected_at = None
    case.record(EventKind.PATIENT_DATA_CLEARED, by=by, at=clock.now())


def is_never_held_up(case: Case) -> bool:
    """Whether what is written on a case is sent at once, whatever it holds: vaccine may be at risk while somebody is asked."""
    return case.urgency is Urgency.AT_RISK or case.priority is Priority.P1


def title_for_mail(case: Case) -> object:
    """What a case is called in mail: by its subject or, where that may hold a patient's data, by its topic."""
    return LazyString(translated, case.topic_name) if case.patient_data_suspected_at else case.subject


def left_out(case: Case) -> object:
    """What mail says in place of the texts of a case; nothing where it may tell them."""
    return LEFT_OUT if case.patient_data_suspected_at else ""


def _pieces(text: str, passages: Sequence[patient_data.Passage]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for passage in passages:
        pieces += [(text[at : passage.start], False), (text[passage.start : passage.end], True)]
        at = passage.end
    return tuple((piece, is_found) for piece, is_found in [*pieces, (text[at:], False)] if piece)
