"""A stored decision, rule by rule: what each that fitted changed, and why another one did not decide."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..languages import gettext as _
from . import reading, sentences, wording
from .decide import Truth, Verdict, ask
from .models import RoutingDecision
from .rules import Condition, Group, GroupKind, Operator, Rule, conditions_in
from .vocabulary import Vocabulary
from .wording import RuleRow

FITTED = frozenset({Verdict.DECIDED, Verdict.ADDED})


@dataclass(frozen=True)
class RuleExplained:
    """A rule with its comparisons, and what it did."""

    number: int
    row: RuleRow
    did: tuple[str, ...]


@dataclass(frozen=True)
class WhyNot:
    """Why one rule did not decide: in a sentence, and what did not hold, each with what the case says."""

    title: str
    said: str
    failed: tuple[str, ...] = ()


def explained(decision: RoutingDecision, known: Vocabulary) -> list[RuleExplained]:
    """Every rule of the version that decided, in order."""
    rules = {rule.key: rule for rule in reading.read(decision.rule_set.rules).rules}
    return [
        RuleExplained(number, row, tuple(_did(rules[row.key], row, decision, known)))
        for number, row in enumerate(_rows(decision, known), start=1)
    ]


def why_not(decision: RoutingDecision, key: str, known: Vocabulary) -> WhyNot | None:
    """Why a rule did not decide, as it was stored; of a rule that was not asked also what it would have said. None: no such rule.

    What it would have said is told by the facts that were stored; the decision itself is not computed again.
    """
    rule = next((rule for rule in reading.read(decision.rule_set.rules).rules if rule.key == key), None)
    if rule is None:
        return None
    stored = {entry["rule"]: entry for entry in decision.trace}
    verdict = Verdict(stored[key]["verdict"])
    winner = next(row.title for row in _rows(decision, known) if row.key == decision.winner)
    if verdict is Verdict.NOT_ASKED:
        fits, truths = ask(rule, decision.facts["values"])
        words = {"winner": winner}
        if fits:
            return WhyNot(rule.title, _("It was not asked, because “%(winner)s” had decided. It would have fitted.", **words))
        said = _("It was not asked, because “%(winner)s” had decided. It would not have fitted:", **words)
        return WhyNot(rule.title, said, tuple(_failed(rule.when, iter(truths), decision, known)))
    said = {
        Verdict.DECIDED: _("It is the one that decided."),
        Verdict.ADDED: _("It fitted, and added to what “%(winner)s” decided.", winner=winner),
        Verdict.NO_TEAM: _("It fitted, but the topic of the case has no team."),
        Verdict.NO_FIT: _("It did not fit:"),
    }[verdict]
    truths = tuple(map(Truth, stored[key]["truths"]))
    failed = _failed(rule.when, iter(truths), decision, known) if verdict is Verdict.NO_FIT else ()
    return WhyNot(rule.title, said, tuple(failed))


def _rows(decision: RoutingDecision, known: Vocabulary) -> list[RuleRow]:
    texts = {key: fact.values for key, fact in known.facts.items()}
    return wording.table(decision, texts, {key: fact.name for key, fact in known.facts.items()})


def _did(rule: Rule, row: RuleRow, decision: RoutingDecision, known: Vocabulary) -> Iterator[str]:
    if row.verdict not in FITTED:
        return
    outcome, then = decision.outcome, rule.then
    if row.verdict is Verdict.DECIDED:
        yield _("Team: %(team)s", team=sentences.team_name(outcome["team"], known))
    change = next((change for change in outcome["changes"] if change["rule"] == rule.key), None)
    if change is not None:
        yield _("Priority: %(old)s → %(new)s", old=change["old"], new=change["new"])
    elif then.priority_at_least or then.priority_exactly:
        yield _("Priority: as before, that was enough")
    is_first = bool(then.macro) and then.macro == outcome["macro"]
    rest = replace(then, team="", priority_at_least=None, priority_exactly=None)
    if not is_first:
        rest = replace(rest, macro="", is_pending=False)
    yield from (text for _part, text in sentences.actions_by_part(rest, known))


def _failed(group: Group, truths: Iterator[Truth], decision: RoutingDecision, known: Vocabulary) -> Iterator[str]:
    """What keeps a group from holding, in order; the truths of all its comparisons are taken, whether they matter or not."""
    parts = [_part(member, truths, decision, known) for member in group.members]
    for member, (holds, failed) in zip(group.members, parts, strict=True):
        if group.kind is GroupKind.NONE and holds:
            yield _("%(condition)s, and that must not be", condition=sentences.capitalized(sentences.in_words(member, known)))
        elif group.kind is not GroupKind.NONE and not holds:
            yield from failed


def _part(
    member: Condition | Group, truths: Iterator[Truth], decision: RoutingDecision, known: Vocabulary
) -> tuple[bool, list[str]]:
    """Whether a member holds, and what keeps it from that."""
    if isinstance(member, Condition):
        return next(truths) is Truth.TRUE, [_wanted(member, decision, known)]
    taken = [next(truths) for _ in conditions_in(member)]
    failed = list(_failed(member, iter(taken), decision, known))
    return _holds(member, iter(taken)), failed


def _holds(group: Group, truths: Iterator[Truth]) -> bool:
    held = [_holds(member, truths) if isinstance(member, Group) else next(truths) is Truth.TRUE for member in group.members]
    if group.kind is GroupKind.ALL:
        return all(held)
    return any(held) is (group.kind is GroupKind.ANY)


def _wanted(condition: Condition, decision: RoutingDecision, known: Vocabulary) -> str:
    """What a rule wants, and what the case says; of a text that it does not."""
    wanted = sentences.in_words(condition, known)
    if condition.operator is Operator.HAS_WORD:
        return _("It wants that %(wanted)s, and it does not.", wanted=wanted)
    value = str(decision.facts["values"].get(condition.fact, ""))
    if not value:
        return _("It wants that %(wanted)s; the case says nothing about it.", wanted=wanted)
    said = decision.facts["labels"].get(condition.fact, value)
    return _("It wants that %(wanted)s; the case says %(said)s.", wanted=wanted, said=said)
