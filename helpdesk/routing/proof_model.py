"""Rules as a SAT solver has them: when each fits, when it decides, and what is left to the last one."""

from dataclasses import dataclass

from .proof_form import respect
from .proof_solver import Solver
from .proof_space import TEAM, Space, space_of
from .rules import ALWAYS, TOPIC_TEAM, Condition, Group, GroupKind, Rule, RuleSet
from .vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class RuleLiterals:
    """What can be asked about one rule."""

    rule: Rule
    fits: int
    can_decide: int  # it fits and has a team; never of an also rule
    acts: int  # it decides; of an also rule: it fits

    @property
    def key(self) -> str:
        """The rule's own."""
        return self.rule.key


@dataclass(frozen=True)
class Model:
    """Rules over what a case can say."""

    solver: Solver
    space: Space
    rules: tuple[RuleLiterals, ...]  # but for the last one
    last: RuleLiterals | None  # none where the last rule does not fit everything, or names no team
    left: int  # no rule but the last one decides

    @property
    def all_rules(self) -> tuple[RuleLiterals, ...]:
        """The last one, too."""
        return (*self.rules, self.last) if self.last else self.rules


def fits_everything(rule: Rule) -> bool:
    """Whether a rule can be the last one."""
    return not rule.also and rule.when == ALWAYS and rule.then.team not in ("", TOPIC_TEAM)


def model_of(solver: Solver, rule_set: RuleSet, known: Vocabulary) -> Model:
    """Tell the solver everything. Raises OutOfTime where there is too much of it."""
    space = space_of(solver, rule_set, known)
    respect(space)
    literals: list[RuleLiterals] = []
    left = solver.true  # no rule so far has decided
    has_last = bool(rule_set.rules) and fits_everything(rule_set.rules[-1])
    for rule in rule_set.rules[: -1 if has_last else None]:
        solver.check_time()
        fits = holds(space, rule.when)
        if rule.also:
            literals.append(RuleLiterals(rule, fits, can_decide=solver.false, acts=fits))
            continue
        can_decide = solver.all_of((fits, _has_team(space, rule)))
        literals.append(RuleLiterals(rule, fits, can_decide, acts=solver.all_of((left, can_decide))))
        left = solver.all_of((left, -can_decide))
    last = RuleLiterals(rule_set.rules[-1], solver.true, solver.true, left) if has_last else None
    return Model(solver, space, tuple(literals), last, left)


def holds(space: Space, part: Condition | Group) -> int:
    """The literal that holds where a comparison or a group does."""
    if isinstance(part, Condition):
        return space.literal(part)
    members = [holds(space, member) for member in part.members]
    if part.kind is GroupKind.ALL:
        return space.solver.all_of(members)
    return space.solver.any_of(members) if part.kind is GroupKind.ANY else -space.solver.any_of(members)


def _has_team(space: Space, rule: Rule) -> int:
    return space.axes[TEAM].answered if rule.then.team == TOPIC_TEAM else space.solver.true
