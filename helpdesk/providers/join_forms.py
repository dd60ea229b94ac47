"""What a provider types to join an organization, and what is typed to decide about it."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ..accounts.forms import pin_if_any
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line
from .forms import WorkForm, choices
from .models import AffiliationRole, Location
from .names import LONGEST_NAME
from .wording import ROLES

LONGEST_WORDS = 500


def _words() -> TextAreaField:
    return TextAreaField(
        _l("What should whoever decides know?"),
        description=_l("For example who can confirm that you work there. No patient information."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_WORDS, message=_l("Please write up to 500 characters."))],
    )


class JoinForm(WorkForm):
    """A request to join a place of the directory."""

    words = _words()

    def __init__(self, locations: list[Location], **given: Any) -> None:
        super().__init__(locations, **given)
        del self.seen


class JoinElsewhereForm(FlaskForm):  # type: ignore[misc]
    """A request to join a place that is not listed."""

    named_organization = StringField(
        _l("Organization"),
        description=_l("The legal name, as in Section A of your enrollment."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the name of the organization.")),
            Length(min=2, max=LONGEST_NAME, message=_l("A name has 2 to 120 characters.")),
        ],
    )
    named_location = StringField(
        _l("Location"),
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_NAME, message=_l("A name has 2 to 120 characters."))],
    )
    pin = StringField(
        _l("Provider PIN"),
        description=_l("Six digits; found on packing lists. Leave it empty if you have none."),
        filters=[one_line],
        validators=[Optional(), pin_if_any],
    )
    role = SelectField(_l("Role"), choices=choices(ROLES), default=AffiliationRole.STAFF.value)
    words = _words()


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why somebody is not let in."""

    answer = TextAreaField(
        _l("Why not?"),
        description=_l("The person is mailed this."),
        filters=[lines],
        validators=[
            DataRequired(_l("Say why, so that the person knows what to do.")),
            Length(max=LONGEST_WORDS, message=_l("Please write up to 500 characters.")),
        ],
    )
