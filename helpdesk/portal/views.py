"""The public pages: home, the tiles and where they lead, Learn and its articles; and two questions that monitors ask."""

from typing import Any

from flask import Blueprint, current_app, render_template
from flask_login import current_user

from .. import clock
from ..accounts import preferences
from ..accounts.models import Language
from ..assets import dial
from ..extensions import db
from ..hours.wording import service_hours
from ..knowledge import markdown, queries
from ..permissions import Permission, may
from . import findings, health, navigation, readiness

bp = Blueprint("portal", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.app_context_processor
def give_navigation() -> dict[str, Any]:
    """What base.html shows at the top right."""
    return {"navigation": navigation.links(current_user)}


@bp.get("/")
def home() -> str:
    """The tiles, the answers people look for, and how to begin."""
    return render_template("portal/home.html", articles=db.session.scalars(queries.articles_for_home(_language())).all())


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


@bp.get("/learn")
def learn() -> str:
    """Learn about the Provider Enrollment Portal."""
    return render_template(
        "portal/learn.html",
        sessions=db.session.scalars(queries.sessions_to_come(clock.now())).all(),
        videos=db.session.scalars(queries.videos()).all(),
        articles=db.session.scalars(queries.articles(_language())).all(),
    )


@bp.get("/learn/<slug>")
def article(slug: str) -> str:
    """One article, with the desk's phone and hours filled in."""
    found = db.one_or_404(queries.article_called(slug, _language()))
    return render_template("portal/article.html", article=found, body=markdown.to_html(found.body, facts=_facts()))


@bp.get("/training")
def training() -> str:
    """The training sessions to come."""
    return render_template("portal/training.html", sessions=db.session.scalars(queries.sessions_to_come(clock.now())).all())


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


def _language() -> Language:
    """In which language articles are shown, where they are there in it."""
    return Language(preferences.locale())


def _facts() -> dict[str, str]:
    """What articles may name without writing it down: `[[phone]]` and its like, as Markdown."""
    phone, public_phone = current_app.config["DESK_PHONE"], current_app.config["PUBLIC_PHONE"]
    return {
        "phone": f"[{phone}](tel:{dial(phone)})",
        "public_phone": f"[{public_phone}](tel:{dial(public_phone)})",
        "hours": service_hours(),
        "portal_url": current_app.config["ENROLLMENT_PORTAL_URL"],
    }
