"""The pages of registration: register, check your mail, activate, ask for a fresh link."""

from collections.abc import Callable
from enum import StrEnum

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .. import clock
from ..extensions import db
from ..languages import gettext as _
from ..transaction import transaction
from . import commands, decoys, parked, password_rules, passwords, preferences, queries, throttling, tokens
from .addresses import key_of
from .errors import AddressTaken, LinkNotValid, PasswordChanged, TooManyTries
from .forms import ActivationForm, AddressForm, RegisterForm
from .models import Language, TokenPurpose, User
from .wording import not_the_ncid, seconds_left, wait_sentence

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(password_rules.words, "password_words")
bp.add_app_template_global(password_rules.limits, "password_limits")

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


class LinkState(StrEnum):
    """What a mailed link to activate an account is worth."""

    GOOD = "good"
    USED = "used"
    OLD = "old"
    UNKNOWN = "unknown"


_ANSWERED_WITH = {LinkState.GOOD: 200, LinkState.USED: 200, LinkState.OLD: 410, LinkState.UNKNOWN: 404}


@bp.route("/register", methods=["GET", "POST"])
def register() -> Answer:
    """Ask for an account; the answer is the same whether or not the address has one."""
    if current_user.is_authenticated:
        return redirect(url_for(".account"))
    if request.method != "POST":
        return _register_page(RegisterForm(formdata=typed_before(url_for(".register")), language=preferences.locale()))
    form = RegisterForm()
    if not form.validate():
        return _register_page(form), 422
    typed = form.data
    try:
        with transaction():
            throttling.count_mail(key_of(typed["email"]), request.remote_addr)
            commands.register(
                email=typed["email"],
                first_name=typed["first_name"],
                last_name=typed["last_name"],
                phone=typed["phone"],
                language=Language(typed["language"]),
                password=typed["password"],
                pin=typed["pin"],
            )
            parked.forget(url_for(".register"))
    except TooManyTries as tries:
        return too_many("accounts/register.html", form, tries)
    except AddressTaken:
        pass  # the same form came twice at once; the other one has made the account and the mail
    return redirect(url_for(".registered"), code=303)


@bp.get("/register/sent")
def registered() -> Answer:
    """What to do now: read the mail."""
    return render_template("accounts/registered.html", is_again="again" in request.args)


@bp.route("/verify/<token>", methods=["GET", "POST"])
def verify(token: str) -> Answer:
    """Activate an account: the mailed link shows a form (programs open links too); its password, sent, acts.

    Who reads the mail proves the address, and the password proves that it was they who registered, not a stranger.
    """
    state = _state_of(token)
    if state is not LinkState.GOOD:
        return render_template("accounts/verify.html", state=state), _ANSWERED_WITH[state]
    form = ActivationForm()
    if request.method != "POST":
        return _activation_page(token, form)
    if not form.validate():
        return _activation_page(token, form), 422
    try:
        return _activate(token, form)
    except TooManyTries as tries:
        form.form_errors.append(wait_sentence(tries.until))
        return _activation_page(token, form), 429, {"Retry-After": str(seconds_left(tries.until))}
    except LinkNotValid:  # used or ended just now
        state = _state_of(token)
        return render_template("accounts/verify.html", state=state), _ANSWERED_WITH[state]


@bp.route("/verify/again", methods=["GET", "POST"])
def send_verification() -> Answer:
    """Ask for a fresh link; the answer is the same for every address."""
    return mail_a_link("accounts/send_verification.html", commands.send_verification, then=url_for(".registered", again=1))


def mail_a_link(template: str, send: Callable[[User], None], *, then: str) -> Answer:
    """Ask for an address, send a link to whoever has it, and go on to `then`, which says the same for every address."""
    if request.method != "POST":
        form = AddressForm(formdata=typed_before(request.path))
        return render_template(template, form=form, is_sent="sent" in request.args)
    form = AddressForm()
    if not form.validate():
        return render_template(template, form=form), 422
    try:
        with transaction():
            throttling.count_mail(key_of(form.data["email"]), request.remote_addr)
            user = db.session.scalar(queries.by_address(form.data["email"]))
            decoys.mail(user, send)
            parked.forget(request.path)
    except TooManyTries as tries:
        return too_many(template, form, tries)
    passwords.spend_time_on(form.data["email"])  # which outweighs what little is left of a difference
    return redirect(then, code=303)


def too_many(template: str, form: FlaskForm, tries: TooManyTries, **shown: object) -> Answer:
    """The form again, with what else its page shows, saying how long to wait."""
    form.form_errors.append(wait_sentence(tries.until))
    page = render_template(template, form=form, not_the_ncid=not_the_ncid(), **shown)
    return page, 429, {"Retry-After": str(seconds_left(tries.until))}


def typed_before(path: str) -> MultiDict[str, str] | None:
    """What was typed into the form that is sent to `path` before its page was too old, as a form reads it."""
    typed = parked.fields_for(path)
    return MultiDict(typed) if typed else None


def _activate(token: str, form: ActivationForm) -> Answer:
    """Raises TooManyTries and LinkNotValid."""
    user = tokens.owner(token, TokenPurpose.VERIFY_ADDRESS)
    with transaction():
        throttling.count_sign_in(user.email_key, request.remote_addr)
    checked = user.password_hash
    if not passwords.check_password(checked, form.data["password"]):
        return _wrong_password(token, form)
    try:
        with transaction():
            commands.verify(token)  # which another password, chosen meanwhile, has ended
            commands.note_sign_in(user, password=form.data["password"], checked=checked, client=request.remote_addr)
    except PasswordChanged:
        return _wrong_password(token, form)
    flash(_("Your account is active. Sign in with your e-mail address and your password."), "ok")
    return redirect(url_for(".login"), code=303)


def _wrong_password(token: str, form: ActivationForm) -> Answer:
    form.form_errors.append(_("This is not the password that was chosen when this address was registered."))
    return _activation_page(token, form, is_wrong=True), 422


def _activation_page(token: str, form: ActivationForm, *, is_wrong: bool = False) -> str:
    email = tokens.owner(token, TokenPurpose.VERIFY_ADDRESS).email
    return render_template("accounts/verify.html", state=LinkState.GOOD, form=form, email=email, is_wrong=is_wrong)


def _register_page(form: RegisterForm) -> str:
    return render_template("accounts/register.html", form=form, not_the_ncid=not_the_ncid())


def _state_of(token: str) -> LinkState:
    known = tokens.find(token, TokenPurpose.VERIFY_ADDRESS)
    if known is None or known.user.deactivated_at is not None:
        return LinkState.UNKNOWN
    if known.user.verified_at is not None:
        return LinkState.USED
    return LinkState.GOOD if known.is_good(at=clock.now()) else LinkState.OLD
