"""What a provider can write on a case."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from ..languages import lazy_gettext as _l
from ..search.query import LONGEST_TYPED
from ..typed_text import lines, one_line
from .file_field import FilesField
from .guard import GuardedForm
from .models import UNFINISHED, Status
from .ratings import LONGEST_COMMENT
from .wording import SCORES

LONGEST_MESSAGE = 10_000


class ReplyForm(GuardedForm):
    """An answer of the provider."""

    taken_while = UNFINISHED

    body = TextAreaField(
        _l("Your message"),
        description=_l("Do not include patient names, birth dates, or medical details."),
        filters=[lines],
        validators=[
            DataRequired(_l("Write your message.")),
            Length(max=LONGEST_MESSAGE, message=_l("A message can have up to 10,000 characters.")),
        ],
    )
    files = FilesField()


class RejectForm(GuardedForm):
    """Why it is not solved."""

    taken_while = frozenset({Status.RESOLVED})

    body = TextAreaField(
        _l("What is still wrong?"),
        description=_l("The team reads this first. Do not include patient names, birth dates, or medical details."),
        filters=[lines],
        validators=[
            DataRequired(_l("Say what is still wrong, so that the team can go on.")),
            Length(max=LONGEST_MESSAGE, message=_l("A message can have up to 10,000 characters.")),
        ],
    )
    files = FilesField()


class RatingForm(FlaskForm):  # type: ignore[misc]
    """How the requester of a closed case finds that it was handled."""

    score = RadioField(_l("How did we handle your case?"), validators=[DataRequired(_l("Choose one of the five answers."))])
    comment = TextAreaField(
        _l("Anything you want to tell us about it"),
        description=_l("The team reads it. Do not include patient names, birth dates, or medical details."),
        filters=[lines],
        validators=[
            Optional(),
            Length(max=LONGEST_COMMENT, message=_l("What you tell us can have up to 2,000 characters.")),
        ],
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.score.choices = [SelectChoice(value=str(score), label=words) for score, words in SCORES.items()]


class CopyForm(FlaskForm):  # type: ignore[misc]
    """Colleagues to whom a case is to be copied."""

    colleagues = TextAreaField(
        _l("E-mail addresses"),
        description=_l("One to a line: colleagues with an account here, confirmed at the organization of the case."),
        filters=[lines],
        validators=[DataRequired(_l("Write the e-mail address of a colleague."))],
    )


class CaseSearchForm(FlaskForm):  # type: ignore[misc]
    """What somebody looks for among their cases; it changes nothing, so that it stands in the address."""

    class Meta:
        """Whoever follows a link to a search has no token."""

        csrf = False

    q = StringField(
        _l("Case number, or words"),
        description=_l("Words are looked for in your cases, in what was said on them and in the names of files."),
        filters=[one_line, lambda text: text[:LONGEST_TYPED]],
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """A button and nothing else."""
