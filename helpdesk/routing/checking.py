"""Whether rules can be published: what the proof finds, and what becomes of the golden cases. Pure, as both of them are."""

from collections.abc import Iterable
from dataclasses import dataclass

from . import golden as golden_cases
from .golden import GoldenCase, GoldenResult
from .proof import USUAL, prove
from .proof_findings import Budget, Finding, Proof, Severity, Undecided
from .rules import RuleSet
from .vocabulary import Vocabulary

Asking = Finding | Undecided | GoldenResult


@dataclass(frozen=True, slots=True)
class Report:
    """All that is to be said about rules before they are published."""

    proof: Proof
    golden: tuple[GoldenResult, ...]  # of every golden case, in order

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """What has to be mended first: dead targets, and a last rule that does not fit everything."""
        return self.proof.of(Severity.BLOCKS)

    @property
    def asks(self) -> tuple[Asking, ...]:
        """What somebody has to say yes to: what else was found or could not be found out, and golden cases that go elsewhere."""
        return (*self.proof.of(Severity.ASKS), *self.proof.undecided, *self.failing)

    @property
    def warns(self) -> tuple[Finding, ...]:
        """What somebody should know."""
        return self.proof.of(Severity.WARNS)

    @property
    def failing(self) -> tuple[GoldenResult, ...]:
        """The golden cases that do not go where they have to go."""
        return tuple(result for result in self.golden if not result.passes)

    @property
    def is_fine(self) -> bool:
        """Nothing was found at all, and no golden case goes elsewhere."""
        return self.proof.is_complete and not self.failing


def check(rule_set: RuleSet, golden: Iterable[GoldenCase], known: Vocabulary, *, budget: Budget = USUAL) -> Report:
    """Prove the rules for all that the form in force lets a case say, and decide every golden case by them."""
    return Report(prove(rule_set, known, budget=budget), tuple(golden_cases.run(rule_set, golden, known=known)))
