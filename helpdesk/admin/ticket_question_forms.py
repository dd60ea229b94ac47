"""What administrators type about a question of the help ticket; which fields there are depends on the question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..intake.definition import CHOSEN, Choice, Clause, Definition, Kind, Question
from ..intake.definition_checks import NEEDED
from ..intake.definition_reading import LARGEST_NUMBER, LONGEST
from ..intake.definition_wording import KINDS
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from .ticket_additions import ANSWER, LONGEST_ANSWER, name_from
from .ticket_forms import LAST_PLACE, SPANISH, DraftForm, place_field, text_field

WRITTEN = frozenset({Kind.TEXT, Kind.PARAGRAPHS, Kind.EMAIL, Kind.PHONE, Kind.PIN, Kind.NUMBER, Kind.DATE, Kind.MOMENT})
LIMITED = frozenset({Kind.TEXT, Kind.PARAGRAPHS, Kind.NUMBER})
NEW_ANSWERS = 3  # empty rows for answers that are to be added
TEXTS = ("label", "help", "missing")


def kinds_for(question: Question) -> list[Kind]:
    """The kinds that a question may change to: what is chosen stays chosen, what is written stays written."""
    needed = NEEDED.get(question.key, (frozenset(Kind), frozenset()))[0]
    family = next((kinds for kinds in (CHOSEN, WRITTEN) if question.kind in kinds), frozenset({question.kind}))
    return [kind for kind in Kind if kind in family and kind in needed]


@dataclass(frozen=True)
class AnswerRow:
    """The fields of one answer; a new one has no value and no state yet."""

    value: str
    label: Field
    spanish: Field
    place: Field
    is_active: Field | None = None


class QuestionForm(DraftForm):
    """A question as it is asked. `question_form` adds the fields that this question needs."""

    label = text_field(_l("Question"), missing=_l("Enter the question."), most=LONGEST)
    label_es = text_field(_l("Question in Spanish"), most=LONGEST)
    help = text_field(_l("Help"), help_text=_l("It stands below the question."), most=LONGEST)
    help_es = text_field(_l("Help in Spanish"), most=LONGEST)
    missing = text_field(_l("What is said when it is left out"), help_text=_l("Such as “Enter the lot.”"), most=LONGEST)
    missing_es = text_field(_l("What is said when it is left out, in Spanish"), most=LONGEST)
    section = SelectField(_l("Section"))
    place = place_field(_l("1 stands first in its section."))

    def __init__(self, definition: Definition, question: Question, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition, self.before = definition, question
        self.section.choices = [SelectChoice(value=section.key, label=section.title) for section in definition.sections]

    def answers(self) -> list[AnswerRow]:
        """The fields of each answer, those to be added last."""
        known = [(choice.value, f"answer_{choice.value}") for choice in self.before.choices]
        new = [("", f"new_{n}") for n in range(1, NEW_ANSWERS + 1) if f"new_{n}" in self]
        return [
            AnswerRow(value, self[name], self[f"{name}{SPANISH}"], self[f"{name}_place"], self[f"{name}_on"] if value else None)
            for value, name in [*known, *new]
            if name in self
        ]

    def conditions(self) -> list[Field]:
        """A field for each earlier question that it depends on."""
        return [field for field in self if field.name.startswith("if_")]

    def options_of(self, group: str) -> list[Any]:
        """The boxes of a group of topics: the whole group first."""
        found = next(g for g in self.definition.groups if g.code == group)
        codes = {found.code, *(topic.code for topic in found.topics)}
        return [option for option in self.topics if option.data in codes]

    def validate_another(self, field: SelectField) -> None:
        """Ask which answers, where another question has been chosen."""
        if field.data and f"if_{field.data}" not in self:
            raise ValidationError(_("Choose a question that is asked before this one."))
        if field.data and not self[f"if_{field.data}"].data:
            raise ValidationError(_("Tick the answers after which it is asked: they stand above this list now."))

    def question(self) -> Question:
        """What a valid form says."""
        kind = Kind(self.kind.data) if "kind" in self else self.before.kind
        is_limited = kind in LIMITED and "least" in self
        return replace(
            self.before,
            kind=kind,
            label=self.label.data,
            help=self.help.data or "",
            missing=self.missing.data or "",
            section=self.section.data,
            is_required=self._data("is_required", default=self.before.is_required),
            is_active=self._data("is_active", default=self.before.is_active),
            topics=tuple(self._data("topics", default=self.before.topics) or ()),
            when=self._when(),
            choices=self._choices(),
            least=self.least.data if is_limited else None,
            most=self.most.data if is_limited else None,
            is_past=kind in (Kind.DATE, Kind.MOMENT) and self._data("is_past", default=False),
            has_decimals=kind is Kind.NUMBER and self._data("has_decimals", default=False),
        )

    def _data(self, name: str, *, default: Any) -> Any:
        return self[name].data if name in self else default

    def _when(self) -> tuple[Clause, ...]:
        if "another" not in self and not self.conditions():
            return self.before.when
        ticked = {field.name.removeprefix("if_"): tuple(field.data or ()) for field in self.conditions()}
        return tuple(Clause(key, values) for key, values in ticked.items() if values)

    def _choices(self) -> tuple[Choice, ...]:
        """The answers in their order: each whose place was changed is put there, among the others as they stood."""
        rows = [(row, place) for place, row in enumerate(self.answers(), start=1) if row.label.data]
        ordered = [row for row, place in rows if not _is_moved(row, place)]
        for row in sorted((row for row, place in rows if _is_moved(row, place)), key=lambda row: row.place.data):
            ordered.insert(row.place.data - 1, row)
        taken, found = {choice.value for choice in self.before.choices}, []
        for row in ordered:
            value = row.value or name_from(row.label.data, taken=taken, otherwise=ANSWER)
            taken.add(value)
            found.append(Choice(value, row.label.data, row.is_active.data if row.is_active is not None else True))
        return tuple(found)


def _is_moved(row: AnswerRow, place: int) -> bool:
    return bool(row.place.data) and row.place.data != place


def question_form(
    definition: Definition,
    question: Question,
    *,
    published: Question | None,
    formdata: MultiDict[str, str] | None = None,
    seen: int | None = None,
) -> QuestionForm:
    """The form of one question: as it was sent, or with what the question says (then `seen` is the state of the draft)."""
    fields = dict(_fields(definition, question, published, formdata))
    make = type("QuestionForm", (QuestionForm,), fields)
    if formdata is not None:
        formdata = _with_what_others_added(formdata, question, definition)
    data = None if seen is None else {**_data(definition, question), "version": str(seen)}
    form: QuestionForm = make(definition, question, formdata=formdata, data=data)
    return form


def _with_what_others_added(formdata: MultiDict[str, str], question: Question, definition: Definition) -> MultiDict[str, str]:
    """What was sent, and answers and conditions that its page did not show yet, as they are: a save does not take them away."""
    whole = MultiDict(formdata)
    for number, choice in enumerate(question.choices, start=1):
        name = f"answer_{choice.value}"
        if name not in whole:
            row = {"": choice.label, SPANISH: definition.spanish.get(choice.label, ""), "_place": str(number)}
            whole.update({f"{name}{end}": text for end, text in row.items()} | ({f"{name}_on": "y"} if choice.is_active else {}))
    for clause in question.when:
        if clause.question not in whole.getlist("shown"):
            whole.setlist(f"if_{clause.question}", list(clause.values))
    return whole


def _fields(
    definition: Definition, question: Question, published: Question | None, formdata: Mapping[str, str] | None
) -> Iterator[tuple[str, Any]]:
    kinds = kinds_for(question)
    if len(kinds) > 1:
        yield "kind", SelectField(_l("How it is answered"), choices=[SelectChoice(kind.value, KINDS[kind]) for kind in kinds])
    if question.key not in NEEDED:
        yield "is_required", BooleanField(_l("It has to be answered"))
        yield (
            "is_active",
            BooleanField(_l("Asked"), description=_l("Else it is retired: no longer asked; cases keep its answers.")),
        )
        yield (
            "topics",
            _boxes(_l("Topics that it is asked about"), _topics(definition), help_text=_l("None ticked: about every topic.")),
        )
        yield from _conditions(definition, question, formdata)
    if question.kind in CHOSEN:
        yield from _answers(question, published)
    if question.kind in WRITTEN:
        yield from _limits(kinds)


def _limits(kinds: list[Kind]) -> Iterator[tuple[str, Any]]:
    within = NumberRange(min=-LARGEST_NUMBER, max=LARGEST_NUMBER, message=_l("Enter a whole number."))
    if LIMITED & set(kinds):
        yield (
            "least",
            IntegerField(_l("At least"), description=_l("Characters, or the number itself."), validators=[Optional(), within]),
        )
        yield (
            "most",
            IntegerField(_l("At most"), description=_l("Characters, or the number itself."), validators=[Optional(), within]),
        )
    if Kind.NUMBER in kinds:
        yield "has_decimals", BooleanField(_l("Numbers may have decimals"))
    if Kind.DATE in kinds:
        yield "is_past", BooleanField(_l("Dates and times cannot lie in the future"))


def _answers(question: Question, published: Question | None) -> Iterator[tuple[str, Any]]:
    """The fields of its answers. One that was published has to keep some words; another goes with them."""
    known = {choice.value for choice in published.choices} if published else set()
    for choice in question.choices:
        name, stays = f"answer_{choice.value}", _l("Enter the words of this answer. It is retired, not removed.")
        yield name, text_field(_l("Answer"), missing=stays if choice.value in known else "", most=LONGEST_ANSWER)
        yield f"{name}{SPANISH}", text_field(_l("In Spanish"), most=LONGEST_ANSWER)
        yield f"{name}_place", _number(_l("Place"))
        yield f"{name}_on", BooleanField(_l("On offer"))
    if question.key in NEEDED:
        return  # the desk knows what these answers mean, and knows no others
    for number in range(1, NEW_ANSWERS + 1):
        yield f"new_{number}", text_field(_l("New answer"), most=LONGEST_ANSWER)
        yield f"new_{number}{SPANISH}", text_field(_l("In Spanish"), most=LONGEST_ANSWER)
        yield f"new_{number}_place", _number(_l("Place"))


def _number(label: Any) -> IntegerField:
    return IntegerField(
        label, validators=[Optional(), NumberRange(min=1, max=LAST_PLACE, message=_l("Enter a number from 1 on."))]
    )


def _boxes(label: Any, options: list[SelectChoice], *, help_text: Any = "") -> SelectMultipleField:
    return SelectMultipleField(
        label,
        description=help_text,
        choices=options,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[Optional()],
    )


def _topics(definition: Definition) -> list[SelectChoice]:
    return [
        SelectChoice(value=code, label=label)
        for group in definition.groups
        for code, label in [
            (group.code, _l("All of these")),
            *((t.code, t.name if t.is_active else _l("%(topic)s (retired)", topic=t.name)) for t in group.topics),
        ]
    ]


def _conditions(
    definition: Definition, question: Question, formdata: Mapping[str, str] | None
) -> Iterator[tuple[str, SelectMultipleField]]:
    """A field for each earlier question that it depends on, or is to depend on; and one to choose another."""
    before = list(definition.questions)[: _position(definition, question)]
    possible = {q.key: q for q in before if q.kind in CHOSEN and q.is_active}
    sent = {key for key in possible if formdata is not None and (f"if_{key}" in formdata or formdata.get("another") == key)}
    known = {clause.question for clause in question.when} | sent
    for key in [clause.question for clause in question.when] + sorted(sent - {clause.question for clause in question.when}):
        asked = definition.question.get(key)
        options = [SelectChoice(value=c.value, label=c.label) for c in asked.choices] if asked else []
        title = _l("Only if “%(question)s” is answered by", question=asked.label if asked else key)
        yield f"if_{key}", _boxes(title, options, help_text=_l("None ticked: whatever is answered to it."))
    others = [SelectChoice(value=q.key, label=q.label) for q in possible.values() if q.key not in known]
    if others:
        none = SelectChoice(value="", label=_l("No other question"))
        yield "another", SelectField(_l("Ask it only after another answer to"), choices=[none, *others], validate_choice=False)


def _position(definition: Definition, question: Question) -> int:
    keys = [q.key for q in definition.questions]
    return keys.index(question.key) if question.key in keys else len(keys)


def _data(definition: Definition, question: Question) -> dict[str, Any]:
    here = [q.key for q in definition.questions if q.section == question.section]
    data: dict[str, Any] = {
        name: getattr(question, name) for name in ("section", "is_required", "is_active", "is_past", "has_decimals")
    }
    data |= {"kind": question.kind.value, "least": question.least, "most": question.most, "topics": list(question.topics)}
    data |= {"place": here.index(question.key) + 1}
    for name in TEXTS:
        text = getattr(question, name)
        data |= {name: text, f"{name}{SPANISH}": definition.spanish.get(text, "")}
    for number, choice in enumerate(question.choices, start=1):
        name = f"answer_{choice.value}"
        data |= {name: choice.label, f"{name}{SPANISH}": definition.spanish.get(choice.label, "")}
        data |= {f"{name}_place": number, f"{name}_on": choice.is_active}
    return data | {f"if_{clause.question}": list(clause.values) for clause in question.when}
