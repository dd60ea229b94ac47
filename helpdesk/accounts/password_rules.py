"""What makes a password good enough (NIST 800-63B-4, 3.1.1.2): length, and that it is not among the first to be guessed.

No rules about kinds of characters, no expiry; pasting is welcome.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ..languages import gettext as _
from .errors import WeakPassword

SHORTEST = 15  # characters, for a password that is the only factor
SHORTEST_WITH_SECOND_FACTOR = 8
LONGEST = 256
FEWEST_LEFT = 8  # characters beside common, own and service words
FEWEST_LEFT_WITH_SECOND_FACTOR = 5
FEWEST_DIFFERENT = 5
SHORTEST_WORD = 4
SERVICE_WORDS = ("ncvaccines", "vaccines", "vaccine", "provider", "helpdesk", "covid", "ncdhhs", "cvms", "ncir", "ncid", "desk")


def check(password: str, *, personal: Iterable[str] = (), has_second_factor: bool = False) -> None:
    """Raise WeakPassword, with what to do about it, unless the password is good; `personal` is names and address of its owner."""
    shortest, fewest_left = limits(has_second_factor=has_second_factor)
    if len(password) < shortest:
        raise WeakPassword(_("Use at least %(number)d characters. A few unrelated words are easy to remember.", number=shortest))
    if len(password) > LONGEST:
        raise WeakPassword(_("Use at most %(number)d characters.", number=LONGEST))
    if "\0" in password:
        raise WeakPassword(_("The password contains a character that cannot be typed. Please choose another one."))
    core = _folded(password)
    if len(set(core)) < FEWEST_DIFFERENT or len(_without_words(core, personal)) < fewest_left:
        raise WeakPassword(
            _("This password would be guessed quickly: it is made of common words, your own name or address, or repetition.")
        )


def limits(*, has_second_factor: bool) -> tuple[int, int]:
    """How many characters a password has at least, and how many of them beside words that are guessed first."""
    if has_second_factor:
        return SHORTEST_WITH_SECOND_FACTOR, FEWEST_LEFT_WITH_SECOND_FACTOR
    return SHORTEST, FEWEST_LEFT


def words() -> tuple[str, ...]:
    """What counts for nothing in any password, the longest first."""
    known = {word for word in (*SERVICE_WORDS, *_common()) if len(word) >= SHORTEST_WORD}
    return tuple(sorted(known, key=lambda word: (-len(word), word)))


def _without_words(core: str, personal: Iterable[str]) -> str:
    own = {part for text in personal for part in _parts(text)}
    words = {word for word in (*own, *SERVICE_WORDS, *_common()) if len(word) >= SHORTEST_WORD}
    for word in sorted(words, key=len, reverse=True):
        core = core.replace(word, "")
    return core


def _parts(text: str) -> list[str]:
    separated = "".join(c if c.isalnum() else " " for c in _normal(text))
    return [*separated.split(), separated.replace(" ", "")]


def _folded(text: str) -> str:
    return "".join(_normal(text).split())


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _common() -> tuple[str, ...]:
    text = (Path(__file__).parent / "common_passwords.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
