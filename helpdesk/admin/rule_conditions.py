"""What a rule compares, as fields of a form; which fields there are depends on what is compared."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing import sentences
from ..routing.reading_conditions import LARGEST
from ..routing.reading_places import LONGEST_TEXT
from ..routing.rules import GroupKind
from ..routing.vocabulary import Fact, FactKind, Vocabulary
from ..routing.wording import FACT_NAMES
from ..routing.words import plain_phrase
from ..typed_text import one_line
from .rule_sketch import NUMBERS, TICKED, Line, is_group, lines

GROUPS: dict[GroupKind, Any] = {
    GroupKind.ALL: _l("All of these have to hold"),
    GroupKind.ANY: _l("At least one of these has to hold"),
    GroupKind.NONE: _l("None of these may hold"),
}


def fields(sent: Mapping[str, Any], known: Vocabulary) -> Iterator[tuple[str, Any]]:
    """The fields for the conditions of a form, by name."""
    yield "when", SelectField(_l("When it fits"), choices=_kinds(), default=GroupKind.ALL.value)
    shown = lines(sent)
    for line in shown:
        if not is_group(line):
            yield from _fields_of(line, known, sent)
            continue
        yield f"kind-{line.end}", SelectField(_l("In this group"), choices=_kinds(), validators=[_filled(line)])
        for inner in line.members:
            yield from _fields_of(inner, known, sent)
    yield "new_fact", SelectField(_l("Compare"), choices=list(_facts(known)), validate_choice=False)
    boxes = [(line.end, _l("in group %(number)s", number=n)) for n, line in enumerate(shown, start=1) if is_group(line)]
    if boxes:
        places = [SelectChoice(end, text) for end, text in [("", _l("on its own")), *boxes]]
        yield "new_place", SelectField(_l("Where"), choices=places, validate_choice=False)


def stored(form: Any) -> Any:
    """The conditions of a valid form as a rule stores them."""
    members = []
    for line in form.lines:
        if is_group(line):
            members.append({form[f"kind-{line.end}"].data: [_stored_one(form, inner) for inner in line.members]})
        else:
            members.append(_stored_one(form, line))
    return {form["when"].data: members} if members else "always"


def _stored_one(form: Any, line: Line) -> dict[str, Any]:
    fact, end = form.known.facts[line.fact], line.end
    operator = form[f"operator-{end}"].data if f"operator-{end}" in form else TICKED
    if fact.kind is FactKind.TEXT:
        return {"fact": fact.key, "has_word": form[f"value-{end}"].data}
    if fact.kind is FactKind.NUMBER:
        return {"fact": fact.key, operator: _number(form[f"value-{end}"].data)}
    values = _chosen(form, end)
    if operator:
        return {"fact": fact.key, operator: values[0]}
    return {"fact": fact.key, "is": values[0]} if len(values) == 1 else {"fact": fact.key, "is_one_of": values}


def _chosen(form: Any, end: str) -> list[str]:
    typed = form[f"other-{end}"].data.split(",") if f"other-{end}" in form else []
    return [*form[f"values-{end}"].data, *(one_line(value) for value in typed if one_line(value))]


def _fields_of(line: Line, known: Vocabulary, sent: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    fact, end = known.facts.get(line.fact), line.end
    if fact is None:
        yield f"fact-{end}", HiddenField(validators=[_gone])
        yield f"text-{end}", HiddenField()
        return
    yield f"fact-{end}", HiddenField()
    name = sentences.capitalized(fact.name)
    if fact.kind is FactKind.TEXT:
        yield f"value-{end}", _text(_l("Has the word or phrase"), [_is_phrase])
    elif fact.kind is FactKind.NUMBER:
        yield f"operator-{end}", SelectField(name, choices=[SelectChoice(o.value, text) for o, text in NUMBERS.items()])
        yield f"value-{end}", _text(_l("Number"), [_is_number])
    else:
        if fact.kind is FactKind.PRIORITY:
            words = [(TICKED, _l("is one of those ticked")), ("at_least", _l("is the one ticked, or more urgent"))]
            yield f"operator-{end}", SelectField(name, choices=[SelectChoice(*one) for one in words])
        yield f"values-{end}", _boxes(_l("%(fact)s is", fact=name), fact, _ticked(sent, end), end)
        if fact.is_open:
            yield f"other-{end}", StringField(_l("or, typed"), filters=[one_line], validators=[Optional()])


def _ticked(sent: Mapping[str, Any], end: str) -> list[str]:
    return list(sent.getlist(f"values-{end}")) if isinstance(sent, MultiDict) else []


def _boxes(label: Any, fact: Fact, ticked: Sequence[str], end: str) -> SelectMultipleField:
    labels = dict(fact.values)
    labels |= {value: _l("%(name)s (no longer offered)", name=fact.values[value]) for value in fact.retired & set(labels)}
    labels |= {value: _l("%(name)s (no longer there)", name=value) for value in ticked if value not in fact.values}

    def check(form: Any, field: SelectMultipleField) -> None:
        chosen = _chosen(form, end)
        if not chosen:
            raise ValidationError(_("Tick what it has to be: %(fact)s.", fact=fact.name))
        if unknown := [value for value in field.data if value not in fact.values]:
            raise ValidationError(_("There is no “%(value)s” any more: untick it.", value=unknown[0]))
        if f"operator-{end}" in form and form[f"operator-{end}"].data and len(chosen) > 1:
            raise ValidationError(_("Tick one: that, or more urgent."))

    return SelectMultipleField(
        label,
        choices=[SelectChoice(value, text) for value, text in labels.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[check],
    )


def _text(label: Any, validators: list[Any]) -> StringField:
    too_long = Length(max=LONGEST_TEXT, message=_l("Up to %(most)s characters, please.", most=LONGEST_TEXT))
    return StringField(label, filters=[one_line], validators=[too_long, *validators])


def _is_phrase(_form: Any, field: StringField) -> None:
    if not plain_phrase(field.data or "").strip():
        raise ValidationError(_("Enter a word or a phrase."))


def _is_number(_form: Any, field: StringField) -> None:
    number = _number(field.data)
    if number is None or not number.is_finite() or abs(number) > LARGEST:
        raise ValidationError(_("Enter a number, such as 10 or 2.5."))


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal((text or "").replace(",", ""))
    except InvalidOperation:
        return None


def _gone(_form: Any, field: HiddenField) -> None:
    raise ValidationError(_("Nobody is asked “%(fact)s” any more: remove that comparison.", fact=field.data))


def _filled(line: Line) -> Any:
    def check(_form: Any, _field: SelectField) -> None:
        if not line.members:
            raise ValidationError(_("This group is empty. Add a comparison to it, or remove it."))

    return check


def _kinds() -> list[SelectChoice]:
    return [SelectChoice(kind.value, text) for kind, text in GROUPS.items()]


def _facts(known: Vocabulary) -> Iterator[SelectChoice]:
    """Every fact, first what is known of each case, then what the form asks, and last what it asked once."""
    yield SelectChoice("", _l("Choose"))
    groups = (_l("Known of a case"), _l("Asked on the help ticket"), _l("No longer asked"))
    ordered = sorted(known.facts.values(), key=_group_of)
    yield from (SelectChoice(fact.key, sentences.capitalized(fact.name), optgroup=groups[_group_of(fact)]) for fact in ordered)


def _group_of(fact: Fact) -> int:
    if fact.asked is None:
        return 2
    return 0 if fact.key in FACT_NAMES else 1
