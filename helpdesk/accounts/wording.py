"""What people read about accounts."""

from datetime import datetime, timedelta

from flask_babel import ngettext
from markupsafe import Markup

from .. import clock
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Role
from .models import Appearance, Language

NCID_HELP_PHONE = "(800) 722-3946"
_LANGUAGES = {Language.ENGLISH: "English", Language.SPANISH: "Español"}  # each in its own words
_ROLES = {
    Role.PROVIDER: _l("Vaccine provider"),
    Role.AGENT: _l("Agent"),
    Role.LEAD: _l("Team lead"),
    Role.ADMIN: _l("Administrator"),
}


_APPEARANCES = {
    Appearance.SYSTEM: _l("As my device is set"),
    Appearance.LIGHT: _l("Light"),
    Appearance.DARK: _l("Dark"),
}


def label(member: Language | Role | Appearance) -> str:
    """The word for it on a page."""
    if isinstance(member, Language):
        return _LANGUAGES[member]
    return str(_ROLES[member] if isinstance(member, Role) else _APPEARANCES[member])


def wait_sentence(until: datetime) -> str:
    """When the next try makes sense."""
    seconds = seconds_left(until)
    if seconds < 90:  # noqa: PLR2004
        wait = ngettext("%(num)d second", "%(num)d seconds", seconds)
    else:
        wait = ngettext("%(num)d minute", "%(num)d minutes", -(-seconds // 60))
    return str(_("Too many tries in a row. Nothing is locked: wait %(wait)s, then try again.", wait=wait))


def seconds_left(until: datetime) -> int:
    """Whole seconds from now to an instant, at least one."""
    return max(1, -((clock.now() - until) // timedelta(seconds=1)))


def not_the_ncid() -> Markup:
    """That this account is not the NCID, and who helps with that one."""
    return Markup("{} <a href='tel:8007223946'>{}</a>.").format(
        _("This account is for this help desk only. It is not your NCID. For help with your NCID, call NCDIT at"), NCID_HELP_PHONE
    )
