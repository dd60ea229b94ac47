"""The rules a new desk starts with, as a table: what a ticket says, and where it goes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.accounts.models import Language
from helpdesk.cases.models import Channel, Impact, ProviderRole, System, Urgency
from helpdesk.cases.suspicion import SUSPECTED
from helpdesk.routing.decide import Verdict, decide
from helpdesk.routing.models import Priority
from helpdesk.routing.rules import Operator
from tests.routing.examples import a_ticket, seeded, topics

# topic, what else the ticket says -> rule, team, priority, whatever else follows
EXAMPLES: list[tuple[str, dict[str, str], str, str, str, dict[str, Any]]] = [
    ("TMP-EXC", {}, "temperature", "VMGT", "P1", {"macro": "M2", "notify": ("VMGT",)}),
    ("TMP-EQP", {"system": "ncir"}, "temperature", "VMGT", "P1", {"macro": "M2"}),
    ("GEN-TRN", {"urgency": "at_risk"}, "at-risk", "VMGT", "P1", {}),
    ("SYS-DOWN", {"urgency": "at_risk", "impact": "everyone"}, "at-risk", "VMGT", "P1", {}),
    ("TMP-EXC", {"urgency": "at_risk"}, "temperature", "VMGT", "P1", {"macro": "M2"}),
    ("ORD-DMG", {}, "shipment-damaged", "VMGT", "P1", {"watchers": ("ALLOC",)}),
    ("SYS-DOWN", {"impact": "several"}, "outage-many", "CVMS", "P1", {}),
    ("SYS-DOWN", {"impact": "everyone"}, "outage-many", "CVMS", "P1", {}),
    ("SYS-DOWN", {"impact": "me"}, "outage-one", "SD", "P3", {}),
    ("SYS-DOWN", {"impact": "location"}, "topic-team", "CVMS", "P1", {}),
    ("REC-FIND", {"system": "ncir"}, "ncir-records", "NCIR", "P3", {}),
    ("INV-XFER", {"system": "ncir"}, "ncir-records", "NCIR", "P2", {}),
    ("INV-XFER", {"system": "cvms"}, "topic-team", "ALLOC", "P2", {}),
    ("ACC-NCIR", {"system": "ncir"}, "ncir-access", "NCIR", "P2", {}),
    ("ACC-CVMS", {"system": "ncir"}, "ncir-access", "NCIR", "P2", {}),
    ("ACC-NCID", {"system": "ncir"}, "ncid", "ACC", "P2", {"macro": "M4"}),
    ("ACC-NCID", {"system": "ncid", "urgency": "stopped"}, "ncid", "ACC", "P2", {"macro": "M4"}),
    ("ACC-CVMS", {"role": "cvms_location_manager"}, "cvms-users", "ACC", "P2", {"macro": ""}),
    ("ACC-CVMS", {"role": "coordinator_primary"}, "cvms-users", "ACC", "P2", {"macro": ""}),
    ("ACC-CVMS", {"role": "coordinator_backup"}, "cvms-users", "ACC", "P2", {"macro": ""}),
    ("ACC-CVMS", {"role": "office_staff"}, "cvms-users-approval", "ACC", "P2", {"macro": "M3"}),
    ("ENR-SECB", {"system": "ncir"}, "enrollment", "ENR", "P3", {}),
    ("ENR-STAT", {"urgency": "stopped"}, "enrollment", "ENR", "P2", {}),
    ("TMP-EXC", {"language": "es"}, "temperature", "VMGT", "P1", {"flags": ("interpreter",)}),
    ("GEN-CLIN", {"language": "es"}, "topic-team", "CLIN", "P3", {"flags": ("interpreter",)}),
    ("GEN-BILL", {}, "billing", "SD", "P4", {"macro": "M8"}),
    ("GEN-OTHER", {"subject": "A LAWSUIT is coming"}, "topic-team", "SD", "P3", {"watchers": ("SD",), "notify": ("SD",)}),
    ("ENR-SECA", {"text": "The press called us."}, "enrollment", "ENR", "P3", {"watchers": ("SD",)}),
    ("ENR-SECA", {"text": "The tablet is pressed."}, "enrollment", "ENR", "P3", {"watchers": ()}),
    ("REC-FIND", {"patient_data": "suspected"}, "topic-team", "REC", "P3", {"flags": ("phi-suspected",)}),
    ("ORD-REQ", {}, "topic-team", "ALLOC", "P3", {}),
    ("GEN-OTHER", {"topic_team": ""}, "triage", "SD", "P3", {}),
]


@pytest.mark.parametrize(("topic", "said", "rule", "team", "priority", "more"), EXAMPLES)
def test_ticket_goes_where_the_table_says(topic, said, rule, team, priority, more):
    decision = decide(seeded(), a_ticket(topic, **said))

    assert (decision.winner, decision.team, decision.priority) == (rule, team, priority)
    assert {name: getattr(decision, name) for name in more} == more


def test_every_rule_has_an_example():
    acted = {
        trace.rule
        for topic, said, *_ in EXAMPLES
        for trace in decide(seeded(), a_ticket(topic, **said)).trace
        if trace.verdict in (Verdict.DECIDED, Verdict.ADDED)
    }

    assert acted == {rule.key for rule in seeded().rules}


@pytest.mark.parametrize("topic", topics())
def test_every_topic_without_anything_special_has_its_own_team(topic):
    decision = decide(seeded(), a_ticket(topic, system="other", impact="location"))

    assert decision.team == topics()[topic]["team"]


def test_ncid_trouble_that_stops_vaccination_is_high_even_where_the_topic_is_not():
    decision = decide(seeded(), a_ticket("ACC-NCID", urgency="stopped") | {"base_priority": "P3"})

    assert decision.priority is Priority.P2
    assert [change.rule for change in decision.changes] == ["ncid-stopped"]


def test_rules_name_only_values_that_exist():
    known = {
        "topic": set(topics()),
        "topic_group": {topic["group"] for topic in topics().values()},
        "system": set(System),
        "role": set(ProviderRole),
        "impact": set(Impact),
        "urgency": set(Urgency),
        "language": set(Language),
        "channel": set(Channel),
        "patient_data": {SUSPECTED},
    }
    named = [c for rule in seeded().rules for c in rule.conditions if c.operator is not Operator.HAS_WORD]

    assert [c for c in named if not set(c.values) <= known[c.fact]] == []


ANY_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.sampled_from([*topics(), "NEW-TOPIC"]),
        "topic_group": st.sampled_from(["ENR", "ACC", "INV", "REC", "GEN", "NEW"]),
        "topic_team": st.sampled_from(["ENR", "REC", "NEW", ""]),
        "system": st.sampled_from([*System, ""]),
        "role": st.sampled_from(list(ProviderRole)),
        "impact": st.sampled_from(list(Impact)),
        "urgency": st.sampled_from(list(Urgency)),
        "base_priority": st.sampled_from(list(Priority)),
        "language": st.sampled_from(["en", "es", "fr"]),
        "channel": st.sampled_from([*Channel, "pigeon"]),
        "subject": st.text(),
        "text": st.text(),
    },
)


@settings(deadline=None)  # the machine may be busy
@given(ANY_FACTS)
def test_there_is_always_one_rule_that_decides_and_a_team(facts):
    decision = decide(seeded(), facts)

    assert decision.team
    assert [t.rule for t in decision.trace if t.verdict is Verdict.DECIDED] == [decision.winner]
    assert [t.rule for t in decision.trace] == [rule.key for rule in seeded().rules]


@settings(deadline=None)  # the machine may be busy
@given(ANY_FACTS)
def test_the_same_facts_are_always_decided_alike(facts):
    assert decide(seeded(), dict(facts)) == decide(seeded(), dict(reversed(facts.items())))
