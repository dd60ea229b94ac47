"""What people of the desk type when they write articles and put them in their places."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..accounts.models import Language
from ..accounts.wording import label
from ..intake.models import Topic
from ..knowledge import editing
from ..knowledge.editing import Placement, Text
from ..knowledge.history_wording import AUDIENCES
from ..knowledge.models import Article, Audience, Section
from ..knowledge.wording import section_words
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line
from .hours_forms import FIRST_DAY, LAST_DAY, DayField
from .people_forms import VersionedForm

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_BODY, LONGEST_KEYWORDS, LONGEST_REASON = 120, 300, 30_000, 300, 300
LAST_PLACE = 9_999


def choices(labels: Any) -> list[SelectChoice]:
    """The members of a set of values to choose from."""
    return [SelectChoice(value=member.value, label=text) for member, text in labels.items()]


def reason_field(text: Any, *, missing: Any) -> StringField:
    """A field that asks why, in a line."""
    too_long = Length(max=LONGEST_REASON, message=_l("Up to 300 characters, please."))
    help_text = _l("It is kept in the history, with your name.")
    return StringField(text, description=help_text, filters=[one_line], validators=[DataRequired(missing), too_long])


def title_field(missing: Any) -> StringField:
    """A field for the title of what is to be read or watched."""
    too_long = Length(max=LONGEST_TITLE, message=_l("A title can have up to 120 characters."))
    return StringField(_l("Title"), filters=[one_line], validators=[DataRequired(missing), too_long])


def sensible_day(_form: VersionedForm, field: DayField) -> None:
    """A validator: a day of this century or the next."""
    if field.data and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("Enter a date between 2000 and 2199."))


class TextForm(VersionedForm):
    """The text of an article; it knows which version it was begun from."""

    title = title_field(_l("Enter a title."))
    summary = TextAreaField(
        _l("Summary"),
        description=_l("One or two sentences; they stand below the title and in lists."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say in a sentence what the article answers.")),
            Length(max=LONGEST_SUMMARY, message=_l("A summary can have up to 300 characters.")),
        ],
    )
    body = TextAreaField(
        _l("Text"),
        description=_l("No patient names, birth dates or medical details, not even as an example."),
        filters=[lines],
        validators=[
            DataRequired(_l("Write the text.")),
            Length(max=LONGEST_BODY, message=_l("A text can have up to 30,000 characters. Please make two articles of it.")),
        ],
    )

    @property
    def text(self) -> Text:
        """What a valid form says."""
        return Text(title=self.title.data, summary=self.summary.data, body=f"{self.body.data}\n")


class EditForm(TextForm):
    """Another version of a text."""

    reason = reason_field(_l("What have you changed?"), missing=_l("Say in a few words what you have changed."))


class _PlacedForm(VersionedForm):
    section = SelectField(_l("Section of Learn"))
    audience = SelectField(_l("Who may read it"), choices=choices(AUDIENCES))
    topics = SelectMultipleField(
        _l("Topics that it answers"),
        description=_l("It is offered to people who ask about these."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )
    keywords = StringField(
        _l("Other words that people look for"),
        description=_l("Separated by commas, such as “fridge, freezer, thermometer”."),
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_KEYWORDS, message=_l("Up to 300 characters, please."))],
    )

    def __init__(self, topics: Iterable[Topic], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section.choices = choices({section: section_words(section).name for section in Section})
        self.groups: dict[str, list[str]] = {}  # codes of topics by the name of their group
        self.topics.choices = []
        for topic in topics:
            self.topics.choices.append(SelectChoice(value=topic.code, label=topic.name))
            self.groups.setdefault(topic.group_name, []).append(topic.code)

    def options_of(self, group: str) -> list[Any]:
        """The boxes of a group of topics."""
        return [option for option in self.topics if option.data in self.groups[group]]

    def _placement(self, **given: Any) -> Placement:
        return Placement(
            section=Section(self.section.data),
            audience=Audience(self.audience.data),
            topics=frozenset(self.topics.data or ()),
            keywords=self.keywords.data or "",
            **given,
        )


class AddArticleForm(_PlacedForm, TextForm):
    """A new article."""

    language = SelectField(
        _l("Language"), choices=[SelectChoice(value=language.value, label=label(language)) for language in Language]
    )
    slug = StringField(
        _l("Address"),
        description=_l(
            "The end of its address, such as power-outage. Leave it empty to make it from the title; it never changes."
        ),
        filters=[one_line, str.lower],
        validators=[
            Optional(),
            Length(max=editing.LONGEST_SLUG, message=_l("An address can have up to 60 characters.")),
            Regexp(
                rf"^{editing.SLUG.pattern}$", message=_l("Use small letters, digits and single hyphens, such as power-outage.")
            ),
        ],
    )

    @property
    def placement(self) -> Placement:
        """Where a valid form puts the article: behind all others."""
        return self._placement(position=editing.last_position() + 1)


class PlacementForm(_PlacedForm):
    """What stands beside the text of an article."""

    position = IntegerField(
        _l("Place"),
        description=_l("A smaller number stands further up in its section."),
        validators=[
            InputRequired(_l("Enter a number.")),
            NumberRange(min=0, max=LAST_PLACE, message=_l("Enter a number from 0 to 9999.")),
        ],
    )
    on_home = BooleanField(_l("Show it on the home page, among the answers people look for"))
    review_on = DayField(
        _l("Read it again on"),
        description=_l("When somebody is to see whether it still holds. Empty: nobody is reminded."),
        validators=[Optional(), sensible_day],
    )

    @classmethod
    def of(cls, article: Article, topics: Iterable[Topic], *, seen: int) -> "PlacementForm":
        """The form filled in with what stands beside the article."""
        values = {name: getattr(article, name) for name in ("keywords", "position", "on_home", "review_on")}
        chosen = {"section": article.section.value, "audience": article.audience.value, "version": str(seen)}
        return cls(topics, formdata=None, data={**values, **chosen, "topics": sorted(editing.topics_of(article))})

    @property
    def placement(self) -> Placement:
        """What a valid form says."""
        return self._placement(position=self.position.data, on_home=self.on_home.data, review_on=self.review_on.data)


class ReviewForm(VersionedForm):
    """When an article is to be read again."""

    review_on = DayField(
        _l("Read it again on"),
        description=_l("A year from now, if nothing speaks for another day."),
        validators=[InputRequired(_l("Enter a date, such as 2027-01-04.")), sensible_day],
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def validate_review_on(self, field: DayField) -> None:
        """Refuse a day that is over: it would be due at once."""
        if field.data <= self.today:
            raise ValidationError(_("Enter a day to come."))


class WithdrawForm(VersionedForm):
    """Why an article is taken away, or a session does not take place."""

    reason = reason_field(_l("Reason"), missing=_l("Say why. It is kept in the history."))
