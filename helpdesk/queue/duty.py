"""The switch of everybody who works on cases, and the page on which a team sees who is on duty."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..accounts import duty as account_duty
from ..accounts import return_paths
from ..accounts.errors import WorksInNoTeam
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, may, requires
from ..transaction import transaction
from . import commands, duty_board
from .blueprint import bp

Answer = str | Response
FURTHEST = 1_000_000  # no list of teams goes on so far, and every database can count to it
ON = "on"  # what the switch sends


@bp.get("/duty")
@requires(Permission.WORK_ON_CASES)
def duty() -> Answer:
    """Who is on duty in the teams of this person, what they can do, and how many cases they have."""
    start = min(max(request.args.get("start", 0, type=int), 0), FURTHEST)
    rows, following = duty_board.page(the_user(), start=start)
    return render_template(
        "queue/duty.html",
        rows=rows,
        start=start,
        following=following,
        may_lead=may(the_user(), Permission.LEAD_PEOPLE),
        may_manage=may(the_user(), Permission.MANAGE_PEOPLE),
    )


@bp.post("/duty")
@requires(Permission.WORK_ON_CASES)
def switch_duty() -> Answer:
    """Go on duty, or off; the button that was pressed says which, so that a second press changes nothing."""
    user = the_user()
    if request.form.get("duty") != ON:
        with transaction():
            commands.end_duty(user, by=user)
        flash(_("You are off duty: the desk gives you no more cases. Those you have stay yours."), "ok")
        return _back()
    try:
        with transaction():
            given = commands.start_duty(user)
    except WorksInNoTeam:
        flash(_("You work in no team, so the desk has no cases to give you. An administrator can change that."), "warn")
        return _back()
    waited = ngettext("%(num)s case that waited is yours now.", "%(num)s cases that waited are yours now.", given)
    flash(_("You are on duty.") + (f" {waited}" if given else ""), "ok")
    return _back()


@bp.post("/duty/<int(max=2147483647):person_id>/end")
@requires(Permission.LEAD_PEOPLE)
def end_duty(person_id: int) -> Answer:
    """Switch somebody of a team that one leads off duty."""
    person: User = db.one_or_404(account_duty.led_by(the_user()).where(User.id == person_id))
    with transaction():
        was_on = commands.end_duty(person, by=the_user())
    if was_on:
        flash(_("%(who)s is off duty. The cases they have stay theirs.", who=person.name), "ok")
    else:
        flash(_("%(who)s was off duty already.", who=person.name), "info")
    return _back()


def _back() -> Response:
    """To the page with the button."""
    return redirect(return_paths.local(request.form.get("next")) or url_for(".duty"), code=303)  # type: ignore[return-value]
