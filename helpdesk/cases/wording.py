"""What the words of a case read like on a page."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any

from ..accounts.models import Language, User
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing.models import Priority
from ..sla import wording as sla
from ..sla.models import Target
from . import (
    correcting_wording,
    distribution_wording,
    following_wording,
    holding_wording,
    mail_wording,
    merging_wording,
    moving_wording,
    redaction_wording,
    routed_wording,
)
from .models import Channel, Event, EventKind, Impact, ProviderRole, ResolutionCode, Status, System, Urgency

LABELS: dict[StrEnum, object] = {
    Status.NEW: _l("New"),
    Status.OPEN: _l("Open"),
    Status.PENDING: _l("Pending"),
    Status.ON_HOLD: _l("On hold"),
    Status.RESOLVED: _l("Resolved"),
    Status.CLOSED: _l("Closed"),
    Status.CANCELED: _l("Canceled"),
    ResolutionCode.ANSWERED: _l("Answered"),
    ResolutionCode.FIXED: _l("Fixed"),
    ResolutionCode.ACCESS_GRANTED: _l("Access granted"),
    ResolutionCode.FORWARDED: _l("Forwarded"),
    ResolutionCode.DUPLICATE: _l("Duplicate"),
    ResolutionCode.NO_RESPONSE: _l("No response"),
    ResolutionCode.NOT_SUPPORTED: _l("Not supported"),
    System.ENROLLMENT_PORTAL: _l("Enrollment Portal"),
    System.CVMS: _l("CVMS"),
    System.NCIR: _l("NCIR"),
    System.NCID: _l("NCID"),
    System.OTHER: _l("Other or not sure"),
    Impact.ME: _l("Only me"),
    Impact.LOCATION: _l("My location"),
    Impact.SEVERAL: _l("Several locations"),
    Impact.EVERYONE: _l("Everyone, as far as I can tell"),
    Urgency.NO: _l("No, vaccination goes on"),
    Urgency.SLOWED: _l("Vaccination is slowed"),
    Urgency.STOPPED: _l("Vaccination has stopped"),
    Urgency.AT_RISK: _l("Vaccine is at risk right now"),
    Channel.WEB: _l("Help ticket"),
    Channel.PHONE: _l("Phone"),
    Channel.WALK_IN: _l("In person"),
    Language.ENGLISH: _l("English"),
    Language.SPANISH: _l("Spanish"),
}

# Apart, because members of different sets with the same value are equal: both have an "other".
ROLE_LABELS: dict[ProviderRole, object] = {
    ProviderRole.ORGANIZATION_ADMINISTRATOR: _l("Organization Administrator"),
    ProviderRole.OFFICER_CMO: _l("Responsible Officer: CMO or equivalent"),
    ProviderRole.OFFICER_CEO: _l("Responsible Officer: CEO or chief fiduciary"),
    ProviderRole.COORDINATOR_PRIMARY: _l("Vaccine Coordinator (primary)"),
    ProviderRole.COORDINATOR_BACKUP: _l("Vaccine Coordinator (back-up)"),
    ProviderRole.CVMS_LOCATION_MANAGER: _l("CVMS Location Manager"),
    ProviderRole.CVMS_HCP_USER: _l("CVMS Healthcare Provider user"),
    ProviderRole.NCIR_ADMINISTRATOR: _l("NCIR Administrator"),
    ProviderRole.NCIR_INVENTORY_CONTROL: _l("NCIR Inventory Control"),
    ProviderRole.NCIR_USER: _l("NCIR Typical or Reports-only user"),
    ProviderRole.PRACTICING_PROVIDER: _l("Practicing provider"),
    ProviderRole.OFFICE_STAFF: _l("Office or billing staff"),
    ProviderRole.OTHER: _l("Other"),
}

PRIORITIES: dict[Priority, Any] = {
    Priority.P1: _l("P1, urgent"),
    Priority.P2: _l("P2, high"),
    Priority.P3: _l("P3, normal"),
    Priority.P4: _l("P4, low"),
}

# How a requester finds that their case was handled.
SCORES: dict[int, Any] = {
    5: _l("5 of 5, very good"),
    4: _l("4 of 5, good"),
    3: _l("3 of 5, neither good nor bad"),
    2: _l("2 of 5, bad"),
    1: _l("1 of 5, very bad"),
}

# How the case came to be.
OPENED: dict[Channel, Any] = {
    Channel.WEB: _l("%(who)s asked for help"),
    Channel.PHONE: _l("%(who)s filed the case by phone for %(name)s"),
    Channel.WALK_IN: _l("%(who)s filed the case for %(name)s, who came in person"),
}
# What somebody did, where that says it all.
DEEDS: dict[EventKind, Any] = {
    EventKind.TAKEN: _l("%(who)s took the case"),
    EventKind.NOTED: _l("%(who)s wrote an internal note"),
    EventKind.REPLIED: _l("%(who)s replied"),
    EventKind.ACCEPTED: _l("%(who)s said that this solved it"),
    EventKind.REJECTED: _l("%(who)s said that this did not solve it; the case is open again"),
    EventKind.CANCELED: _l("%(who)s canceled the case"),
    EventKind.CLOSED: _l("Closed: nobody reopened it in time"),
}


def label(member: StrEnum) -> str:
    """The member of a set of values as people read it: label(Status.ON_HOLD) is "On hold"."""
    return str(lazy_label(member))


def lazy_label(member: StrEnum) -> object:
    """The same, put into words when it is asked for as text: in the language of that moment."""
    return ROLE_LABELS[member] if isinstance(member, ProviderRole) else LABELS[member]


def score_in_words(score: int) -> str:
    """A rating as people read it: "4 of 5, good"."""
    return str(SCORES[score])


def copied_to(new: list[User]) -> str:
    """What is said once a case was copied, to these or to nobody new."""
    if not new:
        return _("Nothing has changed: whoever you named has this case already.")
    return _("Copied to %(names)s, who can read the case and reply from now on.", names=", ".join(one.name for one in new))


def copied_no_more_to(person: User | None) -> str:
    """What is said once somebody has no copy any more; nobody: they had none."""
    if person is None:
        return _("They had no copy of the case any more.")
    return _("%(name)s has no copy of the case any more.", name=person.name)


def event_sentence(event: Event) -> str:
    """An entry of the timeline as a sentence for staff."""
    who = event.actor.name if event.actor else _("The desk")
    match event.kind:
        case EventKind.STATUS_CHANGED if "reason" in event.new:
            return holding_wording.held(event, who)
        case EventKind.STATUS_CHANGED:
            old, new = Status(event.old["status"]), Status(event.new["status"])
            return _("%(old)s is now %(new)s", old=label(old), new=label(new))
        case EventKind.REPLIED if "macro" in event.new:
            return routed_wording.replied(event)
        case EventKind.REPLIED if "through" in event.new:
            return merging_wording.replied(event, who)
        case kind if kind in _SENTENCES:
            return _SENTENCES[kind](event, who)
    return str(_deed(event) % {"who": who, "name": event.case.requester.name})


def _deed(event: Event) -> Any:
    if event.kind is EventKind.OPENED:
        return OPENED[Channel(event.new.get("channel", Channel.WEB))]
    if event.kind is EventKind.PRIVACY_CHANGED:
        return _l("%(who)s hid the case from colleagues") if event.new["is_private"] else _l("%(who)s showed it to colleagues")
    return DEEDS[event.kind]


def _copied(event: Event, who: str) -> str:
    if event.kind is EventKind.COPIED:
        return _("%(who)s copied it to %(person)s", who=who, person=event.new["person"])
    if event.old["person_id"] == event.actor_id:
        return _("%(who)s took themselves off the copies", who=who)
    return _("%(who)s took %(person)s off the copies", who=who, person=event.old["person"])


def _ended_or_handed(event: Event, who: str) -> str:
    if event.kind is EventKind.RATED:
        return _("%(who)s rated how it was handled: %(score)s", who=who, score=score_in_words(event.new["score"]))
    if event.kind is EventKind.RESOLVED:
        return _("%(who)s resolved the case: %(code)s", who=who, code=label(ResolutionCode(event.new["code"])))
    if event.kind is EventKind.HANDED_OVER:
        return _("%(who)s gave it back to %(assignee)s", who=who, assignee=event.new["assignee"])
    words = {"assignee": event.old["assignee"], "why": event.new["why"]}
    return _("Back to the queue, no longer with %(assignee)s: %(why)s", **words)


def _target(event: Event, _who: str) -> str:
    target = sla.label(Target(event.new["target"]))
    if event.kind is EventKind.TARGET_NEAR:
        return _("%(target)s: most of the time is used", target=target)
    return _("%(target)s: the target is missed", target=target)


# What takes more than a word to say.
_SENTENCES: dict[EventKind, Callable[[Event, str], str]] = {
    **dict.fromkeys((EventKind.TARGET_NEAR, EventKind.TARGET_MISSED), _target),
    **dict.fromkeys((EventKind.HANDED_BACK, EventKind.HANDED_OVER, EventKind.RESOLVED, EventKind.RATED), _ended_or_handed),
    **dict.fromkeys((EventKind.REMINDED, EventKind.LOOK_AGAIN), holding_wording.passed),
    EventKind.FOLLOWED_UP: following_wording.followed_up,
    EventKind.CORRECTED: partial(correcting_wording.corrected, label=label),
    EventKind.ROUTED: moving_wording.routed,
    EventKind.MOVED: moving_wording.moved,
    **dict.fromkeys((EventKind.COPIED, EventKind.COPY_ENDED), _copied),
    **dict.fromkeys(distribution_wording.TOLD_THERE, distribution_wording.sentence),
    **dict.fromkeys(mail_wording.TOLD_THERE, mail_wording.sentence),
    **dict.fromkeys(redaction_wording.TOLD_THERE, redaction_wording.sentence),
    **dict.fromkeys(routed_wording.TOLD_THERE, routed_wording.sentence),
    **dict.fromkeys(merging_wording.TOLD_THERE, merging_wording.sentence),
}
