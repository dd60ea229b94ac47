"""What is said of cases that wait: why they are on hold, that somebody was reminded, that the day has come."""

from datetime import date
from typing import Any

from ..hours.wording import day
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .kinds import HoldReason
from .models import Event, EventKind, Status

REASONS: dict[HoldReason, Any] = {
    HoldReason.AGENCY: _l("another state office"),
    HoldReason.MAKER: _l("whoever runs the system (CVMS, NCIR, NCID)"),
    HoldReason.DELIVERY: _l("a delivery"),
    HoldReason.REVIEW: _l("the review of an enrollment"),
    HoldReason.AGREED_DAY: _l("a day that was agreed"),
    HoldReason.OTHER: _l("something else, see the note"),
}
REMINDED = (_l("%(name)s was reminded that we wait for an answer"), _l("%(name)s was reminded for the second and last time"))


def reason(code: HoldReason) -> Any:
    """Whom or what a case waits for, in words."""
    return REASONS[code]


def held(event: Event, who: str) -> str:
    """That somebody has put a case on hold, why and until when; or has given it another reason or day."""
    words = {"who": who, "reason": reason(HoldReason(event.new["reason"]))}
    words["day"] = day(date.fromisoformat(event.new["look_again_on"]))
    if event.old["status"] == Status.ON_HOLD:
        return _("%(who)s changed the hold: it waits for %(reason)s, look again %(day)s", **words)
    return _("%(who)s put it on hold: it waits for %(reason)s, look again %(day)s", **words)


def passed(event: Event, _who: str) -> str:
    """What the desk has done because time has passed."""
    if event.kind is EventKind.REMINDED:
        return str(REMINDED[event.new["time"] - 1] % {"name": event.case.requester.name})
    waited_for = reason(HoldReason(event.new["reason"]))
    return _("The day has come to look again: it waited for %(reason)s, and is open", reason=waited_for)
