"""What the form makes of a case: which answers can stand together. Nothing is ruled out that can happen.

The topic decides its group, its team and, with impact and urgency, the base priority. A question is answered only where it is
asked, and always where it is required. What is known of one day or moment is known together. With a phrase there are those in it.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from .day_counts import DAYS, FARTHEST, HOURS, WORKING_DAYS
from .models import Priority
from .priorities import more_urgent
from .proof_axes import Axis
from .proof_cells import Cell
from .proof_solver import Solver
from .proof_space import BASE, GROUP, IMPACT, TEAM, TOPIC, URGENCY, Space, by_matrix, counted_with
from .vocabulary import Asked, Fact, FactKind

HOURS_OF_DAY = 24
SHIFT = 3  # hours by which clocks may have been changed between two moments; none has changed by more


def respect(space: Space) -> None:
    """Tell the solver what can stand together."""
    for key in space.axes:
        space.solver.check_time()
        fact = space.facts[key]
        if key not in (GROUP, TEAM, BASE):
            _is_answered_where_asked(space, fact)
        if fact.kind is FactKind.TEXT:
            _words(space, key)
        if key.endswith(f".{DAYS}"):
            _counted_together(space, key)
    _follow_from_topic(space)
    _base_priority(space)


def _is_answered_where_asked(space: Space, fact: Fact) -> None:
    axis, asked = space.axes[fact.key], fact.asked
    if asked is None:
        return  # it has no cells: it is never answered
    is_asked = _is_asked(space, asked)
    space.solver.add(-axis.answered, is_asked)
    if asked.is_required and len(axis.cells) > 1:
        space.solver.add(-is_asked, axis.answered)


def _is_asked(space: Space, asked: Asked) -> int:
    parts = [_answered_by(space, question, values) for question, values in asked.when]
    if asked.topics:
        parts.append(_answered_by(space, TOPIC, tuple(asked.topics)))
    return space.solver.all_of(parts)


def _answered_by(space: Space, question: str, values: tuple[str, ...]) -> int:
    """Free where the question is none that rules can know: then it may be answered so, and it may not."""
    fact = space.facts.get(question)
    if fact is None or fact.kind is not FactKind.CHOICE or fact.is_open:
        return space.solver.new()
    axis = space.axes[question]
    return axis.among({axis.at(value) for value in values} - {0})


def _follow_from_topic(space: Space) -> None:
    topics = space.axes.get(TOPIC)
    if topics is None:
        return
    for number, cell in enumerate(topics.cells):
        topic = space.known.topics.get(cell.values[0]) if cell.values else None
        if topic is None:
            continue  # group and team are free
        for key, code in ((GROUP, topic.group), (TEAM, topic.team)):
            if key in space.axes:
                space.solver.add(-topics.cell(number), space.axes[key].cell(space.axes[key].at(code)))


def _base_priority(space: Space) -> None:
    """The more urgent of the topic's own and what the matrix makes of impact and urgency; free where one of them is not known."""
    if not {BASE, TOPIC, IMPACT, URGENCY} <= space.axes.keys():
        return
    topics, impacts, urgencies, base = (space.axes[key] for key in (TOPIC, IMPACT, URGENCY, BASE))
    for priority in Priority:
        is_so = topics.among(n for n, cell in enumerate(topics.cells) if _own_priority(space, cell) is priority)
        for impact, urgency in product(range(1, len(impacts.cells)), range(1, len(urgencies.cells))):
            by_answers = by_matrix(impacts.cells[impact].values[0], urgencies.cells[urgency].values[0])
            if by_answers is not None:
                result = base.cell(base.at(more_urgent(priority, by_answers)))
                space.solver.add(-is_so, -impacts.cell(impact), -urgencies.cell(urgency), result)


def _own_priority(space: Space, cell: Cell) -> Priority | None:
    topic = space.known.topics.get(cell.values[0]) if cell.values else None
    return topic.priority if topic else None


def _words(space: Space, text: str) -> None:
    phrases = space.phrases.get(text, {})
    for phrase in phrases.values():
        space.solver.add(-phrase.literal, space.axes[text].answered)
        for part in within(phrase.compared):
            if part in phrases:
                space.solver.add(-phrase.literal, phrases[part].literal)


def within(phrase: str) -> Iterator[str]:
    """Every phrase within a phrase, at its word boundaries, each as it is compared; itself, too."""
    words = phrase.split()
    for first in range(len(words)):
        for end in range(first + 1, len(words) + 1):
            yield f" {' '.join(words[first:end])} "


def _counted_together(space: Space, days: str) -> None:
    for other in counted_with(days, space.facts):
        if other == days or other not in space.axes:
            continue
        of_days, of_other = space.axes[days], space.axes[other]
        space.solver.add(-of_days.answered, of_other.answered)
        space.solver.add(of_days.answered, -of_other.answered)
        if space.facts[days].is_whole and space.facts[other].is_whole:
            _bind(space.solver, of_days, of_other, other)


def _bind(solver: Solver, of_days: Axis, of_other: Axis, other: str) -> None:
    """For each cell of days, what the other count can be: the cells from one to another."""
    for number, cell in enumerate(of_days.cells[1:], start=1):
        low, high = span(other, cell)
        fitting = [n for n, c in enumerate(of_other.cells[1:], start=1) if _meet(c, low, high)]
        solver.add(-of_days.cell(number), of_other.between(fitting[0], fitting[-1] + 1) if fitting else solver.false)


def _meet(cell: Cell, low: Decimal | None, high: Decimal | None) -> bool:
    below = high is not None and cell.low is not None and cell.low > high
    return not below and not (low is not None and cell.high is not None and cell.high < low)


def span(other: str, days: Cell) -> tuple[Decimal | None, Decimal | None]:
    """The least and the greatest that a count can be while the days of the same moment are in this cell; none: there is no limit.

    As many working days lie between as there are days, or fewer, down to none. A day counts its hours, give or take one day and a
    change of clocks. What is too far away to be counted is as far as can be (day_counts.py).
    """
    if other.endswith(f".{WORKING_DAYS}"):
        least = None if days.low is None else min(days.low, Decimal(0))
        return least, None if days.high is None else max(days.high, Decimal(0))
    if other.endswith(f".{HOURS}"):
        farthest = Decimal(FARTHEST)
        low = days.low if days.low is not None and days.low > -farthest else None
        high = days.high if days.high is not None and days.high < farthest else None
        least = None if low is None else (low - 1) * HOURS_OF_DAY - SHIFT
        return least, None if high is None else (high + 1) * HOURS_OF_DAY + SHIFT
    return None, None
