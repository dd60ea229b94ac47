"""Examples: what the solver found, as facts that `decide` can be run on; as plain as can be, and whole."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from .day_counts import DAYS, FARTHEST, HOURS
from .priorities import base_priority
from .proof_cells import ANSWERED, MISSING, Cell, in_digits, nearest, of_number, values_of
from .proof_form import HOURS_OF_DAY, span
from .proof_solver import Answer
from .proof_space import BASE, GROUP, IMPACT, TEAM, TOPIC, URGENCY, Space, counted_with
from .vocabulary import Fact, FactKind
from .words import plain

NOTHING_SAID = ANSWERED.values[0]  # a text in which no word stands that a rule could look for
BETWEEN = (" … ", " and ", " also ", *(f" x{number} " for number in range(100)))
USUAL_WORKING_DAYS = Decimal(5) / Decimal(7)


class Examples:
    """Finds the plainest case in which something holds."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._wishes = _wishes(space)

    def find(self, *literals: int, topic: str = "") -> dict[str, str] | None:
        """A case in which these hold: no answer where none is needed, else one that few rules name; no words of theirs.

        Of topics that the rules do not tell apart it takes this one. None where there is no such case, or finding it is too hard.
        """
        if not self._relax(literals):
            return None
        cells = {key: axis.cells[axis.found()] for key, axis in self._space.axes.items()}
        return _facts(self._space, cells, topic)

    def _relax(self, literals: Sequence[int]) -> bool:
        """Ask with as many wishes as can be had together; they come in the order in which they are given up."""
        solver, wishes, given_up = self._space.solver, list(self._wishes), []
        while (answer := solver.ask([*literals, *wishes])) is Answer.NO:
            excluding = solver.among_core(wishes)
            if not excluding:
                return False
            wishes.remove(excluding[0])
            given_up.append(excluding[0])
        if answer is Answer.UNDECIDED:
            return all(map(solver.holds, literals)) or solver.ask(literals) is Answer.YES
        for wish in given_up[:-1]:  # without the later ones it may be had after all
            if solver.holds(wish) or solver.ask([*literals, *wishes, wish]) is Answer.YES:
                wishes.append(wish)
        return True


def _wishes(space: Space) -> list[int]:
    """Of each fact: the plain answer, or none; then no answer at all; of texts: none of the words."""
    topic_first = sorted(space.axes, key=lambda key: key != TOPIC)
    axes = [space.axes[key] for key in topic_first if key not in (GROUP, TEAM, BASE)]
    plain_ones = [space.solver.any_of((-axis.answered, axis.cell(axis.plain))) for axis in axes if axis.plain]
    words = [-phrase.literal for phrases in space.phrases.values() for phrase in phrases.values()]
    return [wish for wish in (*plain_ones, *(-axis.answered for axis in axes), *words) if wish != space.solver.true]


def _facts(space: Space, cells: Mapping[str, Cell], topic: str) -> dict[str, str]:
    """Every fact of the case; of those that do not matter to the rules, the ones that the form requires."""
    found: dict[str, str] = {}
    for key, cell in cells.items():
        if cell != MISSING:
            found[key] = cell.values[0]
    if topic:
        found[TOPIC] = topic
    for key in space.phrases:
        if key in found:
            found[key] = _text(space, key)
    counts = {key: cell for key, cell in cells.items() if cell != MISSING}
    for fact in space.facts.values():
        if fact.key not in cells and _has_to_be_answered(fact, found):
            found[fact.key] = _any_answer(fact)
            if fact.kind is FactKind.NUMBER:
                counts[fact.key] = of_number(fact)[0]
    found |= _counts(space.facts, counts)
    found |= _following(space, found)
    return {key: found[key] for key in space.facts if found.get(key)}


def _has_to_be_answered(fact: Fact, found: Mapping[str, str]) -> bool:
    asked = fact.asked
    if asked is None or not asked.is_required or (asked.topics and found.get(TOPIC) not in asked.topics):
        return False
    return bool(_any_answer(fact)) and all(found.get(question) in values for question, values in asked.when)


def _any_answer(fact: Fact) -> str:
    if fact.kind is FactKind.TEXT:
        return NOTHING_SAID
    if fact.kind is FactKind.NUMBER:
        return next((cell.values[0] for cell in of_number(fact)), "")
    return next(iter(values_of(fact)), "")


def _text(space: Space, key: str) -> str:
    """A text that has the phrases found, and no other that rules look for."""
    phrases = space.phrases[key].values()
    wanted = [phrase for phrase in phrases if space.solver.holds(phrase.literal)]
    if not wanted:
        return NOTHING_SAID
    longest = [one for one in wanted if not any(one.compared in other.compared for other in wanted if other is not one)]
    for between in BETWEEN:
        text = between.join(phrase.written for phrase in longest)
        if [phrase for phrase in phrases if phrase.compared in plain(text)] == wanted:
            return text
    raise AssertionError(f"No text has just these words: {[phrase.written for phrase in wanted]}")


def _counts(facts: Mapping[str, Fact], cells: Mapping[str, Cell]) -> dict[str, str]:
    """Counts of one day or moment that can be true together, and plausible where there is a choice."""
    found: dict[str, str] = {}
    for key, cell in cells.items():
        if not key.endswith(f".{DAYS}") or not facts[key].is_whole:
            continue
        for other in counted_with(key, facts):
            if other != key and other in cells and facts[other].is_whole:
                found |= _pair(key, cell, other, cells[other])
    return found


def _pair(days: str, of_days: Cell, other: str, of_other: Cell) -> dict[str, str]:
    """The day nearest to today at which the other count is just as it would usually be; else at which it can be at all."""
    for is_usual in (True, False):
        for day in _days_from_today(of_days):
            low, high = _both(of_other, span(other, Cell((), day, day)))
            usual = day * HOURS_OF_DAY if other.endswith(f".{HOURS}") else (day * USUAL_WORKING_DAYS).to_integral_value()
            count = nearest(usual, low, high)
            if (low is None or high is None or low <= high) and (count == usual or not is_usual):
                return {days: in_digits(day), other: in_digits(count)}
    return {}


def _days_from_today(cell: Cell) -> Iterator[Decimal]:
    first = Decimal(cell.values[0])
    for distance in range(2 * FARTHEST + 1):
        for day in (first + distance, first - distance)[: 1 + bool(distance)]:
            if nearest(day, cell.low, cell.high) == day:
                yield day


def _both(cell: Cell, limits: tuple[Decimal | None, Decimal | None]) -> tuple[Decimal | None, Decimal | None]:
    lows = [low for low in (cell.low, limits[0]) if low is not None]
    highs = [high for high in (cell.high, limits[1]) if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _following(space: Space, found: Mapping[str, str]) -> dict[str, str]:
    """What follows from the topic, and from impact and urgency; as it was found where the topic is none on offer."""
    topic = space.known.topics.get(found.get(TOPIC, ""))
    if topic is None:
        return {}
    following = {GROUP: topic.group, TEAM: topic.team}
    try:
        following[BASE] = base_priority(topic.priority, found.get(IMPACT, ""), found.get(URGENCY, "")).value
    except KeyError:
        if BASE not in found:
            following[BASE] = topic.priority.value
    return {key: value for key, value in following.items() if key in space.facts}
