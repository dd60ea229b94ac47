"""What rules are made of. Values only: how they are read stands in reading.py, how they decide in decide.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .models import Priority

DRAFT = 0  # the version of a rule set that has not been published
TOPIC_TEAM = "topic_team"  # as a rule's team: the team that the case's topic names


class FactKind(StrEnum):
    """How a fact can be compared."""

    CHOICE = "choice"
    TEXT = "text"
    PRIORITY = "priority"


class Operator(StrEnum):
    """A comparison of a fact with what a rule holds."""

    IS = "is"
    IS_ONE_OF = "is_one_of"
    HAS_WORD = "has_word"  # a word or phrase; neither case nor accents matter
    AT_LEAST = "at_least"  # of priorities: as urgent or more


class GroupKind(StrEnum):
    """How many members of a group have to hold."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


FACTS: dict[str, FactKind] = {
    "topic": FactKind.CHOICE,
    "topic_group": FactKind.CHOICE,
    "topic_team": FactKind.CHOICE,
    "system": FactKind.CHOICE,
    "role": FactKind.CHOICE,
    "impact": FactKind.CHOICE,
    "urgency": FactKind.CHOICE,
    "base_priority": FactKind.PRIORITY,
    "language": FactKind.CHOICE,
    "channel": FactKind.CHOICE,
    "subject": FactKind.TEXT,
    "text": FactKind.TEXT,
    "patient_data": FactKind.CHOICE,  # "suspected", or not known of
}

OPERATORS: dict[FactKind, frozenset[Operator]] = {
    FactKind.CHOICE: frozenset({Operator.IS, Operator.IS_ONE_OF}),
    FactKind.TEXT: frozenset({Operator.HAS_WORD}),
    FactKind.PRIORITY: frozenset({Operator.IS, Operator.IS_ONE_OF, Operator.AT_LEAST}),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. Only `is_one_of` holds more than one value."""

    fact: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions taken together; `all` of nothing always holds."""

    kind: GroupKind
    members: "tuple[Condition | Group, ...]"


ALWAYS = Group(GroupKind.ALL, ())


@dataclass(frozen=True, slots=True)
class Actions:
    """What a rule does when it fits. An empty team, priority or macro means that the rule leaves it alone."""

    team: str = ""
    priority_at_least: Priority | None = None
    priority_exactly: Priority | None = None
    flags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()  # team codes
    macro: str = ""
    notify: tuple[str, ...] = ()  # codes of teams whose leads are told

    @property
    def teams(self) -> frozenset[str]:
        """Every team named by its code."""
        return frozenset({self.team, *self.watchers, *self.notify} - {"", TOPIC_TEAM})


@dataclass(frozen=True, slots=True)
class Rule:
    """When something holds, do something. An `also` rule never sets the team and never ends the search."""

    key: str  # stable: decisions name it
    title: str
    when: Group
    then: Actions
    also: bool = False

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every comparison, in the order in which it is written."""
        return tuple(conditions_in(self.when))

    @property
    def size(self) -> int:
        """How many comparisons there are."""
        return sum(1 for _ in conditions_in(self.when))


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in order; the last one fits everything and names its team."""

    rules: tuple[Rule, ...]
    version: int = DRAFT

    @property
    def teams(self) -> frozenset[str]:
        """Every team that a rule names by its code."""
        return frozenset().union(*(rule.then.teams for rule in self.rules))


def conditions_in(group: Group) -> Iterator[Condition]:
    """The comparisons of a group and of the groups in it, in order."""
    for member in group.members:
        if isinstance(member, Group):
            yield from conditions_in(member)
        else:
            yield member
