"""The forms of an account, and what a good answer is."""

import re
import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, SelectField, TelField
from wtforms.fields import StringField
from wtforms.fields.choices import enum_choices  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, Regexp, StopValidation, ValidationError

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import one_line
from . import addresses, password_rules
from .errors import NotAnAddress, NotAPin, WeakPassword
from .models import Language
from .pins import pin_of
from .wording import label

LONGEST_NAME = 80
# Bare domains, too, under whatever ending: mail programs make links of them. "St. John", "J. R." and "Ph.D." are none.
_LINK_IN_NAME = re.compile(r"http|www\.|://|@|\w[.\u3002]\w\w", re.IGNORECASE)
PHONE = r"^(?=(?:[^0-9]*[0-9]){7,20}[^0-9]*$)[0-9+().\-/ ]+((x|ext\.?) ?[0-9]+)?$"


def _no_nul(_form: FlaskForm, field: Any) -> None:
    if any("\0" in str(value) for value in field.raw_data or ()):
        raise ValidationError(_("This contains a character that cannot be typed. Please type it again."))


def _visible(message: Any) -> Any:
    """A validator: something must be left that can be seen."""

    def check(_form: FlaskForm, field: Any) -> None:
        if not any(unicodedata.category(character)[0] not in "CZ" for character in field.data or ""):
            raise StopValidation(message)

    return check


def _no_link(_form: FlaskForm, field: Any) -> None:
    """A name goes into mail to addresses that nobody has confirmed, so it carries nothing for strangers to press."""
    typed = str((field.raw_data or [""])[0]).strip()
    if _LINK_IN_NAME.search(unicodedata.normalize("NFKC", field.data or "")) or len(typed.splitlines()) > 1:
        raise ValidationError(_("A name cannot hold a web or e-mail address, or several lines. Please enter just the name."))


def pin_if_any(_form: FlaskForm, field: Any) -> None:
    """A validator: a provider PIN, stored as its six digits; or nothing."""
    try:
        field.data = pin_of(field.data) if field.data else ""
    except NotAPin:
        raise ValidationError(
            _("A provider PIN has six digits, with or without NCA before them, for example NCA123456.")
        ) from None


def _address(_form: FlaskForm, field: Any) -> None:
    try:
        field.data = addresses.normalized(field.data or "")
    except NotAnAddress:
        raise ValidationError(_("Enter an e-mail address, such as name@example.org.")) from None


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


def name_checks(what: Any) -> list[Any]:
    """Validators: a name, and nothing else; `what` is said where there is none."""
    return [
        InputRequired(what),
        _no_nul,
        _visible(what),
        Length(max=LONGEST_NAME, message=_l("A name can have up to 80 characters.")),
        _no_link,
    ]


def address_checks(missing: Any) -> list[Any]:
    """Validators: an e-mail address, normalized; `missing` is said where there is none."""
    return [InputRequired(missing), _no_nul, _address]


def phone_field(help_text: Any) -> TelField:
    """The phone number of a person."""
    return TelField(
        _l("Phone"),
        description=help_text,
        filters=[one_line],
        validators=[
            InputRequired(_l("Enter a phone number.")),
            _no_nul,
            _visible(_l("Enter a phone number.")),
            Length(max=40, message=_l("A phone number can have up to 40 characters.")),
            Regexp(PHONE, message=_l("Enter a phone number with its area code, for example (919) 555-0100.")),
        ],
    )


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What people tell about themselves."""

    first_name = StringField(_l("First name"), filters=[one_line], validators=name_checks(_l("Enter your first name.")))
    last_name = StringField(_l("Last name"), filters=[one_line], validators=name_checks(_l("Enter your last name.")))
    phone = phone_field(_l("So that we can reach you when it is urgent, for example (919) 555-0100."))
    language = SelectField(_l("Language"), description=_l("The language in which we write to you, where we can."))
    pin = StringField(
        _l("Provider PIN"),
        description=_l("Six digits, or NCA and six digits, if you know it. It saves you typing; it does not open anything."),
        filters=[one_line],
        validators=[Optional(), _no_nul, pin_if_any],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = enum_choices(Language, label=label)


class RegisterForm(PersonForm):
    """A new account for a provider."""

    email = EmailField(
        _l("Business e-mail"),
        description=_l("We send you a link to confirm it, and later the answers to your cases."),
        filters=[_trimmed],
        validators=address_checks(_l("Enter your business e-mail address.")),
    )
    password = PasswordField(
        _l("Password"),
        description=_l(
            "At least 15 characters. A few unrelated words are easy to remember. You can paste it from a password manager."
        ),
        validators=[InputRequired(_l("Choose a password."))],
    )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what would be guessed."""
        _good_password(field, personal=(self.email.data or "", self.first_name.data or "", self.last_name.data or ""))


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Address and password."""

    next = HiddenField()
    email = EmailField(_l("E-mail"), filters=[_trimmed], validators=[InputRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Enter your password."))])
    remember = BooleanField(
        _l("Keep me signed in on this device"),
        description=_l("Only on a device that is yours alone. Staff are never kept signed in."),
    )

    def validate_email(self, field: EmailField) -> None:
        """Tell somebody who types the name of an NCID that it is not used here."""
        try:
            addresses.normalized(field.data or "")
        except NotAnAddress:
            raise ValidationError(
                _("Sign in with the e-mail address that you registered here. This desk does not use NCID user names.")
            ) from None


class ActivationForm(FlaskForm):  # type: ignore[misc]
    """The password of an account that is to become active: who reads the mail must be who chose it."""

    password = PasswordField(
        _l("Password"),
        description=_l("The password you chose when you registered."),
        validators=[InputRequired(_l("Enter your password."))],
    )


class AddressForm(FlaskForm):  # type: ignore[misc]
    """An address to which a link is mailed."""

    email = EmailField(_l("E-mail"), filters=[_trimmed], validators=address_checks(_l("Enter your e-mail address.")))


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password; `personal` is what it must not be made of."""

    password = PasswordField(
        _l("New password"),
        description=_l(
            "At least 15 characters. A few unrelated words are easy to remember. You can paste it from a password manager."
        ),
        validators=[InputRequired(_l("Choose a password."))],
    )

    def __init__(self, *, personal: tuple[str, ...], has_second_factor: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.personal, self.has_second_factor = personal, has_second_factor
        if has_second_factor:
            self.password.description = _(
                "At least 8 characters, because you have a second factor; more are better. You can paste it from a password "
                "manager."
            )

    def validate_password(self, field: PasswordField) -> None:
        """Refuse what would be guessed."""
        _good_password(field, personal=self.personal, has_second_factor=self.has_second_factor)


class FirstPasswordForm(NewPasswordForm):
    """The first password of a provider, and the phone number that was noted for them: they know whether it is theirs."""

    phone = phone_field(_l("As our staff noted it. Please correct it if it is wrong: we may call it to make sure it is you."))


class MailChoicesForm(FlaskForm):  # type: ignore[misc]
    """What somebody of the staff is mailed about; nothing in it can be wrong."""

    # Never empty, so that the form is kept when its page was too old, also with every box left open.
    filled_in = HiddenField(default="yes")
    wants_digest = BooleanField(
        _l("The day's digest"),
        description=_l("One mail at opening: what came since the desk closed, what left, what failed, and what is due today."),
    )
    wants_assignment_mail = BooleanField(
        _l("My cases"),
        description=_l("A mail when somebody gives you a case, and when the provider answers on a case that you have."),
    )
    wants_target_mail = BooleanField(
        _l("Targets"),
        description=_l(
            "A mail when a case that you have is nearly due, and when it is over; to the leads while nobody has the case."
        ),
    )
    wants_watch_mail = BooleanField(
        _l("Cases that I watch"),
        description=_l("A mail when something is said in public on a case that you watch yourself, or when it stands elsewhere."),
    )


def _good_password(field: PasswordField, *, personal: tuple[str, ...], has_second_factor: bool = False) -> None:
    try:
        password_rules.check(field.data or "", personal=personal, has_second_factor=has_second_factor)
    except WeakPassword as weakness:
        raise ValidationError(str(weakness)) from None
