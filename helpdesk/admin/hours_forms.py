"""The forms of service hours: a week of hours, a closure, a draft of closures to confirm."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation, ValidationError

from ..business_hours import DAYS_OF_A_WEEK, MIDNIGHT, Closure, Interval, Week
from ..hours import queries
from ..hours.errors import NotATimeOfDay
from ..hours.holiday_draft import ProposedDay
from ..hours.instants import read_time
from ..hours.wording import clock_time
from ..hours.wording import day as day_in_words
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import one_line

FEWEST_INTERVALS = 2  # that a day of the form has room for
LONGEST_REASON = 80
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
ALL_DAY, FROM_A_TIME = "all_day", "from"


class ClockField(StringField):  # type: ignore[misc]
    """A time of day as people type it; what was typed stays in the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=[one_line], **kwargs)

    @property
    def time(self) -> Any:
        """The time that was typed, None for an empty field. Raises NotATimeOfDay."""
        return read_time(self.data) if self.data else None

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no time of day."""
        try:
            _read = self.time
        except NotATimeOfDay:
            typed = self.data[:20]
            raise StopValidation(_("“%(typed)s” is no time of day. Write it as 8 a.m. or 4:45 p.m.", typed=typed)) from None


class DayField(DateField):  # type: ignore[misc]
    """A day; what was typed stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, and say in our words what is wrong with it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter a date, such as 2027-01-04.")) from None


def _day_field(label: Any, **kwargs: Any) -> DayField:
    return DayField(label, validators=[InputRequired(_l("Enter a date, such as 2027-01-04.")), _sensible_day], **kwargs)


def _sensible_day(_form: FlaskForm, field: DateField) -> None:
    if field.data and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("Enter a date between 2000 and 2199."))


def _reason_field(label: Any, **kwargs: Any) -> StringField:
    validators = [
        DataRequired(_l("Say why the desk is closed; everybody reads it.")),
        Length(max=LONGEST_REASON, message=_l("The reason can have up to 80 characters.")),
    ]
    return StringField(label, filters=[one_line], validators=validators, **kwargs)


class ScheduleForm(FlaskForm):  # type: ignore[misc]
    """A week of hours from a day on; `for_week` makes it with the fields of the days."""

    valid_from = _day_field(_l("First day of the new hours"))
    intervals = FEWEST_INTERVALS

    @classmethod
    def for_week(cls, week: Week, **kwargs: Any) -> "ScheduleForm":
        """A form filled with a week of hours, with room for at least FEWEST_INTERVALS a day."""
        intervals = max(FEWEST_INTERVALS, *(len(day) for day in week))
        fields: dict[str, Any] = {"intervals": intervals}
        for weekday, day in enumerate(week):
            for number in range(intervals):
                known = day[number] if number < len(day) else None
                for end in ("opens", "closes"):
                    shown = _shown(known, end) if known else ""
                    fields[f"{end}_{weekday}_{number}"] = ClockField(_label(weekday, number, end), default=shown)
        return type("WeekForm", (cls,), fields)(**kwargs)  # type: ignore[no-any-return]

    def pairs(self, weekday: int) -> list[tuple[ClockField, ClockField]]:
        """The fields of a weekday, interval by interval."""
        return [(self[f"opens_{weekday}_{n}"], self[f"closes_{weekday}_{n}"]) for n in range(self.intervals)]

    @property
    def week(self) -> Week:
        """The week that was typed, in a valid form."""
        return tuple(
            tuple(Interval(opens.time, closes.time) for opens, closes in self.pairs(weekday) if opens.data)
            for weekday in range(DAYS_OF_A_WEEK)
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each day makes sense, and at least one has hours."""
        super().validate(extra_validators)
        for weekday in range(DAYS_OF_A_WEEK):
            if not any(field.errors for pair in self.pairs(weekday) for field in pair):
                self._check_day(weekday)
        if not self.errors and not any(self.week):
            self["opens_0_0"].errors = [_("Give at least one day its hours. For single days without service, add closures.")]
        return not self.errors

    def _check_day(self, weekday: int) -> None:
        name, open_until = weekday_name(weekday), None
        for opens, closes in self.pairs(weekday):
            if not (opens.data or closes.data):
                continue
            if not (opens.data and closes.data):
                (closes if opens.data else opens).errors = [_("%(day)s: enter both times, or leave both empty.", day=name)]
                return
            if closes.time != MIDNIGHT and closes.time <= opens.time:
                closes.errors = [_("%(day)s: the desk must close after it opens. Did you mean p.m.?", day=name)]
                return
            if open_until is not None and (open_until == MIDNIGHT or opens.time < open_until):
                opens.errors = [_("%(day)s: the second hours must begin after the first have ended.", day=name)]
                return
            open_until = closes.time


class ClosureForm(FlaskForm):  # type: ignore[misc]
    """A day that is closed, or closes early."""

    on = _day_field(_l("Day"))
    extent = RadioField(
        _l("How much of the day?"),
        default=ALL_DAY,
        validators=[InputRequired(_l("Choose whether the desk is closed all day."))],
    )
    closed_from = ClockField(_l("Closed from"), description=_l("Only for closing early, such as noon or 2:30 p.m."))
    reason = _reason_field(_l("Reason"), description=_l("Shown to everybody, as in “Closed today for …”."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extent.choices = [SelectChoice(ALL_DAY, _("All day")), SelectChoice(FROM_A_TIME, _("From a time on"))]

    def validate_closed_from(self, field: ClockField) -> None:
        """A desk that closes early does so at a time of its day."""
        if self.extent.data == FROM_A_TIME and not field.data:
            raise ValidationError(_("Enter the time from which the desk is closed."))
        if self.extent.data == FROM_A_TIME and field.time == MIDNIGHT:
            raise ValidationError(_("From midnight on is all day: choose “All day” if that is meant."))
        if self.extent.data == FROM_A_TIME and self.on.data:
            _expect_within_hours(self.on.data, field.time)

    @property
    def closure(self) -> Closure:
        """The closure that was typed, in a valid form."""
        closed_from = self.closed_from.time if self.extent.data == FROM_A_TIME else MIDNIGHT
        return Closure(self.on.data, closed_from or MIDNIGHT, self.reason.data)


class DraftForm(FlaskForm):  # type: ignore[misc]
    """A draft of a year's closures; `for_days` makes it with three fields for each day, named after the day proposed."""

    days: Sequence[ProposedDay] = ()

    @classmethod
    def for_days(cls, days: Sequence[ProposedDay], **kwargs: Any) -> "DraftForm":
        """A form with a row for each day, the likely ones ticked."""
        fields: dict[str, Any] = {"days": days}
        for day in days:
            which = {"name": day.name, "day": day_in_words(day.on)}
            take, on, name = _names(day)
            fields[take] = BooleanField(_("Close for %(name)s, %(day)s", **which), default=day.is_likely)
            fields[on] = DayField(_("Date of %(name)s, %(day)s", **which), default=day.on, validators=[Optional()])
            fields[name] = StringField(_("Reason shown for %(name)s, %(day)s", **which), default=day.name, filters=[one_line])
        return type("YearForm", (cls,), fields)(**kwargs)  # type: ignore[no-any-return]

    def row(self, day: ProposedDay) -> tuple[BooleanField, DayField, StringField]:
        """The fields of a day: whether to take it, its date, its reason."""
        take, on, name = _names(day)
        return self[take], self[on], self[name]

    @property
    def taken(self) -> list[tuple[BooleanField, DayField, StringField]]:
        """The rows that are ticked."""
        return [self.row(day) for day in self.days if self.row(day)[0].data]

    @property
    def closures(self) -> list[Closure]:
        """The days that are ticked, in a valid form."""
        return [Closure(on.data, MIDNIGHT, name.data) for _take, on, name in self.taken]

    def validate_against(self, year: int, *, closed: set[date]) -> bool:
        """Whether some row is ticked, and each of those is a day of that year, has a reason, and is not closed already."""
        self.validate()
        for day in self.days:
            take, on, name = self.row(day)
            if not take.data:
                on.errors = []  # what is not taken does no harm
            elif not on.errors:
                on.errors = _errors_of_day(on.data, year, closed)
                closed = closed | {on.data}
            name.errors = _errors_of_name(name.data) if take.data else []
        if not self.taken:
            self.form_errors = [_("Tick at least one day. Nothing was stored.")]
        return not self.errors


def _expect_within_hours(on: date, closed_from: time) -> None:
    """Closing early leaves some of the hours of the day, and takes some away."""
    intervals = queries.calendar().week_on(on)[on.weekday()]
    if not intervals:
        raise ValidationError(_("The desk has no hours on that day, so it cannot close early."))
    opens, closes = intervals[0].opens, intervals[-1].closes
    if closed_from <= opens:
        at = clock_time(opens)
        raise ValidationError(
            _("The desk opens at %(time)s on that day. Did you mean p.m.? To close all day, choose “All day”.", time=at)
        )
    if closes != MIDNIGHT and closed_from >= closes:
        raise ValidationError(_("The desk closes at %(time)s on that day anyway.", time=clock_time(closes)))


def weekday_name(weekday: int) -> str:
    """The name of a weekday, 0 being Monday."""
    return str(get_day_names("wide", locale=get_locale())[weekday])


def _names(day: ProposedDay) -> tuple[str, str, str]:
    return f"take_{day.on:%m%d}", f"on_{day.on:%m%d}", f"name_{day.on:%m%d}"


def _shown(interval: Interval, end: str) -> str:
    return clock_time(getattr(interval, end))


def _label(weekday: int, number: int, end: str) -> str:
    words = {"day": weekday_name(weekday), "number": number + 1}
    if end == "opens":
        return _("%(day)s, hours %(number)s: opens", **words)
    return _("%(day)s, hours %(number)s: closes", **words)


def _errors_of_day(on: date | None, year: int, seen: set[date]) -> list[str]:
    if on is None:
        return [_("Enter the date of the closure, or take the tick away.")]
    if on.year != year:
        return [_("This day is not in %(year)s.", year=year)]
    return [_("This day is closed already, or stands in the list twice.")] if on in seen else []


def _errors_of_name(name: str | None) -> list[str]:
    if not name:
        return [_("Say why the desk is closed; everybody reads it.")]
    return [_("The reason can have up to 80 characters.")] if len(name) > LONGEST_REASON else []
