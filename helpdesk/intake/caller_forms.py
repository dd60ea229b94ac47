"""The forms of filing a case for somebody: who they are, and how they asked."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice, enum_choices  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional

from ..accounts.callers import Details
from ..accounts.forms import address_checks, name_checks, phone_field
from ..accounts.models import Language
from ..accounts.wording import label
from ..cases.choices import Channel
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import one_line

PREFIX = "caller-"  # of its fields: the ticket has an organization, too
LONGEST_ORGANIZATION = 120
CHANNELS = {Channel.PHONE: _l("By phone"), Channel.WALK_IN: _l("In person")}


class NewCallerForm(FlaskForm):  # type: ignore[misc]
    """Somebody who has no account that is known of. Its fields travel with the ticket until that is sent."""

    first_name = StringField(_l("First name"), filters=[one_line], validators=name_checks(_l("Enter their first name.")))
    last_name = StringField(_l("Last name"), filters=[one_line], validators=name_checks(_l("Enter their last name.")))
    email = EmailField(
        _l("Business e-mail"),
        description=_l("Have it spelled. The receipt goes there, and the link with which they choose a password."),
        filters=[one_line],
        validators=address_checks(_l("Enter their business e-mail address.")),
    )
    phone = phone_field(_l("Where we reach them, for example (919) 555-0100."))
    language = SelectField(_l("Language"), description=_l("In which we write to them."))
    organization = StringField(
        _l("Organization"),
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_ORGANIZATION, message=_l("Up to 120 characters, please."))],
    )

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata=formdata, prefix=PREFIX, meta={"csrf": False}, **kwargs)  # the page around it has its key
        self.language.choices = enum_choices(Language, label=label)

    @property
    def details(self) -> Details:
        """Who a valid form says that they are."""
        return Details(
            email=self.email.data,
            first_name=self.first_name.data,
            last_name=self.last_name.data,
            phone=self.phone.data,
            language=Language(self.language.data),
        )

    def sent(self) -> list[tuple[str, str]]:
        """Names and values of what has to be sent again with the next step."""
        return [(field.name, field.data or "") for field in self]


class ChannelForm(FlaskForm):  # type: ignore[misc]
    """How they asked: by phone, unless it is said otherwise."""

    channel = RadioField(
        _l("How do they ask?"),
        choices=[SelectChoice(channel.value, words) for channel, words in CHANNELS.items()],
        default=Channel.PHONE.value,
        validators=[InputRequired(_l("Say how they ask."))],
    )

    def __init__(self, formdata: Any) -> None:
        super().__init__(formdata=formdata if formdata and "channel" in formdata else None, meta={"csrf": False})

    @property
    def the_channel(self) -> Channel:
        """The channel of a valid form."""
        return Channel(self.channel.data)

    @property
    def words(self) -> str:
        """The same in words."""
        return str(CHANNELS.get(self.channel.data, _("Not said")))
