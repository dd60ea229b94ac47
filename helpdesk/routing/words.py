"""Finding a word or a phrase in what somebody wrote; neither case, accents nor punctuation matter."""

import re
import unicodedata
from functools import lru_cache

_BETWEEN_WORDS = re.compile(r"\W+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_APART = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}  # quicker, and the same for ASCII


def plain(text: str) -> str:
    """The words of a text, one space before and after each: "¡Educación, ya!" becomes " educacion ya "."""
    folded = text.casefold()
    if folded.isascii():
        return f" {' '.join(folded.translate(_APART).split())} "
    decomposed = unicodedata.normalize("NFKD", folded).casefold()  # again: a sign can come apart into capitals, "℃" into "°C"
    bare = _NOT_ASCII.sub(lambda found: "" if unicodedata.combining(found[0]) else found[0], decomposed)
    return f" {_BETWEEN_WORDS.sub(' ', bare).strip()} "


@lru_cache(maxsize=4096)
def plain_phrase(phrase: str) -> str:
    """The same for what rules look for; `plain_phrase(phrase) in plain(text)` finds it at word boundaries only."""
    return plain(phrase)
