"""The topics that somebody's problem is likely about, as the page names them."""

from dataclasses import dataclass

from . import finder, queries
from .definition import Definition
from .fields import in_words


@dataclass(frozen=True)
class LikelyTopic:
    """A topic to choose, in the language of the page."""

    code: str
    name: str
    group: str


def topics_for(problem: str | None, definition: Definition) -> list[LikelyTopic]:
    """At most five, the likeliest first; none where nothing was typed, or nothing that any topic knows. One statement."""
    if not problem:
        return []
    codes = finder.likely(problem, queries.findable_topics(definition), definition.same_words)
    return [_in_words(code, definition) for code in codes]


def _in_words(code: str, definition: Definition) -> LikelyTopic:
    name, group = definition.topics[code].name, definition.group_of[code].name
    return LikelyTopic(code, in_words(definition, name), in_words(definition, group))
