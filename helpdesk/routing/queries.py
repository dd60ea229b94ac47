"""Questions about rule sets and about the decisions they made."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..extensions import db
from . import reading
from .errors import NoRuleSet
from .models import RoutingDecision, RuleSetVersion
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


def decision_of(case_id: int) -> sa.Select[RoutingDecision]:
    """The decisions made on a case, the latest first, each with the version that made it."""
    decisions = sa.select(RoutingDecision).where(RoutingDecision.case_id == case_id)
    return decisions.order_by(RoutingDecision.id.desc()).options(joinedload(RoutingDecision.rule_set))
