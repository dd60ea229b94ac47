"""Addresses of static files that change with their content, and Bootstrap's icons as inline SVG."""

import hashlib
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, request, url_for
from markupsafe import Markup

OURS = Path(__file__).parent / "static"
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
BOOTSTRAP_PREFIX = "bootstrap/"
FOLDERS = {"static": OURS, "bootstrap.static": BOOTSTRAP}
FOREVER = "public, max-age=31536000, immutable"
SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL)


def set_up(app: Flask) -> None:
    """Give templates `asset(path)`, `inline_icon(name)` and the filter `dial`; let hashed files be kept for good."""
    app.jinja_env.globals.update(asset=asset, inline_icon=icon)
    app.jinja_env.filters["dial"] = dial

    @app.after_request
    def keep_hashed_files(response: Response) -> Response:
        folder = FOLDERS.get(request.endpoint or "")
        if folder and response.status_code == HTTPStatus.OK and "v" in request.args:
            file = folder / (request.view_args or {})["filename"]
            if request.args["v"] == _digest(file):
                response.headers["Cache-Control"] = FOREVER
        return response


def asset(path: str) -> str:
    """The address of a static file with its content's hash: ours, or Bootstrap's under "bootstrap/"."""
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


@cache
def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@cache
def _icons() -> dict[str, tuple[str, str]]:
    sprite = (BOOTSTRAP / "icons" / "bootstrap-icons.svg").read_text()
    return {name: (view_box, shapes) for view_box, name, shapes in SYMBOL.findall(sprite)}
