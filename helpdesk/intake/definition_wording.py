"""A definition in the words of those who edit it: what each part of it says, in sentences and in lines."""

from typing import Any

from flask_babel import force_locale, ngettext

from ..accounts.models import Language
from ..cases.wording import PRIORITIES
from ..languages import gettext as _
from ..languages import is_translated, translated
from ..languages import lazy_gettext as _l
from .definition import Clause, Definition, Kind, Question, TopicDefinition
from .fields import LONGEST_LINE

KINDS: dict[Kind, Any] = {
    Kind.TEXT: _l("One line"),
    Kind.PARAGRAPHS: _l("Several lines"),
    Kind.RADIO: _l("One of a few answers"),
    Kind.SELECT: _l("One answer of a long list"),
    Kind.NUMBER: _l("Number"),
    Kind.DATE: _l("Date"),
    Kind.MOMENT: _l("Date and time"),
    Kind.EMAIL: _l("E-mail address"),
    Kind.PHONE: _l("Phone number"),
    Kind.PIN: _l("Provider PIN"),
    Kind.PEOPLE: _l("E-mail addresses of colleagues"),
    Kind.CHECKBOX: _l("Box to tick"),
    Kind.FILES: _l("Files"),
}
FEW = 2  # topics that a sentence names


def catalog_spanish(text: str) -> str:
    """The translation that comes with the desk; empty where there is none."""
    with force_locale(Language.SPANISH.value):
        return translated(text) if is_translated(text) else ""


def without_spanish(definition: Definition, texts: set[str]) -> list[str]:
    """Which of these texts a provider who reads Spanish would read in English."""
    with force_locale(Language.SPANISH.value):
        return sorted(text for text in texts if text not in definition.spanish and not is_translated(text))


def topic_sentence(topic: TopicDefinition, teams: dict[str, str]) -> str:
    """What follows from a topic."""
    parts = [str(PRIORITIES[topic.priority]), _("to %(team)s", team=teams.get(topic.team, topic.team))]
    parts += [_("asks where") if topic.needs_location else _("does not ask where")]
    parts += [_("says at once what to do")] if topic.is_urgent else []
    return "; ".join(parts)


def question_sentence(definition: Definition, question: Question) -> str:
    """How a question is asked, of whom and when."""
    parts = [str(KINDS[question.kind]), _("has to be answered") if question.is_required else _("may be left out")]
    parts += [scope(definition, question)] if question.topics else []
    parts += [condition(definition, clause) for clause in question.when]
    return "; ".join(parts)


def scope(definition: Definition, question: Question) -> str:
    """The topics that a question is asked about."""
    if not question.topics:
        return _("about every topic")
    names = [name_of(definition, code) for code in question.topics]
    if len(names) <= FEW:
        return _("about %(topics)s", topics=", ".join(names))
    return ngettext(
        "about %(topics)s and %(num)s more", "about %(topics)s and %(num)s more", len(names) - FEW, topics=", ".join(names[:FEW])
    )


def condition(definition: Definition, clause: Clause) -> str:
    """When a question is asked."""
    asked = definition.question.get(clause.question)
    known = {choice.value: choice.label for choice in asked.choices} if asked else {}
    answers = _(" or ").join(f"“{known.get(value, value)}”" for value in clause.values)
    return _("if “%(question)s” is %(answers)s", question=asked.label if asked else clause.question, answers=answers)


def name_of(definition: Definition, code: str) -> str:
    """What a topic or a group of topics is called, in a sentence."""
    if code in definition.topics:
        return f"“{definition.topics[code].name}”"
    return next((_("all of “%(group)s”", group=g.name) for g in definition.groups if g.code == code), code)


def topic_facts(definition: Definition, topic: TopicDefinition) -> list[tuple[str, str]]:
    """Everything that a topic says, by name."""
    return [
        *_texts(definition, _("Name"), topic.name),
        (_("Group"), definition.group_of[topic.code].name),
        (_("Priority"), str(PRIORITIES[topic.priority])),
        (_("Team"), topic.team),
        (_("Location"), _("asked for") if topic.needs_location else _("not needed")),
        (_("What to do now"), _("said at once") if topic.is_urgent else _("said when it is asked for")),
        (_("Other words"), topic.keywords or _("none")),
        (_("State"), _("on offer") if topic.is_active else _("retired")),
    ]


def question_facts(definition: Definition, question: Question) -> list[tuple[str, str]]:
    """Everything that a question says, by name."""
    section = next((s.title for s in definition.sections if s.key == question.section), question.section)
    facts = [
        *_texts(definition, _("Question"), question.label),
        *(_texts(definition, _("Help"), question.help) if question.help else ()),
        *(_texts(definition, _("When left out"), question.missing) if question.missing else ()),
        (_("Section"), section),
        (_("Kind"), str(KINDS[question.kind])),
        (_("Answer"), _("has to be there") if question.is_required else _("may be left out")),
        (_("Asked"), ", ".join(name_of(definition, code) for code in question.topics) or _("about every topic")),
        *((_("Only"), condition(definition, clause)) for clause in question.when),
        *((_("Limits"), text) for text in [limits(question)] if text),
        *((_("Answer %(value)s", value=c.value), _choice(definition, c.label, is_active=c.is_active)) for c in question.choices),
        (_("State"), _("asked") if question.is_active else _("retired")),
    ]
    return [(str(name), str(text)) for name, text in facts]


def urgent_facts(definition: Definition) -> list[tuple[str, str]]:
    """What the form says when vaccine is at risk, by name."""
    urgent = definition.urgent
    steps = [pair for n, step in enumerate(urgent.steps, start=1) for pair in _texts(definition, _("Step %(n)s", n=n), step)]
    return [
        *_texts(definition, _("Title"), urgent.title),
        *steps,
        *_texts(definition, _("While we are closed"), urgent.outside_hours),
    ]


def limits(question: Question) -> str:
    """How long a text or how large a number can be, and what else is refused."""
    parts: list[str] = []
    low, high = question.least, question.most
    if question.kind is Kind.NUMBER:
        parts += [_("from %(low)s on", low=f"{low:,}")] if low is not None else []
        parts += [_("up to %(high)s", high=f"{high:,}")] if high is not None else []
        parts += [_("with decimals") if question.has_decimals else _("whole")]
    elif question.kind in (Kind.TEXT, Kind.PARAGRAPHS):
        parts += [_("from %(low)s characters on", low=f"{low:,}")] if low else []
        parts += [_("up to %(high)s characters", high=f"{high or LONGEST_LINE:,}")]
    parts += [_("not in the future")] if question.is_past else []
    return ", ".join(parts)


def _texts(definition: Definition, name: str, text: str) -> list[tuple[str, str]]:
    """A text and the Spanish that was written for it."""
    spanish = definition.spanish.get(text)
    return [(name, text), *([(_("%(name)s in Spanish", name=name), spanish)] if spanish else [])]


def _choice(definition: Definition, label: str, *, is_active: bool) -> str:
    spanish = definition.spanish.get(label)
    said = f"{label} / {spanish}" if spanish else label
    return said if is_active else _("%(answer)s (retired)", answer=said)
