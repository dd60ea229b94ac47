"""Rules for a terminal: what a check has found, and why a case went where it went."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..hours.wording import moment
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..routing import reading, sentences, wording
from ..routing.checks import Item
from ..routing.decide import Truth, Verdict
from ..routing.files import RulesFile
from ..routing.models import RoutingDecision
from ..routing.proof_findings import Severity
from ..routing.vocabulary import Vocabulary
from ..routing.wording import ConditionRow, RuleRow

HEADINGS: dict[Severity, Any] = {
    Severity.BLOCKS: _l("Has to be mended first:"),
    Severity.ASKS: _l("Somebody has to say yes to:"),
    Severity.WARNS: _l("Worth knowing:"),
}


def found(items: Sequence[Item], said: RulesFile) -> Iterator[str]:
    """All that a check has found, each thing with its line; one line where there is nothing."""
    for severity, heading in HEADINGS.items():
        there = [item for item in items if item.severity is severity]
        if there:
            yield str(heading)
        for item in there:
            line = said.golden_lines.get(item.golden, 0) if item.golden else said.lines.get("".join(item.rules[:1]), 0)
            yield "  " + (_("line %(line)s: %(text)s", line=line, text=item.text) if line else item.text)
    if not items:
        yield _("Nothing was found: every case that there can be is decided by a rule for it.")


def explanation(decision: RoutingDecision, known: Vocabulary) -> Iterator[str]:
    """Where a case went and how urgent it was, why, and every rule: each of its comparisons, what it did."""
    team = sentences.team_name(decision.outcome["team"], known)
    yield wording.sentence(decision, team)
    yield wording.priority_sentence(decision)
    rules = {rule.key: rule for rule in reading.read(decision.rule_set.rules).rules}
    yield _("Decided %(moment)s by version %(number)s.", moment=moment(decision.decided_at), number=decision.version)
    for number, row in enumerate(_rows(decision, known), start=1):
        yield ""
        yield f"{number:>3}. {row.verdict_text}: {row.title} ({row.key})"
        yield from (f"     {_asked(condition)}" for condition in row.conditions)
        if row.verdict in (Verdict.DECIDED, Verdict.ADDED):
            yield from (f"     -> {action}" for action in sentences.actions(rules[row.key], known))


def why_not(decision: RoutingDecision, key: str, known: Vocabulary) -> Iterator[str]:
    """Why one rule did not decide. Raises LookupError if the version that decided has no such rule."""
    rows = _rows(decision, known)
    row = next((row for row in rows if row.key == key), None)
    if row is None:
        raise LookupError(_("Version %(number)s has no rule %(key)s.", number=decision.version, key=key))
    return _why_not(row, rows)


def _why_not(row: RuleRow, rows: list[RuleRow]) -> Iterator[str]:
    winner = next(other for other in rows if other.verdict is Verdict.DECIDED)
    said = {
        Verdict.DECIDED: _("“%(title)s” did decide.", title=row.title),
        Verdict.ADDED: _("“%(title)s” fitted, and added to what “%(winner)s” decided.", title=row.title, winner=winner.title),
        Verdict.NO_TEAM: _("“%(title)s” fitted, but the topic of the case has no team.", title=row.title),
        Verdict.NOT_ASKED: _("“%(title)s” was not asked: “%(winner)s” had decided.", title=row.title, winner=winner.title),
        Verdict.NO_FIT: _("“%(title)s” did not fit:", title=row.title),
    }
    yield said[row.verdict]
    if row.verdict is not Verdict.NOT_ASKED:
        yield from (f"  {_asked(condition)}" for condition in row.conditions)


def _rows(decision: RoutingDecision, known: Vocabulary) -> list[RuleRow]:
    texts: Mapping[str, Mapping[str, str]] = {key: fact.values for key, fact in known.facts.items()}
    return wording.table(decision, texts, {key: fact.name for key, fact in known.facts.items()})


def _asked(condition: ConditionRow) -> str:
    """A comparison, whether it held, and what the case said if that is not the same."""
    group = f"({condition.group}) " if condition.group else ""
    answer = (
        _("; the case: %(answer)s", answer=condition.answer) if condition.answer and condition.truth is not Truth.TRUE else ""
    )
    return f"{condition.truth_text:<10} {group}{condition.text}{answer}"
