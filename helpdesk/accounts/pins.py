"""Provider PINs: six digits, perhaps after the letters NCA, and however they are spaced."""

import re

from .errors import NotAPin

_PIN = re.compile(r"(?:NCA)?([0-9]{6})", re.IGNORECASE | re.ASCII)


def pin_of(text: str) -> str:
    """The six digits of a provider PIN, written with or without NCA; raises NotAPin."""
    found = _PIN.fullmatch("".join(text.split()))
    if found is None:
        raise NotAPin(text)
    return found[1]


def pin_in(text: str) -> str:
    """The six digits of what may be a provider PIN; nothing for anything else."""
    try:
        return pin_of(text)
    except NotAPin:
        return ""
