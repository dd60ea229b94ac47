"""Publishing rules, and routing a case by those in force."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..accounts.models import Team, User
from ..extensions import db
from ..languages import gettext as _
from . import reading, writing
from .decide import Decision, Verdict, decide
from .errors import BadRuleSet, NothingNew, PublishedMeanwhile
from .models import RoutingDecision, RuleAddition, RuleSetVersion
from .queries import current_rule_set, versions
from .vocabulary import Vocabulary


def route(
    case_id: int, *, facts: dict[str, str], labels: dict[str, str], names: dict[str, str] | None = None, at: datetime
) -> Decision:
    """Decide by the rule set in force and store the whole decision; raises NoRuleSet.

    `labels` holds what people read for the value of a fact, `names` what they read for facts that answer questions of the form.
    The caller is the one writer of the case's team and priority.
    """
    rule_set = current_rule_set()
    decision = decide(rule_set, facts)
    compared = {condition.fact.partition(".")[0] for rule in rule_set.rules for condition in rule.conditions}
    db.session.add(
        RoutingDecision(
            case_id=case_id,
            version=rule_set.version,
            facts={
                "values": dict(facts),
                "labels": dict(labels),
                "names": {fact: name for fact, name in (names or {}).items() if fact in compared},
            },
            trace=[{"rule": t.rule, "verdict": t.verdict.value, "truths": "".join(t.truths)} for t in decision.trace],
            winner=decision.winner,
            outcome=_outcome(decision),
            decided_at=at,
            additions=[RuleAddition(rule=t.rule, decided_at=at) for t in decision.trace if t.verdict is Verdict.ADDED],
        )
    )
    return decision


def publish(
    stored: list[dict[str, Any]],
    *,
    golden: list[dict[str, Any]] | None = None,
    known: Vocabulary | None = None,
    upon: int | None = None,
    restored_from: int | None = None,
    reason: str,
    by: User | None,
    at: datetime,
) -> RuleSetVersion:
    """Put rules, and the golden cases that are kept with them, in force as a new version.

    By nobody: the desk's own reference data, or the command line. Raises BadRule or BadRuleSet when they are wrong (with what is
    `known`, also when they compare what there is not), or name a team that does not exist or is closed; NothingNew when they say
    what is in force; PublishedMeanwhile when another version than `upon` is in force by now. Nothing changes then.
    """
    rule_set = reading.read(stored, known=known)
    rules, examples = writing.write(rule_set), golden or []
    last = db.session.scalar(versions().limit(1))
    number = last.version if last else 0
    if upon is not None and number != upon:
        raise PublishedMeanwhile(number)
    _check_teams(rule_set.teams)
    if last and (last.rules, last.golden) == (rules, examples):
        raise NothingNew(number)
    version = RuleSetVersion(
        version=number + 1,
        rules=rules,
        golden=examples,
        restored_from=restored_from,
        reason=reason,
        published_by=by.id if by else None,
        published_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:  # somebody else has published this number, a moment ago
        raise PublishedMeanwhile(number + 1) from None
    return version


def _check_teams(named: frozenset[str]) -> None:
    open_ones = sa.select(Team.code).where(Team.is_active).order_by(Team.id)
    active = set(db.session.scalars(open_ones.with_for_update(read=True, key_share=True)))  # none closes meanwhile
    missing = sorted(named - active)
    if missing:
        raise BadRuleSet(_("No such team, or it is closed: %(teams)s", teams=", ".join(missing)))


def _outcome(decision: Decision) -> dict[str, Any]:
    return {
        "team": decision.team,
        "base_priority": decision.base_priority.value,
        "priority": decision.priority.value,
        "changes": [asdict(change) for change in decision.changes],
        "tags": list(decision.tags),
        "watchers": list(decision.watchers),
        "notify": list(decision.notify),
        "skills": list(decision.skills),
        "without_skill": asdict(decision.without_skill) if decision.without_skill else None,
        "macro": decision.macro,
        "is_pending": decision.is_pending,
    }
