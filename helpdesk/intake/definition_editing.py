"""Changes of a definition: each makes another one, and leaves the one it is given as it was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from .definition import CHOSEN, Choice, Definition, Question, Section, TopicDefinition, TopicGroup

Part = TypeVar("Part")


def texts(definition: Definition) -> Iterator[str]:
    """Every text that a provider may read."""
    for group in definition.groups:
        yield group.name
        yield from (topic.name for topic in group.topics)
    yield from (definition.urgent.title, *definition.urgent.steps, definition.urgent.outside_hours)
    yield from (text for section in definition.sections for text in (section.title, section.help) if text)
    for question in definition.questions:
        yield from (text for text in (question.label, question.help, question.missing) if text)
        yield from (choice.label for choice in question.choices)


def say(definition: Definition, spanish: Mapping[str, str]) -> Definition:
    """With these translations, an empty one being none; those of texts that are gone go with them."""
    said = {**definition.spanish, **spanish}
    known = set(texts(definition))
    return replace(definition, spanish={text: words for text, words in said.items() if words and text in known})


def put_topic(definition: Definition, topic: TopicDefinition, *, group: str, place: int | None = None) -> Definition:
    """With this topic in its group, in place of the one of its code; without a place it stays where it is, or comes last."""
    moved = group != getattr(definition.group_of.get(topic.code), "code", group)
    groups = [_without(g, topic.code) if moved and g.code != group else g for g in definition.groups]
    return replace(
        definition,
        groups=tuple(replace(g, topics=_put(g.topics, topic, place, by=_code)) if g.code == group else g for g in groups),
    )


def put_group(definition: Definition, group: TopicGroup, *, place: int | None = None) -> Definition:
    """With this group, in place of the one of its code."""
    return replace(definition, groups=_put(definition.groups, group, place, by=_code))


def put_section(definition: Definition, section: Section, *, place: int | None = None) -> Definition:
    """With this section, in place of the one of its key."""
    return _in_order(replace(definition, sections=_put(definition.sections, section, place, by=_key)))


def put_question(definition: Definition, question: Question, *, place: int | None = None) -> Definition:
    """With this question, in place of the one of its key; the place is within its section."""
    here = [q for q in definition.questions if q.section == question.section]
    elsewhere = [q for q in definition.questions if q.section != question.section and q.key != question.key]
    return _in_order(replace(definition, questions=(*elsewhere, *_put(here, question, place, by=_key))))


def move_topic(definition: Definition, code: str, *, up: bool) -> Definition:
    """One step up or down within its group."""
    group = definition.group_of[code]
    return put_topic(definition, definition.topics[code], group=group.code, place=_next(group.topics, code, up=up, by=_code))


def move_group(definition: Definition, code: str, *, up: bool) -> Definition:
    """One step up or down."""
    group = next(g for g in definition.groups if g.code == code)
    return put_group(definition, group, place=_next(definition.groups, code, up=up, by=_code))


def move_section(definition: Definition, key: str, *, up: bool) -> Definition:
    """One step up or down, its questions with it."""
    section = next(s for s in definition.sections if s.key == key)
    return put_section(definition, section, place=_next(definition.sections, key, up=up, by=_key))


def move_question(definition: Definition, key: str, *, up: bool) -> Definition:
    """One step up or down within its section."""
    question = definition.question[key]
    here = [q for q in definition.questions if q.section == question.section]
    return put_question(definition, question, place=_next(here, key, up=up, by=_key))


def remove_topic(definition: Definition, code: str) -> Definition:
    """Without a topic that was never published, and without naming it; its group goes with its last topic."""
    gone = {code} | {g.code for g in definition.groups if not _without(g, code).topics}
    groups = tuple(_without(g, code) for g in definition.groups if g.code not in gone)
    questions = tuple(replace(q, topics=tuple(t for t in q.topics if t not in gone)) for q in definition.questions)
    return say(replace(definition, groups=groups, questions=questions), {})


def remove_question(definition: Definition, key: str) -> Definition:
    """Without a question that was never published."""
    return say(replace(definition, questions=tuple(q for q in definition.questions if q.key != key)), {})


def remove_section(definition: Definition, key: str) -> Definition:
    """Without a section that has no question."""
    return say(replace(definition, sections=tuple(s for s in definition.sections if s.key != key)), {})


def completed(definition: Definition, other: Definition, *, retired: bool) -> Definition:
    """With the topics, questions and answers that only the other definition knows, retired or as they are there."""
    found = definition
    for group in other.groups:
        if group.code not in {g.code for g in found.groups}:
            kept = tuple(_kept(t, retired=retired) for t in group.topics if t.code not in definition.topics)
            found = put_group(found, replace(group, topics=kept)) if kept else found
        for topic in group.topics:
            if topic.code not in found.topics:
                found = put_topic(found, _kept(topic, retired=retired), group=group.code)
    for section in other.sections:
        if section.key not in {s.key for s in found.sections}:
            found = put_section(found, section)
    for question in other.questions:
        before = found.question.get(question.key)
        if before is None:
            found = put_question(found, _kept(question, retired=retired))
        elif before.kind in CHOSEN:
            found = put_question(found, replace(before, choices=_all_choices(before, question, retired=retired)))
    return say(found, {text: words for text, words in other.spanish.items() if text not in found.spanish})


def _all_choices(question: Question, other: Question, *, retired: bool) -> tuple[Choice, ...]:
    known = {choice.value for choice in question.choices}
    return (*question.choices, *(_kept(choice, retired=retired) for choice in other.choices if choice.value not in known))


def _kept(part: Any, *, retired: bool) -> Any:
    return replace(part, is_active=False) if retired else part


def _without(group: TopicGroup, code: str) -> TopicGroup:
    return replace(group, topics=tuple(topic for topic in group.topics if topic.code != code))


def _in_order(definition: Definition) -> Definition:
    """Questions stand in the order of the page: by their sections first."""
    order = {section.key: number for number, section in enumerate(definition.sections)}
    return replace(definition, questions=tuple(sorted(definition.questions, key=lambda q: order.get(q.section, len(order)))))


def _put(parts: Sequence[Part], part: Part, place: int | None, *, by: Callable[[Any], str]) -> tuple[Part, ...]:
    names = [by(one) for one in parts]
    now = names.index(by(part)) if by(part) in names else len(parts)
    others = [one for one in parts if by(one) != by(part)]
    at = now if place is None else min(max(place - 1, 0), len(others))
    return (*others[:at], part, *others[at:])


def _next(parts: Sequence[Any], name: str, *, up: bool, by: Callable[[Any], str]) -> int:
    return [by(part) for part in parts].index(name) + 1 + (-1 if up else 1)


def _code(part: Any) -> str:
    return str(part.code)


def _key(part: Any) -> str:
    return str(part.key)
