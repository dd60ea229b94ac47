"""Where to go on after signing in: always a page of this desk."""

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

LONGEST_PATH = 2_000
NO_PLACE_TO_GO_ON = frozenset({"accounts.login", "accounts.logout", "static", "bootstrap.static"})


def local(address: str | None) -> str:
    """The address where it names a page of this desk by its path, else "": never another site."""
    text = address or ""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or len(text) > LONGEST_PATH or not text.isprintable():
        return ""
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc and _is_page(parts.path) else ""


def page_for(path: str) -> str:
    """The page that holds the form sent to `path`: the path itself where it can be opened, else the nearest one above it."""
    while path != "/" and not _is_page(path):
        path = path.rstrip("/").rpartition("/")[0] or "/"
    return path


def _is_page(path: str) -> bool:
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return False
    except HTTPException:
        return False
    return endpoint not in NO_PLACE_TO_GO_ON
