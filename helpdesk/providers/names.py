"""How names are compared: two ways to write the same are the same."""

import re
import unicodedata

from ..typed_text import readable_length

SHORTEST_NAME, LONGEST_NAME = 2, 120  # characters; the same as on the help ticket
_JOINING = re.compile("[.'`\u2019\u00b4]")  # "L.L.C." is "LLC", "Women's" is "Womens"
_PARTING = re.compile(r"[^\w\s]|_")
_SPACED_SUFFIX = re.compile(r"(?<= )(?:p l l c|l l l p|l l c|l l p|p l c|p a|p c|l p)$")


def is_name(text: str) -> bool:
    """Whether a text can be the name of an organization or a location: as much can be read of it as a name has at least."""
    return SHORTEST_NAME <= readable_length(text) <= len(text) <= LONGEST_NAME


def name_key(name: str) -> str:
    """A name as it is compared: case, punctuation, width of letters and the spacing of "L. L. C." make no difference."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).replace("&", " and ")
    words = " ".join(_PARTING.sub(" ", _JOINING.sub("", folded)).split())
    joined = _SPACED_SUFFIX.sub(lambda suffix: suffix[0].replace(" ", ""), words)
    return joined or " ".join(folded.split())
