"""What a case says of itself is corrected by an agent, with a reason: its topic, its system, where it is about, how urgent it is.

Whether another topic or system sends it to another team is asked (`rerouting.would_be`), and done only where somebody says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import clock
from ..accounts.models import User
from ..errors import HelpDeskError
from ..languages import gettext as _
from ..providers.places import Place
from ..routing.models import Priority
from ..sla import commands as sla
from ..sla import queries as sla_queries
from . import commands, indexing, moving, rerouting, routed
from .errors import CaseClosed, CaseResolved
from .kinds import CorrectionReason
from .models import UNFINISHED, Case, EventKind, System
from .new_case import TopicFacts

ROUTED_BY = frozenset({"topic", "system"})  # what rules look at


class NothingCorrected(HelpDeskError):
    """The case says all of that already."""


@dataclass(frozen=True)
class Correction:
    """What a case is to say of itself; nothing stands for what stays."""

    topic: TopicFacts | None = None
    system: System | None = None
    place: Place | None = None  # of the directory
    location: str | None = None  # as typed
    priority: Priority | None = None

    def changes(self, case: Case) -> dict[str, tuple[str, str]]:
        """What becomes another, as entries tell it: old and new by what it is. A place that was typed has no words there."""
        place = self.place.location or _("All locations") if self.place else ""
        listed = case.location if case.organization_id is not None else ""
        pairs = {
            "topic": (case.topic_name, self.topic.name, self.topic.code != case.topic_code) if self.topic else None,
            "system": (case.system.value, self.system.value, self.system is not case.system) if self.system else None,
            "location": (listed, place, self._moves(case)) if self.place or self.location is not None else None,
            "priority": (case.priority.value, self.priority.value, self.priority is not case.priority) if self.priority else None,
        }
        return {what: pair[:2] for what, pair in pairs.items() if pair is not None and pair[2]}

    def _moves(self, case: Case) -> bool:
        if self.place is not None:
            return (self.place.organization_id, self.place.location_id) != (case.organization_id, case.location_id)
        return case.location_id is not None or self.location != case.location


def would_route(case: Case, correction: Correction) -> rerouting.Again | None:
    """What the rules in force say of a case once its topic or system is corrected; nothing where they change nothing."""
    if not ROUTED_BY & set(correction.changes(case)):
        return None
    try:
        again = rerouting.would_be(case, topic=correction.topic, system=correction.system)
    except rerouting.NoFacts:
        return None
    return again if again.changes else None


def correct(
    case: Case,
    correction: Correction,
    *,
    seen: int,
    by: User,
    reason: CorrectionReason,
    note: str = "",
    route: bool = False,
) -> None:
    """Let a case say something else of itself, and perhaps go where the rules send it then; a note is kept for staff alone.

    With another priority its clocks measure what is promised for that; one that is chosen here holds, whatever rules say. Raises
    NothingCorrected, CaseClosed, CaseResolved, and StaleCase where something has happened since the version that was `seen`.
    """
    moving.hold_person(by)
    if route and (again := would_route(case, correction)):
        routed.hold_teams(again.decision)
    case.expect_version(seen)
    if case.is_final:
        raise CaseClosed(case.number)
    if case.status not in UNFINISHED:
        raise CaseResolved(case.number)
    changes = correction.changes(case)
    if not changes:
        raise NothingCorrected(case.number)
    again, at = would_route(case, correction) if route else None, clock.now()
    typed = [note, *_typed_places(case, correction)] if "location" in changes else [note]
    if words := "\n".join(filter(None, typed)):
        commands.add_note(case, by=by, body=words)
    first = {what: pair for what, pair in changes.items() if what != "priority" or again is None}
    _apply(case, correction, first, by=by, reason=reason, at=at)
    if again is not None:
        rerouting.follow(case, by=by, at=at)
        rest = {what: pair for what, pair in correction.changes(case).items() if what == "priority"}
        _apply(case, correction, rest, by=by, reason=reason, at=at)


def _apply(
    case: Case,
    correction: Correction,
    changes: dict[str, tuple[str, str]],
    *,
    by: User,
    reason: CorrectionReason,
    at: datetime,
) -> None:
    if not changes:
        return
    old: dict[str, Any] = {what: pair[0] for what, pair in changes.items()}
    new: dict[str, Any] = {what: pair[1] for what, pair in changes.items()} | {"because": reason.value}
    if "topic" in changes and correction.topic is not None:
        old["code"], new["code"] = case.topic_code, correction.topic.code
        case.topic_code, case.topic_name = correction.topic.code, correction.topic.name
    if "system" in changes and correction.system is not None:
        case.system = correction.system
    if "location" in changes:
        _move(case, correction)
    if "priority" in changes and correction.priority is not None:
        case.priority = correction.priority
        sla.retarget(case.id, priority=case.priority, at=at)
        case.due_at = sla_queries.nearest_due(case.id)
    case.record(EventKind.CORRECTED, by=by, at=at, old=old, new=new)
    if "location" in changes:
        indexing.write(case)


def _move(case: Case, correction: Correction) -> None:
    place = correction.place
    if place is None:
        case.location, case.location_id = correction.location or "", None
        return
    case.organization, case.location = place.organization, place.location or _("All locations")
    case.organization_id, case.location_id = place.organization_id, place.location_id


def _typed_places(case: Case, correction: Correction) -> Iterator[str]:
    """The words of places that no directory knows: an entry holds none, a note does."""
    if case.organization_id is None and case.location:
        yield _("Location before: %(location)s", location=case.location)
    if correction.place is None and correction.location:
        yield _("Location now: %(location)s", location=correction.location)
