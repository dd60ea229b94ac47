"""What rules do with every case that there can be: not tried out on some, but asked of a solver (decision 26).

Pure: no database and no request; only the budget knows how much time has been spent.
"""

from .proof_examples import Examples
from .proof_findings import Budget, Finding, Kind, Proof, Severity, Undecided
from .proof_gaps import find_gaps
from .proof_model import fits_everything, model_of
from .proof_order import find_disagreements
from .proof_reach import find_gone, find_idle_rules
from .proof_search import Search
from .proof_solver import OutOfTime, Solver
from .proof_targets import dead_targets, with_example
from .proof_topics import find_topics_not_named
from .rules import RuleSet
from .vocabulary import Vocabulary

USUAL = Budget()
BY_THE_SOLVER = (Kind.ONLY_LAST_RULE, Kind.SHADOWED, Kind.NEVER_FITS, Kind.GONE, Kind.ORDER_DECIDES, Kind.TOPIC_NOT_NAMED)


def prove(rule_set: RuleSet, known: Vocabulary, *, budget: Budget = USUAL) -> Proof:
    """Find what is wrong with rules, for all that the form in force lets a case say.

    Each finding that a case can show has one: whole, and as plain as can be. What is too hard for the budget is undecided, never
    guessed; what would block publishing is found whatever the budget.
    """
    plain = [*_without_last(rule_set), *dead_targets(rule_set, known)]
    with Solver(budget) as solver:
        try:
            model = model_of(solver, rule_set, known)
        except OutOfTime:
            return _proof(plain, undecided=tuple(map(Undecided, BY_THE_SOLVER)))
        search = Search(model, known, Examples(model.space))
        find_gaps(search)
        find_idle_rules(search)
        find_gone(search)
        find_disagreements(search, rule_set)
        find_topics_not_named(search)
        shown = [
            Finding(found.kind, found.rule, example=search.examples.find(model.left))
            if found.kind is Kind.NO_LAST_RULE
            else with_example(search, found)
            for found in plain
        ]
    return _proof([*shown, *search.findings], tuple(search.undecided), frozenset(search.more))


def _without_last(rule_set: RuleSet) -> list[Finding]:
    if rule_set.rules and fits_everything(rule_set.rules[-1]):
        return []
    return [Finding(Kind.NO_LAST_RULE, rule=rule_set.rules[-1].key if rule_set.rules else "")]


def _proof(findings: list[Finding], undecided: tuple[Undecided, ...] = (), more: frozenset[Kind] = frozenset()) -> Proof:
    order = list(Severity)
    return Proof(tuple(sorted(findings, key=lambda found: order.index(found.severity))), undecided, more)
