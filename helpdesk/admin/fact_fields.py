"""A case that is typed in: a field for each fact that some rule goes by, and for those from which others follow."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing import sentences
from ..routing.decide import Facts
from ..routing.golden import LONGEST_FACT
from ..routing.rules import RuleSet
from ..routing.vocabulary import Fact, FactKind, Vocabulary
from ..typed_text import lines, one_line
from .rules_desk import RulesForm

FACT = "fact-"  # begins the names of the fields
FOLLOWS_FROM = ("topic", "impact", "urgency")  # the group and the team of the topic, and the priority to begin with
FOLLOWING = frozenset({"topic_group", "topic_team", "base_priority"})
FIRST = (*FOLLOWS_FROM, "system", "role", "subject", "text")


def asked_facts(rule_sets: Iterable[RuleSet], known: Vocabulary) -> list[Fact]:
    """The facts that a typed-in case needs: every rule says the same of two cases that do not differ in them."""
    compared = {condition.fact for rules in rule_sets for rule in rules.rules for condition in rule.conditions}
    wanted = (compared | set(FOLLOWS_FROM)) - FOLLOWING
    return sorted((fact for key, fact in known.facts.items() if key in wanted), key=_place)


class FactsForm(RulesForm):
    """What a typed-in case says. `facts_form` adds the fields."""

    asked: tuple[Fact, ...] = ()

    def fact_fields(self) -> list[Field]:
        """The fields of the facts, in order."""
        return [self[f"{FACT}{fact.key}"] for fact in self.asked]

    @property
    def facts(self) -> Facts:
        """What was typed; what was left out is not known."""
        return {fact.key: value for fact in self.asked if (value := self[f"{FACT}{fact.key}"].data or "")}


Form = TypeVar("Form", bound=FactsForm)


def facts_form(kind: type[Form], asked: Iterable[Fact], known: Vocabulary, sent: Mapping[str, Any] | None) -> Form:
    """A form of this kind with a field for each of these facts, with what was sent."""
    asked, formdata = tuple(asked), MultiDict(sent or {})
    fields = {(name := f"{FACT}{fact.key}"): _field(fact, known, formdata.get(name, "")) for fact in asked}
    form: Form = type("FactsForm", (kind,), {**fields, "asked": asked})(formdata=formdata)
    return form


def sent_facts(facts: Facts) -> dict[str, str]:
    """What a form would send that says these facts, but for those that follow from others."""
    return {f"{FACT}{key}": value for key, value in facts.items() if key not in FOLLOWING}


def in_words(facts: Facts, known: Vocabulary) -> list[tuple[str, str]]:
    """Facts as people read them: what each is called, and what it says; those that follow from others are left out."""
    return list(_words(facts, known))


def _words(facts: Facts, known: Vocabulary) -> Iterator[tuple[str, str]]:
    for key, value in sorted(facts.items(), key=lambda said: _place(known.facts.get(said[0]))):
        fact = known.facts.get(key)
        if fact is not None and key not in FOLLOWING:
            yield sentences.capitalized(fact.name), fact.values.get(value, value)


def _place(fact: Fact | None) -> int:
    return FIRST.index(fact.key) if fact and fact.key in FIRST else len(FIRST)


def _field(fact: Fact, known: Vocabulary, sent: str) -> Field:
    name = sentences.capitalized(fact.name)
    most = Length(max=LONGEST_FACT, message=_l("Up to %(most)s characters, please.", most=LONGEST_FACT))
    if fact.key == "text":
        return TextAreaField(name, filters=[lines, one_line], validators=[Optional(), most])
    if fact.kind is FactKind.NUMBER:
        return StringField(name, filters=[one_line], validators=[Optional(), _is_number])
    if fact.kind is FactKind.TEXT or fact.is_open:
        return StringField(name, filters=[one_line], validators=[Optional(), most])
    unknown = [SelectChoice(sent, _l("%(name)s (no longer there)", name=sent))] if sent and sent not in fact.values else []
    return SelectField(name, choices=[*_choices(fact, known), *unknown], validators=[Optional()])


def _choices(fact: Fact, known: Vocabulary) -> Iterator[SelectChoice]:
    yield SelectChoice("", _l("Not said"))
    groups = known.facts["topic_group"].values if "topic_group" in known.facts else {}
    for value, text in fact.values.items():
        topic = known.topics.get(value) if fact.key == "topic" else None
        label = _l("%(name)s (no longer offered)", name=text) if value in fact.retired else text
        yield SelectChoice(value, label, optgroup=groups.get(topic.group, topic.group) if topic else None)


def _is_number(_form: Any, field: StringField) -> None:
    try:
        is_number = Decimal(field.data or "").is_finite()
    except InvalidOperation:
        is_number = False
    if not is_number:
        raise ValidationError(_("Enter a number, such as 10 or 2.5."))
