"""What stands where a passage was removed, and what its writer is told."""

from markupsafe import Markup, escape

from ..languages import gettext as _
from ..languages import lazy_gettext as _l

TOMBSTONE = "[removed: patient data]"
# What the desk offers to tell the requester (DOMAIN section 11, macro M9).
TOLD_BY_REPLY = _l(
    "We have removed information about a patient from your case, to protect that person. You do not have to do anything, and we "
    "go on working on it. Please leave names, birth dates and numbers of patients out of what you write to us: the record ID of "
    "CVMS or NCIR is enough."
)


def shown(text: str) -> Markup:
    """A text with its tombstones in the language of the page, set apart from what somebody has typed."""
    if TOMBSTONE not in text:
        return escape(text)
    stone = Markup('<span class="tombstone">{}</span>').format(_("[removed: patient data]"))
    return Markup(escape(text).replace(escape(TOMBSTONE), stone))  # noqa: S704 - escaped in this line
