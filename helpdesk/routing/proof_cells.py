"""Answers that no rule tells apart, taken together: the values of a choice in groups, numbers cut at the thresholds used."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, zip_longest
from math import ceil, floor

from .priorities import at_least
from .rules import Condition, Operator
from .vocabulary import OPERATORS, Fact, FactKind

Marks = Mapping[str, Set[Hashable]]  # what tells a value apart from others


@dataclass(frozen=True, slots=True)
class Cell:
    """Answers that are all alike to the rules and the form."""

    values: tuple[str, ...] = ()  # of a choice all of them; the first is what examples show
    low: Decimal | None = None  # of a number; none: there is no limit
    high: Decimal | None = None


MISSING = Cell()  # no answer
ANSWERED = Cell(("…",))  # of a text; what stands in it is a matter of its words
ANY_OTHER = "…"  # of an open choice: something else than rules name and the list has


def values_of(fact: Fact) -> tuple[str, ...]:
    """What a closed choice or a priority can be now."""
    return tuple(value for value in fact.values if value not in fact.retired)


def of_choice(values: Iterable[str], marks: Marks) -> tuple[Cell, ...]:
    """The values in groups: those with the same marks together, in the order in which they came."""
    groups: dict[frozenset[Hashable], list[str]] = {}
    for value in values:
        groups.setdefault(frozenset(marks.get(value, ())), []).append(value)
    return tuple(Cell(tuple(group)) for group in groups.values())


def of_number(fact: Fact, conditions: Iterable[Condition] = ()) -> tuple[Cell, ...]:
    """The numbers that a fact can be, from the least to the greatest, cut where one of these comparisons changes."""
    compared = [(condition.operator, condition.number) for condition in conditions if condition.number is not None]
    return _whole_numbers(fact, compared) if fact.is_whole else _numbers(fact, sorted({number for _how, number in compared}))


def suits(condition: Condition, fact: Fact) -> bool:
    """Whether a fact of this kind is ever compared so; reading.py refuses what does not, but for rules of earlier forms."""
    if fact.kind is FactKind.NUMBER:
        return condition.number is not None
    if fact.kind is FactKind.TEXT:
        return condition.operator is Operator.HAS_WORD
    return condition.operator in OPERATORS[fact.kind] and condition.number is None


def values_that_hold(condition: Condition, values: Set[str]) -> Set[str]:
    """The values of a choice or a priority for which a comparison holds."""
    if condition.operator is Operator.AT_LEAST:
        return {value for value in values if at_least(value, condition.values[0])}  # type: ignore[arg-type]
    return values & set(condition.values)


def numbers_that_hold(condition: Condition, cells: tuple[Cell, ...]) -> range:
    """Which cells of a number, cut at the condition's threshold among others, it holds for; they stand side by side."""
    bound = condition.number or Decimal(0)
    shown = [Decimal(cell.values[0]) for cell in cells]
    before, through = bisect_left(shown, bound), bisect_right(shown, bound)
    return {
        Operator.AT_LEAST: range(before, len(cells)),
        Operator.MORE_THAN: range(through, len(cells)),
        Operator.AT_MOST: range(through),
        Operator.LESS_THAN: range(before),
        Operator.EQUALS: range(before, through),
    }[condition.operator]


def _whole_numbers(fact: Fact, compared: list[tuple[Operator, Decimal]]) -> tuple[Cell, ...]:
    least = None if fact.least is None else ceil(fact.least)
    most = None if fact.most is None else floor(fact.most)
    firsts = {ceil(number) for how, number in compared if how not in (Operator.MORE_THAN, Operator.AT_MOST)}
    firsts |= {floor(number) + 1 for how, number in compared if how not in (Operator.AT_LEAST, Operator.LESS_THAN)}
    inside = [n for n in sorted(firsts) if (least is None or n > least) and (most is None or n <= most)]
    ends: list[int | None] = [least, *inside, None if most is None else most + 1]
    return tuple(
        _cell(None if first is None else Decimal(first), None if last is None else Decimal(last - 1))
        for first, last in pairwise(ends)
        if first is None or last is None or first < last
    )


def _cell(low: Decimal | None, high: Decimal | None) -> Cell:
    return Cell((in_digits(nearest(Decimal(0), low, high)),), low, high)


def nearest(wanted: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    """The number between two limits that is nearest to the one that is wanted."""
    if low is not None and wanted < low:
        return low
    return high if high is not None and wanted > high else wanted


def _numbers(fact: Fact, cut: list[Decimal]) -> tuple[Cell, ...]:
    """Single numbers, and what lies between them: there is always something."""
    least, most = fact.least, fact.most
    points = [n for n in cut if (least is None or n >= least) and (most is None or n <= most)]
    if least is not None and least == most:
        return (_cell(least, most),)
    cells: list[Cell] = []
    for low, high, point in zip_longest([least, *points], [*points, most], points):
        if low is None or high is None or low < high:
            cells.append(_between(low, high))
        if point is not None:
            cells.append(_cell(point, point))
    return tuple(cells)


def _between(low: Decimal | None, high: Decimal | None) -> Cell:
    """A number between two others: a whole one where there is one, else the one half-way."""
    first = None if low is None else Decimal(floor(low) + 1)
    last = None if high is None else Decimal(ceil(high) - 1)
    if low is not None and high is not None and first is not None and last is not None and first > last:
        return Cell((in_digits((low + high) / 2),), low, high)
    return Cell((in_digits(nearest(Decimal(0), first, last)),), low, high)


def in_digits(number: Decimal) -> str:
    """A number as facts hold it: "100", not "1E+2"."""
    return f"{number.normalize():f}"
