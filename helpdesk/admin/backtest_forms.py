"""What somebody types who wants past cases replayed, or the days of a report."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from ..cases.past_cases import Span
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing.models import RuleSetVersion

DAYS = 90  # that are looked back where nothing else is said
DRAFT = "draft"
LONGEST_REASON = 60  # characters of it in a list of versions
FIRST_DAY = date(2000, 1, 1)
_WHICH_DAY = _l("Enter a date, such as 2027-01-04.")


class DaysForm(FlaskForm):  # type: ignore[misc]
    """Some days, the first and the last included."""

    since = DateField(_l("First day"), validators=[InputRequired(_WHICH_DAY)])
    until = DateField(_l("Last day"), validators=[InputRequired(_WHICH_DAY)])

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, since=today - timedelta(days=DAYS), until=today, **kwargs)  # where nothing else was sent

    def validate_since(self, field: DateField) -> None:
        """Refuse a day before there were desks like this one."""
        if field.data and field.data < FIRST_DAY:
            raise ValidationError(_l("Enter a later day."))

    def validate_until(self, field: DateField) -> None:
        """Refuse days of which the second comes first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_l("The last day must not come before the first one."))

    @property
    def span(self) -> Span:
        """The days, as moments."""
        return Span.of_days(self.since.data, self.until.data)


class AskForm(DaysForm):
    """Whose rules are replayed, and the cases of which days."""

    rules = SelectField(_l("Rules"))

    def offer(self, versions: Sequence[RuleSetVersion], *, has_draft: bool) -> None:
        """Let the draft be chosen, if there is one, and these versions."""
        draft = [SelectChoice(value=DRAFT, label=_l("The draft"))] if has_draft else []
        older = [SelectChoice(value=str(one.version), label=_named(one)) for one in versions]
        self.rules.choices = [*draft, *older]
        if self.rules.data is None:
            self.rules.data = self.rules.choices[0].value


def _named(version: RuleSetVersion) -> str:
    reason = version.reason if len(version.reason) <= LONGEST_REASON else f"{version.reason[:LONGEST_REASON]} …"
    return _("Version %(number)s: %(reason)s", number=version.version, reason=reason)
