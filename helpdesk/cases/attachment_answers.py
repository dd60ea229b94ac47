"""A file as an answer: downloaded, never shown in the browser under the address of the desk."""

import unicodedata
from urllib.parse import quote

import structlog
from flask import Response

from . import attachment_store as store
from .attachment_models import Attachment

SAFE_IN_HEADER = "!#$&+-.^_`|~"  # of RFC 8187
LOCKED_UP = "default-src 'none'; sandbox"  # should a browser show it all the same, it can do nothing there


def download(file: Attachment) -> Response | None:
    """The content of a file, a piece at a time; none when it is not on the disk, which the log says."""
    if not store.is_there(file.stored_as, size=file.size):
        structlog.get_logger().error("attachment_missing", attachment=file.id, file=file.stored_as)
        return None
    answer = Response(store.pieces(file.stored_as), content_type=file.media_type)
    answer.content_length = file.size
    answer.headers["Content-Disposition"] = disposition(file.name)
    answer.headers["Content-Security-Policy"] = LOCKED_UP
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def disposition(name: str) -> str:
    """How a file is to be saved under this name (RFC 6266): with all its letters, and in ASCII for what is old."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if " " <= c <= "~" and c not in '"\\%')
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=SAFE_IN_HEADER)}"
