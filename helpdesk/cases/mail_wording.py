"""What the timeline says about the mail of a case."""

from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .models import Event, EventKind, MessageKind

# What people thought better of.
SECOND_THOUGHTS: dict[tuple[EventKind, MessageKind], Any] = {
    (EventKind.TAKEN_BACK, MessageKind.REPLY): _l("%(who)s took the reply back before its mail left"),
    (EventKind.TAKEN_BACK, MessageKind.RESOLUTION): _l("%(who)s took the resolution back before its mail left"),
    (EventKind.REVISED, MessageKind.REPLY): _l("%(who)s changed the reply before its mail left"),
    (EventKind.REVISED, MessageKind.RESOLUTION): _l("%(who)s changed the note of the resolution before its mail left"),
}
COULD_NOT_BE_TOLD = _l("%(mail)s could not be sent: %(why)s")
NOT_SENT = _l("%(mail)s was not sent: %(why)s")
IN_DOUBT = _l("%(mail)s may not have arrived: %(why)s")
# How a person settled what could not be sent; the words of `Settlement`, and sending it again.
SETTLEMENTS: dict[str, Any] = {
    "sent_again": _l("%(who)s sent it again: %(mail)s"),
    "sent_now": _l("%(who)s sent it at once, outside service hours: %(mail)s"),
    "told": _l("%(who)s told them by phone: %(mail)s"),
    "arrived": _l("%(who)s was told that it has arrived: %(mail)s"),
    "left": _l("%(who)s let it be: %(mail)s"),
}
MAILS: dict[str, Any] = {
    "case_received": _l("The receipt"),
    "case_replied": _l("The mail with a reply"),
    "case_resolved": _l("The mail with the resolution"),
    "case_reminder": _l("The mail that reminds the requester"),
    "case_closed": _l("The mail that says that the case is closed"),
    "copy_received": _l("The mail to a colleague that the case is copied to them"),
    "copy_replied": _l("A copy for a colleague of the mail with a reply"),
    "copy_resolved": _l("A copy for a colleague of the mail with the resolution"),
}


TOLD_THERE = frozenset(
    {
        EventKind.TAKEN_BACK,
        EventKind.REVISED,
        EventKind.MAIL_FAILED,
        EventKind.MAIL_STOPPED,
        EventKind.MAIL_SETTLED,
        EventKind.ADDRESS_CORRECTED,
        EventKind.ADDRESS_RELEASED,
    }
)


def mail_label(kind: str) -> str:
    """A mail to the requester as the timeline calls it."""
    return str(MAILS.get(kind, kind))


def sentence(event: Event, who: str) -> str:
    """An entry about mail (one of TOLD_THERE) as a sentence for staff."""
    old, new = event.old, event.new
    if event.kind in (EventKind.TAKEN_BACK, EventKind.REVISED):
        return str(SECOND_THOUGHTS[event.kind, MessageKind(new["message"])] % {"who": who})
    if event.kind is EventKind.ADDRESS_CORRECTED:
        return _("%(who)s corrected the e-mail address from %(old)s to %(new)s", who=who, old=old["email"], new=new["email"])
    if event.kind is EventKind.ADDRESS_RELEASED:
        return _("%(who)s let mail go to %(address)s again", who=who, address=new["email"])
    words = {"who": who, "mail": mail_label(new["mail"]), "why": new.get("why", "")}
    if event.kind is EventKind.MAIL_SETTLED:
        return str(SETTLEMENTS[new["settlement"]] % words)
    if event.kind is EventKind.MAIL_FAILED:
        return str((IN_DOUBT if new["in_doubt"] else COULD_NOT_BE_TOLD) % words)
    return str(NOT_SENT % words)
