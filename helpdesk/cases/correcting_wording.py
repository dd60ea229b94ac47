"""What is said of corrections: what a case says of itself now, what it said before, and why it was changed."""

from collections.abc import Callable
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .kinds import CorrectionReason
from .models import Event, System

REASONS: dict[CorrectionReason, Any] = {
    CorrectionReason.WRONGLY_CHOSEN: _l("wrongly chosen on the form"),
    CorrectionReason.LEARNED_MORE: _l("we have learned more since"),
    CorrectionReason.MORE_PRESSING: _l("it is more pressing than it said"),
    CorrectionReason.LESS_PRESSING: _l("it is less pressing than it said"),
    CorrectionReason.OTHER: _l("another reason, see the note"),
}
CALLED: dict[str, Any] = {
    "topic": _l("topic"),
    "system": _l("system"),
    "location": _l("location"),
    "priority": _l("priority"),
}
AS_TYPED = _l("a place as typed")  # its words stand on the case or in a note


def corrected(event: Event, who: str, *, label: Callable[[System], str]) -> str:
    """What somebody has corrected, from what to what, and why."""
    shown: dict[str, Callable[[Any], str]] = {"system": lambda value: label(System(value))}
    parts = [
        _(
            "%(what)s from %(old)s to %(new)s",
            what=called,
            old=shown.get(key, str)(event.old[key] or AS_TYPED),
            new=shown.get(key, str)(event.new[key] or AS_TYPED),
        )
        for key, called in CALLED.items()
        if key in event.new
    ]
    why = REASONS[CorrectionReason(event.new["because"])]
    return _("%(who)s corrected it: %(changes)s, because %(why)s", who=who, changes="; ".join(parts), why=why)
