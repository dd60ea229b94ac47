"""The forms with which people change their own account."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.fields.choices import enum_choices  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from . import forms
from .forms import NewPasswordForm
from .models import Language
from .wording import label


class DetailsForm(FlaskForm):  # type: ignore[misc]
    """What somebody says about themselves."""

    first_name = forms.first_name()
    last_name = forms.last_name()
    phone = forms.phone()
    language = forms.language()
    pin = forms.pin()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = enum_choices(Language, label=label)


class ChangePasswordForm(NewPasswordForm):
    """The present password and another one."""

    current = PasswordField(_l("Present password"), validators=[InputRequired(_l("Enter the password you have now."))])


class ChangeAddressForm(FlaskForm):  # type: ignore[misc]
    """Another address, and the password: whoever finds an open browser cannot take the account over."""

    email = EmailField(
        _l("New e-mail address"),
        description=_l("We send a link there. Until you open it, nothing changes."),
        filters=[forms.trimmed],
        validators=[InputRequired(_l("Enter your new e-mail address.")), forms.no_nul, forms.address],
    )
    current = PasswordField(_l("Password"), validators=[InputRequired(_l("Enter your password."))])


def wrong_password(field: PasswordField) -> None:
    """Say at this field that it does not hold the password."""
    field.errors = [_("This is not your password.")]
