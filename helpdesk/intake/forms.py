"""The help ticket: its fields as in DOMAIN section 5, and what a good answer is."""

import secrets
from itertools import chain
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice, enum_choices
from wtforms.validators import DataRequired, Length, ValidationError

from ..cases.models import Impact, ProviderRole, System, Urgency
from ..cases.wording import lazy_label
from ..languages import translated
from ..typed_text import lines, one_line, readable_length
from .models import Topic
from .places import NOT_LISTED, Place

LONGEST_NAME = 120
KEY_BYTES = 16


class _Readable:
    """Between so many characters that can be read and so many in all."""

    def __init__(self, *, least: int, most: int, message: Any) -> None:
        self.least, self.most, self.message = least, most, message
        self.field_flags = {"minlength": least, "maxlength": most}

    def __call__(self, _form: FlaskForm, field: StringField) -> None:
        if readable_length(field.data) < self.least or len(field.data) > self.most:
            raise ValidationError(self.message)


def _not_listed() -> SelectChoice:
    return SelectChoice(NOT_LISTED, _l("Not listed: type the name below"))  # type: ignore[arg-type]


def _choose() -> list[SelectChoice]:
    return [SelectChoice("", _l("Choose one"))]  # type: ignore[arg-type]


def _topic(topic: Topic) -> SelectChoice:
    name: Any = LazyString(translated, topic.name)  # in the language of the page on it, and in English in the case
    return SelectChoice(topic.code, name, optgroup=translated(topic.group_name))


class HelpTicketForm(FlaskForm):  # type: ignore[misc]
    """The form behind Get Help. The same class checks every step, so that no step can be passed by."""

    form_key = HiddenField()
    role = SelectField(
        _l("Your role"),
        description=_l("The one that fits this question best."),
        validators=[DataRequired(_l("Choose the role that fits this question."))],
    )
    place = SelectField(_l("Where you work"), description=_l("The place that this question is about."))
    organization = StringField(
        _l("Organization"),
        description=_l("The legal name, as in Section A of your enrollment."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter the name of your organization.")),
            _Readable(least=2, most=LONGEST_NAME, message=_l("The name of the organization must have 2 to 120 characters.")),
        ],
    )
    location = StringField(
        _l("Location"),
        description=_l(
            "Where vaccine is stored or given. You may leave it empty when the question is about the whole organization, "
            "such as its application, training or billing."
        ),
        filters=[one_line],
        validators=[Length(max=LONGEST_NAME, message=_l("The location can have up to 120 characters."))],
    )
    system = RadioField(
        _l("Which system is it about?"),
        description=_l("“Not sure” is fine."),
        validators=[DataRequired(_l("Choose the system that it is about; “not sure” is fine."))],
    )
    topic = SelectField(
        _l("Topic"),
        description=_l("It decides which team gets your case."),
        validators=[DataRequired(_l("Choose the topic that comes closest."))],
    )
    subject = StringField(
        _l("Subject"),
        description=_l("One line, no patient names."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say in one line what it is about.")),
            _Readable(least=5, most=120, message=_l("The subject must have 5 to 120 characters.")),
        ],
    )
    description = TextAreaField(
        _l("What happened?"),
        description=_l(
            "What you did, what you saw, what you expected. "
            "<strong>Do not include patient names, birth dates, or medical details.</strong>"
        ),
        filters=[lines],
        validators=[
            DataRequired(_l("Tell us what happened.")),
            _Readable(least=20, most=5000, message=_l("Tell us what happened in 20 to 5,000 characters.")),
        ],
    )
    is_private = BooleanField(
        _l("Hide this case from my colleagues"),
        description=_l("Else coordinators of the location and administrators of the organization can read it and reply."),
    )
    impact = RadioField(_l("Who is affected?"), validators=[DataRequired(_l("Choose who is affected."))])
    urgency = RadioField(
        _l("Does it hold up vaccination?"),
        description=_l("If vaccine is at risk right now, call us as well."),
        validators=[DataRequired(_l("Choose whether it holds up vaccination."))],
    )

    def __init__(self, topics: list[Topic], places: tuple[Place, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.places = {place.value: place for place in places}
        if places:
            self.place.choices = [*_choose(), *(SelectChoice(p.value, p.text) for p in places), _not_listed()]
            self.place.validate_choice = False
        else:
            del self.place
        self.topics = {topic.code: topic for topic in topics}
        self.role.choices = _choose() + enum_choices(ProviderRole, label=lazy_label)
        self.system.choices = enum_choices(System, label=lazy_label)
        self.impact.choices = enum_choices(Impact, label=lazy_label)
        self.urgency.choices = enum_choices(Urgency, label=lazy_label)
        self.topic.choices = _choose() + [_topic(topic) for topic in topics]
        for field in (self.role, self.system, self.topic, self.impact, self.urgency):
            field.validate_choice = False  # a forged choice gets the sentence of `validate_…` below
        if not _is_key(self.form_key.data):
            self.form_key.data = new_key()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it can be sent; a place of the directory says by itself what it is called."""
        if (place := self.chosen_place) is not None:
            self.organization.data, self.location.data = place.organization, place.location or _("All locations")
        return bool(super().validate(*args, **kwargs))

    @property
    def chosen_place(self) -> Place | None:
        """The place that was chosen from one's own; none where it was typed."""
        return self.places.get(self.place.data) if self.place is not None else None

    @property
    def chosen_topic(self) -> Topic:
        """The topic that a valid form names."""
        return self.topics[self.topic.data]

    @property
    def answered(self) -> list[tuple[str, str, str]]:
        """Name, question and answer of each field as people read them, in the order of the form."""
        fields = (self.role, self.organization, self.location, self.system, self.topic)
        texts = (self.subject, self.description)
        return [(f.name, str(f.label.text), _shown(f)) for f in chain(fields, texts, (self.impact, self.urgency))]

    def validate_place(self, field: SelectField) -> None:
        """Refuse a place that is not one's own; somebody who has several says which, or types the name of another."""
        if not field.data:
            raise ValidationError(_("Choose the place, or “Not listed” to type its name."))
        _must_be_offered(field)

    def validate_role(self, field: SelectField) -> None:
        """Refuse a role that is not on the list."""
        _must_be_offered(field)

    def validate_system(self, field: RadioField) -> None:
        """Refuse a system that is not on the list."""
        _must_be_offered(field)

    def validate_topic(self, field: SelectField) -> None:
        """Refuse a topic that is not on offer (forged, or retired since the page was opened)."""
        _must_be_offered(field)

    def validate_impact(self, field: RadioField) -> None:
        """Refuse an impact that is not on the list."""
        _must_be_offered(field)

    def validate_urgency(self, field: RadioField) -> None:
        """Refuse an urgency that is not on the list."""
        _must_be_offered(field)

    def validate_location(self, field: StringField) -> None:
        """Ask for the location unless the topic is about the whole organization."""
        topic = self.topics.get(self.topic.data)
        if topic is not None and topic.needs_location and not field.data:
            raise ValidationError(_("Enter the location: this topic needs to know where. “All” is fine."))


def new_key() -> str:
    """A one-time key for a form: one key makes one case."""
    return secrets.token_hex(KEY_BYTES)


def _is_key(text: str | None) -> bool:
    return text is not None and len(text) == 2 * KEY_BYTES and set(text) <= set("0123456789abcdef")


def _must_be_offered(field: Any) -> None:
    if field.data not in {choice.value for choice in field.choices if choice.value}:
        raise ValidationError(_("Choose one of the answers on the list."))


def _shown(field: Any) -> str:
    if not hasattr(field, "choices"):
        return field.data or ""
    return next((str(choice.label) for choice in field.choices if choice.value == field.data), "")
