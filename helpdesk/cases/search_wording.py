"""What is said of a passage in which words were found."""

from ..languages import lazy_gettext as _l
from ..languages import translated
from .searching import Text, Where

SENTENCES = {
    Where.QUESTION: _l("%(who)s asked"),
    Where.REPLY: _l("%(who)s replied"),
    Where.NOTE: _l("Note by %(who)s, staff only"),
    Where.RESOLUTION: _l("%(who)s resolved the case"),
    Where.NOT_SOLVED: _l("%(who)s says it is not solved"),
    Where.WITHDRAWN: _l("%(who)s wrote and withdrew it"),
    Where.FILE: _l("File"),
}


def where(text: Text) -> str:
    """In what kind of text a passage stands, and who wrote it; of an answer, the question."""
    if text.where is Where.ANSWER:
        return translated(text.who)
    return str(SENTENCES[text.where]) % {"who": text.who}
