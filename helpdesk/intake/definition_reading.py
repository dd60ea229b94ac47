"""A definition as it is stored (JSON) or kept in a file (TOML) becomes a Definition, or an error that names the place in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from ..languages import gettext as _
from ..routing.models import Priority
from .definition import DRAFT, Choice, Clause, Definition, Kind, Question, Section, TopicDefinition, TopicGroup, Urgent
from .definition_checks import check
from .errors import BadDefinition

LONGEST = 600  # characters of a text
LONGEST_KEYWORDS = 2500
MOST = {"groups": 50, "topics": 200, "sections": 20, "questions": 300, "choices": 100, "steps": 10, "when": 5}
MOST |= {"spanish": 2000, "same_words": 300}
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
CODE = re.compile(r"[A-Z0-9]{2,10}(-[A-Z0-9]{1,10})?")
VALUE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
CONTROL = re.compile("[\x00-\x1f]")
LARGEST_NUMBER = 10**12
Member = TypeVar("Member", bound=StrEnum)


def read(stored: Any, *, version: int = DRAFT) -> Definition:
    """Make the definition. Raises BadDefinition, which says where it is wrong and how."""
    definition = read_parts(stored, version=version)
    check(definition)
    return definition


def read_parts(stored: Any, *, version: int = DRAFT) -> Definition:
    """Make a definition each of whose parts is sound, whether or not they fit together. Raises BadDefinition."""
    raw = _Table(stored, "", ("groups", "sections", "questions", "urgent", "spanish", "same_words"))
    return Definition(
        groups=tuple(_group(table) for table in raw.tables("groups")),
        sections=tuple(_section(table) for table in raw.tables("sections")),
        questions=tuple(_question(table) for table in raw.tables("questions")),
        urgent=_urgent(raw.table("urgent")),
        spanish=raw.texts_by_text("spanish"),
        same_words=tuple(raw.all_texts("same_words", least=0)),
        version=version,
    )


def _group(raw: "_Table") -> TopicGroup:
    raw.allow("code", "name", "topics")
    code, name = raw.matching("code", CODE), raw.text("name")
    return TopicGroup(code, name, tuple(_topic(table) for table in raw.tables("topics")))


def _topic(raw: "_Table") -> TopicDefinition:
    raw.allow("code", "name", "priority", "team", "needs_location", "is_urgent", "keywords", "is_active")
    return TopicDefinition(
        code=raw.matching("code", CODE),
        name=raw.text("name"),
        priority=raw.member("priority", Priority),
        team=raw.matching("team", CODE),
        needs_location=raw.switch("needs_location", default=True),
        is_urgent=raw.switch("is_urgent", default=False),
        keywords=raw.text("keywords", default="", most=LONGEST_KEYWORDS),
        is_active=raw.switch("is_active", default=True),
    )


def _section(raw: "_Table") -> Section:
    raw.allow("key", "title", "help")
    return Section(raw.matching("key", KEY), raw.text("title"), raw.text("help", default=""))


def _question(raw: "_Table") -> Question:
    texts = ("key", "section", "kind", "label", "help", "missing", "topics", "when", "choices")
    raw.allow(*texts, "required", "least", "most", "past", "decimals", "is_active")
    return Question(
        key=raw.matching("key", KEY),
        section=raw.matching("section", KEY),
        kind=raw.member("kind", Kind),
        label=raw.text("label"),
        help=raw.text("help", default=""),
        missing=raw.text("missing", default=""),
        is_required=raw.switch("required", default=False),
        topics=raw.all_matching("topics", CODE),
        when=tuple(_clause(table) for table in raw.tables("when", least=0)),
        choices=tuple(_choice(table) for table in raw.tables("choices", least=0)),
        least=raw.number("least"),
        most=raw.number("most"),
        is_past=raw.switch("past", default=False),
        has_decimals=raw.switch("decimals", default=False),
        is_active=raw.switch("is_active", default=True),
    )


def _clause(raw: "_Table") -> Clause:
    raw.allow("question", "is")
    values = raw.all_matching("is", VALUE)
    if not values:
        raise raw.bad("is", _("has to name an answer"))
    return Clause(raw.matching("question", KEY), values)


def _choice(raw: "_Table") -> Choice:
    raw.allow("value", "label", "is_active")
    return Choice(raw.matching("value", VALUE), raw.text("label"), raw.switch("is_active", default=True))


def _urgent(raw: "_Table") -> Urgent:
    raw.allow("title", "steps", "outside_hours")
    return Urgent(raw.text("title"), tuple(raw.all_texts("steps")), raw.text("outside_hours"))


class _Table:
    """One table of the definition, which knows its place when something in it is wrong."""

    def __init__(self, raw: Any, place: str, allowed: Iterable[str] = ()) -> None:
        self.place = place
        if not isinstance(raw, Mapping):
            raise BadDefinition(place, _("has to be a table"))
        self.raw = raw
        if allowed:
            self.allow(*allowed)

    def bad(self, name: str, problem: str) -> BadDefinition:
        """The error to raise for one of the parts."""
        return BadDefinition(f"{self.place}.{name}".strip("."), problem)

    def allow(self, *names: str) -> None:
        """Refuse parts that nobody knows: a slip of the pen would go unnoticed."""
        unknown = sorted(str(name) for name in set(self.raw) - set(names))
        if unknown:
            raise self.bad(unknown[0], _("is not known here; known: %(names)s", names=", ".join(names)))

    def table(self, name: str) -> "_Table":
        """A table within this one."""
        return _Table(self.raw.get(name), f"{self.place}.{name}".strip("."))

    def tables(self, name: str, *, least: int = 1) -> Iterator["_Table"]:
        """The tables of a list."""
        for number, raw in enumerate(self._list(name, least=least), start=1):
            yield _Table(raw, f"{self.place}.{name}[{number}]".strip("."))

    def text(self, name: str, *, default: str | None = None, most: int = LONGEST) -> str:
        """A text that can be read; without a default it has to be there."""
        found = self.raw.get(name, default)
        if not isinstance(found, str) or (not found.strip() and default is None):
            raise self.bad(name, _("has to be a text"))
        if len(found) > most or CONTROL.search(found):
            raise self.bad(name, _("has to be one line of at most %(most)s characters", most=most))
        return found.strip()

    def all_texts(self, name: str, *, least: int = 1) -> list[str]:
        """A list of texts."""
        listed = self._list(name, least=least)
        return [_Table({"text": text}, f"{self.place}.{name}[{n}]").text("text") for n, text in enumerate(listed, start=1)]

    def texts_by_text(self, name: str) -> dict[str, str]:
        """Texts named by other texts; empty where there are none."""
        raw = self.raw.get(name, {})
        if not isinstance(raw, Mapping) or len(raw) > MOST[name]:
            raise self.bad(name, _("has to be a table of at most %(most)s texts", most=MOST[name]))
        table = _Table(raw, f"{self.place}.{name}".strip("."))
        return {str(key): table.text(key) for key in raw}

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        """A name of the form that such names have."""
        found = self.raw.get(name)
        if not isinstance(found, str) or pattern.fullmatch(found) is None:
            raise self.bad(name, _("has to be a name such as %(example)s", example=_EXAMPLES[pattern]))
        return found

    def all_matching(self, name: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """A list of such names, none twice."""
        listed = self._list(name, least=0)
        if any(not isinstance(found, str) or pattern.fullmatch(found) is None for found in listed):
            raise self.bad(name, _("has to list names such as %(example)s", example=_EXAMPLES[pattern]))
        return tuple(dict.fromkeys(listed))

    def member(self, name: str, members: type[Member]) -> Member:
        """One of a set of words."""
        found = self.raw.get(name)
        if not isinstance(found, str) or found not in set(members):
            raise self.bad(name, _("has to be one of: %(names)s", names=", ".join(members)))
        return members(found)

    def switch(self, name: str, *, default: bool) -> bool:
        """True or false."""
        found = self.raw.get(name, default)
        if not isinstance(found, bool):
            raise self.bad(name, _("has to be true or false"))
        return found

    def number(self, name: str) -> int | None:
        """A whole number; none where there is none."""
        found = self.raw.get(name)
        if found is not None and (isinstance(found, bool) or not isinstance(found, int) or abs(found) > LARGEST_NUMBER):
            raise self.bad(name, _("has to be a whole number"))
        return found

    def _list(self, name: str, *, least: int) -> list[Any]:
        found = self.raw.get(name, [])
        most = MOST.get(name, max(MOST.values()))
        if not isinstance(found, list) or not least <= len(found) <= most:
            raise self.bad(name, _("has to be a list with %(least)s to %(most)s entries", least=least, most=most))
        return found


_EXAMPLES = {KEY: "lot_number", CODE: "ENR-SIGN", VALUE: "not_sure"}
