"""The pages on which people change their own details, password and address."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from .. import clock
from ..permissions import Permission, requires
from ..transaction import transaction
from . import own_account, parked, passwords, second_factor, sessions, throttling, tokens
from .account_forms import ChangeAddressForm, ChangePasswordForm, DetailsForm, wrong_password
from .errors import AddressTaken, LinkNotValid, SameAddress, TooManyTries
from .models import Language, TokenPurpose, User
from .registration import Answer, LinkState, bp, too_many, typed_before

DETAILS, PASSWORD, ADDRESS = ("accounts/details.html", "accounts/change_password.html", "accounts/change_address.html")


@bp.route("/account/details", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def details() -> Answer:
    """One's name, phone, language and PIN."""
    user = sessions.the_user()
    if request.method != "POST":
        return render_template(DETAILS, form=DetailsForm(formdata=typed_before(url_for(".details")), obj=user), user=user)
    form = DetailsForm()
    if not form.validate():
        return render_template(DETAILS, form=form, user=user), 422
    typed = form.data
    with transaction():
        own_account.change_details(
            user,
            first_name=typed["first_name"],
            last_name=typed["last_name"],
            phone=typed["phone"],
            language=Language(typed["language"]),
            pin=typed["pin"] if not user.is_staff else user.pin,
        )
        parked.forget(url_for(".details"))
    flash(_("Your details are saved."), "ok")
    return redirect(url_for(".account"), code=303)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_password() -> Answer:
    """Another password; other browsers are signed out, this one is not."""
    user = sessions.the_user()
    form = ChangePasswordForm(
        personal=(user.email, user.first_name, user.last_name), has_second_factor=second_factor.of(user) is not None
    )
    if request.method != "POST":
        return render_template(PASSWORD, form=form, user=user)
    if not form.validate():
        return render_template(PASSWORD, form=form, user=user), 422
    try:
        if not _knows_password(user, form.data["current"]):
            wrong_password(form.current)
            return render_template(PASSWORD, form=form, user=user), 422
    except TooManyTries as tries:
        return too_many(PASSWORD, form, tries, user=user)
    with transaction():
        own_account.change_password(user, form.data["password"])
        sessions.go_on(user)
    flash(_("Your new password is set. Everywhere else you are signed out."), "ok")
    return redirect(url_for(".account"), code=303)


@bp.route("/account/address", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_address() -> Answer:
    """Ask for another address: a link is mailed there."""
    user = sessions.the_user()
    if request.method != "POST":
        sent = "sent" in request.args
        return render_template(ADDRESS, form=ChangeAddressForm(formdata=typed_before(request.path)), user=user, is_sent=sent)
    form = ChangeAddressForm()
    if not form.validate():
        return render_template(ADDRESS, form=form, user=user), 422
    try:
        if not _knows_password(user, form.data["current"]):
            wrong_password(form.current)
            return render_template(ADDRESS, form=form, user=user), 422
        with transaction():
            own_account.ask_for_address(user, form.data["email"], client=request.remote_addr)
            parked.forget(request.path)
    except SameAddress:
        form.email.errors = [_("This is the address that you have now.")]
        return render_template(ADDRESS, form=form, user=user), 422
    except TooManyTries as tries:
        return too_many(ADDRESS, form, tries, user=user)
    return redirect(url_for(".change_address", sent=1), code=303)


@bp.route("/account/address/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> Answer:
    """Change to the address that the link was mailed to: the link shows the button, the button acts."""
    known = tokens.find(token, TokenPurpose.CHANGE_ADDRESS)
    state = _state_of(token)
    page = {"known": known, "state": state}
    if state is not LinkState.GOOD or request.method != "POST":
        return render_template("accounts/confirm_address.html", **page), _ANSWERED_WITH[state]
    try:
        with transaction():
            own_account.confirm_address(token)
    except (LinkNotValid, AddressTaken):  # used or ended just now, or somebody has registered with it meanwhile
        return render_template("accounts/confirm_address.html", known=known, state=LinkState.OLD), 410
    flash(_("Your address is changed. From now on you sign in with it."), "ok")
    return redirect(url_for(".account"), code=303)


_ANSWERED_WITH = {LinkState.GOOD: 200, LinkState.USED: 200, LinkState.OLD: 410, LinkState.UNKNOWN: 404}


def _state_of(token: str) -> LinkState:
    known = tokens.find(token, TokenPurpose.CHANGE_ADDRESS)
    if known is None or known.user.deactivated_at is not None:
        return LinkState.UNKNOWN
    if known.is_good(at=clock.now()):
        return LinkState.GOOD
    return LinkState.USED if known.user.email == known.new_address else LinkState.OLD


def _knows_password(user: User, password: str) -> bool:
    """Raises TooManyTries: tries are counted as at sign-in."""
    with transaction():
        throttling.count_sign_in(user.email_key, request.remote_addr)
    if not passwords.check_password(user.password_hash, password):
        return False
    with transaction():
        throttling.sign_in_was_right(user.email_key, request.remote_addr)
    return True
