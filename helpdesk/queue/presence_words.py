"""What is said of those who have a case open at the same time."""

from collections.abc import Iterable
from typing import Any

from ..cases.models import MessageKind
from ..languages import lazy_gettext as _l

DOING: dict[MessageKind | None, Any] = {
    None: _l("%(who)s is looking at this case."),
    MessageKind.NOTE: _l("%(who)s is writing a note."),
    MessageKind.REPLY: _l("%(who)s is writing a reply."),
    MessageKind.RESOLUTION: _l("%(who)s is about to resolve it."),
}


def words(others: Iterable[tuple[str, MessageKind | None]]) -> str:
    """Who else is there and what they do: "Ana Diaz is writing a reply."; empty where nobody is."""
    return " ".join(str(DOING[kind] % {"who": name}) for name, kind in others)
