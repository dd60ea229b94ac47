"""Resetting the second factor of somebody who has lost their app and their recovery codes."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..accounts import history, parked, second_factor
from ..accounts.sessions import the_user
from ..permissions import Permission, requires
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import Answer, typed
from .people_forms import ReasonForm
from .people_pages import person_of


@bp.route("/people/<int(max=2147483647):person_id>/second-factor/reset", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def reset_second_factor(person_id: int) -> Answer:
    """Ask why, then take the second factor away; the person is told by mail and sets up another."""
    person = person_of(person_id)
    if second_factor.of(person) is None:
        flash(_("%(who)s has no second factor.", who=person.name), "info")
        return redirect(url_for("admin.person", person_id=person.id), code=303)
    form = ReasonForm()
    if request.method != "POST":
        form = ReasonForm(formdata=typed())
        form.version.data = str(history.version_of(user_id=person.id))
        return render_template("admin/reset_second_factor.html", person=person, form=form)
    if not form.validate():
        return render_template("admin/reset_second_factor.html", person=person, form=form), 422
    with transaction():
        second_factor.reset(person, by=the_user(), reason=form.reason.data)
        parked.forget(request.path)
    flash(_("The second factor of %(who)s is reset, and they are told by mail.", who=person.name), "ok")
    return redirect(url_for("admin.person", person_id=person.id), code=303)
