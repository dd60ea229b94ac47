"""What an agent writes on a case. Each box is a form of its own, so that a note can never leave as a reply."""

from datetime import datetime
from typing import Any

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice, enum_choices
from wtforms.validators import DataRequired, Length, ValidationError

from ..cases.commands import SHORTEST_NOTE
from ..cases.file_field import FilesField
from ..cases.guard import GuardedForm
from ..cases.models import UNFINISHED, Case, MessageKind, ResolutionCode
from ..cases.wording import label
from ..languages import lazy_gettext as _l
from ..typed_text import NO_LABEL, lines, number_in, readable_length

LONGEST_TEXT = 10_000
_TOO_LONG = _l("A message can have up to 10,000 characters. Please shorten it.")


class CaseForm(GuardedForm):
    """A form on the page of a case."""

    says = MessageKind.NOTE
    kept_at: datetime | None = None  # when what stands in it was kept as a draft
    said = 0  # how much its writer had said of that kind when the page was drawn

    @property
    def typed(self) -> str:
        """What was written, to be kept whatever happens."""
        return self[self.written_in].data or ""


class NoteForm(CaseForm):
    """An internal note: needs no version, because it says nothing to the provider, and holds nobody up."""

    body = TextAreaField(
        _l("Internal note"),
        id="note-body",
        description=_l("Only staff can read it. It is never mailed."),
        filters=[lines],
        validators=[DataRequired(_l("Write the note first.")), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )
    files = FilesField(id="note-files")

    def is_held_up(self, case: Case) -> bool:
        """No: only staff reads it."""
        return False


class PublicForm(CaseForm):
    """Something the provider will read: written for the version of the case that the agent has seen."""

    version = HiddenField(NO_LABEL)

    @property
    def seen_version(self) -> int:
        """The version that was on the page, in a valid form."""
        return int(self.version.data)

    def validate_version(self, field: HiddenField) -> None:
        """Refuse a form that does not say which version it was written for."""
        if number_in(field.data) is None:
            field.data = ""
            raise ValidationError(_l("The page was incomplete. Please look at the case again, then send it."))


class ReplyForm(PublicForm):
    """A public reply."""

    says = MessageKind.REPLY

    version = HiddenField(NO_LABEL, id="reply-version")
    macro = HiddenField(NO_LABEL, id="reply-macro")  # whose text was put in
    macro_version = HiddenField(NO_LABEL, id="reply-macro-version")
    body = TextAreaField(
        _l("Reply"),
        id="reply-body",
        description=_l("No patient names, birth dates or medical details."),
        filters=[lines],
        validators=[DataRequired(_l("Write the reply first.")), Length(max=LONGEST_TEXT, message=_TOO_LONG)],
    )
    files = FilesField(id="reply-files")


class ResolveForm(PublicForm):
    """The end of the work on a case: a code, and the note that the provider will read."""

    says = MessageKind.RESOLUTION
    taken_while = UNFINISHED
    written_in = "note"

    version = HiddenField(NO_LABEL, id="resolve-version")
    code = SelectField(_l("How was it resolved?"), id="resolve-code", validate_choice=False)
    note = TextAreaField(
        _l("Resolution note"),
        id="resolve-note",
        filters=[lines],
        validators=[
            DataRequired(_l("Write the resolution note: it is what the provider will read.")),
            Length(max=LONGEST_TEXT, message=_TOO_LONG),
        ],
    )
    files = FilesField(id="resolve-files")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
        self.code.choices = [choose, *enum_choices(ResolutionCode, label=label)]

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse a note too short to tell the provider anything."""
        if readable_length(field.data) < SHORTEST_NOTE:
            raise ValidationError(_l("Say a little more in the note: it is what the provider will read."))

    def validate_code(self, field: SelectField) -> None:
        """Refuse a code that is missing or not on the list."""
        if field.data not in set(ResolutionCode):
            raise ValidationError(_l("Choose how it was resolved."))
