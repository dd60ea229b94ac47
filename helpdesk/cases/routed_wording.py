"""What the timeline says of what rules add to a case."""

from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .models import Event, EventKind

ADDED: dict[EventKind, Any] = {
    EventKind.TAGGED: _l("Tagged by a rule: %(tags)s"),
    EventKind.WATCHED: _l("Watched, as a rule says, by %(teams)s"),
    EventKind.SKILLS_NEEDED: _l("Needs somebody with: %(skills)s"),
    EventKind.MACRO_OFFERED: _l("A rule has a text ready for the answer: “%(title)s”"),
}
NOT_APPLIED: dict[str, Any] = {
    "macro": _l("A rule names the macro %(named)s, which is not in use: its text was left out"),
    "watchers": _l("A rule wants %(named)s to watch it, but that team is closed"),
    "notify": _l("A rule wants the leads of %(named)s to be told, but there is no lead and no administrator"),
}
TOLD_THERE = frozenset({*ADDED, EventKind.LEADS_TOLD, EventKind.NOT_APPLIED})


def sentence(event: Event, who: str) -> str:
    """An entry about what a rule adds (one of TOLD_THERE) as a sentence for staff."""
    new = {name: ", ".join(value) if isinstance(value, list) else value for name, value in event.new.items()}
    if event.kind is EventKind.LEADS_TOLD:
        words = {"teams": new["teams"], "people": new["people"]}
        if "is_unassigned" in new:
            return _("Told that nobody has it, though it is urgent: %(people)s", **words)
        if new["instead"]:
            return _("Told, as a rule says, because nobody leads %(teams)s: %(people)s", **words)
        return _("Told, as a rule says, the leads of %(teams)s: %(people)s", **words)
    if event.kind is EventKind.NOT_APPLIED:
        return str(NOT_APPLIED[new["what"]] % new)
    if event.kind is EventKind.TAGGED and event.actor is not None:
        return _("%(who)s tagged it: %(tags)s", who=who, tags=new["tags"])
    return str(ADDED[event.kind] % new)


def replied(event: Event) -> str:
    """That the desk itself has sent a text."""
    return _("The desk sent “%(title)s”, as a rule says", title=event.new["title"])
