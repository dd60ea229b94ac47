"""The health of the desk, as a page: what `flask doctor` says."""

from flask import render_template

from ..permissions import Permission, requires
from ..portal import health as desk
from .blueprint import bp


@bp.get("/health")
@requires(Permission.SEE_HEALTH)
def health() -> str:
    """Everything that was looked at, and what to do about what is not as it should be."""
    return render_template("admin/health.html", findings=desk.findings())
