"""What somebody says who puts a case on hold, or corrects what it says of itself."""

from typing import Any

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from ..cases import topics
from ..cases.correcting import Correction
from ..cases.correcting_wording import REASONS as CORRECTION_REASONS
from ..cases.holding_wording import REASONS as HOLD_REASONS
from ..cases.kinds import CorrectionReason, HoldReason
from ..cases.models import Case, System
from ..cases.wording import PRIORITIES, label
from ..languages import lazy_gettext as _l
from ..providers.places import NOT_LISTED, Place
from ..routing.models import Priority
from ..typed_text import lines, one_line
from .forms import LONGEST_TEXT
from .move_forms import SeenForm

LONGEST_LOCATION = 200
CHOOSE = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]


def _note(help_text: Any) -> TextAreaField:
    too_long = _l("A note can have up to 10,000 characters. Please shorten it.")
    validators = [Optional(), Length(max=LONGEST_TEXT, message=too_long)]
    return TextAreaField(_l("Internal note"), description=help_text, filters=[lines], validators=validators)


class HoldForm(SeenForm):
    """Whom or what a case waits for, until when, and what else there is to say."""

    reason = SelectField(_l("It waits for"), validate_choice=False)
    look_again_on = DateField(
        _l("Look at it again on"),
        description=_l("A day on which the desk is open. The case is open again then, and whoever has it is told."),
        validators=[DataRequired(_l("Choose the day on which somebody looks at it again."))],
    )
    note = _note(_l("Only staff can read it: whom you have asked, and for what."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [CHOOSE, *(SelectChoice(reason.value, words) for reason, words in HOLD_REASONS.items())]

    def validate_reason(self, field: SelectField) -> None:
        """Refuse to wait for nobody knows what; another reason is told in the note."""
        if field.data not in set(HoldReason):
            raise ValidationError(_l("Choose whom or what it waits for."))
        if field.data == HoldReason.OTHER and not self.note.data:
            raise ValidationError(_l("Say in the note what it waits for."))


class CorrectForm(SeenForm):
    """What a case is to say of itself, and why."""

    topic = SelectField(_l("Topic"), validate_choice=False)
    system = SelectField(_l("System"), validate_choice=False)
    place = SelectField(_l("Location"), validate_choice=False)
    location = StringField(
        _l("Location, if it is not listed"),
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_LOCATION, message=_l("Up to 200 characters, please."))],
    )
    priority = SelectField(_l("Priority"), validate_choice=False)
    reason = SelectField(_l("Why?"), validate_choice=False)
    note = _note(_l("Only staff can read it."))

    def __init__(self, *args: Any, case: Case, places: tuple[Place, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = {topic.code: topic for topic in topics.on_offer()}
        if case.topic_code not in self.topics and (retired := topics.with_code(case.topic_code)):
            self.topics[retired.code] = retired
        self.places = {place.value: place for place in places}
        self.topic.choices = [SelectChoice(t.code, t.name, optgroup=t.group_name) for t in self.topics.values()]
        self.system.choices = [SelectChoice(system.value, label(system)) for system in System]
        stays = SelectChoice("", _l("As it is: %(place)s") % {"place": case.location or _l("not given")})
        typed = SelectChoice(NOT_LISTED, _l("Not listed: type its name below"))  # type: ignore[arg-type]
        self.place.choices = [stays, *(SelectChoice(p.value, p.text) for p in places), typed]
        self.priority.choices = [SelectChoice(priority.value, words) for priority, words in PRIORITIES.items()]
        self.reason.choices = [CHOOSE, *(SelectChoice(r.value, words) for r, words in CORRECTION_REASONS.items())]

    def correction(self) -> Correction:
        """What a valid form corrects."""
        return Correction(
            topic=self.topics[self.topic.data],
            system=System(self.system.data),
            place=self.places.get(self.place.data),
            location=(self.location.data or "") if self.place.data == NOT_LISTED else None,
            priority=Priority(self.priority.data),
        )

    def validate_topic(self, field: SelectField) -> None:
        """Refuse a topic that is not on offer."""
        _must_be_one_of(field, self.topics)

    def validate_system(self, field: SelectField) -> None:
        """Refuse a system that is not on the list."""
        _must_be_one_of(field, set(System))

    def validate_place(self, field: SelectField) -> None:
        """Refuse a place at which the requester does not work, and one that is neither listed nor named."""
        _must_be_one_of(field, {"", NOT_LISTED, *self.places})
        if field.data == NOT_LISTED and not self.location.data:
            raise ValidationError(_l("Type the name of the location below."))

    def validate_priority(self, field: SelectField) -> None:
        """Refuse a priority that is not on the list."""
        _must_be_one_of(field, set(Priority))

    def validate_reason(self, field: SelectField) -> None:
        """Refuse a correction without a reason; another one is told in the note."""
        if field.data not in set(CorrectionReason):
            raise ValidationError(_l("Choose why."))
        if field.data == CorrectionReason.OTHER and not self.note.data:
            raise ValidationError(_l("Say in the note why."))


def _must_be_one_of(field: SelectField, known: Any) -> None:
    if field.data not in known:
        raise ValidationError(_l("Choose one of the answers on the list."))
