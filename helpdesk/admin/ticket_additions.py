"""What administrators type to add a question or a section to the help ticket."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError

from ..intake.definition import CHOSEN, Choice, Definition, Kind, Question, Section
from ..intake.definition_reading import KEY, LONGEST
from ..intake.definition_wording import KINDS
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import folded, lines, one_line
from .ticket_forms import DraftForm, text_field

LONGEST_VALUE, LONGEST_ANSWER = 40, 120
ANSWER = "answer"  # begins the name of one whose words have no letters


def name_from(text: str, *, taken: Iterable[str], otherwise: str) -> str:
    """A name made of a text, which nothing has yet: "Not sure?" -> "not_sure"; `otherwise` where it has no letters."""
    known = set(taken)
    words = "_".join(re.findall(r"[a-z0-9]+", folded(text)))[: LONGEST_VALUE - len("_999")].strip("_") or otherwise
    names = (words, *(f"{words}_{n}" for n in range(2, len(known) + 3)))
    return next(name for name in names if name not in known)


class AddQuestionForm(DraftForm):
    """A new question; what else there is to say about it follows on its page."""

    label = text_field(_l("Question"), missing=_l("Enter the question."), most=LONGEST)
    key = StringField(
        _l("Key"),
        description=_l(
            "Small letters, digits and underscores, such as lot_number. Files and rules name it by its key, for good."
        ),
        filters=[one_line, str.lower],
        validators=[
            InputRequired(_l("Enter a key.")),
            Regexp(rf"^{KEY.pattern}$", message=_l("Use small letters, digits and underscores, such as lot_number.")),
        ],
    )
    kind = SelectField(_l("How it is answered"), choices=[SelectChoice(kind.value, name) for kind, name in KINDS.items()])
    answers = TextAreaField(
        _l("Answers to choose from"),
        description=_l("One to a line; for one of a few answers, or of a long list."),
        filters=[lines],
    )

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def validate_key(self, field: StringField) -> None:
        """Refuse a key that is there."""
        if field.data in self.definition.question:
            raise ValidationError(_("There is a question with this key, perhaps a retired one."))

    def validate_answers(self, field: TextAreaField) -> None:
        """Ask for answers where there have to be some, and for none elsewhere."""
        if (self.kind.data in CHOSEN) != bool(field.data):
            raise ValidationError(
                _("Write each answer on a line of its own.")
                if not field.data
                else _("Nothing is chosen in a question of this kind.")
            )
        if any(len(line) > LONGEST_ANSWER for line in field.data.splitlines()):
            raise ValidationError(_("Up to %(most)s characters, please.", most=LONGEST_ANSWER))

    def question(self, section: str) -> Question:
        """What a valid form says."""
        found: list[Choice] = []
        for line in (one_line(text) for text in (self.answers.data or "").splitlines()):
            if line:
                found.append(Choice(name_from(line, taken=[choice.value for choice in found], otherwise=ANSWER), line))
        return Question(self.key.data, section, Kind(self.kind.data), self.label.data, choices=tuple(found))


class AddSectionForm(DraftForm):
    """A new section; it is seen once it has a question."""

    title = text_field(_l("Title"), missing=_l("Enter a title."))
    title_es = text_field(_l("Title in Spanish"))

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def validate_title(self, field: StringField) -> None:
        """Refuse a title that another section has."""
        if field.data in {section.title for section in self.definition.sections}:
            raise ValidationError(_("Another section has this title."))

    def section(self) -> Section:
        """What a valid form says."""
        key = name_from(self.title.data, taken=[section.key for section in self.definition.sections], otherwise="section")
        return Section(key if KEY.fullmatch(key) else f"section_{key}", self.title.data)
