"""What differs between two definitions, part by part, as people read it."""

from collections.abc import Iterable, Iterator

from ..knowledge.differences import Line, between
from ..languages import gettext as _
from .definition import Definition, Section, TopicGroup
from .definition_wording import question_facts, topic_facts, urgent_facts

Difference = tuple[str, list[Line]]  # what it is about, and its lines
Facts = list[tuple[str, str]]


def differences(old: Definition, new: Definition) -> list[Difference]:
    """Every part that says something else, is new, is gone or stands elsewhere."""
    found = [*_of_topics(old, new), *_of_questions(old, new)]
    found.append((_("What to do when vaccine is at risk"), _between(urgent_facts(old), urgent_facts(new))))
    found.append((_("Words that mean the same"), between("\n".join(old.same_words), "\n".join(new.same_words))))
    return [(name, lines) for name, lines in found if lines]


def in_lines(found: Iterable[Difference]) -> Iterator[str]:
    """Differences for a terminal: what it is about, then lines that begin with - (old), + (new) or a space."""
    for name, lines in found:
        yield f"{name}"
        for line in lines:
            sign = {"old": "-", "new": "+"}.get(line.kind.value, " ")
            yield f"  {sign} {''.join(piece.text for piece in line.pieces) or '…'}"


def _of_topics(old: Definition, new: Definition) -> Iterator[Difference]:
    codes = dict.fromkeys([*new.topics, *old.topics])
    for code in codes:
        before = topic_facts(old, old.topics[code]) if code in old.topics else []
        after = topic_facts(new, new.topics[code]) if code in new.topics else []
        named = new.topics.get(code) or old.topics[code]
        yield _titled(_("Topic “%(name)s” (%(code)s)", name=named.name, code=code), before, after), _between(before, after)
    yield _("Groups of topics"), between(_groups(old), _groups(new))
    yield _("Order of the topics"), between(*_orders(_topic_order(old), _topic_order(new)))


def _of_questions(old: Definition, new: Definition) -> Iterator[Difference]:
    yield _("Sections"), between(_sections(old), _sections(new))
    for key in dict.fromkeys([*new.question, *old.question]):
        before = question_facts(old, old.question[key]) if key in old.question else []
        after = question_facts(new, new.question[key]) if key in new.question else []
        named = new.question.get(key) or old.question[key]
        yield _titled(_("Question “%(name)s” (%(key)s)", name=named.label, key=key), before, after), _between(before, after)
    yield _("Order of the questions"), between(*_orders(_question_order(old), _question_order(new)))


def _titled(name: str, before: Facts, after: Facts) -> str:
    if not before:
        return _("New: %(name)s", name=name)
    return name if after else _("Gone: %(name)s", name=name)


def _between(before: Facts, after: Facts) -> list[Line]:
    return between(_lines(before), _lines(after))


def _lines(facts: Facts) -> str:
    return "\n".join(f"{name}: {text}" for name, text in facts)


def _said(definition: Definition, text: str) -> str:
    spanish = definition.spanish.get(text)
    return f"{text} / {spanish}" if spanish else text


def _groups(definition: Definition) -> str:
    def line(group: TopicGroup) -> str:
        return f"{group.code}: {_said(definition, group.name)}"

    return "\n".join(map(line, definition.groups))


def _sections(definition: Definition) -> str:
    def line(section: Section) -> str:
        titled = f"{section.key}: {_said(definition, section.title)}"
        return f"{titled} ({_said(definition, section.help)})" if section.help else titled

    return "\n".join(map(line, definition.sections))


def _topic_order(definition: Definition) -> dict[str, str]:
    return {code: f"{code} {topic.name}" for code, topic in definition.topics.items()}


def _question_order(definition: Definition) -> dict[str, str]:
    return {key: f"{key}: {question.label}" for key, question in definition.question.items()}


def _orders(old: dict[str, str], new: dict[str, str]) -> tuple[str, str]:
    """What both have, in the order of each, in the words of the newer one."""
    return "\n".join(new[name] for name in old if name in new), "\n".join(new[name] for name in new if name in old)
