"""What articles, videos and sessions, and what happens to them, read like."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from ..accounts import wording as accounts
from ..accounts.models import Language
from ..hours.wording import day, moment
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .models import Audience, KnowledgeAct, KnowledgeEvent, Section
from .wording import section_words

AUDIENCES: dict[Audience, Any] = {
    Audience.PUBLIC: _l("Everybody"),
    Audience.INTERNAL: _l("Staff only"),
}
ACTS: dict[KnowledgeAct, Any] = {
    KnowledgeAct.ADDED: _l("Added"),
    KnowledgeAct.CHANGED: _l("Changed"),
    KnowledgeAct.DRAFTED: _l("Version saved"),
    KnowledgeAct.PUBLISHED: _l("Published"),
    KnowledgeAct.REVIEWED: _l("Reviewed"),
    KnowledgeAct.WITHDRAWN: _l("Withdrawn"),
    KnowledgeAct.RESTORED: _l("Restored"),
}
# What an entry may be about; keys of KnowledgeEvent.old and .new.
FIELDS: dict[str, Any] = {
    "title": _l("title"),
    "summary": _l("summary"),
    "slug": _l("address"),
    "language": _l("language"),
    "section": _l("section"),
    "audience": _l("for"),
    "topics": _l("topics"),
    "keywords": _l("other words"),
    "position": _l("place"),
    "on_home": _l("on the home page"),
    "review_on": _l("to be read again"),
    "version": _l("version"),
    "reason": _l("reason"),
    "url": _l("link"),
    "length_seconds": _l("length"),
    "transcript": _l("transcript"),
    "starts_at": _l("begins"),
    "ends_at": _l("ends"),
    "zone": _l("time zone"),
}
LONGEST_SHOWN = 160  # characters of a value


def act(event: KnowledgeEvent) -> str:
    """What was done, in a word or two."""
    if event.session_id is not None and event.act is KnowledgeAct.WITHDRAWN:
        return _("Canceled")
    return str(ACTS[event.act])


def side(facts: Mapping[str, Any]) -> str:
    """What something was, or is since then: "section: Vaccine; place: 25"; empty where there is nothing to say."""
    return "; ".join(f"{FIELDS.get(name, name)}: {_value(name, value)}" for name, value in facts.items())


def who(event: KnowledgeEvent) -> str:
    """Who did it."""
    return event.actor.name if event.actor else _("the desk itself")


def length(seconds: int) -> str:
    """How long a video takes, as players show it: "4:05", "1:02:30"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


# How a value is put into words, where it is not shown as it is kept.
_SHOWN: dict[str, Callable[[Any], Any]] = {
    "section": lambda value: section_words(Section(value)).name,
    "audience": lambda value: AUDIENCES[Audience(value)],
    "language": lambda value: accounts.label(Language(value)),
    "topics": ", ".join,
    "review_on": lambda value: day(date.fromisoformat(value)),
    "starts_at": lambda value: moment(datetime.fromisoformat(value)),
    "ends_at": lambda value: moment(datetime.fromisoformat(value)),
    "length_seconds": length,
}


def _value(name: str, value: Any) -> str:
    if value in ("", None, []):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(_SHOWN[name](value) if name in _SHOWN else value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rstrip() + "…"
