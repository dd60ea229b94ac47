"""Search that forgives typing: a pure ranking of texts by the words of a question, in English and in Spanish.

Case, accents, plurals and the order of words do not matter. A word that stands in none of the texts is taken for the words that
are typed almost like it; one that is known is taken as it is, so that NCIR never means NCID.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..typed_text import folded

MOST_WORDS = 12  # of a question that are looked at
LEAST_OF_BEST = 0.15  # what is found scores at least this part of the best
WEIGHTS = {"title": 5.0, "keywords": 4.0, "summary": 2.0, "body": 1.0}
# How alike two words are: the same; begun; with another ending; typed with one mistake, or with two.
SAME, BEGUN, OTHER_ENDING, ONE_MISTAKE, TWO_MISTAKES = 1.0, 0.9, 0.85, 0.8, 0.6
LEAST_BEGINNING, LEAST_STEM, LONGEST_ENDING = 3, 4, 3
FROM_HERE_ONE_MISTAKE, FROM_HERE_TWO = 4, 8  # letters
PLURAL_FROM = 4
ENGLISH = (
    "a about an and are at be been by can did do does for from had has have how i if in is it me my no not of on or our please "
    "that the there this to us was we what when where which who why will with you your"
)
SPANISH = (
    "al como con cual cuando de del donde el ella en es esta este esto hay la las lo los me mi mis no o para pero por que quien "
    "se si sin su sus te un una usted y ya"
)
SAYS_NOTHING = frozenset(f"{ENGLISH} {SPANISH}".split())
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
    fields = [{name: _words(getattr(entry, name)) for name in WEIGHTS} for entry in entries]
    vocabulary = sorted(set().union(*(words for entry in fields for words in entry.values())))
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
    typed = list(dict.fromkeys(_split(question)))
    telling = [word for word in typed if word not in SAYS_NOTHING] or typed
    return list(dict.fromkeys(_singular(word) for word in telling))[:MOST_WORDS]


def _fit(alike: Mapping[str, float], entry: Mapping[str, frozenset[str]]) -> float:
    """How well the best of these words fits in the best place of an entry."""
    return max((WEIGHTS[name] * alike[word] for name, words in entry.items() for word in words & alike.keys()), default=0.0)


def _alike(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """The words of the vocabulary that this one can mean, and how much alike they are."""
    known = {other: likeness for other in vocabulary if (likeness := _likeness(word, other))}
    return known or dict(_mistyped(word, vocabulary))


def _likeness(word: str, other: str) -> float:
    if word == other:
        return SAME
    if len(word) >= LEAST_BEGINNING and other.startswith(word):
        return BEGUN
    if len(other) >= LEAST_STEM and word.startswith(other) and len(word) - len(other) <= LONGEST_ENDING:
        return OTHER_ENDING
    return 0.0


def _mistyped(word: str, vocabulary: Sequence[str]) -> Iterable[tuple[str, float]]:
    """The words that are nearest to one that nobody knows: a letter too many, too few, another one, or two exchanged.

    A short one is mistyped once at most, and not at its first letter: else "bread" would mean "read".
    """
    if not word.isalpha() or len(word) < FROM_HERE_ONE_MISTAKE:
        return []
    is_long = len(word) >= FROM_HERE_TWO
    others = vocabulary if is_long else [other for other in vocabulary if other[0] == word[0]]
    near = process.extract(word, others, scorer=OSA.distance, score_cutoff=2 if is_long else 1, limit=None)
    nearest = min((mistakes for _word, mistakes, _place in near), default=0)
    likeness = ONE_MISTAKE if nearest <= 1 else TWO_MISTAKES
    return [(other, likeness) for other, mistakes, _place in near if mistakes == nearest]


@lru_cache(maxsize=4096)  # texts change rarely, and are searched often
def _words(text: str) -> frozenset[str]:
    return frozenset(_singular(word) for word in _split(NOT_TEXT.sub(" ", text)))


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text).replace("e-mail", "email"))


def _singular(word: str) -> str:
    return word[:-1] if len(word) >= PLURAL_FROM and word.endswith("s") and not word.endswith("ss") else word
