"""Resetting the second factor of somebody who has lost their app and their recovery codes."""

from flask import flash, redirect, render_template, request, url_for

from ..accounts import history, parked, people, second_factor
from ..accounts.errors import StalePage
from ..accounts.models import User
from ..accounts.sessions import the_user
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import Answer, typed
from .people_acts import refused
from .people_forms import ReasonForm
from .people_pages import person_of


@bp.route("/people/<int(max=2147483647):person_id>/second-factor/reset", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def reset_second_factor(person_id: int) -> Answer:
    """Ask why, then take the second factor away; the person is told by mail how to come back in."""
    person = person_of(person_id)
    if second_factor.of(person) is None:
        flash(_("%(who)s has no second factor.", who=person.name), "info")
        return redirect(url_for("admin.person", person_id=person.id), code=303)
    form = ReasonForm()
    if request.method != "POST":
        form = ReasonForm(formdata=typed())
        form.version.data = str(history.version_of(user_id=person.id))
        return _page(person, form)
    if not form.validate():
        return _page(person, form), 422
    try:
        with transaction():
            people.hold(person, version=form.seen_version)
            second_factor.reset(person, by=the_user(), reason=form.reason.data)
            parked.forget(request.path)
    except StalePage as stale:
        form.version.data = str(history.version_of(user_id=person.id))
        return _page(person, form, problem=refused(stale)), 409
    flash(_("The second factor of %(who)s is reset. The mail we sent them says how to sign in again.", who=person.name), "ok")
    return redirect(url_for("admin.person", person_id=person.id), code=303)


def _page(person: User, form: ReasonForm, *, problem: str = "") -> str:
    phone = people.phone_to_call(person)
    return render_template("admin/reset_second_factor.html", person=person, form=form, problem=problem, phone=phone)
