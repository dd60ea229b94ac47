"""What a provider can write on a case."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from ..typed_text import lines

LONGEST_MESSAGE = 10_000


class ReplyForm(FlaskForm):  # type: ignore[misc]
    """An answer of the provider."""

    body = TextAreaField(
        _l("Your message"),
        description=_l("Do not include patient names, birth dates, or medical details."),
        filters=[lines],
        validators=[
            DataRequired(_l("Write your message.")),
            Length(max=LONGEST_MESSAGE, message=_l("A message can have up to 10,000 characters.")),
        ],
    )


class RejectForm(FlaskForm):  # type: ignore[misc]
    """Why it is not solved."""

    body = TextAreaField(
        _l("What is still wrong?"),
        description=_l("The team reads this first. Do not include patient names, birth dates, or medical details."),
        filters=[lines],
        validators=[
            DataRequired(_l("Say what is still wrong, so that the team can go on.")),
            Length(max=LONGEST_MESSAGE, message=_l("A message can have up to 10,000 characters.")),
        ],
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """A button and nothing else."""
