"""What people type, made fit to be stored: nothing visible is lost, nothing invisible can do harm.

Control characters (NUL included), the marks that reverse the direction of what follows them, and what only says where a line may
break are removed; emoji, accents and right-to-left scripts stay.
"""

import re
import unicodedata

HIGHEST_NUMBER = 2**31 - 1  # what a column of whole numbers holds
NO_LABEL = ""  # of a field that nobody reads; WTForms would read a catalog of its own to make one
_NEW_LINES = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, spaces without width: they come with what is copied
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers of Hangul, empty Braille: letters that show nothing
_UNPAIRED_SURROGATES = re.compile("[\ud800-\udfff]")


def lines(text: str | None) -> str:
    """Text of several lines: line ends as one "\\n", no control characters but tabs, no space around.

    What shows nothing at all (zero-width characters, marks of direction alone) is nothing.
    """
    unified = _NEW_LINES.sub("\n", text or "")
    for unwanted in (_CONTROL, _DIRECTION_OVERRIDES, _BREAKS, _UNPAIRED_SURROGATES):
        unified = unwanted.sub("", unified)
    return unified.strip() if any(map(_is_visible, unified)) else ""


def one_line(text: str | None) -> str:
    """Text of one line: as `lines`, with every stretch of white space as one space."""
    return " ".join(lines(text).split())


def readable_length(text: str) -> int:
    """How many characters of a text somebody can read: what leaves no trace is left out, a stretch of white space is one."""
    return len(" ".join("".join(c for c in text if c.isspace() or _is_visible(c)).split()))


def number_in(text: str | None) -> int | None:
    """The whole number that a hidden field or an address holds; none for anything else, or for more than a column takes."""
    text = text or ""
    is_one = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_NUMBER)) and int(text) <= HIGHEST_NUMBER
    return int(text) if is_one else None


def folded(text: str) -> str:
    """A text as it is compared with another: neither case nor accents make a difference."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()  # again: a sign can come apart into capitals, "℃" into "°C"
    return "".join(character for character in apart if not unicodedata.combining(character))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE and character not in _BLANK
