"""The pages of the second factor: its code at sign-in, setting it up, its recovery codes, doing without it again."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..transaction import transaction
from . import commands, half_way, parked, password_rules, second_factor, sessions, throttling
from .errors import PasswordChanged, SecondFactorRequired, TooManyTries, WrongCode
from .models import User
from .registration import Answer, bp, too_many

WRONG_CODE = _l(
    "This is not the code that your app shows now. Wait for the next one and type that; if it is refused too, check that the "
    "clock of your phone is right."
)


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code of the app or, at sign-in, a recovery code."""

    code = StringField(
        _l("Code"),
        description=_l("The six digits that your authenticator app shows, or one of your recovery codes."),
        validators=[InputRequired(_l("Enter the code."))],
    )


class SetUpForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new app."""

    code = StringField(
        _l("Code"),
        description=_l("The six digits that your app shows now."),
        validators=[InputRequired(_l("Enter the code that your app shows."))],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """Whoever changes how one signs in proves again who they are."""

    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Enter your password."))])


@bp.route("/login/code", methods=["GET", "POST"])
def second_step() -> Answer:
    """The second step of signing in: a code."""
    known = half_way.find()
    if known is None:
        flash(_("That took too long. Please sign in again."), "info")
        return redirect(url_for(".login"), code=303)
    form = CodeForm()
    if request.method != "POST":
        return render_template("accounts/second_step.html", form=form)
    if not form.validate():
        return render_template("accounts/second_step.html", form=form), 422
    try:
        with transaction():
            throttling.count_code(known.user.id)
    except TooManyTries as tries:
        return too_many("accounts/second_step.html", form, tries)
    try:
        with transaction():
            used = second_factor.accept(known.user, form.data["code"])
            throttling.code_was_right(known.user.id)
            sessions.sign_in(known.user, remember=known.remember, passed_second_factor=True)
            parked.forget(url_for(".login"))
    except WrongCode:
        form.code.errors = [WRONG_CODE]
        return render_template("accounts/second_step.html", form=form), 422
    if used.was_recovery_code:
        left = ngettext("You have %(num)d recovery code left.", "You have %(num)d recovery codes left.", used.codes_left)
        flash(_("You signed in with a recovery code. %(left)s", left=left), "warn")
    return sessions.after_sign_in(known.user, known.then)


@bp.get("/account/second-factor", endpoint="second_factor")
@requires(Permission.OWN_ACCOUNT)
def second_factor_page() -> Answer:
    """Whether one has a second factor, and what can be done about it."""
    return _page()


@bp.post("/account/second-factor/begin")
@requires(Permission.OWN_ACCOUNT)
def begin_second_factor() -> Answer:
    """Make the secret that the app is to read; whoever does so knows the password."""
    form = PasswordForm()
    refused = _wrong_password(form)
    if refused:
        return refused
    with transaction():
        second_factor.prepare(sessions.the_user())
    return redirect(url_for(".second_factor"), code=303)


@bp.post("/account/second-factor/confirm")
@requires(Permission.OWN_ACCOUNT)
def confirm_second_factor() -> Answer:
    """The app shows the right code: show the recovery codes, once."""
    form, user = SetUpForm(), sessions.the_user()
    if not form.validate():
        return _page(set_up=form), 422
    try:
        with transaction():
            throttling.count_code(user.id)
    except TooManyTries as tries:
        return _wait(form, tries)
    try:
        with transaction():
            codes = second_factor.confirm(user, form.data["code"])
            throttling.code_was_right(user.id)
            sessions.pass_second_factor()
    except WrongCode:
        form.code.errors = [WRONG_CODE]
        return _page(set_up=form), 422
    return _codes_page(codes)


@bp.post("/account/second-factor/recovery-codes")
@requires(Permission.OWN_ACCOUNT)
def renew_recovery_codes() -> Answer:
    """Ten new recovery codes; the old ones are worth nothing any more."""
    refused = _wrong_password(PasswordForm())
    if refused:
        return refused
    user = sessions.the_user()
    if second_factor.of(user) is None:
        return redirect(url_for(".second_factor"), code=303)
    with transaction():
        codes = second_factor.renew_recovery_codes(user)
    return _codes_page(codes)


@bp.post("/account/second-factor/remove")
@requires(Permission.OWN_ACCOUNT)
def remove_second_factor() -> Answer:
    """Do without a second factor from now on."""
    form, checked = PasswordForm(), sessions.the_user().password_hash
    refused = _wrong_password(form)
    if refused:
        return refused
    if len(form.data["password"]) < password_rules.SHORTEST:
        flash(_("Your password is too short to be the only factor. Choose a longer one first."), "warn")
        return redirect(url_for(".change_password"), code=303)
    try:
        with transaction():
            commands.expect_password(sessions.the_user(), checked)
            second_factor.remove(sessions.the_user())
    except PasswordChanged:
        return _not_the_password(form)
    except SecondFactorRequired:
        flash(_("People of your role need a second factor."), "warn")
    else:
        flash(_("From now on you sign in with your password alone."), "ok")
    return redirect(url_for(".second_factor"), code=303)


def _wrong_password(form: PasswordForm) -> Answer | None:
    """The page again, unless the password is right; tries are counted as at sign-in."""
    user = sessions.the_user()
    if not form.validate():
        return _page(password=form), 422
    try:
        if sessions.knows_password(user, form.data["password"]):
            return None
    except TooManyTries as tries:
        return _wait(form, tries)
    return _not_the_password(form)


def _not_the_password(form: PasswordForm) -> Answer:
    form.password.errors = [_("This is not your password.")]
    return _page(password=form), 422


def _page(*, set_up: SetUpForm | None = None, password: PasswordForm | None = None) -> str:
    return render_template("accounts/second_factor.html", **_shown(sessions.the_user(), set_up, password))


def _shown(user: User, set_up: FlaskForm | None, password: FlaskForm | None) -> dict[str, object]:
    secret = second_factor.begun(user)
    return {
        "factor": second_factor.of(user),
        "codes_left": second_factor.codes_left(user),
        "is_required": second_factor.is_required_of(user),
        "secret": secret,
        "picture": second_factor.picture_for_app(user, secret) if secret else "",
        "set_up": set_up or SetUpForm(formdata=None),
        "password": password or PasswordForm(formdata=None),
    }


def _wait(form: FlaskForm, tries: TooManyTries) -> Answer:
    typed = (form, None) if isinstance(form, SetUpForm) else (None, form)
    return too_many("accounts/second_factor.html", form, tries, **_shown(sessions.the_user(), *typed))


def _codes_page(codes: list[str]) -> Answer:
    return render_template("accounts/confirm_second_factor.html", codes=codes)
