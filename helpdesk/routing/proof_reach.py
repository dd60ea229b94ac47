"""Rules that never come to anything, answers that they name and nobody can give, and cases that only the last rule decides."""

from collections.abc import Iterator, Sequence

from .proof_cells import suits
from .proof_findings import Kind, Why
from .proof_model import Model, RuleLiterals, holds
from .proof_search import Search
from .proof_solver import Answer
from .proof_space import CHOSEN, Space
from .rules import Condition, Group, GroupKind, Rule, conditions_in


def find_idle_rules(search: Search) -> None:
    """Find rules that never fit, and rules that fit only what earlier ones have decided."""
    deciding: list[RuleLiterals] = []  # earlier rules that decide something
    for rule in search.model.rules:
        answer = search.ask(rule.acts)
        if answer is Answer.YES:
            deciding += [] if rule.rule.also else [rule]
        elif answer is Answer.UNDECIDED or (can_decide := search.ask(rule.can_decide)) is Answer.UNDECIDED:
            search.leave(Kind.NEVER_FITS if rule.rule.also else Kind.SHADOWED, rule=rule.key)
            deciding += [] if rule.rule.also else [rule]
        elif can_decide is Answer.YES:
            _add_shadowed(search, rule, deciding)
        else:
            _add_never_fits(search, rule)


def _add_shadowed(search: Search, rule: RuleLiterals, earlier: Sequence[RuleLiterals]) -> None:
    solver = search.model.solver
    by_literal = {-other.can_decide: other for other in reversed(earlier)}
    loose = [-other.can_decide for other in earlier]
    if solver.ask([rule.can_decide, *loose]) is not Answer.NO:
        search.leave(Kind.SHADOWED, rule=rule.key)
        return
    by = [by_literal[literal] for literal in solver.least([rule.can_decide], loose)]
    decided_by_them = solver.any_of(other.acts for other in by)
    example = search.examples.find(rule.can_decide, decided_by_them) or search.examples.find(rule.can_decide)
    search.add(Kind.SHADOWED, rule=rule.key, others=[other.key for other in by], example=example)


def _add_never_fits(search: Search, rule: RuleLiterals) -> None:
    fits = search.ask(rule.fits)
    if fits is Answer.UNDECIDED:
        search.leave(Kind.NEVER_FITS, rule=rule.key)
    elif fits is Answer.YES:
        search.add(Kind.NEVER_FITS, rule=rule.key, why=Why.NO_TEAM, example=search.examples.find(rule.fits))
    else:
        about = _excluding(search.model, rule.rule)
        is_gone = set(about) & _gone(search.model.space, rule.rule).keys()
        search.add(Kind.NEVER_FITS, rule=rule.key, about=about, why=Why.GONE if is_gone else Why.CONTRADICTION)


def _excluding(model: Model, rule: Rule) -> list[str]:
    """The facts of those parts of the rule that cannot hold together."""
    sign = -1 if rule.when.kind is GroupKind.NONE else 1
    parts = [(sign * holds(model.space, member), member) for member in rule.when.members]
    literals = [literal for literal, _member in parts]
    if rule.when.kind is not GroupKind.ANY and model.solver.ask(literals) is Answer.NO:
        least = model.solver.least([], literals)
        parts = [(literal, member) for literal, member in parts if literal in least]
    return list(dict.fromkeys(condition.fact for _literal, member in parts for condition in _comparisons(member)))


def _comparisons(member: Condition | Group) -> Iterator[Condition]:
    return conditions_in(member) if isinstance(member, Group) else iter((member,))


def find_gone(search: Search) -> None:
    """Find rules that still can fit, and that compare what nobody can answer any more."""
    idle = {finding.rule for finding in search.findings if finding.kind is Kind.NEVER_FITS and finding.why is Why.GONE}
    for rule in search.model.all_rules:
        gone = {} if rule.key in idle else _gone(search.model.space, rule.rule)
        for fact, values in gone.items():
            search.add(Kind.GONE, rule=rule.key, about=(fact, *values), example=search.examples.find(rule.fits))


def _gone(space: Space, rule: Rule) -> dict[str, tuple[str, ...]]:
    """Facts that are not asked any more, or not so that they can be compared; and answers that are not offered any more."""
    gone: dict[str, dict[str, None]] = {}
    for condition in rule.conditions:
        fact = space.facts.get(condition.fact)
        if fact is None or fact.asked is None or not suits(condition, fact):
            gone.setdefault(condition.fact, {})
        elif fact.kind in CHOSEN and (never := [value for value in condition.values if not space.axes[fact.key].at(value)]):
            gone.setdefault(condition.fact, {}).update(dict.fromkeys(never))
    return {fact: tuple(values) for fact, values in gone.items()}
