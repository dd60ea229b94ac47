"""What readers say about an article."""

from enum import StrEnum

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import AnyOf, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from ..accounts.models import Language
from ..languages import lazy_gettext as _l
from ..typed_text import lines

LONGEST_COMMENT = 1_000


class Answer(StrEnum):
    """An answer to "Did this answer it?"."""

    YES = "yes"
    NO = "no"


class FeedbackForm(FlaskForm):  # type: ignore[misc]
    """Did this answer it? The buttons say yes or no."""

    answer = HiddenField(validators=[AnyOf([answer.value for answer in Answer], message=_l("Choose Yes or No."))])
    language = HiddenField(validators=[AnyOf([language.value for language in Language])])
    version = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=1)])
    comment = TextAreaField(
        _l("What helped, or what was missing?"),
        description=_l("No names of patients, please."),
        filters=[lines],
        validators=[
            Optional(),
            Length(max=LONGEST_COMMENT, message=_l("The comment can have up to 1,000 characters.")),
        ],
    )
