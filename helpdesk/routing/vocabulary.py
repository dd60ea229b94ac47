"""What rules can speak of here: the facts that are known of a case, what they can be, and when they are known at all.

Values only. The form in force and the directory of teams say what they are (intake/vocabulary.py makes them).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from .models import Priority
from .rules import Operator


class FactKind(StrEnum):
    """How a fact can be compared."""

    CHOICE = "choice"
    TEXT = "text"
    PRIORITY = "priority"
    NUMBER = "number"


OPERATORS: Mapping[FactKind, frozenset[Operator]] = {
    FactKind.CHOICE: frozenset({Operator.IS, Operator.IS_ONE_OF}),
    FactKind.TEXT: frozenset({Operator.HAS_WORD}),
    FactKind.PRIORITY: frozenset({Operator.IS, Operator.IS_ONE_OF, Operator.AT_LEAST}),
    FactKind.NUMBER: frozenset(
        {Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN, Operator.EQUALS},
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """When a question is asked, as the form has it, and whether it has to be answered then."""

    topics: frozenset[str] = frozenset()  # codes of topics; about every topic where it is empty
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()  # facts and values: each has to be one of its values
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known of a case."""

    key: str
    kind: FactKind
    name: str  # what people read for it
    values: Mapping[str, str] = field(default_factory=dict)  # of a choice or a priority: what it can be, and how that reads
    retired: frozenset[str] = frozenset()  # values that are no longer offered, and still known
    is_open: bool = False  # a choice that can be something else besides, such as a county
    least: Decimal | None = None
    most: Decimal | None = None
    is_whole: bool = True  # a number without decimals
    asked: Asked | None = Asked()  # none: no longer asked, and still known


@dataclass(frozen=True, slots=True)
class KnownTopic:
    """A topic on offer, and the facts that follow from it."""

    group: str
    team: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class KnownTeam:
    """A team that rules can name."""

    name: str
    is_active: bool = True
    has_member: bool = True  # somebody who can sign in works in it


@dataclass(frozen=True)
class Vocabulary:
    """Everything that rules can name: facts, topics on offer, teams, macros and skills."""

    facts: Mapping[str, Fact]
    topics: Mapping[str, KnownTopic] = field(default_factory=dict)
    teams: Mapping[str, KnownTeam] = field(default_factory=dict)  # by code, closed ones included
    macros: Mapping[str, str] = field(default_factory=dict)  # titles of those in use, by code
    skills: frozenset[str] = frozenset()  # that somebody has
