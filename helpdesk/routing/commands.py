"""Publishing rules, and routing a case by those in force."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from ..accounts.models import Team, User
from ..extensions import db
from . import reading
from .decide import Decision, decide
from .errors import BadRuleSet
from .models import RoutingDecision, RuleSetVersion
from .queries import current_rule_set, versions


def route(case_id: int, *, facts: dict[str, str], labels: dict[str, str], at: datetime) -> Decision:
    """Decide by the rule set in force and store the whole decision; raises NoRuleSet.

    `labels` holds what people read for the value of a fact. The caller is the one writer of the case's team and priority.
    """
    rule_set = current_rule_set()
    decision = decide(rule_set, facts)
    db.session.add(
        RoutingDecision(
            case_id=case_id,
            version=rule_set.version,
            facts={"values": dict(facts), "labels": dict(labels)},
            trace=[{"rule": t.rule, "verdict": t.verdict.value, "truths": "".join(t.truths)} for t in decision.trace],
            winner=decision.winner,
            outcome=_outcome(decision),
            decided_at=at,
        )
    )
    return decision


def publish(rules: list[dict[str, Any]], *, reason: str, by: User | None, at: datetime) -> RuleSetVersion:
    """Put rules in force as a new version (by nobody: the desk's own reference data).

    Raises BadRule or BadRuleSet when they are wrong, or name a team that does not exist or is closed; nothing changes then.
    """
    rule_set = reading.read(rules)
    _check_teams(rule_set.teams)
    last = db.session.scalar(versions().limit(1))
    version = RuleSetVersion(
        version=last.version + 1 if last else 1,
        rules=rules,
        reason=reason,
        published_by=by.id if by else None,
        published_at=at,
    )
    db.session.add(version)
    db.session.flush()
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
        "flags": list(decision.flags),
        "watchers": list(decision.watchers),
        "notify": list(decision.notify),
        "macro": decision.macro,
    }
