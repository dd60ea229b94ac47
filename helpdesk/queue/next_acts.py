"""Take next: the most urgent case that fits somebody, or why there is none."""

from flask import flash, redirect, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..accounts.models import Language
from ..accounts.sessions import the_user
from ..cases.wording import label
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import commands
from .blueprint import bp
from .errors import NothingWaits


@bp.post("/queue/take-next")
@requires(Permission.WORK_ON_CASES)
def take_next() -> Response:
    """Take the most urgent case of one's teams that nobody has and that one has the skills for, and open it."""
    try:
        with transaction():
            number = commands.take_next(by=the_user()).number
    except NothingWaits as nothing:
        flash(_why(nothing), "info")
        return redirect(url_for(".index"), code=303)  # type: ignore[return-value]
    flash(_("You have taken %(number)s.", number=number), "ok")
    return redirect(url_for(".case", number=number), code=303)  # type: ignore[return-value]


def _why(nothing: NothingWaits) -> str:
    """Why nothing fits, and where there may be something to do."""
    if nothing.lacking:
        waiting = " ".join(_who_is_wanted(skill, count) for skill, count in nothing.lacking.items())
        return _("No case that waits in your teams fits you.") + f" {waiting}"
    in_triage = _("Cases in triage that wait for a hand are under “Unassigned”.")
    return f"{_who_has_them(nothing.held_up)} {in_triage}"


def _who_has_them(held_up: int) -> str:
    if not held_up:
        return _("Every case of your teams has somebody.")
    return ngettext(
        "The %(num)s case of your teams that nobody has waits for an answer or is on hold.",
        "The %(num)s cases of your teams that nobody has wait for an answer or are on hold.",
        held_up,
    )


def _who_is_wanted(skill: str, count: int) -> str:
    if skill in set(Language):
        return ngettext(
            "%(num)s case waits for somebody who speaks %(language)s.",
            "%(num)s cases wait for somebody who speaks %(language)s.",
            count,
            language=label(Language(skill)),
        )
    return ngettext(
        "%(num)s case waits for somebody with the skill “%(skill)s”.",
        "%(num)s cases wait for somebody with the skill “%(skill)s”.",
        count,
        skill=skill,
    )
