"""What is said of cases that people move to another team, or route again."""

from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .kinds import MoveReason
from .models import Event

REASONS: dict[MoveReason, Any] = {
    MoveReason.WRONG_TOPIC: _l("wrong topic chosen"),
    MoveReason.WRONG_RULE: _l("a rule sent it wrong"),
    MoveReason.OTHER_SKILL: _l("needs another skill"),
    MoveReason.BELONGS_TOGETHER: _l("belongs together with another case"),
    MoveReason.OTHER: _l("another reason"),
    MoveReason.UNDONE: _l("the move before was taken back"),
}


def reason(code: str) -> str:
    """Why somebody moved a case, as an entry keeps it, in words."""
    return str(REASONS[MoveReason(code)])


def moved(event: Event, who: str) -> str:
    """That somebody has moved the case, and why; or that the desk did, or a team that closed."""
    words = {"old": event.old["team"], "new": event.new["team"], "why": event.new["why"], "who": who}
    if "reason" not in event.new:
        return _("Moved from %(old)s to %(new)s: %(why)s", **words)
    words |= {"reason": reason(event.new["reason"])}
    if event.new["why"]:
        return _("%(who)s moved it from %(old)s to %(new)s, %(reason)s: %(why)s", **words)
    return _("%(who)s moved it from %(old)s to %(new)s: %(reason)s", **words)


def routed(event: Event, who: str) -> str:
    """Where the rules sent it, at first or when somebody asked them again."""
    words = {"team": event.new["team"], "priority": event.new["priority"], "who": who}
    if event.actor_id is None:
        return _("Routed to %(team)s as %(priority)s", **words)
    return _("%(who)s routed it again: to %(team)s as %(priority)s", **words)
