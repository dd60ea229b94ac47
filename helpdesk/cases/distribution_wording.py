"""What the timeline says of cases that the desk gives out, or somebody of it by hand."""

from flask_babel import ngettext

from ..languages import gettext as _
from .models import Event, EventKind

TOLD_THERE = frozenset({EventKind.ASSIGNED, EventKind.LEFT_IN_QUEUE})


def sentence(event: Event, who: str) -> str:
    """Who was chosen and why, or why nobody was; somebody of the desk needs no reason."""
    if event.actor_id is not None:
        return _("%(who)s gave it to %(assignee)s", who=who, assignee=event.new["assignee"])
    if event.kind is EventKind.ASSIGNED:
        return _("Given to %(assignee)s: %(why)s", assignee=event.new["assignee"], why=_why_them(event))
    return _("Stays in the queue: %(why)s", why=_why_nobody(event))


def _why_them(event: Event) -> str:
    skilled, full = event.new["skilled"], event.new["skilled"] - event.new["free"]
    words = {"num": skilled, "skills": _skills(event)}
    if skilled == 1:
        return _("alone on duty with %(skills)s", **words) if event.new["skills"] else _("alone on duty")
    if event.new["skills"]:
        why = _("next in turn of %(num)s on duty with %(skills)s", **words)
    else:
        why = _("next in turn of %(num)s on duty", **words)
    if not full:
        return why
    busy = ngettext(
        "%(num)s of them has as many cases as the team gives out",
        "%(num)s of them have as many cases as the team gives out",
        full,
    )
    return f"{why}; {busy}"


def _why_nobody(event: Event) -> str:
    words = {"team": event.new["team"], "skills": _skills(event), "cap": event.new["cap"]}
    if not event.new["on_duty"]:
        return _("nobody in %(team)s is on duty", **words)
    if not event.new["skilled"]:
        return _("nobody on duty in %(team)s has %(skills)s", **words)
    if event.new["skills"]:
        return _("whoever is on duty in %(team)s with %(skills)s has %(cap)s unfinished cases or more", **words)
    return _("whoever is on duty in %(team)s has %(cap)s unfinished cases or more", **words)


def _skills(event: Event) -> str:
    return ", ".join(event.new["skills"])
