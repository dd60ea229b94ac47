"""What a proof of routing rules says. Values only; proof.py finds them, proof_wording.py puts them into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What follows from a finding."""

    BLOCKS = "blocks"  # the rules cannot be published
    ASKS = "asks"  # they can, once somebody says so
    WARNS = "warns"


class Kind(StrEnum):
    """What was found, and in brackets what `about` holds."""

    NO_LAST_RULE = "no_last_rule"  # the last rule does not fit everything, or names no team
    UNKNOWN_TEAM = "unknown_team"  # named by rules or topics (team, topics that name it)
    CLOSED_TEAM = "closed_team"  # the same
    UNKNOWN_MACRO = "unknown_macro"  # (macro)
    ONLY_LAST_RULE = "only_last_rule"  # cases that no other rule decides (facts that make it so)
    NEVER_FITS = "never_fits"  # (facts whose comparisons cannot hold together)
    SHADOWED = "shadowed"  # whatever it fits, `others` have decided before
    GONE = "gone"  # it compares a question that is asked no longer (fact), or names such answers (fact, values)
    ORDER_DECIDES = "order_decides"  # of two priorities (the one that it is, the one the other way round)
    TOPIC_NOT_NAMED = "topic_not_named"  # (topics)
    TEAM_WITHOUT_MEMBER = "team_without_member"  # (team, topics that name it)
    NOBODY_HAS_SKILL = "nobody_has_skill"  # (skill)


SEVERITIES: Mapping[Kind, Severity] = {
    Kind.NO_LAST_RULE: Severity.BLOCKS,
    Kind.UNKNOWN_TEAM: Severity.BLOCKS,
    Kind.CLOSED_TEAM: Severity.BLOCKS,
    Kind.UNKNOWN_MACRO: Severity.BLOCKS,
    Kind.TEAM_WITHOUT_MEMBER: Severity.WARNS,
    Kind.NOBODY_HAS_SKILL: Severity.WARNS,
}


class Why(StrEnum):
    """Why a rule never fits."""

    GONE = "gone"  # what it asks for can be answered no longer
    CONTRADICTION = "contradiction"  # its comparisons, and when the form asks what, exclude each other
    NO_TEAM = "no_team"  # it leaves the case to the team of the topic, and there is none whenever it fits


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that somebody should know."""

    kind: Kind
    rule: str = ""  # key of the rule that it is found in; empty where it is in none
    others: tuple[str, ...] = ()  # keys of further rules, in order
    about: tuple[str, ...] = ()
    example: Mapping[str, str] | None = None  # facts that show it; none where no case can
    why: Why | None = None  # of a rule that never fits

    @property
    def severity(self) -> Severity:
        """What follows from it."""
        return SEVERITIES.get(self.kind, Severity.ASKS)

    @property
    def rules(self) -> tuple[str, ...]:
        """Keys of all rules concerned."""
        return (self.rule, *self.others) if self.rule else self.others


@dataclass(frozen=True, slots=True)
class Undecided:
    """A question that was too hard for the budget: whether there is such a finding."""

    kind: Kind
    rule: str = ""  # about this rule; about the whole set where it is empty
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be spent before a question is left undecided."""

    conflicts: int = 5_000  # of the solver, on one question
    seconds: float = 5.0  # of the processor, on all of them


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was found, what blocks publishing first, and what could not be found out."""

    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    more: frozenset[Kind] = field(default_factory=frozenset)  # kinds of which there are more than are listed

    @property
    def is_complete(self) -> bool:
        """Nothing was found, and nothing is left undecided."""
        return not self.findings and not self.undecided

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings from which this follows."""
        return tuple(finding for finding in self.findings if finding.severity is severity)
