"""What the form says when vaccine is at risk, in the language of the page."""

from dataclasses import dataclass
from datetime import datetime

from ..accounts.sessions import the_user
from . import keeping
from .definition import Definition
from .errors import NoDefinition
from .fields import in_words
from .queries import current_definition


@dataclass(frozen=True)
class UrgentWords:
    """What to do now; `outside_hours` is what to do until the desk opens."""

    title: str
    steps: tuple[str, ...]
    outside_hours: str


def unfinished_ticket() -> datetime | None:
    """Since when whoever looks at the page has a ticket that they have not sent."""
    draft = keeping.typed_before(the_user())
    return draft[1] if draft else None


def urgent_words(definition: Definition | None = None) -> UrgentWords | None:
    """As a form says it, or the one in force; none where there is no form yet."""
    try:
        definition = definition or current_definition()
    except NoDefinition:
        return None
    urgent = definition.urgent
    steps = tuple(in_words(definition, step) for step in urgent.steps)
    return UrgentWords(in_words(definition, urgent.title), steps, in_words(definition, urgent.outside_hours))
