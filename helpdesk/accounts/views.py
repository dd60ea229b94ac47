"""The pages of signing in, of a forgotten password and of one's own details; `registration.py` has those of registration."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from .. import clock
from ..extensions import db
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import (
    account_pages,
    commands,
    devices,
    half_way,
    invitation_pages,
    parked,
    password_rules,
    passwords,
    preference_pages,
    queries,
    return_paths,
    second_factor,
    second_factor_views,
    session_views,
    sessions,
    throttling,
    tokens,
)
from .account_forms import AppearanceForm, CopyMailForm
from .addresses import key_of
from .errors import LinkNotValid, PasswordChanged, TooManyTries
from .forms import LoginForm, MailChoicesForm, NewPasswordForm
from .models import TokenPurpose, User
from .registration import Answer, bp, mail_a_link, too_many, typed_before
from .wording import label

# These add their routes when imported.
__all__ = ["account_pages", "bp", "invitation_pages", "preference_pages", "second_factor_views", "session_views"]


@bp.route("/login", methods=["GET", "POST"])
def login() -> Answer:
    """Sign in with address and password, and go on where it was asked for; somebody who is signed in goes on at once."""
    asked_for = return_paths.local(request.values.get("next"))
    if current_user.is_authenticated:
        return redirect(asked_for or sessions.start_page(sessions.the_user()), code=303)
    if request.method != "POST":
        form = LoginForm(formdata=typed_before(url_for(".login")))
        form.next.data = asked_for or return_paths.local(form.next.data)
        return render_template("accounts/login.html", form=form)
    form = LoginForm()
    if not form.validate():
        return _login_page(form)
    browser = devices.known_browser(form.data["email"])
    try:
        with transaction():
            throttling.count_sign_in(key_of(form.data["email"]), request.remote_addr, browser=browser)
    except TooManyTries as tries:
        return too_many("accounts/login.html", form, tries)
    user = _who_knows(form.data["email"], form.data["password"])
    try:
        return _begin_session(user, form, asked_for, browser) if user else _wrong_login(form)
    except PasswordChanged:
        return _wrong_login(form)


@bp.post("/logout")
def logout() -> Answer:
    """End the session in this browser."""
    with transaction():
        sessions.sign_out()
    flash(_("You are signed out."), "ok")
    return redirect(url_for("portal.home"), code=303)


@bp.route("/forgot-password", methods=["GET", "POST"])
def forgot_password() -> Answer:
    """Ask for a link to set a new password; the answer is the same for every address."""
    return mail_a_link("accounts/forgot_password.html", commands.send_reset, then=url_for(".forgot_password", sent=1))


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
def reset_password(token: str) -> Answer:
    """Set a new password: the mailed link shows the form, sending it acts."""
    known = tokens.find(token, TokenPurpose.RESET_PASSWORD)
    if known is None or not known.is_good(at=clock.now()):
        return _dead_link()
    email = known.user.email
    with_code = second_factor.of(known.user) is not None
    form = NewPasswordForm(personal=(email, known.user.first_name, known.user.last_name), has_second_factor=with_code)
    if request.method != "POST":
        return render_template("accounts/reset_password.html", form=form, email=email)
    if not form.validate():
        return render_template("accounts/reset_password.html", form=form, email=email), 422
    try:
        with transaction():
            user = commands.reset_password(token, password=form.data["password"])
    except LinkNotValid:
        return _dead_link()
    flash(_("Your new password is set, and you are signed out everywhere. Sign in with it now."), "ok")
    if not (user.phone or user.is_staff):
        flash(_("We have no phone number of yours. Please give us one on the page of your account."), "info")
    return redirect(url_for(".login"), code=303)


@bp.get("/account")
@requires(Permission.OWN_ACCOUNT)
def account() -> Answer:
    """One's own details, and what one is mailed about."""
    user = sessions.the_user()
    teams = [team.name for team in db.session.scalars(queries.teams_of(user))]
    form = MailChoicesForm(formdata=typed_before(url_for(".account")), obj=user) if user.is_staff else None
    look = AppearanceForm(formdata=None, obj=user)
    copies = None if user.is_staff else CopyMailForm(formdata=None, obj=user)
    return render_template("accounts/account.html", user=user, teams=teams, form=form, look=look, copies=copies, label=label)


@bp.post("/account")
@requires(Permission.WORK_ON_CASES)
def choose_mail() -> Answer:
    """Save what somebody of the staff is mailed about."""
    form = MailChoicesForm()
    with transaction():
        commands.choose_mail(
            sessions.the_user(),
            digest=form.wants_digest.data,
            assignments=form.wants_assignment_mail.data,
            targets=form.wants_target_mail.data,
            watched=form.wants_watch_mail.data,
        )
        parked.forget(url_for(".account"))
    flash(_("Saved. From now on you are mailed about what you chose."), "ok")
    return redirect(url_for(".account", _anchor="mail"), code=303)


def _who_knows(address: str, password: str) -> User | None:
    """The person with this address if this is their password; takes as long when there is no such person."""
    user = db.session.scalar(queries.by_address(address))
    if user is None:
        passwords.spend_time_on(password)
        return None
    return user if passwords.check_password(user.password_hash, password) else None


def _begin_session(user: User, form: LoginForm, asked_for: str, browser: str) -> Answer:
    """Raises PasswordChanged."""
    password, checked = form.data["password"], user.password_hash
    needs_code = user.is_active and second_factor.of(user) is not None
    is_short = not needs_code and len(password) < password_rules.SHORTEST  # chosen beside a second factor that is gone
    with transaction():
        commands.note_sign_in(user, password=password, checked=checked, client=request.remote_addr, browser=browser)
        if user.is_active and not needs_code and not is_short:
            sessions.sign_in(user, remember=form.data["remember"])
            parked.forget(url_for(".login"))  # theirs by now
        if needs_code:
            half_way.remember(user, then=asked_for, remember=form.data["remember"])
    if not user.is_active or is_short:
        return _login_page(form, refused=user)
    if needs_code:
        return redirect(url_for(".second_step"), code=303)
    return sessions.after_sign_in(user, asked_for)


def _wrong_login(form: LoginForm) -> Answer:
    form.form_errors.append(_("The e-mail address or the password is not right. Check both and try again."))
    return _login_page(form)


def _login_page(form: LoginForm, *, refused: User | None = None) -> Answer:
    """The form again; to `refused`, who knows the password, it says why they cannot sign in."""
    return render_template("accounts/login.html", form=form, refused=refused), 422


def _dead_link() -> Answer:
    return render_template("accounts/reset_password.html", form=None), 410
