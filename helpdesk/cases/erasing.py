"""Taking passages out of texts: a tombstone stands where each of them stood, in whatever way a copy was written."""

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import escape

from .tombstones import TOMBSTONE

_IN_TEXT = r"\s+"  # a copy may have other line ends, and mail indents what it quotes
_IN_HTML = r"(?:\s|<br\s*/?>|&nbsp;)+"
TYPED = frozenset({"why", "reason", "tags"})  # of what an entry holds
_NUMBER_OF_A_CASE = r"(?<!NCV-)"


class Eraser:
    """Erases some passages, each wherever it stands by itself; neither case nor white space makes a difference."""

    def __init__(self, passages: Iterable[str]) -> None:
        longest_first = sorted({" ".join(p.split()) for p in passages if p.strip()}, key=len, reverse=True)
        self.passages = tuple(longest_first)
        slugs = ["-".join(re.findall(r"[a-z0-9]+", p.casefold())) for p in longest_first]
        in_addresses = [rf"(?<![a-z0-9]){re.escape(slug)}(?![a-z0-9])" for slug in slugs if "-" in slug]
        self._text = _pattern([*(_whole(p, [re.escape(w) for w in p.split()], _IN_TEXT) for p in longest_first), *in_addresses])
        self._html = _pattern([_whole(p, [re.escape(str(escape(w))) for w in p.split()], _IN_HTML) for p in longest_first])
        self._slug = _pattern(in_addresses)

    def text(self, value: str) -> str:
        """A plain text without the passages."""
        return TOMBSTONE.join(self._text.sub(TOMBSTONE, part) for part in value.split(TOMBSTONE))

    def address(self, slug: str) -> bool:
        """Whether the address of an article was made of one of the passages."""
        return self._slug.search(slug) is not None

    def html(self, value: str) -> str:
        """HTML without the passages, as they were escaped."""
        stone = str(escape(TOMBSTONE))
        return stone.join(self._html.sub(stone, part) for part in value.split(stone))

    def json(self, value: Any) -> Any:
        """A value of JSON, every text in it without the passages."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, dict):
            return {key: self.json(item) for key, item in value.items()}
        return value

    def reasons(self, value: dict[str, Any]) -> dict[str, Any]:
        """What an entry of a history says of old and new: who and what stay, only what somebody typed is looked at."""
        return {key: self.json(item) if key in TYPED else item for key, item in value.items()}


def _pattern(alternatives: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives) or r"(?!)", re.IGNORECASE)


def _whole(passage: str, words: list[str], between: str) -> str:
    """A passage that is not a part of a longer number or word; the number of a case stays, whatever stands in it."""
    return f"{_NUMBER_OF_A_CASE}{_edge(passage[0], '<!')}{between.join(words)}{_edge(passage[-1], '!')}"


def _edge(character: str, look: str) -> str:
    if character.isdigit():
        return rf"(?{look}\d)"
    return rf"(?{look}[^\W\d_])" if character.isalpha() else ""
