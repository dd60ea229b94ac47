"""What a proof has at hand while it looks for one kind of finding after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .proof_examples import Examples
from .proof_findings import Finding, Kind, Undecided, Why
from .proof_model import Model
from .proof_solver import Answer
from .vocabulary import Vocabulary


@dataclass(frozen=True)
class Search:
    """The rules as the solver has them, and what has been found so far."""

    model: Model
    known: Vocabulary
    examples: Examples
    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    more: set[Kind] = field(default_factory=set)

    def ask(self, *literals: int) -> Answer:
        """Whether these can hold together."""
        return self.model.solver.ask(literals)

    def add(
        self,
        kind: Kind,
        *,
        rule: str = "",
        others: Sequence[str] = (),
        about: Sequence[str] = (),
        example: dict[str, str] | None = None,
        why: Why | None = None,
    ) -> None:
        """Something was found."""
        self.findings.append(Finding(kind, rule, tuple(others), tuple(about), example, why))

    def leave(self, kind: Kind, *, rule: str = "", topics: Sequence[str] = ()) -> None:
        """Whether there is such a finding was too hard."""
        self.undecided.append(Undecided(kind, rule, tuple(topics)))
