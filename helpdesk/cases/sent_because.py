"""Why a case went to its team, for the provider: in their language, and only by what they have chosen on the form.

What the desk suspects or looks for in their words, and how its rules are called, is not told: where the rule that decided goes by
something like that, nothing is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..languages import translated
from ..routing import queries as routing
from ..routing.decide import Truth
from ..routing.models import RoutingDecision
from ..routing.rules import ALWAYS, TOPIC_TEAM, Condition, Group, GroupKind, Operator
from .models import Case

# What they have chosen of what every ticket asks; a group of topics is told by the topic.
CHOSEN: dict[str, Any] = {
    "topic": _l("the topic is %(answer)s"),
    "system": _l("the system is %(answer)s"),
    "role": _l("the role is %(answer)s"),
    "impact": _l("the answer to who is affected is “%(answer)s”"),
    "urgency": _l("the answer to what it does to vaccination is “%(answer)s”"),
    "language": _l("the language of our reply is %(answer)s"),
}
TOLD_BY = {"topic_group": "topic"}
NEVER = frozenset({"patient_data", "subject", "text", "channel", "organization_type", "county", "base_priority", TOPIC_TEAM})
ANSWERED = _l("the answer to “%(question)s” is “%(answer)s”")


@dataclass(frozen=True)
class Reason:
    """One thing that the provider has chosen: how that is said, and what is put there."""

    said: Any
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Because:
    """Where a case went, and why."""

    team: str
    reasons: tuple[Reason, ...]


def because(case: Case) -> Because | None:
    """Why the case is with its team, by the latest decision, in one statement; none where that is not told, or it went on."""
    found = routing.latest_decision(case.id)
    if found is None or found[0].outcome["team"] != case.team.code:
        return None
    decision, rule_set = found
    rule = next((rule for rule in rule_set.rules if rule.key == decision.winner), None)
    if rule is None:
        return None
    about = _About(case, decision)
    if rule.then.team == TOPIC_TEAM and rule.when == ALWAYS:
        topic = about.reason("topic")
        return Because(case.team.name, (topic,)) if topic else None
    truths = next(entry["truths"] for entry in decision.trace if entry["rule"] == rule.key)
    _holds, reasons = _of_group(rule.when, map(Truth, truths), about)
    return Because(case.team.name, tuple(dict.fromkeys(reasons))) if reasons else None


def in_words(told: Because | None) -> str:
    """The sentence in the language of its reader: "Sent to NCIR Support because the system is NCIR."."""
    if told is None:
        return ""
    said = [str(reason.said % {name: translated(word) for name, word in reason.words}) for reason in told.reasons]
    words = {"team": translated(told.team), "reasons": _(" and ").join(said)}
    return _("Sent to %(team)s because %(reasons)s.", **words)


def _of_group(group: Group, truths: Iterator[Truth], about: "_About") -> tuple[bool, list[Reason] | None]:
    """Whether a group holds, and the reasons for which it does; none where one of them is not told.

    What must not be so is no reason, and of several of which any is enough the first that is told.
    """
    parts = [_of_member(member, truths, about) for member in group.members]
    holding = [reasons for holds, reasons in parts if holds]
    told = [reasons for reasons in holding if reasons is not None]
    if group.kind is GroupKind.NONE:
        return not holding, []
    if group.kind is GroupKind.ANY:
        return bool(holding), told[0] if told else None
    all_told = [reason for reasons in told for reason in reasons] if len(told) == len(holding) else None
    return len(holding) == len(parts), all_told


def _of_member(member: Condition | Group, truths: Iterator[Truth], about: "_About") -> tuple[bool, list[Reason] | None]:
    if isinstance(member, Group):
        return _of_group(member, truths, about)
    holds = next(truths) is Truth.TRUE
    is_told = holds and member.operator is not Operator.HAS_WORD and member.fact not in NEVER
    reason = about.reason(TOLD_BY.get(member.fact, member.fact)) if is_told else None
    return holds, [reason] if reason else None


@dataclass(frozen=True)
class _About:
    """A case and the decision on it."""

    case: Case
    decision: RoutingDecision

    def reason(self, fact: str) -> Reason | None:
        """What they have chosen, or answered to a question of the form; of a count of days the day."""
        fact = fact.partition(".")[0]
        if fact in CHOSEN:
            label = self.decision.facts["labels"].get(fact, "")
            return Reason(CHOSEN[fact], (("answer", label),)) if label else None
        row = next((row for row in self.case.answers if row.get("key") == fact and row["answer"]), None)
        return Reason(ANSWERED, (("question", row["question"]), ("answer", row["answer"]))) if row else None
