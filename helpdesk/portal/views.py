"""The public pages: home, the tiles and where they lead; and two questions that monitors ask. Learn: `learn_pages.py`."""

from typing import Any

from flask import render_template
from flask_login import current_user

from ..extensions import db
from ..knowledge import queries
from ..knowledge.readers import the_reader
from ..permissions import Permission, may
from . import findings, health, learn_pages, navigation, readiness
from .blueprint import bp

__all__ = ["bp", "learn_pages"]  # which adds its routes when imported
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.app_context_processor
def give_navigation() -> dict[str, Any]:
    """What base.html shows at the top right."""
    return {"navigation": navigation.links(current_user)}


@bp.get("/")
def home() -> str:
    """The tiles, the answers people look for, and how to begin."""
    articles = db.session.scalars(queries.articles_for_home(the_reader())).all()
    return render_template("portal/home.html", articles=articles)


@bp.get("/vaccine-provider")
def vaccine_provider() -> str:
    """Get Help, my cases, Learn: what a vaccine provider comes for."""
    return render_template("portal/vaccine_provider.html")


@bp.get("/local-health-department")
def local_health_department() -> str:
    """The same help, for the local health departments."""
    return render_template("portal/local_health_department.html")


@bp.get("/employer")
def employer() -> str:
    """For employers and community organizations."""
    return render_template("portal/employer.html")


@bp.get("/public")
def public() -> str:
    """Where recipients and the public find help; no case can be opened here."""
    return render_template("portal/public.html")


@bp.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Whether this process answers at all; asks nothing of the database."""
    return "ok\n", 200, PLAIN


@bp.get("/readyz")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Whether the desk can work; people who may see its health also read what was looked at, and what to do."""
    if not readiness.look().is_ready:
        return "not ready\n", 503, PLAIN
    found = health.findings() if may(current_user, Permission.SEE_HEALTH) else []
    return "\n".join(["ready", *findings.lines(found)]) + "\n", 200, PLAIN
