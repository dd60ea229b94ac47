"""What the timeline says about patients' data: suspected, found to be none, removed. Never what it was."""

from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .kinds import PlaceKind
from .models import Event, EventKind
from .suspicion import KINDS, PassageKind

TOLD_THERE = frozenset({EventKind.PATIENT_DATA_SUSPECTED, EventKind.PATIENT_DATA_CLEARED, EventKind.REDACTED})
PLACES: dict[PlaceKind, Any] = {
    PlaceKind.CASE: _l("the subject or place"),
    PlaceKind.ANSWER: _l("the answers"),
    PlaceKind.TAG: _l("tags"),
    PlaceKind.MESSAGE: _l("messages"),
    PlaceKind.NOTE: _l("notes"),
    PlaceKind.RATING: _l("the rating"),
    PlaceKind.DECISION: _l("the routing decision"),
    PlaceKind.HISTORY: _l("the timeline"),
    PlaceKind.ACCOUNT_HISTORY: _l("the history of the account"),
    PlaceKind.MAIL: _l("mail"),
    PlaceKind.FILE_NAME: _l("names of files"),
    PlaceKind.FILE: _l("files"),
    PlaceKind.DRAFT: _l("a draft"),
    PlaceKind.KEPT_FORM: _l("a form that was kept"),
    PlaceKind.ARTICLE: _l("an article"),
}


def sentence(event: Event, who: str) -> str:
    """An entry about patients' data (one of TOLD_THERE) as a sentence for staff."""
    if event.kind is EventKind.PATIENT_DATA_SUSPECTED:
        kinds = ", ".join(str(KINDS[PassageKind(kind)]) for kind in event.new["kinds"])
        return _("Patient data is suspected in what %(who)s sent: %(kinds)s", who=who, kinds=kinds)
    if event.kind is EventKind.PATIENT_DATA_CLEARED:
        return _("%(who)s found no patient data here", who=who)
    places = ", ".join(str(PLACES[PlaceKind(kind)]) for kind in event.new["places"])
    return _("%(who)s removed patient data (%(places)s): %(reason)s", who=who, places=places, reason=event.new["reason"])
