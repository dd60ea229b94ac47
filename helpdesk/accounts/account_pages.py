"""The pages on which people change their own account: details, password, address."""

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from .. import clock
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import commands, own_account, parked, second_factor, sessions, throttling, tokens
from .account_forms import ChangeAddressForm, ChangePasswordForm, ConfirmAddressForm, DetailsForm
from .addresses import key_of
from .errors import LinkNotValid, PasswordChanged, TooManyTries
from .models import AccountToken, Language, TokenPurpose, User
from .registration import Answer, LinkState, bp, too_many, typed_before
from .wording import seconds_left, wait_sentence


@bp.route("/account/details", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_details() -> Answer:
    """Correct one's name, phone, language and PIN."""
    user = sessions.the_user()
    if request.method != "POST":
        form = DetailsForm(formdata=typed_before(request.path), obj=user, is_staff=user.is_staff)
        return render_template("accounts/change_details.html", form=form)
    form = DetailsForm(is_staff=user.is_staff)
    if not form.validate():
        return render_template("accounts/change_details.html", form=form), 422
    typed = form.data
    with transaction():
        is_changed = own_account.change_details(
            user,
            first_name=typed["first_name"],
            last_name=typed["last_name"],
            phone=typed["phone"],
            language=Language(typed["language"]),
            pin=typed.get("pin", user.pin),
        )
        parked.forget(request.path)
    if is_changed:
        flash(_("Saved. Your details are changed."), "ok")
    else:
        flash(_("Nothing has been changed."), "info")
    return redirect(url_for(".account"), code=303)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_password() -> Answer:
    """Set another password while signed in; other sessions end, this one goes on."""
    user, page = sessions.the_user(), "accounts/change_password.html"
    personal = (user.email, user.first_name, user.last_name)
    form = ChangePasswordForm(personal=personal, has_second_factor=second_factor.of(user) is not None)
    if request.method != "POST":
        return render_template(page, form=form, email=user.email)
    if not form.validate():
        return render_template(page, form=form, email=user.email), 422
    checked = user.password_hash
    if refused := wrong_password(form, page, email=user.email):
        return refused
    try:
        with transaction():
            commands.expect_password(user, checked)
            own_account.change_password(user, password=form.data["password"])
            sessions.go_on(user)
    except PasswordChanged:
        return _not_current(form, page, email=user.email)
    flash(_("Your new password is set. You are signed out everywhere else."), "ok")
    return redirect(url_for(".account"), code=303)


@bp.route("/account/address", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def change_address() -> Answer:
    """Ask for another address: a link goes there, and the old one is told. Taken addresses get the same answer."""
    user, page = sessions.the_user(), "accounts/change_address.html"
    if request.method != "POST":
        form = ChangeAddressForm(formdata=typed_before(request.path))
        return render_template(page, form=form, email=user.email, is_sent="sent" in request.args)
    form = ChangeAddressForm()
    if not form.validate():
        return render_template(page, form=form, email=user.email), 422
    if key_of(form.data["email"]) == user.email_key:
        form.email.errors = [_("This is your address already.")]
        return render_template(page, form=form, email=user.email), 422
    if refused := wrong_password(form, page, email=user.email):
        return refused
    try:
        with transaction():
            throttling.count_mail(key_of(form.data["email"]), request.remote_addr)
            throttling.count_address_change(user.id)
            own_account.ask_for_address(user, form.data["email"])
            parked.forget(request.path)
    except TooManyTries as tries:
        return too_many(page, form, tries, email=user.email)
    return redirect(url_for(".change_address", sent=1), code=303)


@bp.route("/confirm-address/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> Answer:
    """Confirm a new address: the mailed link shows a form (programs open links too); the password, sent, acts."""
    known = tokens.find(token, TokenPurpose.CHANGE_ADDRESS)
    if known is None or not known.is_good(at=clock.now()):
        return _dead_link(known)
    form = ConfirmAddressForm()
    if request.method != "POST":
        return _confirm_page(form, known.new_address)
    if not form.validate():
        return _confirm_page(form, known.new_address), 422
    try:
        return _confirm(token, form, known.user, known.new_address)
    except LinkNotValid:  # used or ended just now, or somebody else has registered the address
        return _dead_link(tokens.find(token, TokenPurpose.CHANGE_ADDRESS))


def wrong_password(form: FlaskForm, page: str, **shown: object) -> Answer | None:
    """The page again, unless the current password is right; tries are counted as at sign-in."""
    user: User = sessions.the_user()
    try:
        if sessions.knows_password(user, form.data["current_password"]):
            return None
    except TooManyTries as tries:
        return too_many(page, form, tries, **shown)
    return _not_current(form, page, **shown)


def _not_current(form: FlaskForm, page: str, **shown: object) -> Answer:
    form.current_password.errors = [_("This is not your current password.")]
    return render_template(page, form=form, **shown), 422


def _confirm(token: str, form: ConfirmAddressForm, user: User, address: str) -> Answer:
    """Raises LinkNotValid."""
    try:
        is_known = sessions.knows_password(user, form.data["password"])
    except TooManyTries as tries:
        form.form_errors.append(wait_sentence(tries.until))
        return _confirm_page(form, address), 429, {"Retry-After": str(seconds_left(tries.until))}
    if not is_known:
        form.password.errors = [_("This is not the password of the account.")]
        return _confirm_page(form, address), 422
    with transaction():
        own_account.confirm_address(token)
    flash(_("Your new address is confirmed. From now on you sign in with it; your password is the same."), "ok")
    return redirect(url_for(".account"), code=303)


def _confirm_page(form: FlaskForm, address: str) -> str:
    return render_template("accounts/confirm_address.html", state=LinkState.GOOD, form=form, address=address)


def _dead_link(known: AccountToken | None) -> Answer:
    """Why the link does nothing, and where a fresh one comes from."""
    if known is None or known.user.deactivated_at is not None:
        state, status = LinkState.UNKNOWN, 404
    elif known.user.email_key == key_of(known.new_address):
        state, status = LinkState.USED, 200
    else:
        state, status = LinkState.OLD, 410
    return render_template("accounts/confirm_address.html", state=state, form=None), status
