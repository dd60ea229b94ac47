"""The form with which leads and administrators write macros."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, StopValidation, ValidationError

from ..accounts.models import Team
from ..cases import macro_places
from ..cases.holding_wording import REASONS as HOLD_REASONS
from ..cases.kinds import HoldReason
from ..cases.macros import LONGEST_HOLD, SET_BY_MACROS, Macro
from ..cases.models import ResolutionCode, Status
from ..cases.wording import label
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line
from .people_forms import VersionedForm

LONGEST_TITLE, LONGEST_TEXT, LONGEST_TAG, MOST_TAGS = 80, 8_000, 40, 10
EVERYBODY, NOTHING = "", ""


def _days_of_a_hold(form: "MacroForm", field: IntegerField) -> None:
    """A hold ends in some working days, and nothing else has any."""
    field.errors = []  # an empty one is said to be no number
    if form.status.data == Status.ON_HOLD:
        if not 1 <= (field.data or 0) <= LONGEST_HOLD:
            raise StopValidation(_("Say in how many working days, from 1 to 60, somebody looks at it again."))
    elif any(field.raw_data or ()):
        raise StopValidation(_("Only a macro that puts the case on hold has this. Leave it empty."))


class MacroForm(VersionedForm):
    """A text in one or two languages, whose it is, and what is done when it is sent."""

    title = StringField(
        _l("Title"),
        description=_l("Staff alone sees it."),
        filters=[one_line],
        validators=[DataRequired(_l("Give it a title.")), Length(max=LONGEST_TITLE, message=_l("Up to 80 characters, please."))],
    )
    team = SelectField(_l("Who uses it"), description=_l("Macros of a team are offered on its cases alone."))
    body = TextAreaField(
        _l("Text"),
        filters=[lines],
        validators=[
            DataRequired(_l("Write the text.")),
            Length(max=LONGEST_TEXT, message=_l("Up to 8,000 characters, please.")),
        ],
    )
    body_es = TextAreaField(
        _l("Text in Spanish"),
        description=_l("For requesters who want their answer in Spanish. Without it they get the English one."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_TEXT, message=_l("Up to 8,000 characters, please."))],
    )
    status = SelectField(_l("When it is sent, the case becomes"))
    code = SelectField(_l("Resolved as"), description=_l("Only for a macro that resolves the case."))
    hold_reason = SelectField(_l("On hold it waits for"), description=_l("Only for a macro that puts the case on hold."))
    hold_days = IntegerField(
        _l("Working days until somebody looks at it again"),
        description=_l("From 1 to 60. The case is open again then, and whoever has it is told."),
        validators=[_days_of_a_hold],
    )
    tags = StringField(
        _l("Tags it adds"),
        description=_l("Several with commas between them, such as “interpreter, press”."),
        filters=[one_line],
        validators=[Optional()],
    )
    to_team = SelectField(_l("Team it moves the case to"))

    def __init__(self, *args: Any, own: Iterable[tuple[str, str]], teams: Sequence[Team], sent_by: Sequence[str], **named: Any):
        """`own`: whose it can be, by id and name; `teams`: where cases can go; `sent_by`: rules that send it by themselves."""
        super().__init__(*args, **named)
        self.sent_by = sent_by
        self.team.choices = [SelectChoice(value=value, label=words) for value, words in own]
        choices = [(NOTHING, _("What the button says with which it is sent"))]
        choices += [(status.value, label(status)) for status in SET_BY_MACROS]
        self.status.choices = [SelectChoice(value=value, label=words) for value, words in choices]
        codes = [(NOTHING, _("Choose one")), *((code.value, label(code)) for code in ResolutionCode)]
        self.code.choices = [SelectChoice(value=value, label=words) for value, words in codes]
        holds = [(NOTHING, _("Choose one")), *((reason.value, words) for reason, words in HOLD_REASONS.items())]
        self.hold_reason.choices = [SelectChoice(value=value, label=words) for value, words in holds]
        moves = [(NOTHING, _("It stays where it is")), *((str(team.id), team.name) for team in teams)]
        self.to_team.choices = [SelectChoice(value=value, label=words) for value, words in moves]

    @property
    def words(self) -> list[str]:
        """The tags that were typed."""
        typed = (one_line(tag) for tag in (self.tags.data or "").split(","))
        return list(dict.fromkeys(tag for tag in typed if tag))

    @property
    def wanted(self) -> dict[str, Any]:
        """The columns of the macro, from a valid form."""
        return {
            "title": self.title.data,
            "body": self.body.data,
            "body_es": self.body_es.data,
            "team_id": int(self.team.data) if self.team.data else None,
            "status": Status(self.status.data) if self.status.data else None,
            "resolution_code": ResolutionCode(self.code.data) if self.code.data else None,
            "hold_reason": HoldReason(self.hold_reason.data) if self.hold_reason.data else None,
            "hold_days": self.hold_days.data,
            "tags": self.words,
            "to_team_id": int(self.to_team.data) if self.to_team.data else None,
        }

    def validate_body(self, field: TextAreaField) -> None:
        """Refuse places that nobody would fill in."""
        if unknown := macro_places.unknown(field.data or ""):
            raise ValidationError(_("The desk cannot fill this in: %(places)s. See the list.", places=", ".join(unknown)))
        if self.sent_by and macro_places.blanks(field.data or ""):
            raise ValidationError(
                _("A rule sends it by itself (%(rules)s), so that nobody fills in braces.", rules=", ".join(self.sent_by))
            )

    validate_body_es = validate_body

    def validate_code(self, field: SelectField) -> None:
        """A resolution has a code, and nothing else has one."""
        resolves = self.status.data == Status.RESOLVED
        if resolves and not field.data:
            raise ValidationError(_("Choose how it was resolved."))
        if field.data and not resolves:
            raise ValidationError(_("Only a macro that resolves the case has this. Choose “Choose one”."))

    def validate_hold_reason(self, field: SelectField) -> None:
        """A hold says what is waited for, and nothing else does."""
        holds = self.status.data == Status.ON_HOLD
        if holds and not field.data:
            raise ValidationError(_("Choose whom or what the case waits for."))
        if field.data and not holds:
            raise ValidationError(_("Only a macro that puts the case on hold has this. Choose “Choose one”."))

    def validate_tags(self, _field: StringField) -> None:
        """Refuse too many, and sentences."""
        if len(self.words) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in self.words):
            raise ValidationError(_("Up to 10 tags of up to 40 characters each, please."))

    def validate_to_team(self, field: SelectField) -> None:
        """What is resolved stays with its team."""
        if field.data and self.status.data == Status.RESOLVED:
            raise ValidationError(_("A case that is resolved stays with its team. Leave one of the two out."))


def as_typed(macro: Macro) -> dict[str, Any]:
    """A macro as the form shows it."""
    return {
        "title": macro.title,
        "body": macro.body,
        "body_es": macro.body_es,
        "team": str(macro.team_id or EVERYBODY),
        "status": macro.status.value if macro.status else NOTHING,
        "code": macro.resolution_code.value if macro.resolution_code else NOTHING,
        "hold_reason": macro.hold_reason.value if macro.hold_reason else NOTHING,
        "hold_days": macro.hold_days,
        "tags": ", ".join(macro.tags),
        "to_team": str(macro.to_team_id or NOTHING),
    }
