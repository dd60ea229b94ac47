"""What leads and administrators type about a training session."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ..accounts.models import Language
from ..accounts.wording import label
from ..hours.instants import read_instant
from ..hours.queries import calendar
from ..hours.wording import clock_time
from ..knowledge.editing_sessions import SessionFacts
from ..knowledge.models import TrainingSession
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import one_line
from .article_forms import LONGEST_SUMMARY, sensible_day, title_field
from .hours_forms import ClockField, DayField
from .people_forms import VersionedForm
from .video_forms import link_field

ZONES = {
    "America/New_York": _l("Eastern Time"),
    "America/Chicago": _l("Central Time"),
    "America/Denver": _l("Mountain Time"),
    "America/Los_Angeles": _l("Pacific Time"),
}


class SessionForm(VersionedForm):
    """A training session: what, when by the clocks of which zone, where to join."""

    title = title_field(_l("Enter a title."))
    summary = TextAreaField(
        _l("Summary"),
        description=_l("For whom it is, and what they learn."),
        filters=[one_line],
        validators=[Optional(), Length(max=LONGEST_SUMMARY, message=_l("A summary can have up to 300 characters."))],
    )
    language = SelectField(
        _l("Language"), choices=[SelectChoice(value=language.value, label=label(language)) for language in Language]
    )
    on = DayField(_l("Day"), validators=[InputRequired(_l("Enter a date, such as 2027-01-04.")), sensible_day])
    begins = ClockField(_l("Begins"), validators=[InputRequired(_l("Enter the time at which it begins, such as 10 a.m."))])
    ends = ClockField(_l("Ends"), validators=[InputRequired(_l("Enter the time at which it ends, such as 11:30 a.m."))])
    zone = SelectField(_l("Time zone"), description=_l("The times are those of this zone, and are shown so."))
    url = link_field(_l("Link to join"))

    def __init__(self, *args: Any, zone: str = "", **kwargs: Any) -> None:
        """With the zones on offer, that of the desk and `zone` among them."""
        kwargs["data"] = {"zone": zone or calendar().zone, **kwargs.get("data", {})}
        super().__init__(*args, **kwargs)
        known = dict.fromkeys([*ZONES, calendar().zone, *([zone] if zone else [])])
        self.zone.choices = [SelectChoice(value=name, label=ZONES.get(name, name)) for name in known]

    @classmethod
    def of(cls, session: TrainingSession, *, seen: int) -> "SessionForm":
        """The form filled in with what is said about a session."""
        begins, ends = (at.astimezone(ZoneInfo(session.zone)) for at in (session.starts_at, session.ends_at))
        values = {
            "language": session.language.value,
            "on": begins.date(),
            "begins": clock_time(begins.time()),
            "ends": clock_time(ends.time()),
            "version": str(seen),
        }
        return cls(formdata=None, obj=session, zone=session.zone, data=values)

    def validate_begins(self, field: ClockField) -> None:
        """Refuse a time that the clocks leave out on that day."""
        self._refuse_skipped(field)

    def validate_ends(self, field: ClockField) -> None:
        """Refuse an end before the beginning, and a time that the clocks leave out on that day."""
        self._refuse_skipped(field)
        begins = None if self.begins.errors else self.begins.time
        if begins is not None and field.time is not None and field.time <= begins:
            raise ValidationError(_("It ends after it begins, on the same day."))

    @property
    def facts(self) -> SessionFacts:
        """What a valid form says."""
        return SessionFacts(
            title=self.title.data,
            summary=self.summary.data or "",
            language=Language(self.language.data),
            starts_at=self._instants(self.begins.time)[0],
            ends_at=self._instants(self.ends.time)[-1],
            zone=self.zone.data,
            url=self.url.data or "",
        )

    def _refuse_skipped(self, field: ClockField) -> None:
        known = {choice.value for choice in self.zone.choices}
        if self.on.data is None or self.on.errors or self.zone.data not in known or field.time is None:
            return
        if not self._instants(field.time):
            raise ValidationError(_("The clocks go forward that night: this time does not exist on that day."))

    def _instants(self, at: time) -> tuple[datetime, ...]:
        """What a time of that day can mean: two instants where the clocks go back, none where they go forward."""
        return read_instant(datetime.combine(self.on.data, at).isoformat(), zone=self.zone.data).instants
