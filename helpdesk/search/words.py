"""The words of a text, and which of them are alike, in English and in Spanish: typing is forgiven.

Case, accents and plurals do not matter. A word that nobody knows can mean those that are typed almost like it.
"""

import re
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..typed_text import folded

# How alike two words are: the same; begun; with another ending; typed with one mistake, or with two.
SAME, BEGUN, OTHER_ENDING, ONE_MISTAKE, TWO_MISTAKES = 1.0, 0.9, 0.85, 0.8, 0.6
LEAST_BEGINNING, LEAST_STEM, LONGEST_ENDING = 3, 4, 3
FROM_HERE_ONE_MISTAKE, FROM_HERE_TWO = 4, 8  # letters
PLURAL_FROM = 4
SHORTEST_STEM = 4
VOWELS = "aeiou"
# Of words of either language, the longest first.
ENDINGS = ("ieron", "iendo", "ando", "aron", "ado", "ada", "ing", "ion", "ed", "es", "a", "e", "o", "s", "y")
ENGLISH = (
    "a about an and are at be been by can did do does for from had has have how i if in is it me my no not of on or our please "
    "that the there this to us was we what when where which who why will with you your"
)
SPANISH = (
    "al como con cual cuando de del donde el ella en es esta este esto hay la las lo los me mi mis no o para pero por que quien "
    "se si sin su sus te un una usted y ya"
)
SAYS_NOTHING = frozenset(f"{ENGLISH} {SPANISH}".split())


def split(text: str) -> list[str]:
    """The words of a text in their order, without case and accents."""
    return re.findall(r"[^\W_]+", folded(text).replace("e-mail", "email"))


def singular(word: str) -> str:
    """A folded word without the s of the plural."""
    return word[:-1] if len(word) >= PLURAL_FROM and word.endswith("s") and not word.endswith("ss") else word


def likeness(word: str, other: str) -> float:
    """How much a word is like another that is known, where it is typed without a mistake; 0 where it is not."""
    if word == other:
        return SAME
    if len(word) >= LEAST_BEGINNING and other.startswith(word):
        return BEGUN
    if len(other) >= LEAST_STEM and word.startswith(other) and len(word) - len(other) <= LONGEST_ENDING:
        return OTHER_ENDING
    return 0.0


def mistyped(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """The words that are nearest to one that nobody knows: a letter too many, too few, another one, or two exchanged.

    A short one is mistyped once at most, and not at its first letter: else "bread" would mean "read".
    """
    if not word.isalpha() or len(word) < FROM_HERE_ONE_MISTAKE:
        return {}
    is_long = len(word) >= FROM_HERE_TWO
    others = vocabulary if is_long else [other for other in vocabulary if other[0] == word[0]]
    near = process.extract(word, others, scorer=OSA.distance, score_cutoff=2 if is_long else 1, limit=None)
    nearest = min((mistakes for _word, mistakes, _place in near), default=0)
    alike = ONE_MISTAKE if nearest <= 1 else TWO_MISTAKES
    return {other: alike for other, mistakes, _place in near if mistakes == nearest}


def stem(word: str) -> str:
    """What a folded word and its other forms begin with: "allocated" and "allocation", "congeló" and "congelaron" are alike."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] == word[-2] else word


def forms(word: str) -> tuple[str, ...]:
    """The other forms of a folded word that it may stand in: "allocated" and "allocations", "congelada" and "congelado".

    Made by rule and not from a list, so that some of them are words of no language; nobody has written these.
    """
    if not word.isalpha() or len(word) < FROM_HERE_ONE_MISTAKE:
        return ()
    root = stem(word)
    doubled = () if root[-1] in VOWELS else tuple(f"{root}{root[-1]}{ending}" for ending in ("ed", "ing"))
    made = (root, *(root + ending for ending in ENDINGS), *doubled, singular(word), f"{word}s", f"{word}es")
    return tuple(dict.fromkeys(form for form in made if form != word))
