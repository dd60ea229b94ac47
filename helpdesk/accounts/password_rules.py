"""What makes a password good enough (NIST 800-63B-4, 3.1.1.2): length, and that it is not among the first to be guessed.

No rules about kinds of characters, no expiry; pasting is welcome.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from flask_babel import gettext as _

from .errors import WeakPassword

SHORTEST = 15  # characters, for a password that is the only factor
LONGEST = 256
FEWEST_LEFT = 8  # characters beside common, own and service words
FEWEST_DIFFERENT = 5
SHORTEST_WORD = 4
SERVICE_WORDS = ("ncvaccines", "vaccines", "vaccine", "provider", "helpdesk", "covid", "ncdhhs", "cvms", "ncir", "ncid", "desk")


def check(password: str, *, personal: Iterable[str] = ()) -> None:
    """Raise WeakPassword, with what to do about it, unless the password is good; `personal` is names and address of its owner."""
    if len(password) < SHORTEST:
        raise WeakPassword(_("Use at least %(number)d characters. A few unrelated words are easy to remember.", number=SHORTEST))
    if len(password) > LONGEST:
        raise WeakPassword(_("Use at most %(number)d characters.", number=LONGEST))
    if "\0" in password:
        raise WeakPassword(_("The password contains a character that cannot be typed. Please choose another one."))
    core = _folded(password)
    if len(set(core)) < FEWEST_DIFFERENT or len(_without_words(core, personal)) < FEWEST_LEFT:
        raise WeakPassword(
            _("This password would be guessed quickly: it is made of common words, your own name or address, or repetition.")
        )


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
