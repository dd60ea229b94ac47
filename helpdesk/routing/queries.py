"""Questions about rule sets and about the decisions they made."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..database import Id
from ..extensions import db
from . import reading
from .errors import NoRuleSet
from .models import RoutingDecision, RuleAddition, RuleSetVersion
from .rules import RuleSet


def versions() -> sa.Select[RuleSetVersion]:
    """Every published version, the one in force first."""
    return sa.select(RuleSetVersion).order_by(RuleSetVersion.version.desc())


def current_rule_set() -> RuleSet:
    """The rule set in force; raises NoRuleSet where the reference data has not been loaded."""
    row = db.session.scalar(versions().limit(1))
    if row is None:
        raise NoRuleSet
    return reading.read(row.rules, version=row.version)


def decision_of(case_id: Id) -> sa.Select[RoutingDecision]:
    """The decisions made on a case, the latest first, each with the version that made it."""
    decisions = sa.select(RoutingDecision).where(RoutingDecision.case_id == case_id)
    return decisions.order_by(RoutingDecision.id.desc()).options(joinedload(RoutingDecision.rule_set))


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
