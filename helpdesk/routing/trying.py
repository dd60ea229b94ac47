"""One case decided by several rule sets, as people read it: what each makes of it, and what became of each rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from . import sentences
from .decide import Decision, Facts, RuleTrace, Truth, Verdict, decide
from .rules import ALWAYS, Actions, Rule, RuleSet
from .sentences import Branch
from .vocabulary import Vocabulary
from .wording import TRUTHS, VERDICTS


@dataclass(frozen=True)
class Asked:
    """A comparison with whether it held, or a heading with what stands below it."""

    text: str
    truth: Truth | None = None
    truth_text: str = ""
    members: "tuple[Asked, ...]" = ()


@dataclass(frozen=True)
class RuleTried:
    """What became of one rule."""

    number: int
    key: str
    title: str
    also: bool
    verdict: Verdict
    verdict_text: str
    asked: Asked


@dataclass(frozen=True)
class Tried:
    """What rules make of a case."""

    decision: Decision
    outcome: dict[str, str]  # what each part of the decision is called, and what it says
    rules: tuple[RuleTried, ...]  # those that were asked
    passed_over: int  # how many were not, since another had decided


def try_out(rule_set: RuleSet, facts: Facts, known: Vocabulary) -> Tried:
    """Decide by these rules, and put it into words."""
    decision = decide(rule_set, facts)
    numbered = list(zip(enumerate(rule_set.rules, start=1), decision.trace, strict=True))
    rules = tuple(
        RuleTried(
            number=number,
            key=rule.key,
            title=rule.title,
            also=rule.also,
            verdict=trace.verdict,
            verdict_text=str(VERDICTS[trace.verdict]),
            asked=_asked(rule, trace, known),
        )
        for (number, rule), trace in numbered
        if trace.verdict is not Verdict.NOT_ASKED
    )
    by_key = {rule.key: (number, rule) for (number, rule), _trace in numbered}
    return Tried(decision, dict(_outcome(decision, by_key, known)), rules, len(numbered) - len(rules))


def _asked(rule: Rule, trace: RuleTrace, known: Vocabulary) -> Asked:
    tree, truths = sentences.condition_tree(rule, known), iter(trace.truths)
    return Asked(tree.text) if rule.when == ALWAYS else _with_truths(tree, truths)


def _with_truths(branch: Branch, truths: Iterator[Truth]) -> Asked:
    """The comparisons stand in the order in which they were asked."""
    if branch.members:
        return Asked(branch.text, members=tuple(_with_truths(member, truths) for member in branch.members))
    truth = next(truths)
    return Asked(branch.text, truth, str(TRUTHS[truth]))


def _outcome(decision: Decision, rules: dict[str, tuple[int, Rule]], known: Vocabulary) -> Iterator[tuple[str, str]]:
    number, winner = rules[decision.winner]
    yield _("Decided by"), _("Rule %(number)s, “%(title)s”", number=number, title=winner.title)
    parts = ("team", "tags", "watchers", "skills", "without_skill", "macro", "is_pending", "notify")
    said = sentences.actions_by_part(Actions(**{part: getattr(decision, part) for part in parts}), known)
    yield from said[:1]
    yield _("Priority"), _priority(decision, rules)
    yield from said[1:]


def _priority(decision: Decision, rules: dict[str, tuple[int, Rule]]) -> str:
    if not decision.changes:
        return _("%(priority)s, from its topic, impact and urgency", priority=decision.priority.value)
    number, _rule = rules[decision.changes[-1].rule]
    words = {"priority": decision.priority.value, "before": decision.base_priority.value, "number": number}
    return _("%(priority)s instead of %(before)s, by rule %(number)s", **words)
