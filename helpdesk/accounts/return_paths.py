"""Where to go on after signing in: always a page of this desk."""

from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

LONGEST_PATH = 2_000
SIGNING_IN = frozenset({"accounts.login", "accounts.second_step"})
NO_PAGES = frozenset({"accounts.visit_in", "static", "bootstrap.static", "styles.static"})


def local(address: str | None, *, signs_in: bool = False) -> str:
    """The address where it names a page of this desk by its path, else "": never another site.

    Nor a page to sign in at, but with `signs_in`.
    """
    text = address or ""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or len(text) > LONGEST_PATH or not text.isprintable():
        return ""
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or (page := _page_at(parts.path)) in NO_PAGES | {None}:
        return ""
    if page in SIGNING_IN and not signs_in:
        return ""
    return text


def page_for(path: str) -> str:
    """The page that holds the form sent to `path`: the path itself where it can be opened, else the nearest one above it."""
    while path != "/" and _page_at(path) is None:
        path = path.rstrip("/").rpartition("/")[0] or "/"
    return path


def _page_at(path: str) -> str | None:
    """The endpoint that answers when this path is opened, if any."""
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:  # not found, only for forms, or a redirect
        return None
    return str(endpoint)
