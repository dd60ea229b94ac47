"""What can hold together, asked of a SAT solver (python-sat, CaDiCaL) within a budget.

A literal is a number, as the solver has it: 7 holds where -7 does not.
"""

import time
from collections.abc import Iterable, Sequence, Set
from enum import Enum, auto
from types import TracebackType
from typing import Self

from pysat.solvers import Solver as Sat

from .proof_findings import Budget

SOLVER = "cadical195"  # keeps to its budget; Glucose looks at it only now and then
MOST_TRIED = 50  # literals of which each is left out on trial


class Answer(Enum):
    """Whether literals can hold together."""

    YES = auto()
    NO = auto()
    UNDECIDED = auto()


class OutOfTime(Exception):
    """The time for all questions is over before they could be asked."""


class Solver:
    """Clauses, and questions to them. Close it (`with`): it holds memory outside Python."""

    def __init__(self, budget: Budget) -> None:
        self._sat = Sat(name=SOLVER)
        self._budget = budget
        self._end = time.thread_time() + budget.seconds
        self._last = 0
        self._gates: dict[frozenset[int], int] = {}
        self._model: list[int] = []
        self.true = self.new()
        self.add(self.true)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._sat.delete()

    @property
    def false(self) -> int:
        """The literal that never holds."""
        return -self.true

    @property
    def is_over(self) -> bool:
        """The time is over: every further question is left undecided."""
        return time.thread_time() > self._end

    def check_time(self) -> None:
        """Raise OutOfTime if it is over."""
        if self.is_over:
            raise OutOfTime

    def new(self) -> int:
        """A literal that is free to hold or not."""
        self._last += 1
        return self._last

    def add(self, *literals: int) -> None:
        """At least one of these holds."""
        self._sat.add_clause(literals)

    def all_of(self, literals: Iterable[int]) -> int:
        """The literal that holds where all of these do."""
        parts = frozenset(literals) - {self.true}
        if self.false in parts or any(-part in parts for part in parts):
            return self.false
        if len(parts) <= 1:
            return next(iter(parts), self.true)
        if parts not in self._gates:
            self._gates[parts] = gate = self.new()
            for part in parts:
                self.add(-gate, part)
            self.add(gate, *(-part for part in parts))
        return self._gates[parts]

    def any_of(self, literals: Iterable[int]) -> int:
        """The literal that holds where any of these does."""
        return -self.all_of(-literal for literal in literals)

    def ask(self, literals: Sequence[int]) -> Answer:
        """Whether these can hold together. After a yes `holds` tells how, after a no `among_core` tells why not."""
        if self.is_over:
            return Answer.UNDECIDED
        self._sat.conf_budget(self._budget.conflicts)
        answer = self._sat.solve_limited(assumptions=literals)
        if answer is None:
            return Answer.UNDECIDED
        if answer:
            self._model = self._sat.get_model()
        return Answer.YES if answer else Answer.NO

    def holds(self, literal: int) -> bool:
        """Whether the literal held in the last yes; of one that is newer than that: no."""
        return abs(literal) <= len(self._model) and literal == self._model[abs(literal) - 1]

    def least(self, fixed: Sequence[int], loose: Sequence[int]) -> tuple[int, ...]:
        """Those of the loose literals that exclude the fixed ones; to be called after a no to all of them together.

        Of the first MOST_TRIED none can be left out, as far as the budget tells.
        """
        kept = self.among_core(loose)
        for literal in kept[:MOST_TRIED]:
            if literal in kept:
                kept = self.without({literal}, kept, fixed)
        return tuple(kept)

    def among_core(self, literals: Iterable[int]) -> list[int]:
        """Those that the last no is due to."""
        core = frozenset(self._sat.get_core() or ())
        return [literal for literal in literals if literal in core]

    def without(self, some: Set[int], literals: list[int], fixed: Sequence[int]) -> list[int]:
        """The literals without some, and without what is not needed then, if they still exclude the fixed ones; else all."""
        rest = [literal for literal in literals if literal not in some]
        return self.among_core(rest) if self.ask([*fixed, *rest]) is Answer.NO else literals
