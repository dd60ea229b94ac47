"""The public pages: home, the tiles and where they lead, Learn, and two questions that monitors ask."""

from typing import Any

from flask import Blueprint, render_template
from flask_login import current_user

from . import navigation

bp = Blueprint("portal", __name__)


@bp.app_context_processor
def give_navigation() -> dict[str, Any]:
    """What base.html shows at the top right."""
    return {"navigation": navigation.links(current_user)}


@bp.get("/")
def home() -> str:
    """The tiles, the answers people look for, and how to begin."""
    return render_template("portal/home.html")


@bp.get("/learn")
def learn() -> str:
    """Learn about the Provider Enrollment Portal."""
    return render_template("portal/home.html")


@bp.get("/training")
def training() -> str:
    """The training sessions to come."""
    return render_template("portal/home.html")


@bp.get("/public")
def public() -> str:
    """Where recipients and the public find help."""
    return render_template("portal/home.html")


@bp.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Whether this process answers at all."""
    return "ok", 200, {"Content-Type": "text/plain; charset=utf-8"}
