"""The forms for how a team gives out its cases, and for what people can do."""

from wtforms import IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from ..accounts import skills
from ..accounts.duty_models import Distribution
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import one_line
from .people_forms import VersionedForm, reason_field

MOST_CASES = 500
WAYS = {
    Distribution.TAKE: _l("Agents take cases themselves"),
    Distribution.ROUND_ROBIN: _l("The desk gives them out: whoever is on duty gets them in turn"),
}


class DistributionForm(VersionedForm):
    """How the cases of a team get an assignee."""

    distribution = RadioField(
        _l("How cases are given out"),
        description=_l("Where the desk gives them out, cases that wait now are given out at once, too."),
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    cap = IntegerField(
        _l("Most unfinished cases of one person"),
        description=_l("Whoever has so many, in all their teams, is given no more by the desk. They can still take some."),
        validators=[
            InputRequired(_l("Enter a number from 1 to 500.")),
            NumberRange(1, MOST_CASES, message=_l("Enter a number from 1 to 500.")),
        ],
    )
    reason = reason_field(_l("Reason"), _l("Say why. It is kept in the history."))

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.distribution.choices = [SelectChoice(value=way.value, label=words) for way, words in WAYS.items()]


class SkillsForm(VersionedForm):
    """What somebody can do, in words by which cases find them."""

    skills = StringField(
        _l("Skills"),
        description=_l("Words with commas between them, such as: es, cold chain. Case makes no difference."),
        filters=[one_line],
        validators=[Optional()],
    )
    reason = reason_field(_l("Reason"))

    @property
    def words(self) -> list[str]:
        """The skills that were typed."""
        return (self.skills.data or "").split(",")

    def validate_skills(self, _field: StringField) -> None:
        """Refuse too many, and words that are sentences."""
        typed = skills.normalized(self.words)
        if len(typed) > skills.MOST:
            raise ValidationError(_("Up to %(most)s skills, please.", most=skills.MOST))
        if any(len(skill) > skills.LONGEST for skill in typed):
            raise ValidationError(_("A skill can have up to %(most)s characters.", most=skills.LONGEST))
