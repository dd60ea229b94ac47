"""YAML as a tree of texts with the line of each, and no more than that: nothing is built, repeated or guessed.

The words of YAML that do more than hold data (tags, anchors, aliases) are refused where they stand. So are what could only be a
mistake or a trap: a name that stands twice, lists within lists without end, characters that no editor shows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from ..languages import gettext as _
from .errors import BadFile

LARGEST_FILE = 2_000_000  # bytes
DEEPEST = 12  # lists and tables in each other
MOST_ENTRIES = 1000  # of a list or a table
MOST_NODES = 100_000
LONGEST_SCALAR, LONGEST_NAME = 5000, 100  # characters

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the second one where PyYAML was built without libyaml: slower
_NO_TEXT = re.compile("[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Node:
    """A text, a list or a table; in a table the line is that of the name."""

    line: int
    value: "str | list[Node] | dict[str, Node]"
    is_plain: bool = False  # a text without quotation marks, which may be a number or true

    def data(self) -> Any:
        """What it says: true, false and numbers only where they stand without quotation marks; yes, no and days are texts."""
        if isinstance(self.value, list):
            return [node.data() for node in self.value]
        if isinstance(self.value, dict):
            return {name: node.data() for name, node in self.value.items()}
        if not self.is_plain:
            return self.value
        if self.value in _NOTHING:
            return None
        if _NUMBER.fullmatch(self.value):
            return Decimal(self.value)
        return _TRUTHS.get(self.value, self.value)

    def text(self) -> Any:
        """The same where only texts are meant, so that a number is its digits."""
        if isinstance(self.value, str) and not (self.is_plain and self.value in _NOTHING):
            return self.value
        return self.data()


def read(content: bytes) -> Node:
    """The tree of a file. Raises BadFile, at the first thing that is wrong."""
    text = _decoded(content)
    try:
        return tree(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = min(mark.line, text.count("\n")) + 1 if mark else 1  # at the end of a file it may be one too many
        raise BadFile.at(line, _("this is no YAML: %(why)s", why=why)) from None


def tree(events: Iterator[Any]) -> Node:
    """The tree of what a parser meets. Raises BadFile, and what the parser raises."""
    return _Builder(events).document()


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise BadFile.at(1, _("the file is larger than %(most)s bytes", most=f"{LARGEST_FILE:,}"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile.at(line, _("this is not UTF-8, at byte %(at)s of the file", at=error.start)) from None
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadFile.at(line, _("a character that texts do not have (U+%(code)s)", code=f"{ord(found[0]):04X}"))
    return text


class _Builder:
    """Makes the tree of what the parser meets, and stops at the first event that does not belong in it."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = (event for event in events if not isinstance(event, yaml.StreamStartEvent))
        self.left = MOST_NODES

    def document(self) -> Node:
        """The one document of the file."""
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise BadFile.at(1, _("there is nothing in the file"))
        root = self._node(next(self.events), depth=1)
        next(self.events)  # the end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise BadFile.at(_line(after), _("a second document begins here; there can be only one"))
        return root

    def _node(self, event: Any, *, depth: int) -> Node:
        self._check(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return Node(_line(event), _scalar(event, LONGEST_SCALAR), is_plain=event.style in (None, ""))
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(_line(event), self._list(event, depth))
        return Node(_line(event), self._table(event, depth))

    def _list(self, start: Any, depth: int) -> list[Node]:
        nodes: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            _check_number(len(nodes), start, event)
            nodes.append(self._node(event, depth=depth + 1))
        return nodes

    def _table(self, start: Any, depth: int) -> dict[str, Node]:
        nodes: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            _check_number(len(nodes), start, event)
            self._check(event, depth)
            if not isinstance(event, yaml.ScalarEvent):
                raise BadFile.at(_line(event), _("the name of something has to be a text, not a list or a table"))
            name = _scalar(event, LONGEST_NAME)
            if name in nodes:
                first = nodes[name].line
                raise BadFile.at(_line(event), _("“%(name)s” stands here twice; first on line %(first)s", name=name, first=first))
            node = self._node(next(self.events), depth=depth + 1)
            nodes[name] = Node(_line(event), node.value, node.is_plain)
        return nodes

    def _check(self, event: Any, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise BadFile.at(_line(event), _("there are more than %(most)s values in the file", most=f"{MOST_NODES:,}"))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            problem = _("anchors (&) and aliases (*) cannot be used: put a text that begins so in quotation marks")
            raise BadFile.at(_line(event), problem)
        if event.tag is not None:
            raise BadFile.at(_line(event), _("tags (!) cannot be used; put a text that begins so in quotation marks"))
        if depth > DEEPEST:
            raise BadFile.at(_line(event), _("lists and tables are nested more than %(most)s deep", most=DEEPEST))


def _check_number(already: int, start: Any, event: Any) -> None:
    if already >= MOST_ENTRIES:
        words = {"first": _line(start), "most": f"{MOST_ENTRIES:,}"}
        raise BadFile.at(_line(event), _("the list that begins on line %(first)s has more than %(most)s entries", **words))


def _scalar(event: Any, longest: int) -> str:
    value: str = event.value
    if len(value) > longest:
        raise BadFile.at(_line(event), _("a text is longer than %(most)s characters", most=f"{longest:,}"))
    if not value.isprintable():
        raise BadFile.at(_line(event), _("a text has to be a single line, without characters that cannot be seen"))
    return value


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1
