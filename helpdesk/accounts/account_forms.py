"""The forms of one's own account."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField
from wtforms.fields.choices import enum_choices
from wtforms.validators import InputRequired, Optional

from ..languages import lazy_gettext as _l
from .forms import AddressForm, NewPasswordForm, PersonForm
from .models import Appearance
from .wording import label


def _current_password() -> PasswordField:
    return PasswordField(_l("Current password"), validators=[InputRequired(_l("Enter your current password."))])


class DetailsForm(PersonForm):
    """Name, phone, language and PIN; staff need not give a phone."""

    def __init__(self, *args: Any, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_staff:
            del self.pin
            others = [check for check in self.phone.validators if not isinstance(check, InputRequired)]
            self.phone.validators = [Optional(), *others]
            self.phone.flags.required, self.phone.flags.optional = False, True


class ChangePasswordForm(NewPasswordForm):
    """The password as it is, and as it is to be."""

    current_password = _current_password()


class ChangeAddressForm(AddressForm):
    """Another address, asked for by whoever knows the password."""

    current_password = _current_password()


class ConfirmAddressForm(FlaskForm):  # type: ignore[misc]
    """Whoever reads the mail at the new address must be whose account it is."""

    password = PasswordField(
        _l("Password"),
        description=_l("The password of the account that is to have this address."),
        validators=[InputRequired(_l("Enter your password."))],
    )


class CloseForm(FlaskForm):  # type: ignore[misc]
    """The end of an account is asked for with its password."""

    current_password = _current_password()


class AppearanceForm(FlaskForm):  # type: ignore[misc]
    """How one's pages look."""

    appearance = RadioField(_l("Light or dark"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appearance.choices = enum_choices(Appearance, label=label)


class CopyMailForm(FlaskForm):  # type: ignore[misc]
    """Whether a provider is mailed about the cases that colleagues copy to them."""

    wants_copy_mail = BooleanField(
        _l("Mail me about cases that a colleague copies to me"),
        description=_l("That I am copied, each reply of the help desk, and how the case was resolved."),
    )
