"""How a case stood before staff said something on it: kept in the entry of that, to be put back if it is taken back.

What was taken back counts as if it had never been said, also where something else was said in between.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from ..sla import commands as sla
from ..sla.models import Begun
from .kinds import EventKind, HoldReason
from .models import WAITS, Case, Event, Message, Status

SAYS_WHOSE_TURN = frozenset(
    {EventKind.STATUS_CHANGED, EventKind.REPLIED, EventKind.RESOLVED, EventKind.REJECTED, EventKind.LOOK_AGAIN}
)
SAID = frozenset({EventKind.REPLIED, EventKind.RESOLVED})  # by staff, if the entry names the message
UNSAID = frozenset({EventKind.TAKEN_BACK, EventKind.UNMERGED})
NEXT_UPDATE = "next_update"  # the clock that a reply has begun again, in its entry


def of(case: Case, *, begins_update: bool = False) -> dict[str, Any]:
    """How a case stands, for an entry; with the clock to the next update where that begins again."""
    return {
        "status": case.status.value,
        "is_assigned": case.assignee_id is not None,
        "waits_since": case.waits_since.isoformat() if case.waits_since else "",
        "reminders": case.reminders,
        "reminded_at": case.reminded_at.isoformat() if case.reminded_at else "",
        "hold_reason": case.hold_reason.value if case.hold_reason else "",
        "look_again_on": case.look_again_on.isoformat() if case.look_again_on else "",
        **({NEXT_UPDATE: sla.update_owed(case.id)} if begins_update else {}),
    }


def put_back(case: Case, before: Mapping[str, Any], *, waits_since: datetime | None = None) -> None:
    """Let a case stand as it did: no legal move leads there, for this takes one back. Clocks and mail are the caller's.

    It waits since then, as often reminded, or anew since another instant.
    """
    case.status = Status(before["status"])
    case.wait_from(None)
    if case.status not in WAITS:
        return
    if waits_since is not None:
        case.wait_from(waits_since)
    else:
        case.waits_since, case.reminders = datetime.fromisoformat(before["waits_since"]), before["reminders"]
        case.reminded_at = datetime.fromisoformat(before["reminded_at"]) if before["reminded_at"] else None
    if case.status is Status.ON_HOLD:
        case.hold_reason, case.look_again_on = HoldReason(before["hold_reason"]), date.fromisoformat(before["look_again_on"])


class Past:
    """The timeline of a case, to be read as if some of what was said had not been."""

    def __init__(self, events: Iterable[Event]) -> None:
        """Oldest first."""
        self._events = list(events)
        self._before_revision = {e.new["said"]: e.old["message"] for e in self._events if _revises(e)}
        self._unsaid = {e.new["said"]: e.version for e in self._events if e.kind in UNSAID and "said" in e.new}

    def first_words(self, message: Message) -> int:
        """The id of the message that this one tells in other words, or its own."""
        said = message.id
        while said in self._before_revision:
            said = self._before_revision[said]
        return said

    def entry_of(self, said: int) -> Event | None:
        """The entry that was made when it was first said; none where entries did not name messages yet."""
        return next((e for e in self._events if e.kind in SAID and e.new.get("said") == said), None)

    def is_latest_turn(self, entry: Event) -> bool:
        """Whether nothing else that stands has said since whose turn it is."""
        return not any(e.kind in SAYS_WHOSE_TURN and self._stands_beside(e, entry) for e in self._later(entry))

    def before(self, entry: Event) -> dict[str, Any]:
        """How the case stood before: before the first of those acts, one after the other, that were taken back later."""
        found = entry
        for one in self._earlier(entry):
            if one.kind not in SAYS_WHOSE_TURN or self._was_unsaid_before(one, entry):
                continue
            if one.new.get("said") not in self._unsaid:
                break
            found = one if one.kind in SAID else found
        return found.old

    def begun(self, entry: Event) -> list[Begun] | None:
        """How the clock to the next update ran before each of the words that began it again and do not stand, oldest first.

        None where this word has not begun it, or a later one has.
        """
        if NEXT_UPDATE not in entry.old or any(_owes(e) and self._stands_beside(e, entry) for e in self._later(entry)):
            return None
        found = [entry]
        for one in self._earlier(entry):
            if not _owes(one) or self._was_unsaid_before(one, entry):
                continue
            if one.new.get("said") not in self._unsaid:
                break
            found.append(one)
        return [Begun(one.old[NEXT_UPDATE], one.at) for one in reversed(found)]

    def _later(self, entry: Event) -> list[Event]:
        return [e for e in self._events if e.version > entry.version]

    def _earlier(self, entry: Event) -> list[Event]:
        """The latest first."""
        return [e for e in reversed(self._events) if e.version < entry.version]

    def _stands_beside(self, one: Event, entry: Event) -> bool:
        said = one.new.get("said")
        return said is None or (said != entry.new["said"] and said not in self._unsaid)

    def _was_unsaid_before(self, one: Event, entry: Event) -> bool:
        """Whether it had been taken back by then, so that the later entry knows of it."""
        return self._unsaid.get(one.new.get("said", 0), entry.version) < entry.version


def _revises(event: Event) -> bool:
    return event.kind is EventKind.REVISED and "said" in event.new


def _owes(event: Event) -> bool:
    """Whether it began the clock to the next update again."""
    return NEXT_UPDATE in event.old or event.kind is EventKind.REJECTED
