"""What is said about the files that people send."""

from typing import Any

from flask_babel import format_decimal

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .arrivals import MEGABYTE, Problem
from .attachment_models import Attachment
from .attachment_types import MediaType
from .attachments import Refused

KILOBYTE = 1024

TYPES: dict[MediaType, Any] = {
    MediaType.PNG: _l("PNG picture"),
    MediaType.JPEG: _l("JPEG picture"),
    MediaType.PDF: _l("PDF"),
    MediaType.XLSX: _l("Excel workbook"),
    MediaType.CSV: _l("CSV table"),
    MediaType.TEXT: _l("text"),
}
WHY: dict[Problem, Any] = {
    Problem.EMPTY: _l("“%(name)s” was not added, because it is empty. Check it on your computer, then choose it again."),
    Problem.TOO_LARGE: _l("“%(name)s” was not added, because it is larger than 10 MB. Send a smaller copy or a part of it."),
    Problem.TOO_MANY: _l("“%(name)s” was not added, because there can be up to 5 files. Remove one, or send it afterwards."),
    Problem.NOT_TAKEN: _l(
        "“%(name)s” was not added, because it is of a kind that we do not take. "
        "Save it as a PDF, a PNG or JPEG picture, an Excel workbook (.xlsx), CSV or text."
    ),
    Problem.NO_ROOM: _l(
        "“%(name)s” could not be kept: we have no room for files at the moment. Nothing was sent, and your text is still here. "
        "Send it without the file, or try again later."
    ),
    Problem.NOT_KEPT: _l(
        "“%(name)s” could not be kept: something is wrong with our store of files. Nothing was sent, and your text is still "
        "here. Send it without the file, or try again later."
    ),
}


def why(refused: Refused) -> str:
    """Why a file is not kept, and what to do, as a sentence."""
    return str(WHY[refused.problem]) % {"name": refused.name}


def about(file: Attachment) -> str:
    """What a file is and how large: "PNG picture, 1.4 MB"."""
    return _("%(type)s, %(size)s", type=TYPES[file.kind], size=size_in_words(file.size))


def size_in_words(size: int) -> str:
    """A number of bytes as people read it: "812 kB", "1.4 MB"."""
    if size < MEGABYTE:
        return _("%(number)s kB", number=format_decimal(-(-size // KILOBYTE)))
    return _("%(number)s MB", number=format_decimal(round(size / MEGABYTE, 1)))
