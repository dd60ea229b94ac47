"""Where the words of a question stand in a text: pieces of it to be shown, those that were looked for set apart."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..typed_text import folded
from .query import LONGEST_WORD, Query, Term

LENGTH = 240  # characters of a passage
BEFORE = 60  # of them, before the first word that was looked for
MOST_LOOKED_AT = 50  # words that were looked for, in one text
_WORD = re.compile(r"(?i:e-mail)[^\W_]*|[^\W_]+")


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it was looked for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True)
class Passage:
    """The part of a text in which most terms stand, and how many of them do."""

    pieces: tuple[Piece, ...]
    terms: int


@dataclass(frozen=True)
class _Hit:
    """Where a term stands: from the first of its characters to behind the last."""

    start: int
    end: int
    term: Term


def marked(text: str, query: Query) -> list[Piece]:
    """The whole text in pieces."""
    text = composed(text)
    return list(_pieces(text, _hits(text, query)))


def passage(text: str, query: Query) -> Passage | None:
    """The part of a text to show for it, on one line; none where no term stands."""
    text = " ".join(composed(text).split())
    hits = _hits(text, query)[:MOST_LOOKED_AT]
    if not hits:
        return None
    within = [{other.term for other in hits if hit.start <= other.start < hit.start + LENGTH - BEFORE} for hit in hits]
    first, terms = max(zip(hits, within, strict=True), key=lambda pair: len(pair[1]))
    start, end = _edges(text, first.start)
    shown = [_Hit(hit.start - start, hit.end - start, hit.term) for hit in hits if start <= hit.start and hit.end <= end]
    pieces = _pieces(text[start:end], shown)
    cut = [Piece("… ")] if start else [], [Piece(" …")] if end < len(text) else []
    return Passage((*cut[0], *pieces, *cut[1]), len(terms))


def beginning(text: str) -> list[Piece]:
    """What to show of a text in which no term stands."""
    text = " ".join(text.split())
    start, end = _edges(text, 0)
    return [Piece(text[start:end]), *([Piece(" …")] if end < len(text) else [])]


def composed(text: str) -> str:
    """A text in which a letter and its accent are one character, so that a word is not cut at it."""
    return unicodedata.normalize("NFC", text)


def _hits(text: str, query: Query) -> list[_Hit]:
    """Every place in which a term stands, the first one first; where two overlap, the first."""
    words = [(match.start(), match.end(), _compared(match[0])) for match in _WORD.finditer(text)]
    found = sorted((hit for term in query.terms for hit in _hits_of(term, words)), key=lambda hit: (hit.start, -hit.end))
    hits: list[_Hit] = []
    for hit in found:
        if not hits or hit.start >= hits[-1].end:
            hits.append(hit)
    return hits


def _hits_of(term: Term, words: list[tuple[int, int, str]]) -> Iterator[_Hit]:
    *first, last = term.words
    alike = {last, *term.forms}
    for place in range(len(first), len(words)):
        start, end, word = words[place]
        if word not in alike and not (term.is_begun and word.startswith(last)):
            continue
        before = words[place - len(first) : place]
        if [other for _start, _end, other in before] == first:
            yield _Hit(before[0][0] if before else start, end, term)


def _pieces(text: str, hits: list[_Hit]) -> Iterator[Piece]:
    done = 0
    for hit in hits:
        if hit.start > done:
            yield Piece(text[done : hit.start])
        yield Piece(text[hit.start : hit.end], is_found=True)
        done = hit.end
    if done < len(text):
        yield Piece(text[done:])


def _edges(text: str, first: int) -> tuple[int, int]:
    """Where the passage around a place begins and ends, between words where it can."""
    start = max(first - BEFORE, 0)
    if start:
        start = text.find(" ", start, first) + 1 or start
    end = start + LENGTH
    if end >= len(text):
        return start, len(text)
    space = text.rfind(" ", first, end)
    return start, space if space > first else end


@lru_cache(maxsize=20_000)
def _compared(word: str) -> str:
    return folded(word).replace("e-mail", "email")[:LONGEST_WORD]
