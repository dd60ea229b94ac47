"""The places in a text of the desk that are filled in for a case, each with something to say where nothing is known.

Whatever a case lacks, none of them can fail; macro_wording tells whoever writes a macro what each becomes. Braces { } mark what
an agent fills in.
"""

import re
from collections.abc import Callable

from flask import current_app

from .. import clock
from ..accounts.models import User
from ..hours.wording import expected_by, service_hours
from ..languages import gettext as _
from .models import Case
from .tombstones import TOMBSTONE

PLACE = re.compile(r"\[\[([^\[\]\n]*)\]\]")
BLANK = re.compile(r"\{[^{}\n]+\}")


def filled(text: str, case: Case, *, by: User | None) -> str:
    """The text for a case as somebody sends it (by nobody: the desk itself), in the language of the moment."""
    return PLACE.sub(lambda place: FACTS[place[1]](case, by) if place[1] in FACTS else place[0], text)


def unknown(text: str) -> list[str]:
    """What looks like a place in a text and is none, each once: it would be sent as it stands."""
    wrong = [place[0] for place in PLACE.finditer(text) if place[1] not in FACTS]
    rest = PLACE.sub("", text)
    return list(dict.fromkeys([*wrong, *(mark for mark in ("[[", "]]") if mark in rest)]))


def blanks(text: str) -> list[str]:
    """What an agent has to fill in, as it stands in the text, each once."""
    return list(dict.fromkeys(BLANK.findall(text)))


def _told(value: str, otherwise: str) -> str:
    """What is known; something else where that is nothing, or a passage was taken out of it."""
    return value if value.strip() and TOMBSTONE not in value else otherwise


def _due(case: Case, _by: User | None) -> str:
    is_to_come = case.due_at is not None and case.due_at > clock.now()
    return expected_by(case.due_at) if case.due_at and is_to_come else _("as soon as we can")


FACTS: dict[str, Callable[[Case, User | None], str]] = {
    "name": lambda case, _by: _told(case.requester.first_name, _("provider")),
    "number": lambda case, _by: case.number,
    "topic": lambda case, _by: _told(case.topic_name, _("your question")),
    "organization": lambda case, _by: _told(case.organization, _("your organization")),
    "location": lambda case, _by: _told(case.location, _("your location")),
    "team": lambda case, _by: _told(case.team.name, _desk()),
    "agent": lambda _case, by: _told(by.first_name if by else "", _desk()),
    "due": _due,
    "phone": lambda _case, _by: str(current_app.config["DESK_PHONE"]),
    "hours": lambda _case, _by: service_hours(),
}


def _desk() -> str:
    return str(current_app.config["DESK_NAME"])
