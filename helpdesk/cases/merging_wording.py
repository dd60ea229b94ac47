"""What the timeline says of cases that are merged and linked, and of tags and watchers given by hand."""

from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from . import routed_wording
from .models import Event, EventKind

DONE: dict[EventKind, Any] = {
    EventKind.MERGED: _l("%(who)s merged it into %(number)s"),
    EventKind.ABSORBED: _l("%(who)s merged %(number)s into this case"),
    EventKind.LINKED: _l("%(who)s linked it to %(number)s"),
    EventKind.UNLINKED: _l("%(who)s ended the link to %(number)s"),
    EventKind.TIED: _l("%(who)s tied it to a known problem: %(problem)s"),
    EventKind.UNTIED: _l("%(who)s untied it from a known problem: %(problem)s"),
    EventKind.UNTAGGED: _l("%(who)s removed the tag %(tags)s"),
}
TOLD_THERE = frozenset({*DONE, EventKind.UNMERGED, EventKind.UNWATCHED, EventKind.TAGGED, EventKind.WATCHED})


def sentence(event: Event, who: str) -> str:
    """An entry (one of TOLD_THERE) as a sentence for staff."""
    words = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in _facts(event).items()}
    match event.kind:
        case EventKind.TAGGED | EventKind.WATCHED if event.actor_id is None:
            return routed_wording.sentence(event, who)
        case EventKind.TAGGED:
            return _("%(who)s tagged it: %(tags)s", who=who, tags=words["tags"])
        case EventKind.WATCHED | EventKind.UNWATCHED:
            return _watching(event, who, str(words.get("teams") or words["people"]))
        case EventKind.UNMERGED if "absorbed" in words:
            return _("%(who)s took back that %(number)s was merged into this case", who=who, number=words["absorbed"])
        case EventKind.UNMERGED:
            return _("%(who)s took back that it was merged into %(number)s", who=who, number=words["number"])
    return str(DONE[event.kind] % {"who": who, **words})


def replied(event: Event, who: str) -> str:
    """That somebody replied on the page of a case that was merged into this one."""
    return _("%(who)s replied on the page of %(number)s", who=who, number=event.new["through"])


def _watching(event: Event, who: str, names: str) -> str:
    watches, is_theirs = event.kind is EventKind.WATCHED, _facts(event).get("people_ids") == [event.actor_id]
    if is_theirs:
        return _("%(who)s watches it", who=who) if watches else _("%(who)s watches it no more", who=who)
    words = {"who": who, "names": names}
    return _("%(who)s lets %(names)s watch it", **words) if watches else _("%(who)s ended that %(names)s watch it", **words)


def _facts(event: Event) -> dict[str, Any]:
    return {**event.old, **event.new}
