"""Addresses of static files that change with their content, our one stylesheet, and Bootstrap's icons as inline SVG."""

import hashlib
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import flask_bootstrap
from flask import Flask, Response, request, url_for
from flask_compress import Compress
from markupsafe import Markup

OURS = Path(__file__).parent / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
BOOTSTRAP_PREFIX = "bootstrap/"
FOLDERS = {"static": OURS, "bootstrap.static": BOOTSTRAP}
STYLESHEET = "desk.css"
STYLES = "styles.static"  # its endpoint
# Its parts, in order: the theme and what all pages share, then what some pages add.
PARTS = (
    "desk",
    "cases",
    "queue",
    "settings",
    "rules",
    "backtests",
    "ledger",
    "people",
    "directory",
    "learn",
    "knowledge",
    "search",
)
# Pages are not compressed: they hold the keys of forms beside what was typed, and the length would tell (BREACH).
COMPRESSED = ["text/css", "text/javascript", "image/svg+xml"]
FOREVER = "public, max-age=31536000, immutable"
SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL)


def set_up(app: Flask) -> None:
    """Give templates `asset(path)`, `inline_icon(name)` and the filter `dial`; let hashed files be kept for good."""
    app.jinja_env.globals.update(asset=asset, inline_icon=icon)
    app.jinja_env.filters["dial"] = dial
    app.add_url_rule(f"/static/{STYLESHEET}", STYLES, _show_stylesheet)
    app.config.setdefault("COMPRESS_MIMETYPES", COMPRESSED)
    Compress(app)
    app.after_request(_read_whole)  # before it is compressed: what is set up last comes first

    @app.after_request
    def keep_hashed_files(response: Response) -> Response:
        asked_with = request.args.get("v")
        if asked_with and response.status_code == HTTPStatus.OK and asked_with == _digest_of_asked():
            response.headers["Cache-Control"] = FOREVER
        return response


def _read_whole(response: Response) -> Response:
    """Read a file that may be compressed and close it here: Flask-Compress and a server whose visitor has gone leave it open."""
    if response.is_streamed and response.mimetype in COMPRESSED:
        opened: Any = response.response  # a file: nothing else is streamed with these types
        response.direct_passthrough = False
        response.make_sequence()
        opened.close()
    return response


def _digest_of_asked() -> str | None:
    """The digest of the file that is asked for; none where no file is."""
    if request.endpoint == STYLES:
        return _digest_of_styles()
    folder = FOLDERS.get(request.endpoint or "")
    return _digest(folder / (request.view_args or {})["filename"]) if folder else None


def asset(path: str) -> str:
    """The address of a static file with its content's hash: ours, or Bootstrap's under "bootstrap/"."""
    if path == STYLESHEET:
        return url_for(STYLES, v=_digest_of_styles())
    if path.startswith(BOOTSTRAP_PREFIX):
        name = path.removeprefix(BOOTSTRAP_PREFIX)
        return url_for("bootstrap.static", filename=name, v=_digest(BOOTSTRAP / name))
    return url_for("static", filename=path, v=_digest(OURS / path))


def icon(name: str) -> Markup:
    """A Bootstrap icon as decoration (hidden from screen readers); raises KeyError for a name Bootstrap does not have."""
    view_box, shapes = _icons()[name]
    svg = '<svg class="icon" viewBox="{}" fill="currentColor" aria-hidden="true" focusable="false">{}</svg>'
    return Markup(svg).format(view_box, Markup(shapes))  # noqa: S704  shapes come from Bootstrap's own file


def dial(phone: str) -> str:
    """A phone number as a telephone dials it, without its extension: "(877) 873-6247 ext. 5" -> "+18778736247"."""
    number = phone.lower().partition("x")[0]
    digits = "".join(character for character in number if character.isdigit())
    return f"+1{digits}" if len(digits) == 10 else digits  # noqa: PLR2004  ten digits: a North American number


def _show_stylesheet() -> Response:
    answer = Response(_styles(), mimetype="text/css")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@cache
def _styles() -> bytes:
    return b"\n".join((OURS / "styles" / f"{part}.css").read_bytes() for part in PARTS)


@cache
def _digest_of_styles() -> str:
    return hashlib.sha256(_styles()).hexdigest()[:12]


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@cache
def _icons() -> dict[str, tuple[str, str]]:
    sprite = (BOOTSTRAP / "icons" / "bootstrap-icons.svg").read_text()
    return {name: (view_box, shapes) for view_box, name, shapes in SYMBOL.findall(sprite)}
