"""One case decided by several rule sets, as people read it: what each makes of it, and what became of each rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..languages import gettext as _
from . import sentences
from .decide import Decision, Facts, RuleTrace, Truth, Verdict, decide
from .rules import ALWAYS, Actions, GroupKind, Rule, RuleSet
from .sentences import Branch
from .vocabulary import Vocabulary
from .wording import TRUTHS, VERDICTS


@dataclass(frozen=True)
class Asked:
    """A comparison with whether it held, or a heading with what stands below it; none where all of that simply has to hold."""

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
    titles = {rule.key: rule.title for rule in rule_set.rules}
    return Tried(decision, dict(_outcome(decision, titles, known)), rules, len(numbered) - len(rules))


def _asked(rule: Rule, trace: RuleTrace, known: Vocabulary) -> Asked:
    tree = sentences.condition_tree(rule, known)
    if rule.when == ALWAYS:
        return Asked(tree.text)
    asked = _with_truths(tree, iter(trace.truths))
    return replace(asked, text="") if asked.members and rule.when.kind is GroupKind.ALL else asked


def _with_truths(branch: Branch, truths: Iterator[Truth]) -> Asked:
    """The comparisons stand in the order in which they were asked."""
    if branch.members:
        return Asked(branch.text, members=tuple(_with_truths(member, truths) for member in branch.members))
    truth = next(truths)
    return Asked(branch.text, truth, str(TRUTHS[truth]))


def _outcome(decision: Decision, titles: dict[str, str], known: Vocabulary) -> Iterator[tuple[str, str]]:
    yield _("Decided by"), _("“%(title)s”", title=titles[decision.winner])
    parts = ("team", "tags", "watchers", "skills", "without_skill", "macro", "is_pending", "notify")
    said = sentences.actions_by_part(Actions(**{part: getattr(decision, part) for part in parts}), known)
    yield from said[:1]
    yield _("Priority"), _priority(decision, titles)
    yield from said[1:]


def _priority(decision: Decision, titles: dict[str, str]) -> str:
    if not decision.changes:
        return _("%(priority)s, from its topic, impact and urgency", priority=decision.priority.value)
    words = {"priority": decision.priority.value, "before": decision.base_priority.value}
    return _("%(priority)s instead of %(before)s, by “%(title)s”", title=titles[decision.changes[-1].rule], **words)
