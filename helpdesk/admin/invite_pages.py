"""The pages on which administrators invite staff."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for

from ..accounts import invitations, parked
from ..accounts.errors import AddressTaken, AlreadyActive, ProviderHasAccount
from ..accounts.models import Team
from ..accounts.sessions import the_user
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, Role, requires
from ..transaction import transaction
from .blueprint import bp
from .hours_pages import Answer, typed
from .people_acts import to_person
from .people_forms import InviteForm
from .people_pages import open_teams, person_of


@bp.route("/people/invite", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def invite() -> Answer:
    """Invite somebody to work at the desk."""
    if request.method != "POST":
        return render_template("admin/invite.html", form=InviteForm(open_teams(), formdata=typed()))
    form = InviteForm(open_teams())
    if not form.validate():
        return render_template("admin/invite.html", form=form), 422
    try:
        with transaction():
            user = invitations.invite(
                email=form.email.data,
                first_name=form.first_name.data,
                last_name=form.last_name.data,
                role=Role(form.role.data),
                teams=_teams(form.teams.data),
                leads=_teams(form.leads.data),
                by=the_user(),
            )
            parked.forget(request.path)
    except ProviderHasAccount:
        form.email.errors = [
            _(
                "This address has an account of a provider, which keeps its cases and cannot become one of the staff. Invite "
                "them at another address, such as their address at the office; or let them close the provider account first."
            )
        ]
        return render_template("admin/invite.html", form=form), 409
    except AddressTaken:
        form.email.errors = [_("A colleague with this address has an account already. Look for them under “People”.")]
        return render_template("admin/invite.html", form=form), 409
    flash(_("%(who)s is invited. The link in the mail is good for 7 days.", who=user.name), "ok")
    return redirect(url_for(".person", person_id=user.id), code=303)


@bp.post("/people/<int(max=2147483647):person_id>/invite-again")
@requires(Permission.MANAGE_PEOPLE)
def invite_again(person_id: int) -> Answer:
    """Mail a fresh link to somebody who has not come yet."""
    person = person_of(person_id)
    try:
        with transaction():
            invitations.send_again(person, by=the_user())
    except AlreadyActive:
        flash(_("%(who)s needs no invitation (any more).", who=person.name), "info")
    else:
        flash(_("A fresh invitation is on its way to %(address)s; older links no longer work.", address=person.email), "ok")
    return to_person(person)


def _teams(ids: list[int] | None) -> list[Team]:
    return list(db.session.scalars(sa.select(Team).where(Team.id.in_(ids or ())).order_by(Team.id)))
