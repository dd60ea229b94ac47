"""What staff type when they decide about mail."""

from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from ..accounts import addresses
from ..accounts.errors import NotAnAddress
from ..cases.guard import GuardedForm
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line
from .forms import LONGEST_TEXT

LONGEST_REASON = 300
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the brackets


class ReviseForm(GuardedForm):
    """Another text for a reply or a resolution."""

    body = TextAreaField(
        _l("Text"),
        description=_l("No patient names, birth dates or medical details."),
        filters=[lines],
        validators=[
            DataRequired(_l("Write the text first, or take the message back on the case.")),
            Length(max=LONGEST_TEXT, message=_l("A message can have up to 10,000 characters. Please shorten it.")),
        ],
    )


class SendNowForm(FlaskForm):  # type: ignore[misc]
    """Why a mail does not wait for service hours."""

    reason = StringField(
        _l("Why can it not wait?"),
        description=_l("It is kept with the mail, with your name."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say why it cannot wait.")),
            Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please.")),
        ],
    )


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Another e-mail address for a requester, and how it was made sure that it is theirs."""

    email = EmailField(
        _l("Correct e-mail address"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Write the address.")),
            Length(max=LONGEST_ADDRESS, message=_l("No e-mail address is that long.")),
        ],
    )
    reason = StringField(
        _l("How do you know that it is theirs?"),
        description=_l(
            "For example: called them back at the number we have, and they spelled it. It is kept as a note on the case."
        ),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say how you made sure that the address is theirs.")),
            Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please.")),
        ],
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse what is not an e-mail address."""
        try:
            addresses.normalized(field.data)
        except NotAnAddress:
            raise ValidationError(_l("This is not an e-mail address, such as name@example.org.")) from None
