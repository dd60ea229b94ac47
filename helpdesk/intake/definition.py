"""What the help ticket asks: topics, questions and when each is asked. Values only; definition_reading.py reads them.

One definition draws the page, checks what is sent, and names the facts that routing decides by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from ..routing.models import Priority

DRAFT = 0  # the version of a definition that has not been published


class Kind(StrEnum):
    """How a question is asked and answered."""

    TEXT = "text"  # one line
    PARAGRAPHS = "paragraphs"
    RADIO = "radio"
    SELECT = "select"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"  # a day and a time of it, in the desk's zone
    EMAIL = "email"
    PHONE = "phone"
    PIN = "pin"
    PEOPLE = "people"  # e-mail addresses of colleagues, one to a line
    CHECKBOX = "checkbox"
    FILES = "files"


CHOSEN = frozenset({Kind.RADIO, Kind.SELECT})
# What may decide where a case goes: what is typed in free words is no fact of its own.
DECIDING = CHOSEN | {Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.CHECKBOX}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    label: str
    is_active: bool = True  # else retired: no longer offered, and still known


@dataclass(frozen=True, slots=True)
class Clause:
    """Holds when the answer to an earlier question is one of these values."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Its key is for good: stored answers, rules and files name it."""

    key: str
    section: str
    kind: Kind
    label: str
    help: str = ""
    missing: str = ""  # what somebody is told who has left it out
    is_required: bool = False
    topics: tuple[str, ...] = ()  # codes of topics and of groups; for all of them where it is empty
    when: tuple[Clause, ...] = ()  # all have to hold
    choices: tuple[Choice, ...] = ()
    least: int | None = None  # characters of a text, or the value of a number
    most: int | None = None
    is_past: bool = False  # a day or moment that cannot lie ahead
    has_decimals: bool = False
    is_active: bool = True  # else retired: no longer asked, and still known

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The answers that can be chosen now."""
        return tuple(choice for choice in self.choices if choice.is_active)


@dataclass(frozen=True, slots=True)
class TopicDefinition:
    """A subject of help, and what follows from it."""

    code: str
    name: str
    priority: Priority
    team: str
    needs_location: bool = True
    is_urgent: bool = False
    keywords: str = ""  # what people type when they mean it
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """Topics that stand together."""

    code: str
    name: str
    topics: tuple[TopicDefinition, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page, with a heading of its own."""

    key: str
    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Urgent:
    """What to do when vaccine is at risk; the phone and the hours are the desk's own."""

    title: str
    steps: tuple[str, ...]
    outside_hours: str


@dataclass(frozen=True, eq=False)
class Definition:
    """Everything that the help ticket asks, in the order of the page. Two are the same only if they are one object."""

    groups: tuple[TopicGroup, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    urgent: Urgent
    spanish: Mapping[str, str] = field(default_factory=dict)  # for texts that did not come with the desk
    same_words: tuple[str, ...] = ()  # lists of words that mean the same where a topic is looked for
    version: int = DRAFT

    @cached_property
    def topics(self) -> Mapping[str, TopicDefinition]:
        """Every topic by its code, retired ones included."""
        return {topic.code: topic for group in self.groups for topic in group.topics}

    @cached_property
    def group_of(self) -> Mapping[str, TopicGroup]:
        """The group of each topic, by the topic's code."""
        return {topic.code: group for group in self.groups for topic in group.topics}

    @cached_property
    def question(self) -> Mapping[str, Question]:
        """Every question by its key, retired ones included."""
        return {question.key: question for question in self.questions}

    def questions_of(self, topic: str) -> tuple[Question, ...]:
        """What can be asked about a topic, whatever the answers are; of an unknown one, what is asked about all.

        A retired one still has its questions: a form that was opened before shows what was typed, and asks for another topic.
        """
        names = {topic, self.group_of[topic].code} if topic in self.topics else set()
        return tuple(q for q in self.questions if q.is_active and (not q.topics or names & set(q.topics)))

    def asked(self, topic: str, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """The questions that these answers lead to, in order. An answer to a question that is not asked leads nowhere."""
        found: list[Question] = []
        keys: set[str] = set()
        for question in self.questions_of(topic):
            if all(clause.question in keys and answers.get(clause.question) in clause.values for clause in question.when):
                found.append(question)
                keys.add(question.key)
        return tuple(found)

    @cached_property
    def leading(self) -> frozenset[str]:
        """Keys of the questions whose answers decide what else is asked."""
        return frozenset(clause.question for question in self.questions if question.is_active for clause in question.when)
