"""What somebody says who merges or links cases, or marks one."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from ..accounts.models import Team, User
from ..cases.guard import GuardedForm
from ..cases.models import SHORTEST_NOTE, MessageKind
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line, readable_length
from .forms import LONGEST_TEXT
from .move_forms import SeenForm

LONGEST_NUMBER = 40
LONGEST_LINE = 200


class NumberForm(FlaskForm):  # type: ignore[misc]
    """The number of another case."""

    other = StringField(
        _l("Number of the other case"),
        description=_l("For example NCV-000123, or just 123."),
        filters=[one_line],
        validators=[DataRequired(_l("Type the number of the other case.")), Length(max=LONGEST_NUMBER)],
    )


class MergeForm(SeenForm, GuardedForm):
    """The public note of a merge and, where another person asked in the other case, that this has been seen."""

    says = MessageKind.RESOLUTION
    written_in = "note"

    into = HiddenField()
    note = TextAreaField(
        _l("Public note"),
        description=_l("It closes the case as a duplicate, is mailed, and stands on its page."),
        filters=[lines],
        validators=[DataRequired(_l("Write the note: it is what the provider will read.")), Length(max=LONGEST_TEXT)],
    )
    is_seen = BooleanField(_l("I have made sure that both ask about the same"))

    def __init__(self, *args: Any, asks_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_first = asks_first

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse a note too short to tell the provider anything."""
        if readable_length(field.data) < SHORTEST_NOTE:
            raise ValidationError(_l("Say a little more in the note: it is what the provider will read."))

    def validate_is_seen(self, field: BooleanField) -> None:
        """Refuse to merge what two people asked, unless whoever does it says that they have looked."""
        if self.asks_first and not field.data:
            raise ValidationError(_l("Two people asked. Make sure that both ask about the same, then tick the box."))


class TagsForm(FlaskForm):  # type: ignore[misc]
    """Tags to add."""

    tags = StringField(
        _l("Add tags"),
        description=_l("With commas between them; up to 30 characters each, ten on a case. No names of patients."),
        filters=[one_line],
        validators=[DataRequired(_l("Type a tag.")), Length(max=LONGEST_LINE, message=_l("Up to 200 characters, please."))],
    )


class WatchersForm(FlaskForm):  # type: ignore[misc]
    """A team or a person to let watch."""

    team = SelectField(_l("Team"), validate_choice=False)
    person = SelectField(_l("Person"), validate_choice=False)

    def __init__(self, *args: Any, teams: list[Team], people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
        self.team.choices = [nobody, *(SelectChoice(str(team.id), team.name) for team in teams)]
        self.person.choices = [nobody, *(SelectChoice(str(person.id), person.name) for person in people)]
