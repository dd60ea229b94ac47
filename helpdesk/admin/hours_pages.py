"""What the pages of service hours share: how a change is answered, and what it does to the present and the past."""

from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .. import clock
from ..accounts import parked
from ..errors import HelpDeskError
from ..extensions import db
from ..hours import queries
from ..languages import gettext as _
from .calendar_changes import Moved

Row = TypeVar("Row")
Answer = str | Response | tuple[str, int]


def today() -> date:
    """The day that it is at the desk."""
    return queries.calendar().wall(clock.now()).date()


class NoLongerThere(HelpDeskError):
    """The row that was shown has been taken away since."""


def locked(kind: type[Row], row_id: int) -> Row:
    """The row that the form was shown for, which nobody else can take away until the transaction ends. Raises NoLongerThere.

    SQLite gives the number of a row that is gone to the next one; so the form also says when its row was made.
    """
    table: Any = kind
    found: Any = db.session.scalar(sa.select(kind).where(table.id == row_id).with_for_update())
    if found is None or found.created_at.isoformat() != request.form.get("made"):
        raise NoLongerThere
    shown: Row = found
    return shown


def refuse_stale() -> Answer:
    """Back to service hours as they are now, because what was to be withdrawn is gone."""
    flash(_("That is withdrawn already; nothing was changed. Below is what holds now."), "warn")
    return redirect(url_for("admin.service_hours"), code=303)


def typed() -> MultiDict[str, Any] | None:
    """What was typed into the form of this address when a session ended under it."""
    kept = parked.fields_for(request.path)
    return MultiDict(kept) if kept else None


def effect(on: date) -> str:
    """What a change does that begins on a day which has begun, or is over; empty for a day to come."""
    if on > today():
        return ""
    began = _("It takes effect at once.") if on == today() else _("It reaches back to a day that is over.")
    return f"{began} " + _(
        "Targets that still run are counted anew from their start. Mail that has left, targets that were met or missed, and what "
        "was written down about them stay as they were."
    )


def moved_in_words(moved: Moved) -> str:
    """What a change has moved, in a sentence."""
    if not (moved.mails or moved.due_times):
        return _("No held mail and no due time moved.")
    mails = ngettext("%(num)s held mail", "%(num)s held mails", moved.mails)
    due_times = ngettext("%(num)s due time", "%(num)s due times", moved.due_times)
    return _("Moved with it: %(mails)s and %(due_times)s.", mails=mails, due_times=due_times)


def done(what: str, moved: Moved, *, on: date) -> Answer:
    """Back to service hours, with what was done, what moved and, for a day that has begun, what stays as it was."""
    flash(" ".join(part for part in (what, moved_in_words(moved), effect(on)) if part), "ok")
    return redirect(url_for("admin.service_hours"), code=303)
