"""What readers of stored rules share: each part is asked for in its shape, and what is wrong is named with its place."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..languages import gettext as _
from .errors import BadRule

MOST_VALUES = 500  # of a list
LONGEST_TEXT = 200  # characters of a value


class Reader:
    """Reads parts of one rule, whose name stands in every error."""

    def __init__(self, name: str) -> None:
        self.name = name

    def table(self, raw: Any, place: str, *, allowed: frozenset[str]) -> Mapping[str, Any]:
        """A table that has no other names than these."""
        if not isinstance(raw, Mapping):
            raise self.bad(place, _("has to be a table of names and values"))
        unknown = sorted(str(name) for name in raw if name not in allowed)
        if unknown:
            known = ", ".join(sorted(allowed))
            raise self.bad(place, _("unknown name %(name)s; known: %(known)s", name=_short(unknown[0]), known=known))
        return raw

    def texts(self, raw: Any, place: str) -> tuple[str, ...]:
        """A list of texts."""
        if not isinstance(raw, list):
            raise self.bad(place, _("has to be a list of texts"))
        if len(raw) > MOST_VALUES:
            raise self.bad(place, _("has more than %(most)s values", most=MOST_VALUES))
        return tuple(self.text(value, f"{place}[{number}]") for number, value in enumerate(raw, start=1))

    def text(self, raw: Any, place: str, *, longest: int = LONGEST_TEXT) -> str:
        """A text with something in it."""
        if not isinstance(raw, str) or not raw.strip():
            raise self.bad(place, _("has to be a text"))
        if len(raw.strip()) > longest:
            raise self.bad(place, _("is longer than %(longest)s characters", longest=longest))
        if not raw.isprintable():
            raise self.bad(place, _("has to be a single line"))
        return raw.strip()

    def truth(self, raw: Any, place: str) -> bool:
        """True or false."""
        if not isinstance(raw, bool):
            raise self.bad(place, _("has to be true or false"))
        return raw

    def one_of(self, raw: Any, known: Iterable[str], place: str) -> str:
        """One of a few texts."""
        known = [str(name) for name in known]
        if not isinstance(raw, str) or raw not in known:
            raise self.bad(place, _("%(value)s is none of %(known)s", value=_short(raw), known=", ".join(known)))
        return str(raw)

    def bad(self, place: str, problem: str) -> BadRule:
        """What is wrong, and where."""
        return BadRule(self.name, place, problem)


def _short(raw: Any) -> str:
    text = str(raw)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
