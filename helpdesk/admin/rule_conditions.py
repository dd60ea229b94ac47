"""What a rule compares, as fields of a form that is taken apart and put together by its buttons, without scripts.

A comparison stands at a place: `3`, or `2-1` for the first of the group at 2. Its fields carry the place in their names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..routing import sentences
from ..routing.reading_conditions import LARGEST
from ..routing.reading_places import LONGEST_TEXT
from ..routing.rules import Condition, Group, GroupKind, Operator, conditions_in
from ..routing.vocabulary import Fact, FactKind, Vocabulary
from ..routing.wording import FACT_NAMES
from ..routing.words import plain_phrase
from ..typed_text import one_line

Sent = MultiDict[str, str]
Place = tuple[int, ...]
MOST_LINES = 60  # comparisons and groups in a form; a rule that has more is edited as a file
PART = re.compile(r"(fact|kind)-([1-9]\d{0,3})(?:-([1-9]\d{0,3}))?", re.ASCII)
GROUPS: dict[GroupKind, Any] = {
    GroupKind.ALL: _l("All of these have to hold"),
    GroupKind.ANY: _l("At least one of these has to hold"),
    GroupKind.NONE: _l("None of these may hold"),
}
NUMBERS: dict[Operator, Any] = {
    Operator.AT_LEAST: _l("is at least"),
    Operator.AT_MOST: _l("is at most"),
    Operator.MORE_THAN: _l("is more than"),
    Operator.LESS_THAN: _l("is less than"),
    Operator.EQUALS: _l("is exactly"),
}
TICKED = ""  # as the operator of a priority: it is one of those that are ticked
ADD, GROUP, REMOVE = "add", "group", "remove"  # what buttons do; to be removed is named behind a colon


@dataclass(frozen=True)
class Line:
    """A comparison, or with members a group of them."""

    place: Place
    fact: str = ""
    members: "tuple[Line, ...]" = ()

    @property
    def end(self) -> str:
        """What stands behind the name of each of its fields."""
        return "-".join(map(str, self.place))


def lines(sent: Mapping[str, Any]) -> tuple[Line, ...]:
    """The comparisons and groups of a form, in order."""
    found: dict[Place, str] = {}
    for name in sent:
        if part := PART.fullmatch(name):
            place = tuple(int(number) for number in part.groups()[1:] if number)
            if part[1] == "fact" or len(place) == 1:
                found[place] = sent[name] if part[1] == "fact" else ""
    top = sorted({place[:1] for place in found})
    return tuple(
        Line(place, found.get(place, ""), tuple(Line(p, found[p]) for p in sorted(found) if len(p) > 1 and p[:1] == place))
        for place in top
    )


def is_group(line: Line) -> bool:
    """Whether it is a group, perhaps an empty one."""
    return not line.fact


def sent_for(group: Group, known: Vocabulary) -> dict[str, list[str]]:
    """What a form would send that says what this group says."""
    sent = {"when": [group.kind.value]}
    for number, member in enumerate(group.members, start=1):
        if isinstance(member, Condition):
            sent |= _sent_for_one(member, str(number), known)
            continue
        sent[f"kind-{number}"] = [member.kind.value]
        for inner, condition in enumerate(member.members, start=1):
            if isinstance(condition, Condition):
                sent |= _sent_for_one(condition, f"{number}-{inner}", known)
    return sent


def _sent_for_one(condition: Condition, end: str, known: Vocabulary) -> dict[str, list[str]]:
    fact = known.facts.get(condition.fact)
    sent = {f"fact-{end}": [condition.fact]}
    if fact is None:
        return {**sent, f"text-{end}": [sentences.in_words(condition, known)]}
    if condition.operator in NUMBERS:
        sent[f"operator-{end}"] = [condition.operator.value]
    if fact.kind in (FactKind.TEXT, FactKind.NUMBER):
        return {**sent, f"value-{end}": [condition.values[0]]}
    others = [value for value in condition.values if value not in fact.values]
    if fact.is_open and others:
        sent[f"other-{end}"] = [", ".join(others)]
    return {**sent, f"values-{end}": [value for value in condition.values if not fact.is_open or value in fact.values]}


def pressed(sent: Sent, known: Vocabulary) -> Sent | None:
    """What the form holds after a button that adds or removes a part of it; none for another button."""
    button, _colon, end = sent.get("then", "").partition(":")
    changed, shown = MultiDict(sent), lines(sent)
    if button == REMOVE and end:
        for name in list(changed):
            if re.fullmatch(rf"[a-z]+-{re.escape(end)}(-\d+)?", name):
                changed.poplist(name)
        return changed
    if button not in (ADD, GROUP):
        return None
    if sum(1 + len(line.members) for line in shown) >= MOST_LINES:
        return changed
    if button == GROUP:
        changed[f"kind-{_next(shown)}"] = GroupKind.ANY.value
    elif sent.get("new_fact", "") in known.facts:
        box = next((line for line in shown if is_group(line) and line.end == sent.get("new_place")), None)
        changed[f"fact-{box.end}-{_next(box.members)}" if box else f"fact-{_next(shown)}"] = sent["new_fact"]
        for chosen in ("new_fact", "new_place"):
            changed.poplist(chosen)
    return changed


def steady(now: Group, before: Group) -> Group:
    """The same, its values in the order in which they stood before: that they are ticked in another one changes nothing."""
    known = {_unordered(condition): condition for condition in conditions_in(before)}

    def one(member: Condition | Group) -> Condition | Group:
        if isinstance(member, Group):
            return replace(member, members=tuple(map(one, member.members)))
        return known.get(_unordered(member), member)

    return replace(now, members=tuple(map(one, now.members)))


def _unordered(condition: Condition) -> tuple[Any, ...]:
    operator = Operator.IS_ONE_OF if condition.operator is Operator.IS else condition.operator
    return condition.fact, operator, frozenset(condition.values), condition.number


def added(before: Sent, after: Sent) -> str:
    """The place of the part that was added; empty where none was."""
    new = next((name for name in after if name not in before and PART.fullmatch(name)), "")
    return new.partition("-")[2]


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


def _next(shown: Sequence[Line]) -> int:
    return max((line.place[-1] for line in shown), default=0) + 1
