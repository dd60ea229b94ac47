"""The topics that a problem told in one's own words is likely about: a pure ranking, forgiving of typing, in English and Spanish.

A topic is known by its name, its keywords, and the articles that answer it. A word tells the more, the fewer topics know it; two
that stand side by side in a keyword ("left out", "log in") tell as much again. A temperature is one word, whatever its figure and
unit; so are words of which the form says that they mean the same ("fridge, refrigerator, nevera").
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ..search.words import BEGUN, LEAST_BEGINNING, OTHER_ENDING, SAME, SAYS_NOTHING, mistyped, singular, split, stem
from ..typed_text import folded

LONGEST = 500  # characters of a problem that are looked at
MOST_WORDS = 60  # of a problem that are looked at
MOST_LIKELY = 5
LEAST_OF_BEST = 0.1  # a likely topic scores at least this part of the best
ALIKE = 2  # decimals of a score: what differs by less is as likely
# How much it tells where a word stands: in the name, the keywords, an article, the name of the group.
NAME, KEYWORDS, ARTICLE, GROUP = 1.0, 1.0, 0.3, 0.3
PART = 0.8  # of what a keyword tells, for one word of several
LATEST = 8  # states of the topics that a process remembers
PHRASE = re.compile(r"[,;:.()]\s")
APOSTROPHES = re.compile("['\u2018\u2019]")
FIGURE, UNIT = r"-?\d+(?:[.,]\d+)?", r"(?:degrees?|deg|grados?|celsius|centigrados|fahrenheit|[cf])\b"
TEMPERATURE = re.compile(rf"{FIGURE}\s*(?:°\s*(?:[cf]\b)?|{UNIT})")
DEGREES = "degree"  # what every temperature is read as
# What tells little, beside what says nothing at all; side by side with another word it may tell much ("not in", "still good").
ENGLISH = (
    "am any but cant could didnt doesnt dont get getting got havent hello hi im isnt ive just let need now one only or should "
    "some still than then they them their these too trying tried two us want wont would"
)
SPANISH = "aun favor hola necesito necesitamos nos nuestra nuestro podemos puedo puede queremos quiero son tengo tenemos todavia"
TELLS_LITTLE = SAYS_NOTHING | frozenset(f"{ENGLISH} {SPANISH}".split())


@dataclass(frozen=True)
class Findable:
    """What is known of a topic; `articles` are titles and keywords of those that answer it."""

    code: str
    name: str
    group: str = ""
    keywords: str = ""
    articles: tuple[str, ...] = ()
    is_urgent: bool = False


def likely(problem: str, topics: Sequence[Findable], same_words: Sequence[str] = ()) -> list[str]:
    """Codes of the topics that a problem is likely about, the likeliest first, at most five; none where no word of it is known.

    Where two are as likely, an urgent one stands first, else the one that was given first. `same_words` are lists, separated by
    commas, of words that mean the same.
    """
    scores = _index(tuple(topics), tuple(same_words)).scores(problem[:LONGEST])
    best = max(scores.values(), default=0.0)
    worth = [place for place, score in scores.items() if score >= LEAST_OF_BEST * best]
    worth.sort(key=lambda place: (-round(scores[place], ALIKE), not topics[place].is_urgent, place))
    return [topics[place].code for place in worth[:MOST_LIKELY]]


class _Index:
    """Words, and two words side by side: the topics that know them, and how much they tell there."""

    def __init__(self, topics: Sequence[Findable], same_words: Sequence[str]) -> None:
        self.size = len(topics)
        self.meant = _meanings(same_words)
        self.known: dict[str, dict[int, float]] = {}
        words: set[str] = set()
        for place, topic in enumerate(topics):
            own = [(topic.name, NAME), (topic.keywords, KEYWORDS), (topic.group, GROUP)]
            for text, weight in [*own, *((text, ARTICLE) for text in topic.articles)]:
                for phrase in PHRASE.split(text):
                    words |= self._learn(self._tokens(phrase), place, weight)
        self.vocabulary = sorted(words | {word for word, meant in self.meant.items() if meant in words})
        self.stems: dict[str, list[str]] = {}
        for word in self.vocabulary:
            self.stems.setdefault(stem(word), []).append(word)

    def scores(self, problem: str) -> dict[int, float]:
        """How likely each topic is, by its place; only those that know a word of it."""
        tokens = self._tokens(problem)
        words = [{self.meant.get(w, w): likeness for w, likeness in self._alike(word).items()} for word in _telling(tokens)]
        scores: dict[int, float] = {}
        for alike in [*words, *({pair: SAME} for pair in self._side_by_side(tokens))]:
            fits: dict[int, float] = {}
            for word, likeness in alike.items():
                for place, weight in self.known.get(word, {}).items():
                    fits[place] = max(fits.get(place, 0.0), weight * likeness)
            for place, fit in fits.items():
                rarity = math.log(1 + self.size * max(fits.values()) / sum(fits.values()))
                scores[place] = scores.get(place, 0.0) + rarity * fit
        return scores

    def _learn(self, tokens: Sequence[str], place: int, weight: float) -> set[str]:
        """Remember what a phrase says of a topic; returns its single words."""
        words = set(_telling(tokens))
        part = PART if len(words) > 1 else 1.0
        for word, telling in [*((word, part) for word in words), *((pair, 1.0) for pair in self._side_by_side(tokens))]:
            there = self.known.setdefault(word, {})
            there[place] = max(there.get(place, 0.0), weight * telling)
        return words

    def _tokens(self, text: str) -> list[str]:
        plain = folded(APOSTROPHES.sub("", text.replace("º", "°")))
        words = [singular(word) for word in split(TEMPERATURE.sub(f" {DEGREES} ", plain))]
        return [self.meant.get(word, word) for word in words]

    def _side_by_side(self, tokens: Sequence[str]) -> list[str]:
        pairs = [one + other for one, other in pairwise(tokens) if not {one, other} <= SAYS_NOTHING]
        return list(dict.fromkeys(self.meant.get(pair, pair) for pair in pairs))[:MOST_WORDS]

    def _alike(self, word: str) -> dict[str, float]:
        """The words of the vocabulary that this one can mean, and how much alike they are."""
        found = dict.fromkeys(self.stems.get(stem(word), ()), OTHER_ENDING)
        if word in self.known:
            return found | {word: SAME}
        begun = {other: BEGUN * len(word) / len(other) for other in self._begun_with(word)}
        return begun | found or mistyped(word, self.vocabulary)

    def _begun_with(self, word: str) -> Iterator[str]:
        if len(word) < LEAST_BEGINNING:
            return
        for place in range(bisect_left(self.vocabulary, word), len(self.vocabulary)):
            if not self.vocabulary[place].startswith(word):
                return
            yield self.vocabulary[place]


@lru_cache(maxsize=LATEST)
def _index(topics: tuple[Findable, ...], same_words: tuple[str, ...]) -> _Index:
    """Making it takes a while; what is equal has the same."""
    return _Index(topics, same_words)


def _telling(tokens: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(token for token in tokens if token not in TELLS_LITTLE))[:MOST_WORDS]


def _meanings(same_words: Sequence[str]) -> dict[str, str]:
    """Each word that means the same as others, and the first of them; what is written as two words is known as one."""
    meanings: dict[str, str] = {}
    for line in same_words:
        words = ["".join(singular(part) for part in split(word)) for word in line.split(",")]
        for word in filter(None, words):
            meanings.setdefault(word, words[0])
    return meanings
