"""Routing a case again by the rules in force: asked for by a person, from the facts that were stored, as corrected."""

from dataclasses import dataclass
from datetime import datetime

from .. import clock
from ..accounts.models import User
from ..errors import HelpDeskError
from ..extensions import db
from ..routing import commands as routing
from ..routing import queries as rules
from ..routing.decide import Decision, decide
from ..routing.models import RoutingDecision
from ..routing.rules import Rule
from ..sla import commands as sla
from ..sla import queries as sla_queries
from . import case_facts, distribution, moving, routed, topics
from .case_facts import Known
from .errors import CaseClosed, CaseResolved
from .models import UNFINISHED, Case, System
from .new_case import TopicFacts
from .wording import label


class NothingChanges(HelpDeskError):
    """The rules in force say of the case what is true of it already."""


class NoFacts(HelpDeskError):
    """No decision is stored with the case, and so no facts to decide by."""


@dataclass(frozen=True)
class Again:
    """What the rules in force say of a case, by the facts that were stored."""

    decision: Decision
    rule: Rule  # that decides
    version: int  # in force
    before: int  # the version that decided last
    changes: bool  # whether team or priority become another


def would_be(case: Case, *, topic: TopicFacts | None = None, system: System | None = None) -> Again:
    """Ask the rules in force, of a case as it was corrected, or with another topic or system; changes nothing.

    Raises NoFacts, and NoRuleSet.
    """
    stored = db.session.scalar(rules.decision_of(case.id).limit(1))
    if stored is None:
        raise NoFacts(case.number)
    rule_set = rules.current_rule_set()
    decision = decide(rule_set, _facts(case, stored, topic, system).values)
    changes = (decision.team, decision.priority) != (case.team.code, case.priority)
    rule = next(rule for rule in rule_set.rules if rule.key == decision.winner)
    return Again(decision, rule, rule_set.version, stored.version, changes)


def route_again(case: Case, *, seen: int, by: User) -> Again:
    """Do as the rules in force say: the decision is stored beside the first, and the case is nobody's in another team.

    With another priority its clocks measure what is promised for that; nothing is sent to the requester by itself. Raises
    NothingChanges, NoFacts, CaseClosed, CaseResolved, and StaleCase where something has happened since the version `seen`.
    """
    moving.hold_person(by)
    routed.hold_teams(would_be(case).decision)
    case.expect_version(seen)
    if case.is_final:
        raise CaseClosed(case.number)
    if case.status not in UNFINISHED:
        raise CaseResolved(case.number)
    again = would_be(case)
    if not again.changes:
        raise NothingChanges(case.number)
    follow(case, by=by, at=clock.now())
    return again


def follow(case: Case, *, by: User, at: datetime) -> None:
    """Let the rules in force decide a case that is held, and do as they say."""
    team, priority = case.team, case.priority
    known = _facts(case, db.session.scalars(rules.decision_of(case.id).limit(1)).one())
    decision = routing.route(case.id, facts=known.values, labels=known.labels, names=known.names, at=at)
    routed.apply(case, decision, at=at, by=by)
    if case.priority is not priority:
        sla.retarget(case.id, priority=case.priority, at=at)
        case.due_at = sla_queries.nearest_due(case.id)
    if case.team is not team:
        moving.leave_team(case, case.team, by=by)
        db.session.flush()
        if case.status in distribution.READY:
            distribution.hand_out(case)


def _facts(case: Case, stored: RoutingDecision, topic: TopicFacts | None = None, system: System | None = None) -> Known:
    """What was known when it was last decided, but for a topic and a system that were corrected, or are to be."""
    values, labels = dict(stored.facts["values"]), dict(stored.facts["labels"])
    if topic is None and values["topic"] != case.topic_code:
        topic = topics.with_code(case.topic_code)
    if topic is not None and values["topic"] != topic.code:
        values |= case_facts.of_topic(topic, case.impact, case.urgency)
        labels |= case_facts.labels_of_topic(topic)
    system = system or case.system
    if values["system"] != system.value:
        values["system"], labels["system"] = system.value, label(system)
    return Known(values, labels, stored.facts.get("names", {}))
