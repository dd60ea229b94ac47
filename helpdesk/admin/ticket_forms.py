"""What administrators type about the help ticket, but for its questions: topics, groups, sections, the urgent text."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp, ValidationError

from ..cases.wording import PRIORITIES
from ..intake.definition import Definition, Section, TopicDefinition, TopicGroup
from ..intake.definition_reading import LONGEST, LONGEST_KEYWORDS
from ..intake.definition_wording import catalog_spanish
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing.models import Priority
from ..typed_text import one_line
from .article_forms import choices
from .drafts import ConflictingForm, reason_field
from .people_forms import VersionedForm

LONGEST_NAME, LAST_PLACE = 120, 999
SPANISH = "_es"  # ends the name of the field for the Spanish of another
CODE_PART = r"^[A-Z0-9]{1,10}$"


def text_field(label: Any, *, missing: Any = "", help_text: Any = "", most: int = LONGEST_NAME) -> StringField:
    """A field for a text of one line, which has to be there if it is said what its absence is told."""
    needed = DataRequired(missing) if missing else Optional()
    too_long = Length(max=most, message=_l("Up to %(most)s characters, please.", most=most))
    kind = StringField if most <= LONGEST_NAME else TextAreaField
    return kind(label, description=help_text, filters=[one_line], validators=[needed, too_long])


def place_field(help_text: Any) -> IntegerField:
    """A field for the place in a list; left empty, the place stays."""
    in_range = NumberRange(min=1, max=LAST_PLACE, message=_l("Enter a number from 1 on."))
    return IntegerField(_l("Place"), description=help_text, validators=[Optional(), in_range])


class DraftForm(ConflictingForm):
    """A form that changes the draft of the help ticket."""

    def tell_catalog(self) -> None:
        """Say below each field for Spanish what providers read as long as it is empty."""
        for field in self:
            if field.name.endswith(SPANISH) and (english := self[field.name.removesuffix(SPANISH)].data):
                known = catalog_spanish(str(english))
                field.description = (
                    _("The desk says “%(spanish)s”; fill this in only to say it in another way.", spanish=known)
                    if known
                    else _("The desk has no translation of this text.")
                )

    def spoken(self) -> dict[str, str]:
        """The Spanish of each text that the form holds, by the text."""
        pairs = [(self[field.name.removesuffix(SPANISH)].data, field.data) for field in self if field.name.endswith(SPANISH)]
        return {str(english): spanish or "" for english, spanish in pairs if english}


class ActForm(VersionedForm):
    """A button that changes the draft."""


class TopicForm(DraftForm):
    """A topic: what it is called, where it stands, and what follows from it."""

    name = text_field(_l("Name"), missing=_l("Enter the name of the topic."))
    name_es = text_field(_l("Name in Spanish"))
    group = SelectField(_l("Group"), description=_l("Rules may go by the group. The code of the topic stays."))
    place = place_field(_l("1 stands first in its group."))
    priority = SelectField(_l("Priority by itself"), choices=choices(PRIORITIES))
    team = SelectField(_l("Team that knows it"), description=_l("It gets the case unless a rule says otherwise."))
    needs_location = BooleanField(_l("Ask for the location: it is not a matter of the whole organization"))
    is_urgent = BooleanField(_l("Say at once what to do: vaccine may be at risk"))
    keywords = text_field(
        _l("Other words that people type when they mean it"),
        help_text=_l("Such as “fridge, freezer, power”."),
        most=LONGEST_KEYWORDS,
    )
    is_active = BooleanField(
        _l("On offer"), description=_l("Else it is retired: nobody can choose it; its cases stay as they are.")
    )

    def __init__(self, definition: Definition, teams: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        if self.group is not None:
            self.group.choices = [SelectChoice(value=group.code, label=group.name) for group in definition.groups]
        self.team.choices = [SelectChoice(value=code, label=name) for code, name in teams.items()]

    @classmethod
    def of(cls, definition: Definition, topic: TopicDefinition, *, teams: Mapping[str, str], seen: int) -> "TopicForm":
        """The form filled in with what a topic says."""
        group = definition.group_of[topic.code]
        names = ("name", "team", "needs_location", "is_urgent", "keywords", "is_active")
        values: dict[str, Any] = {name: getattr(topic, name) for name in names}
        values |= {"priority": topic.priority.value, "group": group.code, "place": group.topics.index(topic) + 1}
        values |= {"name_es": definition.spanish.get(topic.name, ""), "version": str(seen)}
        return cls(definition, teams, formdata=None, data=values)

    def topic(self, code: str) -> TopicDefinition:
        """What a valid form says."""
        return TopicDefinition(
            code=code,
            name=self.name.data,
            priority=Priority(self.priority.data),
            team=self.team.data,
            needs_location=self.needs_location.data,
            is_urgent=self.is_urgent.data,
            keywords=self.keywords.data or "",
            is_active=self.is_active.data if self.is_active is not None else True,
        )


def _code_part(label: Any, help_text: Any) -> StringField:
    form = Regexp(CODE_PART, message=_l("Up to ten capital letters or digits, such as SIGN."))
    return StringField(
        label, description=help_text, filters=[one_line, str.upper], validators=[DataRequired(_l("Enter a code.")), form]
    )


class AddTopicForm(TopicForm):
    """A new topic of a group."""

    code = _code_part(
        _l("Code"), _l("Up to ten capital letters or digits; the code of the group stands before it. It is for good.")
    )
    is_active = place = group = None

    def __init__(self, definition: Definition, teams: Mapping[str, str], group: TopicGroup, *args: Any, **kwargs: Any) -> None:
        super().__init__(definition, teams, *args, **kwargs)
        self.of_group = group

    @property
    def whole_code(self) -> str:
        """The code with that of the group."""
        return f"{self.of_group.code.partition('-')[0]}-{self.code.data}"

    def validate_code(self, _field: StringField) -> None:
        """Refuse a code that is there."""
        if self.whole_code in {*self.definition.topics, *(group.code for group in self.definition.groups)}:
            raise ValidationError(_("There is a topic with the code %(code)s.", code=self.whole_code))


class GroupForm(DraftForm):
    """What a group of topics is called, and where it stands."""

    name = text_field(_l("Name"), missing=_l("Enter the name of the group."))
    name_es = text_field(_l("Name in Spanish"))
    place = place_field(_l("1 stands first on the form."))


class AddGroupForm(AddTopicForm):
    """A new group with its first topic."""

    group_code = StringField(
        _l("Code of the group"),
        description=_l("Two to ten capital letters or digits, such as ENR. It is for good."),
        filters=[one_line, str.upper],
        validators=[
            DataRequired(_l("Enter a code.")),
            Regexp(r"^[A-Z0-9]{2,10}$", message=_l("Two to ten capital letters or digits, such as ENR.")),
        ],
    )
    group_name = text_field(_l("Name of the group"), missing=_l("Enter the name of the group."))
    group_name_es = text_field(_l("Name of the group in Spanish"))

    def __init__(self, definition: Definition, teams: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(definition, teams, TopicGroup("", "", ()), *args, **kwargs)
        self.of_group = TopicGroup(self.group_code.data or "", self.group_name.data or "", ())

    def validate_group_code(self, field: StringField) -> None:
        """Refuse a code that is there."""
        if field.data in {*self.definition.topics, *(group.code for group in self.definition.groups)}:
            raise ValidationError(_("There is a group with the code %(code)s.", code=field.data))

    @property
    def new_group(self) -> TopicGroup:
        """What a valid form says."""
        return TopicGroup(self.of_group.code, self.of_group.name, (self.topic(self.whole_code),))


class SectionForm(DraftForm):
    """What a section is called, and where it stands."""

    title = text_field(_l("Title"), missing=_l("Enter a title."))
    title_es = text_field(_l("Title in Spanish"))
    help = text_field(_l("Help"), help_text=_l("It stands below the title."), most=LONGEST)
    help_es = text_field(_l("Help in Spanish"), most=LONGEST)
    place = place_field(_l("1 stands first on the form; the questions of a section stand with it."))

    @classmethod
    def of(cls, definition: Definition, section: Section, *, seen: int) -> "SectionForm":
        """The form filled in with what a section says."""
        spanish = {"title_es": definition.spanish.get(section.title, ""), "help_es": definition.spanish.get(section.help, "")}
        place = definition.sections.index(section) + 1
        said = {"title": section.title, "help": section.help, "place": place, "version": str(seen)}
        return cls(formdata=None, data={**said, **spanish})

    def section(self, key: str) -> Section:
        """What a valid form says."""
        return Section(key, self.title.data, self.help.data or "")


class PublishForm(VersionedForm):
    """Why the draft is put in force, and upon which version; a tick where rules name what goes."""

    upon = HiddenField()
    reason = reason_field(_l("What changes for providers, and why. It is kept with the version, with your name."))
    despite = BooleanField(_l("I have seen which rules name what is retired, and publish all the same"))

    def __init__(self, *args: Any, has_warnings: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_warnings:
            del self.despite

    def validate_despite(self, field: BooleanField) -> None:
        """Ask for the tick."""
        if not field.data:
            raise ValidationError(_("Read which rules are concerned, and tick this box."))
