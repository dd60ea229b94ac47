"""The page that an invitation leads to: it shows a form (programs open links, too), and sending that acts."""

from flask import flash, redirect, render_template, request, url_for

from .. import clock
from ..languages import gettext as _
from ..transaction import transaction
from . import invitations, tokens
from .errors import LinkNotValid
from .forms import FirstPasswordForm, NewPasswordForm
from .models import AccountToken, TokenPurpose
from .registration import Answer, LinkState, bp


@bp.route("/invitation/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> Answer:
    """Choose the password of an account that staff has prepared; a provider sees and corrects the phone that was noted, too."""
    known = tokens.find(token, TokenPurpose.INVITATION)
    if known is None or not known.is_good(at=clock.now()):
        return _dead_link(known)
    user = known.user
    personal = (user.email, user.first_name, user.last_name)
    form = NewPasswordForm(personal=personal) if user.is_staff else FirstPasswordForm(personal=personal, obj=user)
    page = {"form": form, "user": user, "state": LinkState.GOOD}
    if request.method != "POST":
        return render_template("accounts/accept_invitation.html", **page)
    if not form.validate():
        return render_template("accounts/accept_invitation.html", **page), 422
    try:
        with transaction():
            invitations.accept(token, password=form.data["password"], phone=form.data.get("phone", ""))
    except LinkNotValid:  # used or ended just now
        return _dead_link(tokens.find(token, TokenPurpose.INVITATION))
    flash(_("Your account is active. Sign in with your e-mail address and your password."), "ok")
    return redirect(url_for(".login"), code=303)


def _dead_link(known: AccountToken | None) -> Answer:
    """Why the link does nothing, and who helps."""
    if known is None or known.user.deactivated_at is not None:
        state, status = LinkState.UNKNOWN, 404
    elif known.user.verified_at is not None:
        state, status = LinkState.USED, 200
    else:
        state, status = LinkState.OLD, 410
    of_provider = known is not None and not known.user.is_staff
    return render_template("accounts/accept_invitation.html", form=None, state=state, of_provider=of_provider), status
