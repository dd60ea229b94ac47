"""What rules are made of. Values only: how they are read stands in reading.py, how they decide in decide.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .models import Priority

DRAFT = 0  # the version of a rule set that has not been published
TOPIC_TEAM = "topic_team"  # as a rule's team: the team that the case's topic names


class Operator(StrEnum):
    """A comparison of a fact with what a rule holds."""

    IS = "is"
    IS_ONE_OF = "is_one_of"
    HAS_WORD = "has_word"  # a word or phrase; neither case nor accents matter
    AT_LEAST = "at_least"  # of numbers; of priorities: as urgent or more
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    EQUALS = "equals"


class GroupKind(StrEnum):
    """How many members of a group have to hold."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. Only `is_one_of` holds more than one value; a comparison of numbers holds its number, too."""

    fact: str
    operator: Operator
    values: tuple[str, ...]
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions taken together; `all` of nothing always holds."""

    kind: GroupKind
    members: "tuple[Condition | Group, ...]"


ALWAYS = Group(GroupKind.ALL, ())


@dataclass(frozen=True, slots=True)
class WithoutSkill:
    """Where a case goes instead if nobody in the team has the skill that it needs."""

    team: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Actions:
    """What a rule does when it fits. An empty team, priority, skill or macro means that the rule leaves it alone."""

    team: str = ""
    priority_at_least: Priority | None = None
    priority_exactly: Priority | None = None
    tags: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()  # team codes
    skills: tuple[str, ...] = ()  # that the assignee has to have
    without_skill: WithoutSkill | None = None
    macro: str = ""
    is_pending: bool = False  # the macro is sent, and the case waits for its answer
    notify: tuple[str, ...] = ()  # codes of teams whose leads are told

    @property
    def teams(self) -> frozenset[str]:
        """Every team named by its code."""
        instead = self.without_skill.team if self.without_skill else ""
        return frozenset({self.team, instead, *self.watchers, *self.notify} - {"", TOPIC_TEAM})


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
