"""What staff say of a known problem, and the note that resolves its cases."""

from datetime import timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice, enum_choices
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from .. import clock
from ..cases import patient_data
from ..cases.models import SHORTEST_NOTE, ResolutionCode, System
from ..cases.problems import Draft
from ..cases.wording import label
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line, readable_length
from .forms import LONGEST_TEXT

LONGEST_TITLE = 120
SINCE = {"0": _l("Just now"), "1": _l("An hour ago"), "2": _l("2 hours ago"), "4": _l("4 hours ago"), "24": _l("A day ago")}
_LENGTH = Length(max=LONGEST_TEXT, message=_l("Up to 10,000 characters, please."))


def _without_patients(_form: FlaskForm, field: TextAreaField) -> None:
    if patient_data.find(field.data or ""):
        raise ValidationError(_l("This looks like data of a patient. Many people will read it: please take it out."))


class ProblemForm(FlaskForm):  # type: ignore[misc]
    """A problem, as the public reads it, and what it concerns."""

    title = StringField(
        _l("What is out of order"),
        description=_l("For example: CVMS sign-in is down."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say in a few words what is out of order.")),
            Length(max=LONGEST_TITLE, message=_l("Up to 120 characters, please.")),
            _without_patients,
        ],
    )
    body = TextAreaField(
        _l("What providers read, in English"),
        description=_l("It stands on the form of its topics, above the questions, and on the receipt."),
        filters=[lines],
        validators=[DataRequired(_l("Write what providers are to read.")), _LENGTH, _without_patients],
    )
    body_es = TextAreaField(_l("The same in Spanish"), filters=[lines], validators=[Optional(), _LENGTH, _without_patients])
    topics = SelectMultipleField(_l("Topics"), validate_choice=False, option_widget=CheckboxInput())
    systems = SelectMultipleField(
        _l("Systems"),
        description=_l("None ticked: whatever the system."),
        validate_choice=False,
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )
    since = SelectField(_l("Since when"), description=_l("Cases that came since then are looked through for it."))

    def __init__(self, *args: Any, topics: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics.choices = [SelectChoice(code, name) for code, name in topics]
        self.systems.choices = enum_choices(System, label=label)
        self.since.choices = [SelectChoice(value, text) for value, text in SINCE.items()]  # type: ignore[arg-type]

    def validate_topics(self, field: SelectMultipleField) -> None:
        """Refuse a problem that concerns no topic, or one that there is not."""
        if not field.data or set(field.data) - {choice.value for choice in field.choices}:
            raise ValidationError(_l("Choose the topics that it concerns."))

    @property
    def draft(self) -> Draft:
        """What a valid form says."""
        return Draft(
            title=self.title.data,
            body=self.body.data,
            body_es=self.body_es.data or "",
            topics=tuple(self.topics.data),
            systems=tuple(value for value in self.systems.data or () if value in set(System)),
            started_at=clock.now() - timedelta(hours=int(self.since.data)),
        )


class WaveForm(FlaskForm):  # type: ignore[misc]
    """The note that every requester reads on their own case."""

    code = SelectField(_l("How was it resolved?"), validate_choice=False)
    note = TextAreaField(
        _l("Public note"),
        filters=[lines],
        validators=[DataRequired(_l("Write the note: it is what the providers will read.")), _LENGTH, _without_patients],
    )
    note_es = TextAreaField(
        _l("The same in Spanish, for those who read Spanish"),
        filters=[lines],
        validators=[Optional(), _LENGTH, _without_patients],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
        self.code.choices = [choose, *enum_choices(ResolutionCode, label=label)]

    def validate_code(self, field: SelectField) -> None:
        """Refuse a code that is missing or not on the list."""
        if field.data not in set(ResolutionCode):
            raise ValidationError(_l("Choose how it was resolved."))

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse a note too short to tell anybody anything."""
        if readable_length(field.data) < SHORTEST_NOTE:
            raise ValidationError(_l("Say a little more in the note: it is what the providers will read."))

    def validate_note_es(self, field: TextAreaField) -> None:
        """The same of a Spanish one, where there is one."""
        if field.data:
            self.validate_note(field)
