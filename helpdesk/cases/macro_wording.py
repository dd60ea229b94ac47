"""What macros do, and what became of them, in words for staff."""

from typing import Any

from flask_babel import ngettext

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from . import holding_wording
from .kinds import HoldReason
from .macros import Macro, MacroAct, MacroEvent
from .models import ResolutionCode, Status
from .wording import label

# What each place becomes.
PLACES: dict[str, Any] = {
    "name": _l("the first name of whoever asked"),
    "number": _l("the number of the case"),
    "topic": _l("the topic of the case"),
    "organization": _l("the organization that the case is about"),
    "location": _l("the location that the case is about"),
    "team": _l("the team that has the case"),
    "agent": _l("the first name of whoever sends it"),
    "due": _l("when the case is due, such as “by Tue, Dec 1, 11:30 a.m. ET”"),
    "phone": _l("the phone of the desk"),
    "hours": _l("the service hours of the desk"),
}
ACTS: dict[MacroAct, Any] = {
    MacroAct.CREATED: _l("Written"),
    MacroAct.CHANGED: _l("Changed"),
    MacroAct.ACTIVATED: _l("Put into use"),
    MacroAct.DEACTIVATED: _l("Put out of use"),
}
FACTS: dict[str, Any] = {
    "title": _l("title"),
    "body": _l("text"),
    "body_es": _l("text in Spanish"),
    "team_id": _l("team"),
    "status": _l("the case becomes"),
    "resolution_code": _l("resolved as"),
    "hold_reason": _l("waits for"),
    "hold_days": _l("working days on hold"),
    "tags": _l("tags"),
    "to_team_id": _l("moves to"),
}


def effects(macro: Macro, *, team: str = "", is_staffed: bool = True) -> list[str]:
    """What a macro does when its reply is sent, each in a sentence; a case that is with the team already is not moved there.

    `is_staffed` says whether somebody works in the team that it moves cases to.
    """
    done = []
    match macro.status:
        case Status.PENDING:
            done.append(_("The case is pending: it waits for the answer, and its clock pauses."))
        case Status.ON_HOLD:
            done.append(_on_hold(macro))
        case Status.RESOLVED if macro.resolution_code:
            code = label(macro.resolution_code)
            done.append(_("The case is resolved: %(code)s. The reply is its resolution note.", code=code))
    if macro.tags:
        done.append(_("The case is tagged: %(tags)s.", tags=", ".join(macro.tags)))
    if macro.to_team is not None and macro.to_team.name != team:
        done.append(_moves_to(macro.to_team.name, is_staffed=is_staffed))
    return done


def _moves_to(team: str, *, is_staffed: bool) -> str:
    if is_staffed:
        return _("The case moves to %(team)s; whoever has it has it no more.", team=team)
    return _(
        "Nobody works in %(team)s right now, where it moves the case. Until somebody does, only its text can be sent.", team=team
    )


def _on_hold(macro: Macro) -> str:
    assert macro.hold_reason and macro.hold_days  # noqa: S101  (a constraint of the table says so)
    days = ngettext("%(num)s working day", "%(num)s working days", macro.hold_days)
    return _(
        "The case is on hold: it waits for %(reason)s, its clocks stand still, and somebody looks at it again in %(days)s.",
        reason=holding_wording.reason(macro.hold_reason),
        days=days,
    )


def act(event: MacroEvent) -> str:
    """What was done, in a word or two."""
    return str(ACTS[event.act])


def side(facts: dict[str, Any], teams: dict[int, str]) -> str:
    """What something was, or is since then; `teams` are names by id."""
    return "; ".join(f"{FACTS[name]}: {_value(name, value, teams)}" for name, value in facts.items() if name in FACTS)


def _value(name: str, value: Any, teams: dict[int, str]) -> str:
    if name in ("team_id", "to_team_id"):
        nothing = _("everybody") if name == "team_id" else _("none")
        return teams.get(value, nothing)
    if name == "tags":
        return ", ".join(value) or _("none")
    if name == "status":
        return label(Status(value)) if value else _("as the button says")
    if name == "hold_reason":
        return str(holding_wording.reason(HoldReason(value))) if value else _("none")
    if name == "resolution_code":
        return label(ResolutionCode(value)) if value else _("none")
    return str(value or _("none"))
