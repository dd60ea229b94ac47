"""What the history of people and teams reads like."""

from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Role
from .duty_models import Distribution
from .models import AccountAct, AccountEvent
from .wording import label

ACTS: dict[AccountAct, Any] = {
    AccountAct.CREATED: _l("Created"),
    AccountAct.REGISTERED: _l("Registered"),
    AccountAct.REGISTERED_AGAIN: _l("Registered again before the address was confirmed"),
    AccountAct.ACTIVATED: _l("Address confirmed, account active"),
    AccountAct.INVITED: _l("Invited by mail"),
    AccountAct.DETAILS_CHANGED: _l("Details changed"),
    AccountAct.MAIL_CHOSEN: _l("Chose what to be mailed about"),
    AccountAct.ADDRESS_CHANGED: _l("E-mail address changed"),
    AccountAct.ADDRESS_RECOVERED: _l("E-mail address recovered after a call-back"),
    AccountAct.PASSWORD_CHANGED: _l("Password set"),
    AccountAct.ROLE_CHANGED: _l("Role changed"),
    AccountAct.JOINED_TEAM: _l("Joined the team"),
    AccountAct.LEFT_TEAM: _l("Left the team"),
    AccountAct.LEAD_CHANGED: _l("Lead of the team changed"),
    AccountAct.DEACTIVATED: _l("Deactivated"),
    AccountAct.REACTIVATED: _l("Reactivated"),
    AccountAct.CLOSED: _l("Closed"),
    AccountAct.REOPENED: _l("Opened again"),
    AccountAct.SECOND_FACTOR_ADDED: _l("Second factor added"),
    AccountAct.SECOND_FACTOR_REMOVED: _l("Second factor removed"),
    AccountAct.SECOND_FACTOR_RESET: _l("Second factor reset"),
    AccountAct.RECOVERY_CODES_RENEWED: _l("Recovery codes renewed"),
    AccountAct.SIGNED_OUT_EVERYWHERE: _l("Signed out everywhere"),
    AccountAct.WAITS_ENDED: _l("Waits after many tries ended"),
    AccountAct.ON_DUTY: _l("On duty"),
    AccountAct.OFF_DUTY: _l("Off duty"),
    AccountAct.SKILLS_CHANGED: _l("Skills changed"),
    AccountAct.DISTRIBUTION_CHANGED: _l("How the team gives out its cases changed"),
    AccountAct.FILTER_SAVED: _l("Saved a filter of the queue"),
    AccountAct.FILTER_RENAMED: _l("Renamed a saved filter"),
    AccountAct.FILTER_MOVED: _l("Moved a saved filter"),
    AccountAct.FILTER_DELETED: _l("Deleted a saved filter"),
}
# What an entry may be about; keys of AccountEvent.old and .new. Others are shown by their own name.
FACTS: dict[str, Any] = {
    "email": _l("address"),
    "role": _l("role"),
    "teams": _l("teams"),
    "name": _l("name"),
    "first_name": _l("first name"),
    "last_name": _l("last name"),
    "language": _l("language"),
    "appearance": _l("look of the pages"),
    "shortcuts": _l("keyboard shortcuts"),
    "pin": _l("provider PIN"),
    "password": _l("password"),
    "digest": _l("digest of the day"),
    "assignments": _l("their cases"),
    "watched": _l("cases they watch"),
    "targets": _l("targets"),
    "copies": _l("cases copied to them"),
    "affiliations": _l("places left"),
    "purpose": _l("purpose"),
    "code": _l("code"),
    "leads": _l("leads the team"),
    "cases": _l("cases"),
    "moved": _l("cases moved"),
    "mails": _l("mails stopped"),
    "to": _l("cases went to"),
    "waits": _l("waits"),
    "called_at": _l("called back at"),
    "confirmed_by": _l("confirmed by"),
    "phone": _l("phone"),
    "skills": _l("skills"),
    "distribution": _l("how cases are given out"),
    "cap": _l("most unfinished cases"),
    "filter": _l("filter"),
    "query": _l("shows"),
    "place": _l("place"),
}
DISTRIBUTIONS: dict[Distribution, Any] = {
    Distribution.TAKE: _l("agents take them"),
    Distribution.ROUND_ROBIN: _l("in turn to those on duty"),
}


def act(event: AccountEvent) -> str:
    """What was done, in a few words."""
    return str(ACTS[event.act])


def side(facts: dict[str, Any]) -> str:
    """What something was, or is since then: "role: Agent; teams: ENR"; empty where there is nothing to say."""
    return "; ".join(
        f"{FACTS.get(key, key)}: {_value(key, value)}" for key, value in facts.items() if value not in ("", [], None)
    )


def _value(key: str, value: Any) -> str:
    if key == "role":
        return label(Role(value))
    if key == "distribution":
        return str(DISTRIBUTIONS[Distribution(value)])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "cases" and isinstance(value, list):
        return str(len(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
