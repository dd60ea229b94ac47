"""What somebody looks for: words, and phrases in quotes. Any text is a question; none can be wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .words import LEAST_BEGINNING, SAYS_NOTHING, forms, split

LONGEST_TYPED = 200  # characters; what comes after them is left aside
MOST_TERMS = 12
LONGEST_WORD = 60  # characters of a word that are compared
_QUOTES = str.maketrans("“”„«»", '"""""')
_PARTS = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True)
class Term:
    """A word, or words that stand one after the other; the last may be the beginning of a longer one."""

    words: tuple[str, ...]
    forms: tuple[str, ...] = ()  # of a single word: others that are as good
    is_begun: bool = False


@dataclass(frozen=True)
class Query:
    """Terms that all have to be found in a case, wherever they stand there; without any, nothing is found."""

    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def as_typed(self) -> "Query":
        """The same words and no others: neither other forms nor longer ones."""
        return Query(tuple(Term(term.words) for term in self.terms))

    @property
    def as_phrase(self) -> "Query":
        """All words one after the other, as they were typed."""
        return Query((Term(tuple(word for term in self.terms for word in term.words)),)) if self.terms else self


def read(typed: str) -> Query:
    """The question in a text: what says nothing ("the", "para") is left out unless there is nothing else or it is quoted.

    What hangs together without a space ("NCV-000123", "dana@example.org") is looked for as a phrase.
    """
    terms = list(_terms(typed[:LONGEST_TYPED].translate(_QUOTES)))
    telling = [term for term, is_quoted in terms if is_quoted or not set(term.words) <= SAYS_NOTHING]
    kept = (telling or [term for term, _is_quoted in terms])[:MOST_TERMS]
    if kept and not terms[-1][1] and kept[-1] is terms[-1][0] and len(kept[-1].words[-1]) >= LEAST_BEGINNING:
        kept[-1] = replace(kept[-1], is_begun=True)
    return Query(tuple(dict.fromkeys(kept)))


def compared(text: str) -> list[str]:
    """The words of a text as they are compared: without case and accents, none longer than LONGEST_WORD."""
    return [word[:LONGEST_WORD] for word in split(text)]


def _terms(typed: str) -> Iterator[tuple[Term, bool]]:
    """Each term, and whether it was quoted."""
    for quoted, plain in _PARTS.findall(typed):
        words = tuple(compared(quoted or plain))
        if words:
            yield Term(words, forms(words[0]) if plain and len(words) == 1 else ()), not plain
