"""What concerns one's account and one's cases together: everything held about one, and the end of the account."""

from flask import flash, redirect, render_template, stream_with_context, url_for
from werkzeug.wrappers import Response

from ..accounts import account_pages, sessions
from ..accounts.account_forms import CloseForm
from ..accounts.registration import Answer
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import closing, own_data, sharing_views
from .attachment_views import bp

__all__ = ["bp", "sharing_views"]  # which adds its routes when imported

PAGE = "cases/close_account.html"


@bp.get("/account/data", endpoint="own_data")
@requires(Permission.OWN_ACCOUNT)
def download_own_data() -> Answer:
    """Everything held about the person who asks, as a file."""
    answer = Response(stream_with_context(own_data.of(sessions.the_user())), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="my-help-desk-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/account/close", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def close_account() -> Answer:
    """Say what closing the account means, and with the password, do it."""
    user, form = sessions.the_user(), CloseForm()
    if user.is_staff or not form.is_submitted():
        return render_template(PAGE, form=CloseForm(formdata=None), is_staff=user.is_staff, email=user.email)
    if not form.validate():
        return render_template(PAGE, form=form, email=user.email), 422
    if refused := account_pages.wrong_password(form, PAGE, email=user.email):
        return refused
    with transaction():
        closing.close_account(user)
        sessions.sign_out()
    flash(_("Your account is closed. We have sent a last mail that says so."), "ok")
    return redirect(url_for("portal.home"), code=303)
