"""One fact as a SAT solver has it: in which of its cells the answer lies."""

from collections.abc import Iterable, Mapping, Sequence

from .proof_cells import MISSING, Cell
from .proof_solver import Solver


class Axis:
    """One fact: its answer lies in one of some cells, the first of which is no answer.

    The solver knows for each cell whether the answer lies in it or in a later one. So a comparison of numbers, whose cells are in
    order, takes one or two literals, however many thresholds there are.
    """

    def __init__(self, solver: Solver, cells: Sequence[Cell], named: Mapping[str, int] | None = None) -> None:
        """`named` counts for each value the comparisons that name it: the plain answer is the one that the fewest do."""
        self.cells = (MISSING, *cells)
        self._solver = solver
        self._from = [solver.true, *(solver.new() for _ in cells), solver.false]
        for step, next_step in zip(self._from[1:], self._from[2:], strict=False):
            solver.add(step, -next_step)
        self._at = {value: number for number, cell in enumerate(self.cells) for value in cell.values}
        self.plain = min(range(1, len(self.cells)), key=lambda n: (named or {}).get(self.cells[n].values[0], 0), default=0)

    @property
    def values(self) -> frozenset[str]:
        """Every value of every cell."""
        return frozenset(self._at)

    @property
    def answered(self) -> int:
        """There is an answer."""
        return self._from[1]

    def at(self, value: str) -> int:
        """The number of the cell in which a value lies; 0 for one that cannot be answered."""
        return self._at.get(value, 0)

    def cell(self, number: int) -> int:
        """The answer lies in this cell."""
        return self.between(number, number + 1)

    def between(self, first: int, end: int) -> int:
        """The answer lies in one of the cells from the first to the one before the end."""
        return self._solver.all_of((self._from[first], -self._from[end])) if first < end else self._solver.false

    def among(self, numbers: Iterable[int]) -> int:
        """The answer lies in one of these cells."""
        runs: list[list[int]] = []
        for number in sorted(set(numbers)):
            if runs and runs[-1][1] == number:
                runs[-1][1] = number + 1
            else:
                runs.append([number, number + 1])
        return self._solver.any_of(self.between(first, end) for first, end in runs)

    def found(self) -> int:
        """The cell in which it lay in the solver's last yes."""
        return sum(self._solver.holds(step) for step in self._from) - 1
