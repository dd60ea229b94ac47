"""Questions about rule sets and about the decisions they made."""

import json
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..database import Id
from ..extensions import db
from . import reading
from .errors import NoRuleSet
from .models import RoutingDecision, RuleAddition, RuleSetVersion
from .rules import RuleSet

RULE_SETS_KEPT = 8  # that a process has read and remembers
RULES_AS_TEXT = sa.cast(RuleSetVersion.rules, sa.Text)  # as `rule_set` takes them
_NEWEST = sa.select(RuleSetVersion.version, RULES_AS_TEXT).order_by(RuleSetVersion.version.desc()).limit(1)

_LATEST = (
    sa.select(RoutingDecision, RULES_AS_TEXT)
    .join(RoutingDecision.rule_set)
    .where(RoutingDecision.case_id == sa.bindparam("case_id"))
    .order_by(RoutingDecision.id.desc())
    .limit(1)
)


def versions() -> sa.Select[RuleSetVersion]:
    """Every published version, the one in force first."""
    return sa.select(RuleSetVersion).order_by(RuleSetVersion.version.desc())


def current_rule_set() -> RuleSet:
    """The rule set in force; raises NoRuleSet where the reference data has not been loaded."""
    row = db.session.execute(_NEWEST).first()
    if row is None:
        raise NoRuleSet
    return rule_set(*row)


@lru_cache(maxsize=RULE_SETS_KEPT)
def rule_set(version: int, rules: str) -> RuleSet:
    """The rule set of stored rules: reading them takes milliseconds, and what says the same is read once in a process."""
    return reading.read(json.loads(rules), version=version)


def decision_of(case_id: Id) -> sa.Select[RoutingDecision]:
    """The decisions made on a case, the latest first, each with the version that made it."""
    decisions = sa.select(RoutingDecision).where(RoutingDecision.case_id == case_id)
    return decisions.order_by(RoutingDecision.id.desc()).options(joinedload(RoutingDecision.rule_set))


def latest_decision(case_id: int) -> tuple[RoutingDecision, RuleSet] | None:
    """The latest decision on a case and the rules that made it, in one statement; none where none is known."""
    found = db.session.execute(_LATEST, {"case_id": case_id}).first()
    return found and (found[0], rule_set(found[0].version, found[1]))


def caught_since(at: datetime) -> dict[str, int]:
    """How many cases each rule has caught since an instant, by its key: those it decided; of an `also` rule, those it added to.

    One statement that reads two indexes and no decision.
    """
    both = [
        sa.select(rule, sa.func.count()).where(decided_at >= at).group_by(rule)
        for rule, decided_at in (
            (RoutingDecision.winner, RoutingDecision.decided_at),
            (RuleAddition.rule, RuleAddition.decided_at),
        )
    ]
    found: dict[str, int] = {}
    for rule, cases in db.session.execute(sa.union_all(*both)):
        found[rule] = found.get(rule, 0) + cases
    return found
