"""The timeline on the page of a case: what kind of entries are shown, and how many of the latest."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import request

from ..cases.models import Event, EventKind
from ..languages import lazy_gettext as _l

MOST = 25  # of the latest entries, unless somebody asks for all


class Shown(StrEnum):
    """What kind of entries; the values stand in the address."""

    ALL = "all"
    MESSAGES = "messages"
    STATE = "state"
    PEOPLE = "people"
    MAIL = "mail"
    DETAILS = "details"


LABELS = {
    Shown.ALL: _l("All"),
    Shown.MESSAGES: _l("Messages"),
    Shown.STATE: _l("Status and clocks"),
    Shown.PEOPLE: _l("Teams and people"),
    Shown.MAIL: _l("Mail"),
    Shown.DETAILS: _l("Details"),
}
KINDS: dict[Shown, frozenset[EventKind]] = {
    Shown.MESSAGES: frozenset(
        {
            EventKind.OPENED,
            EventKind.NOTED,
            EventKind.REPLIED,
            EventKind.TAKEN_BACK,
            EventKind.REVISED,
            EventKind.MACRO_OFFERED,
            EventKind.PATIENT_DATA_SUSPECTED,
            EventKind.PATIENT_DATA_CLEARED,
            EventKind.REDACTED,
        }
    ),
    Shown.STATE: frozenset(
        {
            EventKind.STATUS_CHANGED,
            EventKind.RESOLVED,
            EventKind.ACCEPTED,
            EventKind.REJECTED,
            EventKind.CANCELED,
            EventKind.CLOSED,
            EventKind.RATED,
            EventKind.LOOK_AGAIN,
            EventKind.TARGET_NEAR,
            EventKind.TARGET_MISSED,
            EventKind.FOLLOWED_UP,
            EventKind.MERGED,
            EventKind.ABSORBED,
            EventKind.UNMERGED,
        }
    ),
    Shown.PEOPLE: frozenset(
        {
            EventKind.ROUTED,
            EventKind.TAKEN,
            EventKind.MOVED,
            EventKind.ASSIGNED,
            EventKind.LEFT_IN_QUEUE,
            EventKind.HANDED_BACK,
            EventKind.HANDED_OVER,
            EventKind.WATCHED,
            EventKind.UNWATCHED,
            EventKind.LEADS_TOLD,
            EventKind.SKILLS_NEEDED,
            EventKind.COPIED,
            EventKind.COPY_ENDED,
            EventKind.PRIVACY_CHANGED,
        }
    ),
    Shown.MAIL: frozenset(
        {
            EventKind.REMINDED,
            EventKind.MAIL_FAILED,
            EventKind.MAIL_STOPPED,
            EventKind.MAIL_SETTLED,
            EventKind.ADDRESS_CORRECTED,
            EventKind.ADDRESS_RELEASED,
        }
    ),
}
KINDS[Shown.DETAILS] = frozenset(EventKind) - frozenset().union(*KINDS.values())  # corrections, tags, links
KINDS[Shown.ALL] = frozenset(EventKind)


@dataclass(frozen=True)
class Timeline:
    """What is shown of it: the entries, how many came before them, and how many there are of each kind."""

    shown: Shown
    entries: list[Event]
    earlier: int
    counts: dict[Shown, int]


def timeline(events: Sequence[Event]) -> Timeline:
    """The entries that the address asks for; the latest of them unless it asks for all."""
    shown = next((one for one in Shown if one == request.args.get("timeline")), Shown.ALL)
    found = [event for event in events if event.kind in KINDS[shown]]
    entries = found if request.args.get("entries") == "all" else found[-MOST:]
    counts = {one: sum(event.kind in KINDS[one] for event in events) for one in Shown}
    return Timeline(shown, entries, len(found) - len(entries), {one: n for one, n in counts.items() if n})
