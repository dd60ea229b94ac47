"""Finding a word or a phrase in what somebody wrote; neither case, accents nor punctuation matter."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")


def plain(text: str) -> str:
    """The words of a text, one space before and after each: "¡Educación, ya!" becomes " educacion ya "."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(f" {word}" for word in _WORD.findall(bare)) + " "


@lru_cache(maxsize=4096)
def plain_phrase(phrase: str) -> str:
    """The same for what rules look for; `plain_phrase(phrase) in plain(text)` finds it at word boundaries only."""
    return plain(phrase)
