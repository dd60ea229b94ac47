"""Facts and rules for tests: a help ticket about a topic of the reference data, and the smallest rules that make a set."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import helpdesk.reference
from helpdesk.accounts.models import Team
from helpdesk.cases.models import Case, Impact, ProviderRole, System, Urgency
from helpdesk.extensions import db
from helpdesk.intake.definition_reading import read as read_form
from helpdesk.intake.vocabulary import vocabulary
from helpdesk.routing import commands, queries, reading
from helpdesk.routing.decide import Facts
from helpdesk.routing.models import Priority, RoutingDecision
from helpdesk.routing.priorities import base_priority
from helpdesk.routing.rules import RuleSet
from helpdesk.routing.vocabulary import KnownTeam, Vocabulary
from helpdesk.transaction import transaction
from tests.factories import a_provider

REFERENCE = Path(helpdesk.reference.__file__).parent
MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
TRIAGE = {"key": "triage", "title": "Everything else", "when": "always", "then": {"team": "SD"}}


@cache
def seeded() -> RuleSet:
    """The rules a new desk starts with."""
    return reading.read(_reference("rules")["rules"], known=known())


@cache
def known() -> Vocabulary:
    """What rules can speak of at a new desk."""
    teams = {team["code"]: KnownTeam(team["name"]) for team in _reference("teams")["teams"]}
    return vocabulary(read_form(_reference("form")), teams=teams)


@cache
def topics() -> dict[str, dict[str, Any]]:
    """The topics of the reference data by code, each with its group."""
    groups = _reference("form")["groups"]
    return {topic["code"]: {**topic, "group": group["code"]} for group in groups for topic in group["topics"]}


def a_ticket(topic: str = "GEN-OTHER", **said: str) -> Facts:
    """What is known of a ticket about a topic; unless said otherwise it is about one person, in CVMS, and nothing has stopped."""
    known = topics()[topic]
    answers = {
        "system": "cvms",
        "role": "other",
        "impact": "me",
        "urgency": "no",
        "language": "en",
        "subject": "Help",
        "text": "Please help.",
        **said,
    }
    base = base_priority(Priority(known["priority"]), answers["impact"], answers["urgency"])
    return {"topic": topic, "topic_group": known["group"], "topic_team": known["team"], "base_priority": base.value, **answers}


def a_rule(key: str = "a-rule", **parts: Any) -> dict[str, Any]:
    """A stored rule that sends everything about NCIR to NCIR Support, but for the parts given."""
    return {"key": key, "title": "A rule", "when": {"fact": "system", "is": "ncir"}, "then": {"team": "NCIR"}, **parts}


def a_rule_set(*rules: dict[str, Any]) -> RuleSet:
    """These rules, and triage as the last."""
    return reading.read([*rules, TRIAGE])


def publish(*rules: dict[str, Any], reason: str = "A test") -> None:
    """Put these rules, and triage as the last, in force."""
    with transaction():
        commands.publish([*rules, TRIAGE], reason=reason, by=None, at=MONDAY)


def routed(facts: Facts, labels: dict[str, str] | None = None) -> RoutingDecision:
    """The stored decision on a new case with these facts."""
    case = a_case_to_route()
    with transaction():
        commands.route(case, facts=facts, labels=labels or {}, at=MONDAY)
    return db.session.scalars(queries.decision_of(case)).first()


def a_case_to_route() -> int:
    """The id of a case that nobody has routed."""
    requester = a_provider().id
    with transaction():
        team = db.session.scalar(db.select(Team.id).where(Team.code == "SD"))
        case = Case(
            form_key=f"key-{requester}",
            form_digest="",
            requester_id=requester,
            provider_role=ProviderRole.OTHER,
            organization="Piney Grove Pharmacy",
            location="",
            system=System.OTHER,
            topic_code="GEN-OTHER",
            topic_name="Something else",
            subject="Help",
            impact=Impact.ME,
            urgency=Urgency.NO,
            answers=[],
            priority=Priority.P3,
            team_id=team,
            opened_at=MONDAY,
            updated_at=MONDAY,
        )
        db.session.add(case)
        db.session.flush()
        return case.id


def _reference(name: str) -> dict[str, Any]:
    return tomllib.loads((REFERENCE / f"{name}.toml").read_text())
