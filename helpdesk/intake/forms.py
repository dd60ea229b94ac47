"""The help ticket as a form: what its definition asks about a topic, given the answers so far."""

import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import Select

from ..accounts.models import User
from ..cases.file_field import FilesField
from ..cases.new_case import Answer
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..providers.places import NOT_LISTED, Place
from ..typed_text import NO_LABEL, one_line
from . import finder
from .definition import DECIDING, DRAFT, Definition, Kind, Question, Section, TopicDefinition, TopicGroup
from .fields import field_of, in_words, shown, value_of

KEY_BYTES = 16
LATEST_CLASSES = 256  # topics of definitions whose forms are remembered
LATEST_OPTIONS = 1024
LATEST_CHOICES = 16  # definitions whose topics are remembered in one language


class TopicSelect(Select):  # type: ignore[misc]
    """A list of many topics, which are the same on every page."""

    @classmethod
    def render_option(cls, choice: Choice) -> Markup:
        """One of them, put into HTML once."""
        return _option(choice.value, str(choice.label), is_selected=choice.selected)


class TicketForm(FlaskForm):  # type: ignore[misc]
    """The form behind Get Help. The same class draws and checks every step, so that no step can be passed by.

    Its questions are added by `ticket_form`; those that the answers do not lead to are taken away again.
    """

    colleagues: tuple[User, ...] = ()  # whom a valid form names to be copied

    form_key = HiddenField(NO_LABEL)
    follows = HiddenField(NO_LABEL)  # the number of a closed case; its box stands in the page while there is one
    problem = StringField(
        _l("What is wrong, in a few words?"),
        description=_l("Such as “fridge was at 12 degrees” or “cannot sign in to NCIR”. No patient names."),
        filters=[lambda typed: one_line(typed)[: finder.LONGEST]],  # it only helps to find the topic
        validators=[Optional(), Length(max=finder.LONGEST)],
    )
    topic = SelectField(
        _l("Topic"),
        description=_l("It decides which team gets your case."),
        validators=[DataRequired(_l("Choose the topic that comes closest."))],
        validate_choice=False,
        widget=TopicSelect(),
    )
    place = SelectField(_l("Where you work"), description=_l("The place that this question is about."), validate_choice=False)
    files = FilesField()
    is_private = BooleanField(
        _l("Hide this case from my colleagues"),
        description=_l("Else coordinators of the location and administrators of the organization can read it and reply."),
    )

    def __init__(self, definition: Definition, places: tuple[Place, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.definition = definition
        self.places = {place.value: place for place in places}
        if places:
            first = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
            last = SelectChoice(NOT_LISTED, _l("Not listed: type the name below"))  # type: ignore[arg-type]
            self.place.choices = [first, *(SelectChoice(p.value, p.text) for p in places), last]
        else:
            del self.place
        self.topic.choices = _topic_choices(definition, get_locale())
        if not _is_key(self.form_key.data):
            self.form_key.data = new_key()
        has_begun = self.chosen_topic is not None or bool(self.description.data or self.subject.data)
        self.asked = definition.asked(self.topic.data or "", self._answers()) if has_begun else ()
        self._ask_for_files()
        for question in definition.questions_of(self.topic.data or ""):
            if question not in self.asked and question.key in self:
                del self[question.key]  # what was answered to it goes with it

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it can be sent; a place of the directory says by itself what it is called."""
        if (place := self.chosen_place) is not None and self.organization is not None:
            self.organization.data, self.location.data = place.organization, place.location or _("All locations")
        return bool(super().validate(*args, **kwargs))

    @property
    def chosen_place(self) -> Place | None:
        """The place that was chosen from one's own; none where it was typed."""
        return self.places.get(self.place.data) if self.place is not None else None

    @property
    def chosen_topic(self) -> TopicDefinition | None:
        """The topic that is chosen, if it is on offer."""
        topic = self.definition.topics.get(self.topic.data or "")
        return topic if topic is not None and topic.is_active else None

    @property
    def the_topic(self) -> TopicDefinition:
        """The topic that a valid form names."""
        return self.definition.topics[self.topic.data]

    @property
    def the_group(self) -> TopicGroup:
        """Its group."""
        return self.definition.group_of[self.topic.data]

    @property
    def needs_location(self) -> bool:
        """Whether the topic needs to know where."""
        return self.chosen_topic is not None and self.chosen_topic.needs_location

    @property
    def is_urgent(self) -> bool:
        """Whether what to do now comes first: a topic that says so, or vaccine at risk."""
        at_risk = "urgency" in self and self.urgency.data == "at_risk"
        return at_risk or bool(self.chosen_topic and self.chosen_topic.is_urgent)

    @property
    def leading(self) -> frozenset[str]:
        """Names of the fields whose answers change what is asked or said."""
        return self.definition.leading | {"urgency"}

    @property
    def naming_colleagues(self) -> frozenset[str]:
        """Keys of the questions that are answered by naming colleagues."""
        return frozenset(question.key for question in self.asked if question.kind is Kind.PEOPLE)

    def words(self, text: str) -> str:
        """A text of the definition in the language of the page."""
        return in_words(self.definition, text)

    def sections(self) -> list[tuple[Section, list[Question]]]:
        """The questions that are asked, by the parts of the page; a part without any is left out."""
        parts = [(section, [q for q in self.asked if q.section == section.key]) for section in self.definition.sections]
        return [(section, questions) for section, questions in parts if questions]

    def answered(self) -> list[Answer]:
        """What was asked and answered, in the order of the page, in its language; the topic stands before its questions."""
        topic = self.chosen_topic
        name = in_words(self.definition, topic.name) if topic else ""
        given = [q for q in self.asked if q.kind is not Kind.FILES and (value_of(self[q.key]) or q.key == "location")]
        answers = [self._answer(question) for question in given]
        return [Answer(str(self.topic.label.text), name, "topic", self.topic.data, decides=True), *answers]

    def unanswered(self) -> list[str]:
        """The questions that were asked and left out."""
        left = [q for q in self.asked if q.kind is not Kind.FILES and q.key != "location" and not value_of(self[q.key])]
        return [in_words(self.definition, question.label) for question in left]

    def sent(self) -> list[tuple[str, str]]:
        """Names and values of everything that has to be sent again with the next step."""
        values = [(q.key, value_of(self[q.key])) for q in self.asked if q.kind is not Kind.FILES]
        hidden = [("topic", self.topic.data), ("problem", self.problem.data or "")]
        hidden += [("follows", self.follows.data)] if self.follows.data else []
        place = [("place", self.place.data or "")] if self.place is not None else []
        return [*hidden, *place, *((name, value) for name, value in values if value)]

    def validate_topic(self, field: SelectField) -> None:
        """Refuse a topic that is not on offer (forged, or retired since the page was opened)."""
        if self.chosen_topic is None:
            raise ValidationError(_("Choose one of the answers on the list."))

    def validate_place(self, field: SelectField) -> None:
        """Refuse a place that is not one's own; somebody who has several says which, or types the name of another."""
        if not field.data:
            raise ValidationError(_("Choose the place, or “Not listed” to type its name."))
        if field.data not in {*self.places, NOT_LISTED}:
            raise ValidationError(_("Choose one of the answers on the list."))

    def _ask_for_files(self) -> None:
        """In the words of the question that asks for them, where one does."""
        question = next((q for q in self.asked if q.kind is Kind.FILES), None)
        if question is None:
            del self.files
            return
        self.files.label.text, self.files.description = self.words(question.label), self.words(question.help)

    def _answers(self) -> dict[str, str]:
        return {q.key: value_of(self[q.key]) for q in self.definition.questions if q.key in self}

    def _answer(self, question: Question) -> Answer:
        value = value_of(self[question.key])
        return Answer(
            question=in_words(self.definition, question.label),
            answer=shown(self.definition, question, value),
            key=question.key,
            value=value if question.kind in DECIDING else "",
            decides=question.kind in DECIDING,
        )


def ticket_form(
    definition: Definition,
    *,
    places: tuple[Place, ...],
    formdata: MultiDict[str, str] | None,
    known: Mapping[str, Any] | None = None,
) -> TicketForm:
    """The form as it was sent (`formdata`), or filled in with what is known of the person before they begin."""
    topic = (formdata.get("topic") if formdata is not None else (known or {}).get("topic")) or ""
    make = _class_for if definition.version != DRAFT else _class_for.__wrapped__  # a draft is another with each look
    return make(definition, topic if topic in definition.topics else "")(definition, places, formdata=formdata, data=known)


def new_key() -> str:
    """A one-time key for a form: one key makes one case."""
    return secrets.token_hex(KEY_BYTES)


@lru_cache(maxsize=LATEST_CHOICES)
def _topic_choices(definition: Definition, _language: Locale | None) -> list[SelectChoice]:
    """The topics on offer in the language of the page."""
    choices = [SelectChoice("", _l("Choose one"))]  # type: ignore[arg-type]
    for group in definition.groups:
        heading = in_words(definition, group.name)
        on_offer = [topic for topic in group.topics if topic.is_active]
        choices += [SelectChoice(t.code, in_words(definition, t.name), optgroup=heading) for t in on_offer]
    return choices


@lru_cache(maxsize=LATEST_OPTIONS)
def _option(value: str, label: str, *, is_selected: bool) -> Markup:
    option: Markup = Select.render_option(Choice(value, label, is_selected, {}))
    return option


@lru_cache(maxsize=LATEST_CLASSES)
def _class_for(definition: Definition, topic: str) -> type[TicketForm]:
    """A form with every question that the topic may lead to."""
    fields: dict[str, Any] = {
        question.key: field_of(definition, question)
        for question in definition.questions_of(topic)
        if question.kind is not Kind.FILES
    }
    return type("TicketForm", (TicketForm,), fields)


def _is_key(text: str | None) -> bool:
    return text is not None and len(text) == 2 * KEY_BYTES and set(text) <= set("0123456789abcdef")
