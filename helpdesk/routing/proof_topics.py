"""Topics on offer that no rule names."""

from collections.abc import Iterator

from .proof_findings import Kind
from .proof_search import Search
from .proof_solver import Answer
from .proof_space import GROUP, TEAM, TOPIC, Space
from .rules import TOPIC_TEAM, Condition, Group, GroupKind, Rule


def find_topics_not_named(search: Search) -> None:
    """Find topics of which no case is ever decided by a rule that speaks of them.

    A rule speaks of a topic if it compares the topic, its group or its team with what they are, not within a `none`, or leaves
    the case to the team of the topic. Rules that speak of something else may decide such cases, too (vaccine at risk, whatever
    the topic); what all of them leave to the last rule is a gap (proof_gaps.py).
    """
    topics = search.model.space.axes.get(TOPIC)
    if topics is None:
        return
    solver = search.model.solver
    speaking = [(rule, _spoken_of(search.model.space, rule.rule)) for rule in search.model.rules if not rule.rule.also]
    for number, cell in enumerate(topics.cells):
        on_offer = [value for value in cell.values if value in search.known.topics]
        if not on_offer:
            continue
        any_of_them = solver.new()
        solver.add(-any_of_them, *(rule.acts for rule, numbers in speaking if number in numbers))
        answer = search.ask(topics.cell(number), any_of_them)
        if answer is Answer.UNDECIDED:
            search.leave(Kind.TOPIC_NOT_NAMED, topics=on_offer)
        elif answer is Answer.NO:
            search.add(Kind.TOPIC_NOT_NAMED, about=on_offer, example=search.examples.find(topics.cell(number)))


def _spoken_of(space: Space, rule: Rule) -> frozenset[int]:
    """The cells of topics that a rule speaks of."""
    topics = space.axes[TOPIC]
    if rule.then.team == TOPIC_TEAM:
        return frozenset(range(len(topics.cells)))
    found: set[int] = set()
    for condition in _positive(rule.when):
        if condition.fact == TOPIC:
            found |= set(space.cells_of(condition))
        elif condition.fact in (GROUP, TEAM):
            found |= _with(space, condition)
    return frozenset(found)


def _positive(group: Group, *, is_turned: bool = False) -> Iterator[Condition]:
    """The comparisons that speak for the rule: those that stand in no `none`, or in two."""
    is_turned ^= group.kind is GroupKind.NONE
    for member in group.members:
        if isinstance(member, Group):
            yield from _positive(member, is_turned=is_turned)
        elif not is_turned:
            yield member


def _with(space: Space, condition: Condition) -> set[int]:
    """The cells of topics whose group or team a comparison names."""
    topics, numbers = space.axes[TOPIC], set(space.cells_of(condition))
    found = set()
    for number, cell in enumerate(topics.cells):
        topic = space.known.topics.get(cell.values[0]) if cell.values else None
        code = (topic.group if condition.fact == GROUP else topic.team) if topic else ""
        if code and space.axes[condition.fact].at(code) in numbers:
            found.add(number)
    return found
