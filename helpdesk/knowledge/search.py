"""Search that forgives typing: a pure ranking of texts by the words of a question, in English and in Spanish.

Case, accents, plurals and the order of words do not matter. A word that stands in none of the texts is taken for the words that
are typed almost like it; one that is known is taken as it is, so that NCIR never means NCID.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile

from ..search.words import LONGEST_ENDING, SAYS_NOTHING, likeness, mistyped, singular, split

LATEST = 8  # lists of entries that a process remembers
MOST_WORDS = 12  # of a question that are looked at
LEAST_OF_BEST = 0.15  # what is found scores at least this part of the best
WEIGHTS = {"title": 5.0, "keywords": 4.0, "summary": 2.0, "body": 1.0}
NOT_TEXT = re.compile(r"\]\([^)]*\)|\[\[\w+\]\]")  # of Markdown: where links lead, and the places of facts


@dataclass(frozen=True)
class Entry:
    """A text that can be found."""

    title: str
    keywords: str = ""
    summary: str = ""
    body: str = ""  # Markdown


@dataclass(frozen=True)
class Match:
    """Which entry was found, by its place among those given, and how well it fits."""

    place: int
    score: float


def rank(question: str, entries: Sequence[Entry]) -> list[Match]:
    """The entries that answer a question, the best first; none where no word of it is in any."""
    fields, vocabulary = _known(tuple(entries))
    scores = [0.0] * len(entries)
    for word in words_of(question):
        alike = _alike(word, vocabulary)
        found = [_fit(alike, entry) for entry in fields]
        rarity = math.log(1 + len(entries) / max(1, sum(fit > 0 for fit in found)))
        scores = [score + rarity * fit for score, fit in zip(scores, found, strict=True)]
    best = max(scores, default=0.0)
    found_here = [Match(place, score) for place, score in enumerate(scores) if score > 0 and score >= LEAST_OF_BEST * best]
    return sorted(found_here, key=lambda match: -match.score)


def words_of(question: str) -> list[str]:
    """The words that a question is asked by, each once: without those that say nothing, unless there are no others."""
    typed = list(dict.fromkeys(split(question)))
    telling = [word for word in typed if word not in SAYS_NOTHING] or typed
    return list(dict.fromkeys(singular(word) for word in telling))[:MOST_WORDS]


def _fit(alike: Mapping[str, float], entry: Mapping[str, frozenset[str]]) -> float:
    """How well the best of these words fits in the best place of an entry."""
    return max((WEIGHTS[name] * alike[word] for name, words in entry.items() for word in words & alike.keys()), default=0.0)


def _alike(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """The words of the vocabulary, which is in order, that this one can mean, and how much alike they are."""
    begun = takewhile(lambda other: other.startswith(word), islice(vocabulary, bisect_left(vocabulary, word), None))
    stems = (word[:-ending] for ending in range(1, LONGEST_ENDING + 1))
    near = [*begun, *(stem for stem in stems if _stands_in(vocabulary, stem))]
    known = {other: alike for other in near if (alike := likeness(word, other))}
    return known or mistyped(word, vocabulary)


def _stands_in(vocabulary: Sequence[str], word: str) -> bool:
    place = bisect_left(vocabulary, word)
    return place < len(vocabulary) and vocabulary[place] == word


@lru_cache(maxsize=LATEST)
def _known(entries: tuple[Entry, ...]) -> tuple[list[dict[str, frozenset[str]]], list[str]]:
    """The words of each entry by its fields, and all of them in order."""
    fields = [{name: _words(getattr(entry, name)) for name in WEIGHTS} for entry in entries]
    return fields, sorted(set().union(*(words for entry in fields for words in entry.values())))


@lru_cache(maxsize=4096)  # texts change rarely, and are searched often
def _words(text: str) -> frozenset[str]:
    return frozenset(singular(word) for word in split(NOT_TEXT.sub(" ", text)))
