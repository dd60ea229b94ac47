"""Fields of the help ticket, made of the questions of its definition: how each is drawn, checked and put into words."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import LazyString, get_locale
from wtforms import BooleanField, Field, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, ValidationError
from wtforms.widgets import DateInput, DateTimeLocalInput, EmailInput, TelInput

from .. import clock
from ..accounts.addresses import normalized
from ..accounts.errors import NotAnAddress, NotAPin
from ..accounts.forms import PHONE
from ..accounts.pins import pin_of
from ..hours.errors import NotAnInstant
from ..hours.instants import FIRST_YEAR, LAST_YEAR, read_instant
from ..hours.queries import calendar
from ..hours.wording import day, moment
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..languages import translated
from ..typed_text import lines, one_line, readable_length
from . import colleagues
from .definition import Choice, Definition, Kind, Question

LATEST_TEXTS = 2048  # of definitions, that are remembered in one language
LONGEST_LINE = 500  # characters of a text whose question sets no limit
LONGEST_NUMBER = 20
ISO_DAY, US_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))", re.ASCII)  # 1,250; a comma before anything else is no such mark: 7,5
NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,6})?", re.ASCII)
Check = Callable[[Form, Any], None]


def in_words(definition: Definition, text: str) -> str:
    """A text of the definition in the language of the page."""
    return _in_words(definition, text, get_locale())


@lru_cache(maxsize=LATEST_TEXTS)
def _in_words(definition: Definition, text: str, locale: Locale | None) -> str:
    spanish = definition.spanish.get(text) if locale is not None and locale.language == "es" else None
    return spanish or translated(text)


def field_of(definition: Definition, question: Question) -> Any:
    """The field that asks a question, to be bound by a form. Files have none: they are kept as they arrive."""
    common = {
        "label": _lazy(definition, question.label),
        "description": _lazy(definition, question.help),
        "validators": [_presence(definition, question), *_checks(question)],
    }
    match question.kind:
        case Kind.RADIO | Kind.SELECT:
            choices: list[Any] = [_choice(definition, choice) for choice in question.offered]
            if question.kind is Kind.RADIO:
                return RadioField(choices=choices, validate_choice=False, **common)
            nothing = SelectChoice("", _l("Choose one"))  # type: ignore[arg-type]
            return SelectField(choices=[nothing, *choices], validate_choice=False, **common)
        case Kind.CHECKBOX:
            return BooleanField(**common)
        case Kind.PARAGRAPHS | Kind.PEOPLE:
            return TextAreaField(filters=[lines], render_kw=_limits(question), **common)
    return StringField(filters=[one_line], render_kw=_limits(question) | _keyboard(question), **_widget(question), **common)


def value_of(field: Field) -> str:
    """What was answered, as it is kept and compared: text; a box is "yes" or nothing."""
    return ("yes" if field.data else "") if isinstance(field, BooleanField) else (field.data or "")


def shown(definition: Definition, question: Question, value: str) -> str:
    """An answer as people read it, in the language of the page."""
    if not value:
        return ""
    match question.kind:
        case Kind.RADIO | Kind.SELECT:
            return next((in_words(definition, choice.label) for choice in question.choices if choice.value == value), value)
        case Kind.CHECKBOX:
            return _("Yes")
        case Kind.DATE:
            return day(date.fromisoformat(value))
        case Kind.MOMENT:
            return moment(_instant(value))
    return value


def _lazy(definition: Definition, text: str) -> Any:
    return LazyString(in_words, definition, text) if text else ""


def _choice(definition: Definition, choice: Choice) -> SelectChoice:
    return SelectChoice(choice.value, _lazy(definition, choice.label))


def _presence(definition: Definition, question: Question) -> Any:
    """Whether it has to be answered. The location has to be for some topics, which the form says."""
    if question.is_required:
        if question.missing:
            return DataRequired(_lazy(definition, question.missing))
        return DataRequired(LazyString(_missing, definition, question))
    return Optional() if question.key != "location" else _is_there_if_needed


def _is_there_if_needed(form: Form, field: Any) -> None:
    if form.needs_location and not field.data:
        raise ValidationError(_("Enter the location: this topic needs to know where. “All” is fine."))


def _missing(definition: Definition, question: Question) -> str:
    return _("Please answer: %(question)s", question=in_words(definition, question.label))


def _checks(question: Question) -> list[Check]:
    special: Mapping[Kind, Check] = {
        Kind.RADIO: _is_offered,
        Kind.SELECT: _is_offered,
        Kind.NUMBER: _number(question),
        Kind.DATE: _day(question),
        Kind.MOMENT: _moment(question),
        Kind.EMAIL: _address,
        Kind.PHONE: _phone,
        Kind.PIN: _pin,
        Kind.PEOPLE: colleagues.can_be_copied,
    }
    own = special.get(question.kind)
    is_text = question.kind in (Kind.TEXT, Kind.PARAGRAPHS, Kind.EMAIL, Kind.PHONE)
    return [*([own] if own else []), *([_length(question)] if is_text else [])]


def _length(question: Question) -> Check:
    least, most = question.least or 0, question.most or LONGEST_LINE

    def check(_form: Form, field: Any) -> None:
        text = field.data or ""
        if text and (readable_length(text) < least or len(text) > most):
            limits = {"least": f"{least:,}", "most": f"{most:,}"}
            raise ValidationError(
                _("“%(question)s” must have %(least)s to %(most)s characters.", question=field.label.text, **limits)
                if least
                else _("“%(question)s” can have up to %(most)s characters.", question=field.label.text, most=limits["most"])
            )

    return check


def _number(question: Question) -> Check:
    def check(_form: Form, field: Any) -> None:
        typed = THOUSANDS.sub("", field.data).replace("\N{MINUS SIGN}", "-").replace(" ", "")
        if len(typed) > LONGEST_NUMBER or NUMBER.fullmatch(typed) is None or ("." in typed and not question.has_decimals):
            raise ValidationError(
                _("“%(question)s” must be a number, such as 7.5.", question=field.label.text)
                if question.has_decimals
                else _("“%(question)s” must be a whole number, such as 40.", question=field.label.text)
            )
        number = Decimal(typed)
        low, high = question.least, question.most
        if (low is not None and number < low) or (high is not None and number > high):
            limits = {"low": "" if low is None else f"{low:,}", "high": "" if high is None else f"{high:,}"}
            raise ValidationError(_("“%(question)s” must be from %(low)s to %(high)s.", question=field.label.text, **limits))
        field.data = f"{number.normalize():f}"

    return check


def _day(question: Question) -> Check:
    def check(_form: Form, field: Any) -> None:
        on = _date_of(field.data)
        if on is None:
            raise ValidationError(_("“%(question)s” must be a date, such as 11/30/2026.", question=field.label.text))
        if question.is_past and on > calendar().wall(clock.now()).date():
            raise ValidationError(_("“%(question)s” cannot lie in the future.", question=field.label.text))
        field.data = on.isoformat()

    return check


def _moment(question: Question) -> Check:
    def check(_form: Form, field: Any) -> None:
        at = _instant_or_none(field.data)
        if at is None:
            raise ValidationError(
                _("“%(question)s” must be a date and a time, such as 2026-11-30 08:15.", question=field.label.text)
            )
        if question.is_past and at > clock.now():
            raise ValidationError(_("“%(question)s” cannot lie in the future.", question=field.label.text))
        field.data = calendar().wall(at).strftime("%Y-%m-%dT%H:%M")

    return check


def _is_offered(_form: Form, field: Any) -> None:
    if field.data not in {choice.value for choice in field.choices if choice.value}:
        raise ValidationError(_("Choose one of the answers on the list."))


def _address(_form: Form, field: Any) -> None:
    try:
        field.data = normalized(field.data)
    except NotAnAddress:
        raise ValidationError(_("Enter an e-mail address, such as name@example.org.")) from None


def _phone(_form: Form, field: Any) -> None:
    if re.fullmatch(PHONE, field.data) is None:
        raise ValidationError(_("Enter a phone number with its area code, for example (919) 555-0100."))


def _pin(_form: Form, field: Any) -> None:
    try:
        field.data = pin_of(field.data)
    except NotAPin:
        raise ValidationError(_("A provider PIN has six digits, perhaps with NCA before them.")) from None


def _date_of(text: str) -> date | None:
    """The day of 2026-11-30, which is what browsers send, or of 11/30/2026, which is what people type; none for anything else."""
    iso, us = ISO_DAY.fullmatch(text), US_DAY.fullmatch(text)
    year, month, day_of_month = iso.groups() if iso else us.group(3, 1, 2) if us else ("0", "0", "0")
    try:
        found = date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _instant_or_none(text: str) -> datetime | None:
    try:
        return _instant(text)
    except (NotAnInstant, IndexError):
        return None


def _instant(text: str) -> datetime:
    """What the clocks of the desk show: the first of two instants, where clocks go back. Raises where there is none."""
    return read_instant(text, zone=calendar().zone).instants[0]


def _limits(question: Question) -> dict[str, Any]:
    """A number has its limits in its error; what is too long is refused with the text kept, not cut off while typing."""
    return {"aria-required": "true"} if question.is_required else {}


def _keyboard(question: Question) -> dict[str, Any]:
    if question.kind is Kind.NUMBER:
        return {"inputmode": "text" if (question.least or 0) < 0 else "numeric", "autocomplete": "off"}
    return {Kind.PHONE: {"autocomplete": "tel"}, Kind.PIN: {"inputmode": "text", "autocomplete": "off"}}.get(question.kind, {})


def _widget(question: Question) -> dict[str, Any]:
    widgets = {Kind.DATE: DateInput, Kind.MOMENT: DateTimeLocalInput, Kind.EMAIL: EmailInput, Kind.PHONE: TelInput}
    return {"widget": widgets[question.kind]()} if question.kind in widgets else {}
