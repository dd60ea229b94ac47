"""Why a case is where it is: what stands on its page of the routing decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from ..cases.models import Case, Event, EventKind
from ..extensions import db
from ..routing import queries as routing
from ..routing import wording
from ..routing.models import RoutingDecision, RuleSetVersion
from .case_values import CASE_ID


@dataclass(frozen=True)
class WhyHere:
    """What stands on the page of a case about its way here."""

    sentence: str = ""
    priority: str = ""


def why_here(case: Case, decision: RoutingDecision | None, events: Iterable[Event]) -> WhyHere:
    """By the latest decision on a case."""
    if decision is None:
        return WhyHere()
    routed_to = [event.new["team"] for event in events if event.kind is EventKind.ROUTED]
    return WhyHere(
        sentence=wording.sentence(decision, routed_to[-1] if routed_to else case.team.name),
        priority=wording.priority_sentence(decision),
    )


def decision_of(case: Case) -> RoutingDecision | None:
    """The latest decision on a case, with what its two sentences and its macro are made of."""
    return db.session.scalar(_latest(), {CASE_ID.key: case.id})


@cache
def _latest() -> sa.Select[RoutingDecision]:
    only_rules = joinedload(RoutingDecision.rule_set).load_only(RuleSetVersion.rules)
    return routing.decision_of(CASE_ID).limit(1).options(only_rules)
