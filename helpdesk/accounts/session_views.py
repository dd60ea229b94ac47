"""The page of one's sessions: where one is signed in, and ending that."""

from flask import flash, redirect, render_template, url_for

from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import people, sessions, user_sessions
from .registration import Answer, bp


@bp.get("/account/sessions")
@requires(Permission.OWN_ACCOUNT)
def own_sessions() -> Answer:
    """Where one is signed in."""
    rows = [(row, sessions.is_here(row)) for row in user_sessions.of_person(sessions.the_user())]
    return render_template("accounts/own_sessions.html", rows=rows)


@bp.post("/account/sessions/<int(max=2147483647):session_id>/end")
@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: int) -> Answer:
    """Sign out at another browser."""
    with transaction():
        was_open = user_sessions.end_one(sessions.the_user(), session_id)
    said = _("That browser is signed out.") if was_open else _("That browser was signed out already.")
    flash(said, "ok")
    return redirect(url_for(".own_sessions"), code=303)


@bp.post("/account/sessions/end-all")
@requires(Permission.OWN_ACCOUNT)
def end_all_sessions() -> Answer:
    """Sign out everywhere, here too."""
    with transaction():
        people.sign_out_everywhere(sessions.the_user(), by=sessions.the_user())
        sessions.sign_out()
    flash(_("You are signed out everywhere."), "ok")
    return redirect(url_for("portal.home"), code=303)
