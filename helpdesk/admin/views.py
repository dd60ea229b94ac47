"""The home of the settings. The pages behind it stand in the modules named here, which add their routes when imported."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l

from ..accounts.sessions import the_user
from ..permissions import Permission, may, requires
from . import health
from .blueprint import bp

__all__ = ["bp", "health"]


@dataclass(frozen=True)
class Section:
    """One line of the home page: where it leads, what is set or seen there, and who may."""

    endpoint: str
    title: Any
    text: Any
    permission: Permission


SECTIONS: tuple[Section, ...] = (
    Section(
        "admin.health",
        _l("Health of the desk"),
        _l("Whether everything works, what waits for a person, and what to do."),
        Permission.SEE_HEALTH,
    ),
)


@bp.get("")
@requires(Permission.SEE_SETTINGS)
def index() -> str:
    """What this person can set or see."""
    sections = [section for section in SECTIONS if may(the_user(), section.permission)]
    return render_template("admin/index.html", sections=sections)
