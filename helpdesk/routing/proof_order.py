"""Rules that fit together and disagree on the priority, so that the order in which they stand decides."""

from collections.abc import Sequence

from .decide import Facts, Verdict, decide
from .models import Priority
from .priorities import more_urgent
from .proof_findings import Kind
from .proof_model import RuleLiterals
from .proof_search import Search
from .proof_solver import Answer, Solver
from .rules import Actions, RuleSet

MOST_PAIRS = 50  # that are listed


def find_disagreements(search: Search, rule_set: RuleSet) -> None:
    """Find pairs of which at least one sets a priority exactly, and which make another one the other way round.

    Only where no later rule settles it: sets one exactly, or asks for what is at least as urgent as either.
    """
    rules = [rule for rule in search.model.all_rules if _says(rule.rule.then)]
    unsettled = _acting_unsettled(search.model.solver, rules)
    found = 0
    for number, rule in enumerate(rules):
        pairs = [
            (acting[urgent], other)
            for other, acting in zip(rules[number + 1 :], unsettled[number + 1 :], strict=True)
            if (rule.rule.also or other.rule.also) and (urgent := _most_urgent(rule.rule.then, other.rule.then))
        ]
        found = _find_pairs(search, rule_set, rule, pairs, found)
        if found > MOST_PAIRS:
            search.more.add(Kind.ORDER_DECIDES)
            return


def _find_pairs(search: Search, rule_set: RuleSet, rule: RuleLiterals, pairs: list[tuple[int, RuleLiterals]], found: int) -> int:
    """Find those that disagree with one rule, each with what holds where it does; counts them with what was found before."""
    solver = search.model.solver
    while pairs:
        any_of_them = solver.new()
        solver.add(-any_of_them, *(acts for acts, _other in pairs))
        answer = search.ask(rule.acts, any_of_them)
        if answer is Answer.UNDECIDED:
            search.leave(Kind.ORDER_DECIDES, rule=rule.key)
        if answer is not Answer.YES:
            return found
        acts, other = pair = next(pair for pair in pairs if solver.holds(pair[0]))
        pairs.remove(pair)
        found += 1
        if found > MOST_PAIRS:
            return found
        example = search.examples.find(rule.acts, acts)
        if example is None:
            search.leave(Kind.ORDER_DECIDES, rule=rule.key)
            continue
        about = both_ways(rule_set, example, rule.key, other.key)
        search.add(Kind.ORDER_DECIDES, rule=rule.key, others=[other.key], about=about, example=example)
    return found


def both_ways(rule_set: RuleSet, facts: Facts, first: str, second: str) -> tuple[Priority, Priority]:
    """The priority of a case on which two rules act, and what it would be if the first acted right after the second."""
    decision = decide(rule_set, facts)
    acting = [trace.rule for trace in decision.trace if trace.verdict in (Verdict.DECIDED, Verdict.ADDED)]
    turned = [key for key in acting if key != first]
    turned.insert(turned.index(second) + 1, first)
    then = {rule.key: rule.then for rule in rule_set.rules}
    priority = decision.base_priority
    for key in turned:
        priority = then[key].priority_exactly or priority
        priority = more_urgent(priority, then[key].priority_at_least or priority)
    return decision.priority, priority


def _says(then: Actions) -> bool:
    return then.priority_exactly is not None or then.priority_at_least is not None


def _most_urgent(first: Actions, second: Actions) -> Priority | None:
    """The more urgent of the two priorities that two rules make in one order and in the other; none where it is the same."""
    exact = [then.priority_exactly for then in (first, second) if then.priority_exactly]
    least = [then.priority_at_least for then in (first, second) if then.priority_at_least]
    if not exact or len({*exact, *least}) == 1:
        return None
    return min(exact) if not least else next((one for one in least if one < exact[0]), None)


def _acting_unsettled(solver: Solver, rules: Sequence[RuleLiterals]) -> list[dict[Priority, int]]:
    """Of each rule, for each priority: it acts, and no later one sets one exactly or asks for this one or a more urgent one."""
    found: list[dict[Priority, int]] = []
    after = dict.fromkeys(Priority, solver.true)
    for rule in reversed(rules):
        then = rule.rule.then
        found.append({priority: solver.all_of((rule.acts, literal)) for priority, literal in after.items()})
        for priority in Priority:
            if then.priority_exactly or (then.priority_at_least and then.priority_at_least <= priority):
                after[priority] = solver.all_of((after[priority], -rule.acts))
    return found[::-1]
