"""What one looks for in the ledger, as it stands in the address of the page."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..cases.numbers import id_of, number_of
from ..hours.queries import calendar
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..notifications import wording
from ..notifications.kinds import KINDS
from ..notifications.ledger import Search
from ..notifications.models import MailState
from ..typed_text import one_line

LONGEST = 254
LAST_DAY = date(9999, 12, 30)  # there must be a day after it
_TOO_LONG = _l("Please look for something shorter.")


class _IfGiven(Optional):  # type: ignore[misc]
    """Optional without saying so: in a search everything is."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


class SearchForm(FlaskForm):  # type: ignore[misc]
    """The fields of a search; it changes nothing, so that it stands in the address and needs no protection."""

    class Meta:
        """Whoever follows a link to a search has no token."""

        csrf = False

    open = BooleanField(_l("Only what needs a person: it could not be sent or is in doubt, and nobody has settled it"))
    state = SelectMultipleField(
        _l("Where it stands"),
        choices=[SelectChoice(value=state.value, label=label) for state, label in wording.STATES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
        validators=[_IfGiven()],
    )
    kind = SelectField(_l("Kind"), validators=[_IfGiven()])
    to = StringField(
        _l("To"),
        description=_l("A whole address is looked up as it is; anything else is looked for in names and addresses."),
        filters=[one_line],
        validators=[_IfGiven(), Length(max=LONGEST, message=_TOO_LONG)],
    )
    case = StringField(_l("Case"), description=_l("Such as NCV-000123."), filters=[one_line], validators=[_IfGiven()])
    since = DateField(_l("Made on or after"), validators=[_IfGiven()])
    until = DateField(_l("Made on or before"), validators=[_IfGiven()])
    subject = StringField(
        _l("In the subject"), filters=[one_line], validators=[_IfGiven(), Length(max=LONGEST, message=_TOO_LONG)]
    )

    def __init__(self, asked: Any) -> None:
        super().__init__(formdata=asked)
        names = {name: wording.kind_name(name) for name in KINDS}
        by_name = [SelectChoice(value=name, label=label) for name, label in sorted(names.items(), key=lambda item: item[1])]
        self.kind.choices = [SelectChoice(value="", label=_l("Every kind")), *by_name]
        self.kind.data = self.kind.data or ""

    def validate_case(self, field: StringField) -> None:
        """Refuse what is no number of a case."""
        if not id_of(field.data):
            raise ValidationError(_l("This is not the number of a case. It looks like NCV-000123."))

    def validate_until(self, field: DateField) -> None:
        """Refuse days of which the second comes first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_l("The last day must not come before the first one."))

    @property
    def search(self) -> Search:
        """What a valid form looks for."""
        return Search(
            states=frozenset(MailState(state) for state in self.state.data or ()),
            needs_a_person=bool(self.open.data),
            kind=self.kind.data or "",
            to=self.to.data or "",
            case_id=id_of(self.case.data) if self.case.data else None,
            made_from=_begins(self.since.data) if self.since.data else None,
            made_before=_begins(min(self.until.data, LAST_DAY) + timedelta(days=1)) if self.until.data else None,
            subject=self.subject.data or "",
        )

    @property
    def in_words(self) -> list[str]:
        """The conditions of a valid search, for people."""
        given = {
            self.to: self.to.data,
            self.case: number_of(id_of(self.case.data)) if self.case.data else "",
            self.kind: wording.kind_name(self.kind.data) if self.kind.data else "",
            self.subject: self.subject.data,
            self.since: format_date(self.since.data, "MMM d, y") if self.since.data else "",
            self.until: format_date(self.until.data, "MMM d, y") if self.until.data else "",
            self.state: ", ".join(str(wording.STATES[MailState(state)]) for state in self.state.data or ()),
        }
        words = [
            _("%(condition)s: %(value)s", condition=field.label.text, value=value) for field, value in given.items() if value
        ]
        return [*words, str(self.open.label.text)] if self.open.data else words

    @property
    def asked(self) -> dict[str, Any]:
        """The search as the parameters of an address, without what is empty."""
        given = {
            "open": "y" if self.open.data else "",
            "state": list(self.state.data or ()),
            "kind": self.kind.data,
            "to": self.to.data,
            "case": self.case.data,
            "since": self.since.data.isoformat() if self.since.data else "",
            "until": self.until.data.isoformat() if self.until.data else "",
            "subject": self.subject.data,
        }
        return {name: value for name, value in given.items() if value}


def _begins(day: date) -> datetime:
    """When a day begins at the desk."""
    return datetime.combine(day, time(), ZoneInfo(calendar().zone))
